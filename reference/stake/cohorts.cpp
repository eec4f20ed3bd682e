#include "reference/stake/cohorts.h"

#include "reference/entries/stake_entries.h"
#include "reference/stake/pools.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

namespace {

// [STK-20]
Result<void> join_cohort(ConsensusState& state, ValidatorIndex index, const Address& delegator, Amount tokens) {
    TRY(const Epoch exit_epoch, store<Epoch>(get_current_epoch(state) + 1U));
    Validator& validator = state.validators[index.value];
    Cohort cohort{.tokens = Amount{0}, .shares = 0, .hold_epoch = Epoch{0}, .previous = validator.last_cohort};
    if (const auto found = get_cohort(state, index, exit_epoch)) {
        cohort = *found;
    } else {
        validator.last_cohort = exit_epoch;
    }
    TRY(cohort.tokens, store<Amount>(cohort.tokens + tokens));
    TRY(cohort.shares, store<std::uint64_t>(tokens + Wide{cohort.shares}));
    set_cohort(state, index, exit_epoch, cohort);
    const Wide held = get_cohort_shares(state, index, exit_epoch, delegator);
    TRY(const auto holds, store<std::uint64_t>(tokens + held));
    set_cohort_shares(state, index, exit_epoch, delegator, holds);
    TRY(state.unbonding, store<Amount>(state.unbonding + tokens));
    return {};
}

}  // namespace

Result<Amount> leave(ConsensusState& state, ValidatorIndex index, const Address& delegator, std::uint64_t shares) {
    TRY(const Amount value, take_from_pool(state, index, shares));
    if (value > 0U) CHECK(join_cohort(state, index, delegator, value));
    return value;
}

// [STK-23]
Result<std::vector<Epoch>> get_cohorts_in_scope(const ConsensusState& state, ValidatorIndex index, Epoch offence) {
    const Epoch current = get_current_epoch(state);
    std::vector<Epoch> exit_epochs;
    Epoch exit_epoch = state.validators[index.value].last_cohort;
    while (exit_epoch != 0U) {
        const auto cohort = get_cohort(state, index, exit_epoch);
        if (!cohort) break;
        const bool is_over =
            exit_epoch + state.config.UNBONDING_EPOCHS <= current.value && cohort->hold_epoch <= current;
        if (exit_epoch <= offence || is_over) break;
        exit_epochs.push_back(exit_epoch);
        REQUIRE(cohort->previous < exit_epoch, Clause::STK_03);
        exit_epoch = cohort->previous;
    }
    return exit_epochs;
}

Result<void> decrease_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch, Wide tokens) {
    Cohort cohort = *get_cohort(state, index, exit_epoch);
    TRY(cohort.tokens, store<Amount>(cohort.tokens - tokens));
    TRY(state.unbonding, store<Amount>(state.unbonding - tokens));
    set_cohort(state, index, exit_epoch, cohort);
    return {};
}

}  // namespace touchstone::reference
