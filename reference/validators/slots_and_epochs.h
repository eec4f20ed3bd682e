// Page 05, its definitions: slots, epochs, and the roots of past blocks.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

Epoch compute_epoch_at_slot(Slot slot, const Parameters& config);
/// Exact, since an epoch that somebody names may begin at no slot.
Wide compute_start_slot_at_epoch(Epoch epoch, const Parameters& config);
Epoch get_current_epoch(const ConsensusState& state);
Epoch get_previous_epoch(const ConsensusState& state);

/// [SLO-02]
Result<Epoch> compute_activation_exit_epoch(Epoch epoch, const Parameters& config);

Result<Root> get_block_root_at_slot(const ConsensusState& state, Wide slot);
Result<Root> get_block_root(const ConsensusState& state, Epoch epoch);

}  // namespace touchstone::reference
