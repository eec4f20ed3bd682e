// Page 18: the entries of a state's tree, by ranges of their paths.
#pragma once

#include "reference/base/result.h"
#include "reference/types/state_sync.h"

namespace touchstone::reference {

/// [SYN-17]
Result<void> check_state_entries_request(const StateEntriesRequest& request);

/// [SYN-18]
Result<StateEntries> get_state_entries(const ConsensusState& state, const StateEntriesRequest& request);

/// [SYN-19] to [SYN-21] Of a request that fulfils SYN-17.
Result<void> verify_state_entries(const Root& tree_root, const StateEntriesRequest& request,
                                  const StateEntries& answer);

}  // namespace touchstone::reference
