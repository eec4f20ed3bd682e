// Page 09: what happens at the end of an epoch. (Rewards and penalties have a file of their own; `process_slashings`
// and the queues are in stake/.) A step that is rejected may leave its state half changed; `process_slots` works on a
// copy.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [EPO-01] Here `tree_root` follows what the steps changed; after a single step it is the caller's to update.
Result<void> process_epoch(ConsensusState& state);

Result<void> process_proposer_lookahead(ConsensusState& state);
Result<void> process_justification_and_finalization(ConsensusState& state);
Result<void> process_inactivity_updates(ConsensusState& state);
Result<void> process_registry_updates(ConsensusState& state);
Result<void> process_effective_stake_updates(ConsensusState& state);
Result<void> process_resets(ConsensusState& state);

}  // namespace touchstone::reference
