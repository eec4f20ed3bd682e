#include "node/kernel/stake/slashing.h"

#include <algorithm>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node {
namespace {

struct NamedCohort {
    Epoch exit_epoch;
    Cohort cohort;
};

/// From the newest on. [STK-23]
std::vector<NamedCohort> cohorts_in_scope(const ConsensusState& state, EntryAccess& entries, ValidatorIndex index,
                                          Epoch offence, Epoch current, const Parameters& parameters) {
    std::vector<NamedCohort> found;
    Epoch exit_epoch = state.validators[index.value()].last_cohort;
    while (exit_epoch > offence) {
        const auto cohort = read_cohort(entries, index, exit_epoch);
        if (!cohort) break;
        const bool over = exit_epoch + parameters.UNBONDING_EPOCHS <= current && cohort->hold_epoch <= current;
        if (over) break;
        found.push_back({exit_epoch, *cohort});
        // Whatever the tree says, the way goes back.
        exit_epoch = std::min(cohort->previous, exit_epoch - 1);
    }
    return found;
}

Uint128 tokens_of(const std::vector<NamedCohort>& cohorts) {
    Uint128 tokens = 0;
    for (const NamedCohort& each : cohorts)
        tokens += each.cohort.tokens.value();
    return tokens;
}

/// ceil(tokens · numerator / denominator), for a fraction of at most 1.
std::uint64_t fraction_of(std::uint64_t tokens, std::uint64_t numerator, std::uint64_t denominator) {
    const Uint128 product = wide_multiply(tokens, numerator);
    return static_cast<std::uint64_t>(product / denominator + (product % denominator == 0 ? 0 : 1));
}

/// Takes it of a cohort and of the sum of all.
Result<void> take_from_cohort(ConsensusState& state, Cohort& cohort, std::uint64_t loss) {
    const auto unbonding = checked_subtract(state.unbonding.value(), loss);
    if (!unbonding) return reject(Clause::TYP_01, "what is unbonding would be negative");
    state.unbonding = Amount(*unbonding);
    cohort.tokens = Amount(cohort.tokens.value() - loss);
    return {};
}

Result<void> count_slashed(ConsensusState& state, Uint128 tokens, Epoch current, const Parameters& parameters) {
    const auto narrowed = narrow(tokens);
    if (!narrowed) return reject(Clause::TYP_01, "what is slashed exceeds 64 bits");
    return add_to(state.slashings.mutate(current.value() % parameters.EPOCHS_PER_SLASHINGS_VECTOR), *narrowed);
}

/// Who is slashed is no participant any more. [JUS-01]
void leave_participants(State& state, ValidatorIndex index, Epoch current) {
    constexpr ParticipationFlags kTarget = 1U << TIMELY_TARGET_FLAG_INDEX;
    const ConsensusState& consensus = state.consensus();
    const Validator& validator = consensus.validators[index.value()];
    const std::uint64_t stake = validator.effective_stake.value();
    const bool in_previous = (consensus.previous_epoch_participation[index.value()] & kTarget) != 0;
    const bool in_current = (consensus.current_epoch_participation[index.value()] & kTarget) != 0;
    if (in_previous && is_active(validator, previous_of(current))) state.target_stakes().previous -= stake;
    if (in_current && is_active(validator, current)) state.target_stakes().current -= stake;
}

/// Step 1 of [VAL-09].
std::uint64_t operators_own(const ConsensusState& state, EntryAccess& entries, ValidatorIndex index,
                            const Parameters& parameters) {
    if (state.shares[index.value()] == 0) return 0;
    const Address& holder = state.validators[index.value()].operator_address;
    const std::uint64_t value = share_value(state, index, read_shares(entries, index, holder));
    return std::min(parameters.MIN_SELF_STAKE, value);
}

/// Step 5 of [VAL-09].
Result<void> reward_and_burn(ConsensusState& state, EntryAccess& entries, std::uint64_t lost, std::uint64_t own,
                             ValidatorIndex proposer, const Parameters& parameters) {
    const Uint128 most = own / (Uint128{2} * parameters.MIN_SLASHING_PENALTY_QUOTIENT);
    const auto reward = static_cast<std::uint64_t>(std::min(Uint128{lost}, most));
    if (reward != 0) {
        NODE_TRY(add_to_account(entries, state.validators[proposer.value()].operator_address, reward));
    }
    return add_to(state.burnt, lost - reward);
}

/// [VAL-09]
Result<void> slash_first(const Environment& environment, State& state, EntryAccess& entries, ValidatorIndex index,
                         Epoch offence, ValidatorIndex proposer) {
    const Parameters& parameters = environment.parameters();
    const std::uint64_t quotient = parameters.MIN_SLASHING_PENALTY_QUOTIENT;
    ConsensusState& consensus = state.mutable_consensus();
    const Epoch current = current_epoch(state, environment);
    const std::uint64_t own = operators_own(consensus, entries, index, parameters);
    leave_participants(state, index, current);
    NODE_TRY(initiate_validator_exit(consensus, entries, index, current));

    Validator& validator = consensus.validators.mutate(index.value());
    validator.slashed = true;
    validator.slashed_from = offence;
    validator.hold_epoch = std::max(validator.hold_epoch, current + parameters.EPOCHS_PER_SLASHINGS_VECTOR);
    auto cohorts = cohorts_in_scope(consensus, entries, index, offence, current, parameters);
    NODE_TRY(count_slashed(consensus, tokens_of(cohorts) + validator.effective_stake.value(), current, parameters));

    Amount& balance = consensus.balances.mutate(index.value());
    Uint128 lost = divide_up(balance.value(), quotient);
    balance = Amount(balance.value() - static_cast<std::uint64_t>(lost));
    for (auto& [exit_epoch, cohort] : cohorts) {
        const std::uint64_t loss = divide_up(cohort.tokens.value(), quotient);
        lost += loss;
        NODE_TRY(take_from_cohort(consensus, cohort, loss));
        cohort.hold_epoch = validator.hold_epoch;
        write_cohort(entries, index, exit_epoch, cohort);
    }
    const auto sum = narrow(lost);
    if (!sum) return reject(Clause::TYP_01, "what is slashed exceeds 64 bits");
    return reward_and_burn(consensus, entries, *sum, own, proposer, parameters);
}

/// [STK-24]
Result<void> slash_again(const Environment& environment, State& state, EntryAccess& entries, ValidatorIndex index,
                         Epoch offence) {
    const Parameters& parameters = environment.parameters();
    ConsensusState& consensus = state.mutable_consensus();
    const Epoch current = current_epoch(state, environment);
    Validator& validator = consensus.validators.mutate(index.value());
    auto cohorts = cohorts_in_scope(consensus, entries, index, offence, current, parameters);
    std::erase_if(cohorts, [&](const NamedCohort& each) { return each.exit_epoch > validator.slashed_from; });
    NODE_TRY(count_slashed(consensus, tokens_of(cohorts), current, parameters));

    const bool penalty_comes = current + parameters.EPOCHS_PER_SLASHINGS_VECTOR / 2 <= validator.hold_epoch;
    const CorrelationFraction fraction = correlation_fraction(state, parameters);
    for (auto& [exit_epoch, cohort] : cohorts) {
        std::uint64_t loss = divide_up(cohort.tokens.value(), parameters.MIN_SLASHING_PENALTY_QUOTIENT);
        if (penalty_comes) {
            cohort.hold_epoch = validator.hold_epoch;
        } else {
            loss += fraction_of(cohort.tokens.value() - loss, fraction.adjusted, fraction.total);
        }
        NODE_TRY(take_from_cohort(consensus, cohort, loss));
        NODE_TRY(add_to(consensus.burnt, loss));
        write_cohort(entries, index, exit_epoch, cohort);
    }
    validator.slashed_from = offence;
    return {};
}

}  // namespace

