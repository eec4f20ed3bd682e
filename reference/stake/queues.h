// Page 17: the queues of stake, at an epoch's end, which process at most `MAX_QUEUE_ITEMS` each [STK-26]. `tree_root`
// follows. A step that is rejected may leave its state half changed.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [STK-19]
Result<void> process_unbond_queue(ConsensusState& state);
/// [STK-21]
Result<void> process_bond_queue(ConsensusState& state);

}  // namespace touchstone::reference
