#include "reference/transition/rewards.h"

#include <set>

#include "reference/stake/pools.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [JUS-01]
std::vector<ValidatorIndex> get_unslashed_participating_indices(const ConsensusState& state, std::size_t flag,
                                                                Epoch epoch) {
    const std::vector<ParticipationFlags>& participation =
        epoch == get_current_epoch(state) ? state.current_epoch_participation : state.previous_epoch_participation;
    std::vector<ValidatorIndex> indices;
    for (ValidatorIndex index : get_active_validator_indices(state, epoch)) {
        if (has_flag(participation[index.value], flag) && !state.validators[index.value].slashed)
            indices.push_back(index);
    }
    return indices;
}

// [INA-01]
std::vector<ValidatorIndex> get_eligible_validator_indices(const ConsensusState& state) {
    const Epoch previous = get_previous_epoch(state);
    std::vector<ValidatorIndex> eligible;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        const bool leaving = validator.slashed && previous + 1 < withdrawable_epoch(validator, state.config);
        if (is_active_validator(validator, previous) || leaving) eligible.emplace_back(i);
    }
    return eligible;
}

// [INA-02]
bool is_in_inactivity_leak(const ConsensusState& state) {
    return get_previous_epoch(state) > state.finalized_checkpoint.epoch + state.config.MIN_EPOCHS_TO_INACTIVITY_PENALTY;
}

// [REW-02]
Result<Amount> get_base_reward_per_increment(const ConsensusState& state) {
    TRY(const Amount total, get_total_active_stake(state));
    return store<Amount>(Wide{state.config.EFFECTIVE_STAKE_INCREMENT} * state.config.BASE_REWARD_FACTOR /
                         integer_squareroot(total.value));
}

Wide get_base_reward(const ConsensusState& state, ValidatorIndex index, Amount per_increment) {
    return state.validators[index.value].effective_stake / state.config.EFFECTIVE_STAKE_INCREMENT * per_increment;
}

namespace {

Deltas no_deltas(const ConsensusState& state) {
    return {std::vector<Amount>(state.validators.size()), std::vector<Amount>(state.validators.size())};
}

std::set<ValidatorIndex> participants_of_previous_epoch(const ConsensusState& state, std::size_t flag) {
    const auto indices = get_unslashed_participating_indices(state, flag, get_previous_epoch(state));
    return {indices.begin(), indices.end()};
}

}  // namespace

// [REW-03]
Result<Deltas> get_flag_index_deltas(const ConsensusState& state, std::size_t flag) {
    Deltas deltas = no_deltas(state);
    const std::uint64_t weight = PARTICIPATION_FLAG_WEIGHTS[flag];
    const std::set<ValidatorIndex> participants = participants_of_previous_epoch(state, flag);
    TRY(const Amount participating, get_total_stake(state, {participants.begin(), participants.end()}));
    TRY(const Amount active, get_total_active_stake(state));
    const Amount u = participating / state.config.EFFECTIVE_STAKE_INCREMENT;
    const Amount a = active / state.config.EFFECTIVE_STAKE_INCREMENT;
    TRY(const Amount per_increment, get_base_reward_per_increment(state));
    for (ValidatorIndex index : get_eligible_validator_indices(state)) {
        const Wide base_reward = get_base_reward(state, index, per_increment);
        if (participants.contains(index)) {
            if (is_in_inactivity_leak(state)) continue;
            TRY(deltas.rewards[index.value], store<Amount>(base_reward * weight * u / (a * WEIGHT_DENOMINATOR)));
        } else if (flag != TIMELY_HEAD_FLAG_INDEX) {
            TRY(deltas.penalties[index.value], store<Amount>(base_reward * weight / WEIGHT_DENOMINATOR));
        }
    }
    return deltas;
}

// [REW-04]
Result<Deltas> get_inactivity_penalty_deltas(const ConsensusState& state) {
    Deltas deltas = no_deltas(state);
    const std::set<ValidatorIndex> participants = participants_of_previous_epoch(state, TIMELY_TARGET_FLAG_INDEX);
    const Wide denominator = Wide{state.config.INACTIVITY_SCORE_BIAS} * state.config.INACTIVITY_PENALTY_QUOTIENT;
    for (ValidatorIndex index : get_eligible_validator_indices(state)) {
        if (participants.contains(index)) continue;
        const Wide product = state.validators[index.value].effective_stake * state.inactivity_scores[index.value];
        // No balance is larger than what is stored, so a penalty beyond it takes the same.
        deltas.penalties[index.value] =
            Amount{static_cast<std::uint64_t>(std::min<Wide>(product / denominator, UINT64_MAX))};
    }
    return deltas;
}

namespace {

/// [REW-01] Of what a validator earned in all, if it did.
Result<void> pay_commissions(ConsensusState& state, const std::vector<Deltas>& all_deltas) {
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        Wide rewards = 0;
        Wide penalties = 0;
        for (const Deltas& deltas : all_deltas) {
            rewards += deltas.rewards[i].value;
            penalties += deltas.penalties[i].value;
        }
        if (rewards > penalties) CHECK(pay_commission(state, ValidatorIndex{i}, rewards - penalties));
    }
    return {};
}

}  // namespace

// [REW-01]
Result<void> process_rewards_and_penalties(ConsensusState& state) {
    if (get_current_epoch(state) == GENESIS_EPOCH) return {};
    std::vector<Deltas> all_deltas;
    for (std::size_t flag = 0; flag < PARTICIPATION_FLAG_WEIGHTS.size(); ++flag) {
        TRY(Deltas deltas, get_flag_index_deltas(state, flag));
        all_deltas.push_back(std::move(deltas));
    }
    TRY(Deltas inactivity, get_inactivity_penalty_deltas(state));
    all_deltas.push_back(std::move(inactivity));
    for (const Deltas& deltas : all_deltas) {
        for (std::size_t i = 0; i < state.validators.size(); ++i) {
            CHECK(increase_balance(state, ValidatorIndex{i}, deltas.rewards[i]));
            CHECK(decrease_balance(state, ValidatorIndex{i}, deltas.penalties[i]));
        }
    }
    return pay_commissions(state, all_deltas);
}

}  // namespace touchstone::reference
