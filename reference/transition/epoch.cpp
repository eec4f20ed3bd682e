#include "reference/transition/epoch.h"

#include <set>

#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/stake/queues.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/rewards.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [EPO-01]
Result<void> process_epoch(ConsensusState& state) {
    const SharedEntries before = state.entries;
    CHECK(process_proposer_lookahead(state));
    CHECK(process_justification_and_finalization(state));
    CHECK(process_inactivity_updates(state));
    CHECK(process_rewards_and_penalties(state));
    CHECK(process_slashings(state));
    CHECK(process_unbond_queue(state));
    CHECK(process_bond_queue(state));
    CHECK(process_registry_updates(state));
    CHECK(process_effective_stake_updates(state));
    CHECK(process_resets(state));
    update_tree_root(state, before);
    return {};
}

// [EPO-02]
Result<void> process_proposer_lookahead(ConsensusState& state) {
    TRY(const Epoch epoch, store<Epoch>(get_current_epoch(state) + 2U));
    TRY(const std::vector<ValidatorIndex> proposers, compute_proposers(state, epoch));
    std::vector<ValidatorIndex>& lookahead = state.proposer_lookahead;
    lookahead.erase(lookahead.begin(), lookahead.begin() + static_cast<std::ptrdiff_t>(state.config.SLOTS_PER_EPOCH));
    lookahead.insert(lookahead.end(), proposers.begin(), proposers.end());
    return {};
}

namespace {

Result<Amount> target_stake(const ConsensusState& state, Epoch epoch) {
    return get_total_stake(state, get_unslashed_participating_indices(state, TIMELY_TARGET_FLAG_INDEX, epoch));
}

// [JUS-04]
void finalize(ConsensusState& state, const Checkpoint& old_previous, const Checkpoint& old_current) {
    const Epoch epoch = get_current_epoch(state);
    const Bits& bits = state.justification_bits;
    if (bits[1] && bits[2] && bits[3] && old_previous.epoch + 3U == epoch) state.finalized_checkpoint = old_previous;
    if (bits[1] && bits[2] && old_previous.epoch + 2U == epoch) state.finalized_checkpoint = old_previous;
    if (bits[0] && bits[1] && bits[2] && old_current.epoch + 2U == epoch) state.finalized_checkpoint = old_current;
    if (bits[0] && bits[1] && old_current.epoch + 1U == epoch) state.finalized_checkpoint = old_current;
}

}  // namespace

Result<void> process_justification_and_finalization(ConsensusState& state) {
    const Epoch current = get_current_epoch(state);
    const Epoch previous = get_previous_epoch(state);
    if (current <= GENESIS_EPOCH + 1) return {};                          // [JUS-02]
    const Checkpoint old_previous = state.previous_justified_checkpoint;  // [JUS-03]
    const Checkpoint old_current = state.current_justified_checkpoint;
    TRY(const Amount total, get_total_active_stake(state));
    TRY(const Amount p, target_stake(state, previous));
    TRY(const Amount c, target_stake(state, current));

    state.previous_justified_checkpoint = old_current;
    Bits& bits = state.justification_bits;
    bits.insert(bits.begin(), false);
    bits.pop_back();
    if (p * 3U >= total * 2U) {
        TRY(const Root root, get_block_root(state, previous));
        state.current_justified_checkpoint = {previous, root};
        bits[1] = true;
    }
    if (c * 3U >= total * 2U) {
        TRY(const Root root, get_block_root(state, current));
        state.current_justified_checkpoint = {current, root};
        bits[0] = true;
    }
    finalize(state, old_previous, old_current);
    return {};
}

// [INA-03]
Result<void> process_inactivity_updates(ConsensusState& state) {
    if (get_current_epoch(state) == GENESIS_EPOCH) return {};
    const auto indices =
        get_unslashed_participating_indices(state, TIMELY_TARGET_FLAG_INDEX, get_previous_epoch(state));
    const std::set<ValidatorIndex> participants(indices.begin(), indices.end());
    for (ValidatorIndex index : get_eligible_validator_indices(state)) {
        std::uint64_t& score = state.inactivity_scores[index.value];
        if (participants.contains(index)) {
            score = saturating_sub<std::uint64_t>(score, 1);
        } else {
            TRY(score, store<std::uint64_t>(Wide{score} + state.config.INACTIVITY_SCORE_BIAS));
        }
        if (!is_in_inactivity_leak(state)) score = saturating_sub(score, state.config.INACTIVITY_SCORE_RECOVERY_RATE);
    }
    return {};
}

