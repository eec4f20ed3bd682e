#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

// [SLO-01]
Epoch compute_epoch_at_slot(Slot slot, const Parameters& config) { return Epoch{slot.value / config.SLOTS_PER_EPOCH}; }

Wide compute_start_slot_at_epoch(Epoch epoch, const Parameters& config) { return epoch * config.SLOTS_PER_EPOCH; }

Epoch get_current_epoch(const ConsensusState& state) { return compute_epoch_at_slot(state.slot, state.config); }

Epoch get_previous_epoch(const ConsensusState& state) {
    return std::max(Epoch{GENESIS_EPOCH}, saturating_sub(get_current_epoch(state), Epoch{1}));
}

// [SLO-02]
Result<Epoch> compute_activation_exit_epoch(Epoch epoch, const Parameters& config) {
    return store<Epoch>(epoch + 1 + config.MAX_SEED_LOOKAHEAD);
}

// [SLO-03]
Result<Root> get_block_root_at_slot(const ConsensusState& state, Wide slot) {
    REQUIRE(slot < state.slot && state.slot <= slot + state.config.SLOTS_PER_HISTORICAL_ROOT, Clause::SLO_03);
    return state.block_roots[static_cast<std::size_t>(slot % state.config.SLOTS_PER_HISTORICAL_ROOT)];
}

Result<Root> get_block_root(const ConsensusState& state, Epoch epoch) {
    return get_block_root_at_slot(state, compute_start_slot_at_epoch(epoch, state.config));
}

}  // namespace touchstone::reference
