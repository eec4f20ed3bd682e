#include "node/kernel/consensus/epoch_processing.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/stake/pools.h"
#include "node/kernel/stake/queues.h"
#include "node/kernel/stake/slashing.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

constexpr std::size_t kFlags = kParticipationFlagWeights.size();

/// What the steps need of each validator, in flat arrays, from one pass over registry and participation.
struct Summary {
    enum Mark : std::uint8_t {
        kEligible = 1U << 4U,  // [INA-01]; the low bits are the flags of an unslashed participant of the previous epoch
    };
    std::vector<std::uint8_t> marks;
    std::vector<std::uint64_t> stakes;
    std::vector<std::uint64_t> commissions;     // basis points [STK-05]
    std::array<Uint128, kFlags> flag_stakes{};  // without the floor of [VAL-04]
    bool leak = false;
    std::uint64_t increment = 1;

    bool eligible(std::size_t i) const { return (marks[i] & kEligible) != 0; }
    bool participated(std::size_t i, std::size_t flag) const { return ((marks[i] >> flag) & 1U) != 0; }
    std::uint64_t flag_increments(std::size_t flag) const {
        return static_cast<std::uint64_t>(std::max(Uint128{increment}, flag_stakes[flag]) / increment);
    }
};

/// [INA-02]
bool is_in_inactivity_leak(const ConsensusState& state, Epoch previous, const Parameters& parameters) {
    return previous - state.finalized_checkpoint.epoch > parameters.MIN_EPOCHS_TO_INACTIVITY_PENALTY;
}

Summary summarize(const Environment& environment, const State& state) {
    const Parameters& parameters = environment.parameters();
    const ConsensusState& consensus = state.consensus();
    const Epoch current = current_epoch(state, environment);
    const Epoch previous = previous_of(current);
    Summary summary;
    summary.increment = parameters.EFFECTIVE_STAKE_INCREMENT;
    summary.leak = is_in_inactivity_leak(consensus, previous, parameters);
    summary.marks.reserve(consensus.validators.size());
    summary.stakes.reserve(consensus.validators.size());
    summary.commissions.reserve(consensus.validators.size());
    for (std::size_t c = 0; c < consensus.validators.chunk_count(); ++c) {
        for (const Validator& validator : consensus.validators.chunk(c)) {
            const std::uint64_t stake = validator.effective_stake.value();
            const bool was_active = is_active(validator, previous);
            unsigned marks = 0;
            if (was_active && !validator.slashed) {
                marks = consensus.previous_epoch_participation[summary.marks.size()] & ((1U << kFlags) - 1U);
                for (std::size_t flag = 0; flag < kFlags; ++flag) {
                    if (((marks >> flag) & 1U) != 0) summary.flag_stakes[flag] += stake;
                }
            }
            if (was_active || (validator.slashed && previous + 1 < withdrawable_epoch(validator, parameters))) {
                marks |= Summary::kEligible;
            }
            summary.marks.push_back(static_cast<std::uint8_t>(marks));
            summary.stakes.push_back(stake);
            summary.commissions.push_back(get_commission(validator, current));
        }
    }
    return summary;
}

// ----------------------------------------------------------------------------------------- inactivity, rewards

Result<void> update_inactivity(const Summary& summary, ConsensusState& state, const Parameters& parameters) {
    for (std::size_t i = 0; i < summary.marks.size(); ++i) {
        if (!summary.eligible(i)) continue;
        const std::uint64_t before = state.inactivity_scores[i];
        std::uint64_t score = before;
        if (summary.participated(i, TIMELY_TARGET_FLAG_INDEX)) {
            score -= std::min<std::uint64_t>(1, score);
        } else {
            const auto raised = checked_add(score, parameters.INACTIVITY_SCORE_BIAS);
            if (!raised) return reject(Clause::TYP_01, "an inactivity score exceeds 64 bits");
            score = *raised;
        }
        if (!summary.leak) score -= std::min(parameters.INACTIVITY_SCORE_RECOVERY_RATE, score);
        if (score != before) state.inactivity_scores.mutate(i) = score;
    }
    return {};
}

