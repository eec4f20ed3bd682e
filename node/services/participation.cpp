#include "node/services/participation.h"

namespace touchstone::node {

std::optional<double> previous_target_participation(const Environment& environment, const State& state) {
    if (current_epoch(state, environment) == kGenesisEpoch) return std::nullopt;
    const Epoch epoch = previous_epoch(state, environment);
    const ConsensusState& consensus = state.consensus();
    std::uint64_t active = 0;
    std::uint64_t voted = 0;
    for (std::size_t i = 0; i < consensus.validators.size(); ++i) {
        const Validator& validator = consensus.validators[i];
        if (!is_active(validator, epoch)) continue;
        active += validator.effective_stake.value();
        const bool target = ((consensus.previous_epoch_participation[i] >> TIMELY_TARGET_FLAG_INDEX) & 1U) != 0;
        if (target && !validator.slashed) voted += validator.effective_stake.value();
    }
    if (active == 0) return std::nullopt;
    return static_cast<double>(voted) / static_cast<double>(active);
}

}  // namespace touchstone::node
