#include "reference/stake/slash_validator.h"

#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/stake/cohorts.h"
#include "reference/stake/pools.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

namespace {

Result<void> burn(ConsensusState& state, Wide tokens) {
    TRY(state.burnt, store<Amount>(state.burnt + tokens));
    return {};
}

Wide tokens_of(const ConsensusState& state, ValidatorIndex index, const std::vector<Epoch>& exit_epochs) {
    Wide tokens = 0;
    for (Epoch exit_epoch : exit_epochs)
        tokens += get_cohort(state, index, exit_epoch)->tokens.value;
    return tokens;
}

Result<void> record_slashed(ConsensusState& state, Wide stake) {
    Amount& slashed = state.slashings[get_current_epoch(state) % state.config.EPOCHS_PER_SLASHINGS_VECTOR];
    TRY(slashed, store<Amount>(slashed + stake));
    return {};
}

void hold_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch) {
    Cohort cohort = *get_cohort(state, index, exit_epoch);
    cohort.hold_epoch = state.validators[index.value].hold_epoch;
    set_cohort(state, index, exit_epoch, cohort);
}

/// What the cohort loses at once, by [VAL-09] and [STK-24].
Result<Wide> take_minimum_penalty(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch) {
    const Amount tokens = get_cohort(state, index, exit_epoch)->tokens;
    const Wide lost = ceil_div(tokens.value, state.config.MIN_SLASHING_PENALTY_QUOTIENT);
    CHECK(decrease_cohort(state, index, exit_epoch, lost));
    return lost;
}

/// [VAL-09] Of the operator's stake, what is locked.
Wide own_stake(const ConsensusState& state, ValidatorIndex index) {
    const Address& operator_address = state.validators[index.value].operator_address;
    const Wide held = share_value(state, index, get_pool_shares(state, index, operator_address));
    return std::min<Wide>(state.config.MIN_SELF_STAKE, held);
}

/// [VAL-09] 4. Gives the sum that was lost.
Result<Wide> take_minimum_penalties(ConsensusState& state, ValidatorIndex index, const std::vector<Epoch>& cohorts) {
    Amount& tokens = state.balances[index.value];
    Wide sum = ceil_div(tokens.value, state.config.MIN_SLASHING_PENALTY_QUOTIENT);
    TRY(tokens, store<Amount>(tokens - sum));
    for (Epoch exit_epoch : cohorts) {
        TRY(const Wide lost, take_minimum_penalty(state, index, exit_epoch));
        hold_cohort(state, index, exit_epoch);
        sum += lost;
    }
    return sum;
}

// [STK-24]
Result<void> slash_again(ConsensusState& state, ValidatorIndex index, Epoch offence) {
    Validator& validator = state.validators[index.value];
    TRY(std::vector<Epoch> cohorts, get_cohorts_in_scope(state, index, offence));
    std::erase_if(cohorts, [&](Epoch exit_epoch) { return exit_epoch > validator.slashed_from; });
    CHECK(record_slashed(state, tokens_of(state, index, cohorts)));
    TRY(const CorrelationPenalty penalty, get_correlation_penalty(state));
    const Wide half_window = state.config.EPOCHS_PER_SLASHINGS_VECTOR / 2;
    const bool penalty_is_to_come = get_current_epoch(state) + half_window <= validator.hold_epoch.value;
    for (Epoch exit_epoch : cohorts) {
        TRY(const Wide lost, take_minimum_penalty(state, index, exit_epoch));
        CHECK(burn(state, lost));
        if (penalty_is_to_come) {
            hold_cohort(state, index, exit_epoch);
        } else {
            const Wide at_once = penalty.of(get_cohort(state, index, exit_epoch)->tokens);
            CHECK(decrease_cohort(state, index, exit_epoch, at_once));
            CHECK(burn(state, at_once));
        }
    }
    validator.slashed_from = offence;
    return {};
}

}  // namespace

// [VAL-09]
Result<void> slash_validator(ConsensusState& state, ValidatorIndex index, Epoch offence, ValidatorIndex proposer) {
    Validator& validator = state.validators[index.value];
    if (validator.slashed) return slash_again(state, index, offence);
    const Wide own = own_stake(state, index);  // 1.
    CHECK(initiate_validator_exit(state, index));
    validator.slashed = true;
    TRY(const Epoch held, store<Epoch>(get_current_epoch(state) + state.config.EPOCHS_PER_SLASHINGS_VECTOR));
    validator.hold_epoch = std::max(validator.hold_epoch, held);
    TRY(const std::vector<Epoch> cohorts, get_cohorts_in_scope(state, index, offence));
    CHECK(record_slashed(state, validator.effective_stake + tokens_of(state, index, cohorts)));  // 3.
    TRY(const Wide lost, take_minimum_penalties(state, index, cohorts));
    const Wide reward = std::min(lost, own / (Wide{2} * state.config.MIN_SLASHING_PENALTY_QUOTIENT));  // 5.
    if (reward > 0) CHECK(increase_account(state, state.validators[proposer.value].operator_address, reward));
    CHECK(burn(state, lost - reward));
    validator.slashed_from = offence;
    return {};
}

// [SLA-01]
Result<CorrelationPenalty> get_correlation_penalty(const ConsensusState& state) {
    TRY(const Amount total, get_total_active_stake(state));
    Wide sum = 0;
    for (Amount slashed : state.slashings)
        sum += slashed.value;
    const Wide a = std::min<Wide>(sum * state.config.PROPORTIONAL_SLASHING_MULTIPLIER, total.value);
    return CorrelationPenalty{a, total};
}

Result<void> process_slashings(ConsensusState& state) {
    TRY(const CorrelationPenalty penalty, get_correlation_penalty(state));
    const Wide due = get_current_epoch(state) + state.config.EPOCHS_PER_SLASHINGS_VECTOR / 2;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        if (!validator.slashed || validator.hold_epoch != due) continue;
        const ValidatorIndex index{i};
        TRY(const Amount of_pool, store<Amount>(penalty.of(state.balances[i])));
        CHECK(decrease_balance(state, index, of_pool));
        TRY(const std::vector<Epoch> cohorts, get_cohorts_in_scope(state, index, validator.slashed_from));
        for (Epoch exit_epoch : cohorts) {  // [STK-25]
            const Cohort cohort = *get_cohort(state, index, exit_epoch);
            if (cohort.hold_epoch != validator.hold_epoch) continue;
            CHECK(decrease_cohort(state, index, exit_epoch, penalty.of(cohort.tokens)));
            CHECK(burn(state, penalty.of(cohort.tokens)));
        }
    }
    return {};
}

}  // namespace touchstone::reference