namespace {

// [REG-05]
Result<void> make_eligible(ConsensusState& state, ValidatorIndex index) {
    TRY(const Epoch next, store<Epoch>(get_current_epoch(state) + 1U));
    TRY(const Slot first, store<Slot>(compute_start_slot_at_epoch(next, state.config)));
    state.validators[index.value].eligibility_epoch = next;
    CHECK(append_bond(state, QueuedBond{index, Address{}, Amount{0}, first}));
    return {};
}

bool stays(const Validator& validator) { return validator.exit_request_epoch == FAR_FUTURE_EPOCH; }

bool is_candidate(const Validator& validator, const Parameters& config) {
    return stays(validator) && validator.eligibility_epoch == FAR_FUTURE_EPOCH &&
           validator.effective_stake >= config.MIN_ACTIVATION_STAKE;
}

// [REG-03]
Result<void> make_candidates_eligible(ConsensusState& state) {
    auto n = static_cast<std::uint64_t>(std::ranges::count_if(state.validators, [](const Validator& validator) {
        return stays(validator) && validator.eligibility_epoch != FAR_FUTURE_EPOCH;
    }));
    for (std::size_t i = 0; i < state.validators.size() && n < state.config.MAX_ACTIVE_VALIDATORS; ++i) {
        if (!is_candidate(state.validators[i], state.config)) continue;
        CHECK(make_eligible(state, ValidatorIndex{i}));
        ++n;
    }
    return {};
}

/// b of [REG-04]: of equals the smallest index.
std::optional<ValidatorIndex> best_candidate(const ConsensusState& state) {
    std::optional<ValidatorIndex> best;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        if (!is_candidate(validator, state.config)) continue;
        if (!best || validator.effective_stake > state.validators[best->value].effective_stake)
            best = ValidatorIndex{i};
    }
    return best;
}

/// l of [REG-04]: of equals the greatest index.
std::optional<ValidatorIndex> lowest_active(const ConsensusState& state) {
    std::optional<ValidatorIndex> lowest;
    for (ValidatorIndex index : get_active_validator_indices(state, get_current_epoch(state))) {
        const Validator& validator = state.validators[index.value];
        if (!stays(validator)) continue;
        if (!lowest || validator.effective_stake <= state.validators[lowest->value].effective_stake) lowest = index;
    }
    return lowest;
}

// [REG-04]
Result<void> displace_the_lowest(ConsensusState& state) {
    const auto best = best_candidate(state);
    const auto lowest = lowest_active(state);
    if (!best || !lowest) return {};
    const Amount stake_of_best = state.validators[best->value].effective_stake;
    const Amount stake_of_lowest = state.validators[lowest->value].effective_stake;
    if (stake_of_lowest * state.config.DISPLACEMENT_PERCENT > stake_of_best * 100U) return {};
    CHECK(initiate_validator_exit(state, *lowest));
    return make_eligible(state, *best);
}

}  // namespace

Result<void> process_registry_updates(ConsensusState& state) {
    for (ValidatorIndex index : get_active_validator_indices(state, get_current_epoch(state))) {  // [REG-01]
        if (state.validators[index.value].effective_stake <= state.config.EJECTION_STAKE)
            CHECK(initiate_validator_exit(state, index));
    }
    CHECK(make_candidates_eligible(state));
    return displace_the_lowest(state);
}

// [EFF-01]
Result<void> process_effective_stake_updates(ConsensusState& state) {
    const std::uint64_t increment = state.config.EFFECTIVE_STAKE_INCREMENT;
    const Wide q = increment / state.config.HYSTERESIS_QUOTIENT;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Amount balance = state.balances[i];
        Amount& effective_stake = state.validators[i].effective_stake;
        const bool fell = balance + q * state.config.HYSTERESIS_DOWNWARD_MULTIPLIER < effective_stake.value;
        const bool rose = effective_stake + q * state.config.HYSTERESIS_UPWARD_MULTIPLIER < balance.value;
        if (fell || rose) {
            effective_stake =
                std::min(Amount{balance.value - balance % increment}, Amount{state.config.MAX_EFFECTIVE_STAKE});
        }
    }
    return {};
}

// [RES-01]
Result<void> process_resets(ConsensusState& state) {
    const Parameters& config = state.config;
    TRY(const Epoch next, store<Epoch>(get_current_epoch(state) + 1U));
    state.slashings[next % config.EPOCHS_PER_SLASHINGS_VECTOR] = Amount{0};
    state.randao_mixes[next % config.EPOCHS_PER_HISTORICAL_VECTOR] =
        get_randao_mix(state, get_current_epoch(state).value);
    if (next % (config.SLOTS_PER_HISTORICAL_ROOT / config.SLOTS_PER_EPOCH) == 0) {
        state.historical_summaries.push_back({hash_tree_root(HistoricalBatchRoots{state.block_roots}, config),
                                              hash_tree_root(HistoricalBatchRoots{state.state_roots}, config)});
    }
    state.previous_epoch_participation = state.current_epoch_participation;
    state.current_epoch_participation.assign(state.validators.size(), 0);
    return {};
}

}  // namespace touchstone::reference