/// a · b · c / d, in 64 bits where that is exact.
std::uint64_t scale(std::uint64_t a, std::uint64_t b, std::uint64_t c, Uint128 d) {
    const Uint128 product = wide_multiply(a, b);
    if (product <= kUint64Max) {
        const Uint128 whole = wide_multiply(static_cast<std::uint64_t>(product), c);
        if (whole <= kUint64Max && d <= kUint64Max) {
            return static_cast<std::uint64_t>(whole) / static_cast<std::uint64_t>(d);
        }
        return narrow(whole / d).value_or(kUint64Max);
    }
    // a · b / d and the remainder apart: each product then has at most 128 bits.
    const Uint128 quotient = product / d;
    const Uint128 rest = product % d;
    return narrow(quotient * c + rest * c / d).value_or(kUint64Max);
}

/// The reward and the penalty of one validator under one flag. [REW-03]
struct FlagDelta {
    const Summary& summary;
    std::uint64_t base_reward_per_increment;
    std::uint64_t active_increments;

    std::uint64_t base(std::size_t i) const {
        return saturating_multiply(summary.stakes[i] / summary.increment, base_reward_per_increment);
    }
    std::uint64_t reward(std::size_t i, std::size_t flag, std::uint64_t flag_increments) const {
        if (!summary.participated(i, flag) || summary.leak) return 0;
        return scale(base(i), kParticipationFlagWeights[flag], flag_increments,
                     wide_multiply(active_increments, WEIGHT_DENOMINATOR));
    }
    std::uint64_t penalty(std::size_t i, std::size_t flag) const {
        if (summary.participated(i, flag) || flag == TIMELY_HEAD_FLAG_INDEX) return 0;
        return scale(base(i), kParticipationFlagWeights[flag], 1, WEIGHT_DENOMINATOR);
    }
};

FlagDelta flag_delta(const State& state, const Summary& summary) {
    const EpochContext& context = state.context();
    return {summary, context.base_reward_per_increment, context.total_active_stake.value() / summary.increment};
}

/// [REW-04]
std::uint64_t inactivity_penalty(const Summary& summary, std::size_t i, std::uint64_t score,
                                 const Parameters& parameters) {
    if (score == 0 || summary.participated(i, TIMELY_TARGET_FLAG_INDEX)) return 0;
    return scale(summary.stakes[i], score, 1,
                 wide_multiply(parameters.INACTIVITY_SCORE_BIAS, parameters.INACTIVITY_PENALTY_QUOTIENT));
}

/// A balance on which the deltas of [REW-01] are applied one after the other.
struct Earnings {
    std::uint64_t balance;
    Uint128 rewards = 0;
    Uint128 penalties = 0;  // more than was burnt, if the balance did not have it
    Uint128 burnt = 0;
    bool overflow = false;

    void apply(std::uint64_t reward, std::uint64_t penalty) {
        // A reward that does not fit is given as the greatest number.
        overflow = overflow || reward == kUint64Max || balance + reward < balance;
        balance += reward;
        rewards += reward;
        penalties += penalty;
        const std::uint64_t taken = std::min(balance, penalty);
        balance -= taken;
        burnt += taken;
    }
    /// Moves the commission out of the balance. [STK-06]
    std::uint64_t pay_commission(std::uint64_t basis_points) {
        if (basis_points == 0 || rewards <= penalties) return 0;
        // The net reward is in the balance, so it has 64 bits.
        const auto net = static_cast<std::uint64_t>(rewards - penalties);
        const Uint128 commission = wide_multiply(net, basis_points) / BASIS_POINTS;
        overflow = overflow || commission > balance;
        balance -= static_cast<std::uint64_t>(commission);
        return static_cast<std::uint64_t>(commission);
    }
};

Result<void> add_wide(Amount& amount, Uint128 grains) {
    const auto narrowed = narrow(grains);
    if (!narrowed) return reject(Clause::TYP_01, "a sum of rewards or penalties exceeds 64 bits");
    return add_to(amount, *narrowed);
}

