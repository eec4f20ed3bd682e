// Page 09: rewards and penalties.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// Weights of the participation flags, by the flag's index.
inline constexpr std::array<std::uint64_t, 3> PARTICIPATION_FLAG_WEIGHTS{TIMELY_SOURCE_WEIGHT, TIMELY_TARGET_WEIGHT,
                                                                         TIMELY_HEAD_WEIGHT};

inline bool has_flag(ParticipationFlags flags, std::size_t flag) { return (flags >> flag & 1) != 0; }

/// A reward and a penalty for every validator.
struct Deltas {
    std::vector<Amount> rewards;
    std::vector<Amount> penalties;
};

/// [JUS-01] For the previous or the current epoch; ascending.
std::vector<ValidatorIndex> get_unslashed_participating_indices(const ConsensusState& state, std::size_t flag,
                                                                Epoch epoch);
/// [INA-01] Ascending.
std::vector<ValidatorIndex> get_eligible_validator_indices(const ConsensusState& state);
/// [INA-02]
bool is_in_inactivity_leak(const ConsensusState& state);

/// [REW-02] b of the base reward, computed once for all validators of a state.
Result<Amount> get_base_reward_per_increment(const ConsensusState& state);
Wide get_base_reward(const ConsensusState& state, ValidatorIndex index, Amount per_increment);

Result<Deltas> get_flag_index_deltas(const ConsensusState& state, std::size_t flag);
Result<Deltas> get_inactivity_penalty_deltas(const ConsensusState& state);

Result<void> process_rewards_and_penalties(ConsensusState& state);

}  // namespace touchstone::reference
