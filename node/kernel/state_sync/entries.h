// The entries of a state in an interval of paths, all of them and proved. [SYN-17] to [SYN-21]
#pragma once

#include "node/base/result.h"
#include "node/kernel/tree/tree.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// [SYN-17]
Result<void> check_state_entries_request(const StateEntriesRequest& request);

/// As many of the first entries as an answer may have, at least one if there is one. Rejected with SYN-17. [SYN-18]
Result<StateEntries> get_state_entries(const tree::TreeVersion& version, const StateEntriesRequest& request);

/// [SYN-19] to [SYN-21]. Precondition: the request fulfils SYN-17. Work and memory grow with the answer.
Result<void> verify_state_entries(const Root& tree_root, const StateEntriesRequest& request,
                                  const StateEntries& answer);

}  // namespace touchstone::node