Result<void> apply_rewards(const Summary& summary, State& state, const Parameters& parameters) {
    ConsensusState& consensus = state.mutable_consensus();
    const FlagDelta delta = flag_delta(state, summary);
    std::array<std::uint64_t, kFlags> increments{};
    for (std::size_t flag = 0; flag < kFlags; ++flag)
        increments[flag] = summary.flag_increments(flag);

    Uint128 minted = 0;
    Uint128 burnt = 0;
    bool overflow = false;
    std::size_t i = 0;
    for (std::size_t c = 0; c < consensus.balances.chunk_count(); ++c) {
        for (Amount& balance : consensus.balances.writable_chunk(c)) {
            if (summary.eligible(i)) {
                Earnings earnings{balance.value()};
                for (std::size_t flag = 0; flag < kFlags; ++flag) {
                    earnings.apply(delta.reward(i, flag, increments[flag]), delta.penalty(i, flag));
                }
                earnings.apply(0, inactivity_penalty(summary, i, consensus.inactivity_scores[i], parameters));
                const std::uint64_t commission = earnings.pay_commission(summary.commissions[i]);
                if (commission != 0) NODE_TRY(add_to(consensus.commissions.mutate(i), commission));
                balance = Amount(earnings.balance);
                minted += earnings.rewards;
                burnt += earnings.burnt;
                overflow = overflow || earnings.overflow;
            }
            ++i;
        }
    }
    if (overflow) return reject(Clause::TYP_01, "a balance does not fit into 64 bits");
    NODE_TRY(add_wide(consensus.minted, minted));
    return add_wide(consensus.burnt, burnt);
}

// ---------------------------------------------------------------------------------------------------- justification

bool supermajority(std::uint64_t part, std::uint64_t total) {
    return wide_multiply(3, part) >= wide_multiply(2, total);
}

/// [JUS-04]
Checkpoint finalize(const JustificationBits& bits, const Checkpoint& old_previous, const Checkpoint& old_current,
                    const Checkpoint& finalized, Epoch current) {
    const auto set = [&bits](unsigned first, unsigned last) {
        for (unsigned i = first; i <= last; ++i) {
            if (!bits.get(i)) return false;
        }
        return true;
    };
    Checkpoint result = finalized;
    if (set(1, 3) && old_previous.epoch + 3 == current) result = old_previous;
    if (set(1, 2) && old_previous.epoch + 2 == current) result = old_previous;
    if (set(0, 2) && old_current.epoch + 2 == current) result = old_current;
    if (set(0, 1) && old_current.epoch + 1 == current) result = old_current;
    return result;
}

// --------------------------------------------------------------------------------------------------------- registry

/// What one pass over the registry finds, as if REG-01 had been done. [REG-01] [REG-03] [REG-04]
struct RegistryScan {
    std::vector<ValidatorIndex> ejected;
    std::vector<ValidatorIndex> candidates;
    std::uint64_t staying = 0;            // n
    std::optional<ValidatorIndex> least;  // l
    std::uint64_t least_stake = 0;
};

RegistryScan scan_registry(const ConsensusState& state, Epoch current, const Parameters& parameters) {
    RegistryScan found;
    std::uint64_t index = 0;
    for (std::size_t c = 0; c < state.validators.chunk_count(); ++c) {
        for (const Validator& validator : state.validators.chunk(c)) {
            const ValidatorIndex each(index++);
            if (validator.exit_request_epoch != kFarFutureEpoch) continue;
            const std::uint64_t stake = validator.effective_stake.value();
            const bool active = is_active(validator, current);
            if (active && stake <= parameters.EJECTION_STAKE) {
                found.ejected.push_back(each);
                continue;
            }
            if (validator.eligibility_epoch != kFarFutureEpoch) {
                ++found.staying;
            } else if (stake >= parameters.MIN_ACTIVATION_STAKE) {
                found.candidates.push_back(each);
            }
            if (active && (!found.least || stake <= found.least_stake)) {
                found.least = each;
                found.least_stake = stake;
            }
        }
    }
    return found;
}