Result<void> slash_validator(const Environment& environment, State& state, EntryAccess& entries, ValidatorIndex index,
                             Epoch offence_epoch, ValidatorIndex proposer) {
    if (state.consensus().validators[index.value()].slashed) {
        return slash_again(environment, state, entries, index, offence_epoch);
    }
    return slash_first(environment, state, entries, index, offence_epoch, proposer);
}

CorrelationFraction correlation_fraction(const State& state, const Parameters& parameters) {
    const ConsensusState& consensus = state.consensus();
    const std::uint64_t total = state.context().total_active_stake.value();
    Uint128 sum = 0;
    for (std::size_t c = 0; c < consensus.slashings.chunk_count(); ++c) {
        for (const Amount slashed : consensus.slashings.chunk(c))
            sum += slashed.value();
    }
    const Uint128 adjusted = std::min(sum * parameters.PROPORTIONAL_SLASHING_MULTIPLIER, Uint128{total});
    return {static_cast<std::uint64_t>(adjusted), total};
}

Result<void> take_correlation_penalty(const Environment& environment, State& state, EntryAccess& entries,
                                      ValidatorIndex index, const CorrelationFraction& fraction) {
    const Parameters& parameters = environment.parameters();
    ConsensusState& consensus = state.mutable_consensus();
    const Epoch current = current_epoch(state, environment);
    const std::uint64_t balance = consensus.balances[index.value()].value();
    NODE_TRY(decrease_balance(consensus, index, fraction_of(balance, fraction.adjusted, fraction.total)));

    const Validator& validator = consensus.validators[index.value()];
    auto cohorts = cohorts_in_scope(consensus, entries, index, validator.slashed_from, current, parameters);
    for (auto& [exit_epoch, cohort] : cohorts) {
        if (cohort.hold_epoch != validator.hold_epoch) continue;
        const std::uint64_t loss = fraction_of(cohort.tokens.value(), fraction.adjusted, fraction.total);
        NODE_TRY(take_from_cohort(consensus, cohort, loss));
        NODE_TRY(add_to(consensus.burnt, loss));
        write_cohort(entries, index, exit_epoch, cohort);
    }
    return {};
}

}  // namespace touchstone::node
