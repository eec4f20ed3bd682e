// Page 05: a chain moves by slots and blocks.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [SLO-04] Takes the state through the block, or rejects the block and leaves the state as it was. Without
/// `validate_result`, the block's own signature and its state root are not looked at: that is for whoever makes a
/// block.
Result<void> state_transition(ConsensusState& state, const SignedBlock& signed_block, bool validate_result = true);

/// [SLO-05], [SLO-06] The state is left as it was if this is rejected.
Result<void> process_slots(ConsensusState& state, Slot slot);

/// [SLO-07]
void process_slot(ConsensusState& state);

}  // namespace touchstone::reference