/// Of those that are left, the one with the greatest effective stake. Precondition: there is one.
ValidatorIndex best_candidate(const ConsensusState& state, std::span<const ValidatorIndex> candidates) {
    return *std::ranges::max_element(
        candidates, {}, [&](ValidatorIndex index) { return state.validators[index.value()].effective_stake; });
}

Result<void> update_registry(const Environment& environment, ConsensusState& state, Epoch current,
                             EntryAccess& entries) {
    const Parameters& parameters = environment.parameters();
    const RegistryScan found = scan_registry(state, current, parameters);
    for (const ValidatorIndex each : found.ejected)
        NODE_TRY(initiate_validator_exit(state, entries, each, current));

    const std::uint64_t room = saturating_subtract(parameters.MAX_ACTIVE_VALIDATORS, found.staying);
    const auto admitted = static_cast<std::size_t>(std::min<std::uint64_t>(room, found.candidates.size()));
    for (const ValidatorIndex each : std::span(found.candidates).first(admitted))
        NODE_TRY(make_eligible(state, entries, each, current, parameters));

    const auto left = std::span(found.candidates).subspan(admitted);
    if (left.empty() || !found.least) return {};
    const ValidatorIndex best = best_candidate(state, left);
    const std::uint64_t stake = state.validators[best.value()].effective_stake.value();
    if (wide_multiply(found.least_stake, parameters.DISPLACEMENT_PERCENT) > wide_multiply(stake, 100)) return {};
    NODE_TRY(initiate_validator_exit(state, entries, *found.least, current));
    return make_eligible(state, entries, best, current, parameters);
}

void update_effective_stakes(ConsensusState& state, const Parameters& parameters) {
    const std::uint64_t increment = parameters.EFFECTIVE_STAKE_INCREMENT;
    const std::uint64_t step = increment / parameters.HYSTERESIS_QUOTIENT;
    const Uint128 downward = wide_multiply(step, parameters.HYSTERESIS_DOWNWARD_MULTIPLIER);
    const Uint128 upward = wide_multiply(step, parameters.HYSTERESIS_UPWARD_MULTIPLIER);
    std::size_t i = 0;
    for (std::size_t c = 0; c < state.balances.chunk_count(); ++c) {
        for (const Amount balance : state.balances.chunk(c)) {
            const std::uint64_t stake = state.validators[i].effective_stake.value();
            if (balance.value() + downward < stake || stake + upward < balance.value()) {
                const std::uint64_t whole = balance.value() - balance.value() % increment;
                const Amount updated(std::min(whole, parameters.MAX_EFFECTIVE_STAKE));
                if (updated.value() != stake) state.validators.mutate(i).effective_stake = updated;
            }
            ++i;
        }
    }
}

// -------------------------------------------------------------------------------------------------- slashings, entries

/// [SLA-01]
Result<void> punish_together(const Environment& environment, State& state, EntryAccess& entries) {
    const Parameters& parameters = environment.parameters();
    const ConsensusState& consensus = state.consensus();
    const Epoch due = current_epoch(state, environment) + parameters.EPOCHS_PER_SLASHINGS_VECTOR / 2;
    std::vector<ValidatorIndex> punished;
    std::uint64_t index = 0;
    for (std::size_t c = 0; c < consensus.validators.chunk_count(); ++c) {
        for (const Validator& validator : consensus.validators.chunk(c)) {
            const ValidatorIndex each(index++);
            if (validator.slashed && validator.hold_epoch == due) punished.push_back(each);
        }
    }
    if (punished.empty()) return {};
    const CorrelationFraction fraction = correlation_fraction(state, parameters);
    for (const ValidatorIndex each : punished)
        NODE_TRY(take_correlation_penalty(environment, state, entries, each, fraction));
    return {};
}

/// `step(entries)`, and what it changes of them.
template <class Step>
Result<void> with_entries(const Environment& environment, State& state, const Step& step) {
    EntryOverlay entries(state.tree());
    NODE_TRY(step(entries));
    return state.change_entries(entries, environment.parallel_for);
}

}  // namespace

