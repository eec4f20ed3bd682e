#include "reference/validators/validators.h"

#include "reference/entries/stake_entries.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::reference {

// [VAL-01]
bool is_active_validator(const Validator& validator, Epoch epoch) {
    return validator.activation_epoch <= epoch && epoch < validator.exit_epoch;
}

// [VAL-02]
Wide withdrawable_epoch(const Validator& validator, const Parameters& config) {
    if (validator.exit_epoch == FAR_FUTURE_EPOCH) return FAR_FUTURE_EPOCH;
    return std::max<Wide>(validator.exit_epoch + config.UNBONDING_EPOCHS, validator.hold_epoch.value);
}

// [VAL-03]
bool is_slashable_validator(const Validator& validator, Epoch current, Epoch offence, const Parameters& config) {
    return validator.activation_epoch <= current && current < withdrawable_epoch(validator, config) &&
           (!validator.slashed || offence < validator.slashed_from);
}

Result<Amount> sum_of_effective_stakes(const ConsensusState& state, const std::vector<ValidatorIndex>& indices) {
    Wide sum = 0;
    for (ValidatorIndex index : indices)
        sum += state.validators[index.value].effective_stake.value;
    return store<Amount>(sum);
}

// [VAL-04]
Result<Amount> get_total_stake(const ConsensusState& state, const std::vector<ValidatorIndex>& indices) {
    TRY(const Amount sum, sum_of_effective_stakes(state, indices));
    return std::max(Amount{state.config.EFFECTIVE_STAKE_INCREMENT}, sum);
}

Result<Amount> get_total_active_stake(const ConsensusState& state) {
    return get_total_stake(state, get_active_validator_indices(state, get_current_epoch(state)));
}

// [VAL-05]
Result<void> increase_balance(ConsensusState& state, ValidatorIndex index, Amount delta) {
    Amount& balance = state.balances[index.value];
    TRY(balance, store<Amount>(balance + delta));
    TRY(state.minted, store<Amount>(state.minted + delta));
    return {};
}

// [VAL-05]
Result<void> decrease_balance(ConsensusState& state, ValidatorIndex index, Amount delta) {
    Amount& balance = state.balances[index.value];
    const Amount penalty = std::min(delta, balance);
    TRY(balance, store<Amount>(balance - penalty));
    TRY(state.burnt, store<Amount>(state.burnt + penalty));
    return {};
}

// [VAL-07]
Result<Amount> get_churn(const ConsensusState& state) {
    TRY(const Amount total, get_total_active_stake(state));
    const Amount t = total / state.config.CHURN_QUOTIENT;
    return std::max(Amount{state.config.MIN_CHURN}, Amount{t.value - t % state.config.EFFECTIVE_STAKE_INCREMENT});
}

// [VAL-08]
Result<std::uint64_t> initiate_validator_exit(ConsensusState& state, ValidatorIndex index) {
    Validator& validator = state.validators[index.value];
    if (validator.exit_request_epoch != FAR_FUTURE_EPOCH) return 0;
    validator.exit_request_epoch = get_current_epoch(state);
    if (validator.activation_epoch == FAR_FUTURE_EPOCH) {
        TRY(validator.exit_epoch, store<Epoch>(get_current_epoch(state) + 1U));
        return 0;
    }
    return append_unbond(state, QueuedUnbond{index, Address{}, 0});
}

}  // namespace touchstone::reference