Result<void> process_epoch(const Environment& environment, State& state) {
    const Parameters& parameters = environment.parameters();
    NODE_TRY(process_proposer_lookahead(environment, state));
    NODE_TRY(process_justification_and_finalization(environment, state));
    const Epoch current = current_epoch(state, environment);
    if (current != kGenesisEpoch) {
        // One summary for both: slashings, stakes and participation are the same, and the leak is judged after
        // justification.
        const Summary summary = summarize(environment, state);
        NODE_TRY(update_inactivity(summary, state.mutable_consensus(), parameters));
        NODE_TRY(apply_rewards(summary, state, parameters));
    }
    EntryOverlay entries(state.tree());
    NODE_TRY(punish_together(environment, state, entries));
    NODE_TRY(process_unbond_queue(environment, state, entries));
    NODE_TRY(process_bond_queue(environment, state, entries));
    NODE_TRY(update_registry(environment, state.mutable_consensus(), current, entries));
    NODE_TRY(state.change_entries(entries, environment.parallel_for));
    NODE_TRY(process_effective_stake_updates(environment, state));
    return process_resets(environment, state);
}

Result<void> process_proposer_lookahead(const Environment& environment, State& state) {
    const Parameters& parameters = environment.parameters();
    ConsensusState& consensus = state.mutable_consensus();
    const std::vector<ValidatorIndex> lookahead = consensus.proposer_lookahead.to_vector();
    std::vector<ValidatorIndex> shifted(lookahead.begin() + static_cast<std::ptrdiff_t>(parameters.SLOTS_PER_EPOCH),
                                        lookahead.end());
    const Epoch epoch = current_epoch(state, environment) + 2;
    NODE_TRY_ASSIGN(proposers, compute_proposers(consensus, epoch, parameters));
    for (const ValidatorIndex proposer : proposers)
        shifted.push_back(proposer);
    consensus.proposer_lookahead.assign(std::span<const ValidatorIndex>(shifted));
    return {};
}

Result<JustificationOutcome> compute_justification(const Environment& environment, const State& state) {
    const Parameters& parameters = environment.parameters();
    const ConsensusState& consensus = state.consensus();
    JustificationOutcome outcome{consensus.justification_bits, consensus.previous_justified_checkpoint,
                                 consensus.current_justified_checkpoint, consensus.finalized_checkpoint};
    const Epoch current = current_epoch(state, environment);
    if (current <= kGenesisEpoch + 1) return outcome;

    const Epoch previous = previous_of(current);
    const std::uint64_t total = state.context().total_active_stake.value();
    const auto voted = [&](std::uint64_t stake) {
        return supermajority(std::max(parameters.EFFECTIVE_STAKE_INCREMENT, stake), total);
    };
    const Checkpoint old_previous = consensus.previous_justified_checkpoint;
    const Checkpoint old_current = consensus.current_justified_checkpoint;
    outcome.previous_justified = old_current;
    outcome.bits.shift();
    if (voted(state.target_stakes().previous)) {
        NODE_TRY_ASSIGN(root, get_block_root(consensus, previous, parameters));
        outcome.current_justified = {previous, root};
        outcome.bits.set(1);
    }
    if (voted(state.target_stakes().current)) {
        NODE_TRY_ASSIGN(root, get_block_root(consensus, current, parameters));
        outcome.current_justified = {current, root};
        outcome.bits.set(0);
    }
    outcome.finalized = finalize(outcome.bits, old_previous, old_current, consensus.finalized_checkpoint, current);
    return outcome;
}

Result<void> process_justification_and_finalization(const Environment& environment, State& state) {
    NODE_TRY_ASSIGN(outcome, compute_justification(environment, state));
    ConsensusState& consensus = state.mutable_consensus();
    consensus.justification_bits = outcome.bits;
    consensus.previous_justified_checkpoint = outcome.previous_justified;
    consensus.current_justified_checkpoint = outcome.current_justified;
    consensus.finalized_checkpoint = outcome.finalized;
    return {};
}

Result<void> process_inactivity_updates(const Environment& environment, State& state) {
    if (current_epoch(state, environment) == kGenesisEpoch) return {};
    return update_inactivity(summarize(environment, state), state.mutable_consensus(), environment.parameters());
}

Result<void> process_rewards_and_penalties(const Environment& environment, State& state) {
    if (current_epoch(state, environment) == kGenesisEpoch) return {};
    return apply_rewards(summarize(environment, state), state, environment.parameters());
}

Deltas get_flag_index_deltas(const Environment& environment, const State& state, std::uint64_t flag) {
    const Summary summary = summarize(environment, state);
    const FlagDelta delta = flag_delta(state, summary);
    const std::size_t count = summary.marks.size();
    Deltas deltas{std::vector<std::uint64_t>(count), std::vector<std::uint64_t>(count)};
    for (std::size_t i = 0; i < count; ++i) {
        if (!summary.eligible(i)) continue;
        deltas.rewards[i] = delta.reward(i, flag, summary.flag_increments(flag));
        deltas.penalties[i] = delta.penalty(i, flag);
    }
    return deltas;
}

Deltas get_inactivity_penalty_deltas(const Environment& environment, const State& state) {
    const Summary summary = summarize(environment, state);
    const std::size_t count = summary.marks.size();
    Deltas deltas{std::vector<std::uint64_t>(count), std::vector<std::uint64_t>(count)};
    for (std::size_t i = 0; i < count; ++i) {
        if (!summary.eligible(i)) continue;
        deltas.penalties[i] =
            inactivity_penalty(summary, i, state.consensus().inactivity_scores[i], environment.parameters());
    }
    return deltas;
}

Result<void> process_slashings(const Environment& environment, State& state) {
    return with_entries(environment, state,
                        [&](EntryAccess& entries) { return punish_together(environment, state, entries); });
}

Result<void> process_unbond_queue(const Environment& environment, State& state) {
    return with_entries(environment, state,
                        [&](EntryAccess& entries) { return process_unbond_queue(environment, state, entries); });
}

Result<void> process_bond_queue(const Environment& environment, State& state) {
    return with_entries(environment, state,
                        [&](EntryAccess& entries) { return process_bond_queue(environment, state, entries); });
}

Result<void> process_registry_updates(const Environment& environment, State& state) {
    const Epoch current = current_epoch(state, environment);
    return with_entries(environment, state, [&](EntryAccess& entries) {
        return update_registry(environment, state.mutable_consensus(), current, entries);
    });
}

Result<void> process_effective_stake_updates(const Environment& environment, State& state) {
    update_effective_stakes(state.mutable_consensus(), environment.parameters());
    return {};
}

Result<void> process_resets(const Environment& environment, State& state) {
    const Parameters& parameters = environment.parameters();
    ConsensusState& consensus = state.mutable_consensus();
    const Epoch current = current_epoch(state, environment);
    const std::uint64_t next = (current + 1).value();
    consensus.slashings.set(next % parameters.EPOCHS_PER_SLASHINGS_VECTOR, Amount(0));
    consensus.randao_mixes.set(next % parameters.EPOCHS_PER_HISTORICAL_VECTOR,
                               get_randao_mix(consensus, current, parameters));
    if (next % (parameters.SLOTS_PER_HISTORICAL_ROOT / parameters.SLOTS_PER_EPOCH) == 0) {
        const unsigned depth = tree_depth(parameters.SLOTS_PER_HISTORICAL_ROOT);
        consensus.historical_summaries.push_back(
            {Root(consensus.block_roots.update_root(depth, environment.parallel_for)),
             Root(consensus.state_roots.update_root(depth, environment.parallel_for))});
    }
    consensus.previous_epoch_participation = std::move(consensus.current_epoch_participation);
    consensus.current_epoch_participation.assign(consensus.validators.size(), ParticipationFlags{0});
    return {};
}

}  // namespace touchstone::node
