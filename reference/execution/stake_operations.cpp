#include "reference/execution/stake_operations.h"

#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/domains.h"
#include "reference/stake/pools.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

// CONDITION(condition, status): the operation ends with the status unless the condition holds.
#define CONDITION(condition, status_of_failure)                                            \
    do {                                                                                   \
        if (!(condition)) return StakeOutcome{.status = (status_of_failure), .event = {}}; \
    } while (false)

namespace touchstone::reference {

namespace {

StakeOutcome succeeded(ValidatorIndex index, Amount amount, std::uint64_t number) {
    return {.status = SUCCESS, .event = {.index = index, .amount = amount, .number = number}};
}

bool is_registered(const ConsensusState& state, ValidatorIndex index) { return index < state.validators.size(); }

Amount balance_of(const ConsensusState& state, const Address& address) { return get_account(state, address).balance; }

/// A validator that [STK-09] has just let in, with defaults in all lists that run parallel.
void append_validator(ConsensusState& state, const Address& operator_address, const RegisterValidator& payload) {
    Validator validator;
    validator.pubkey = payload.pubkey;
    validator.operator_address = operator_address;
    validator.commission = payload.commission;
    for (Epoch* epoch : {&validator.next_commission_epoch, &validator.slashed_from, &validator.eligibility_epoch,
                         &validator.activation_epoch, &validator.exit_request_epoch, &validator.exit_epoch}) {
        *epoch = Epoch{FAR_FUTURE_EPOCH};
    }
    state.validators.push_back(validator);
    state.balances.emplace_back();
    state.previous_epoch_participation.push_back(0);
    state.current_epoch_participation.push_back(0);
    state.inactivity_scores.push_back(0);
    state.shares.push_back(0);
    state.commissions.emplace_back();
}

/// The effects of [STK-12].
Result<StakeOutcome> bond(ConsensusState& state, const Address& sender, ValidatorIndex index, Amount amount) {
    CHECK(decrease_account(state, sender, amount.value));
    TRY(state.bonding, store<Amount>(state.bonding + amount));
    TRY(const std::uint64_t number, append_bond(state, {index, sender, amount, state.slot}));
    return succeeded(index, amount, number);
}

}  // namespace

// [STK-09]
Result<StakeOutcome> process_register_validator(ConsensusState& state, const Address& sender,
                                                const RegisterValidator& payload) {
    CONDITION(payload.commission <= BASIS_POINTS, BAD_COMMISSION);
    CONDITION(payload.stake >= state.config.MIN_SELF_STAKE, TOO_SMALL);
    CONDITION(balance_of(state, sender) >= payload.stake, INSUFFICIENT_BALANCE);
    CONDITION(!get_validator_index(state, payload.pubkey), KEY_REGISTERED);
    CONDITION(static_cast<bool>(
                  verify_proof_of_possession(payload.pubkey, sender, payload.proof_of_possession, state.config)),
              BAD_PROOF);
    REQUIRE(state.validators.size() < state.config.VALIDATOR_REGISTRY_LIMIT, Clause::TYP_01);
    const ValidatorIndex index{state.validators.size()};
    append_validator(state, sender, payload);
    set_validator_index(state, payload.pubkey, index);
    return bond(state, sender, index, payload.stake);
}

// [STK-10]
Result<StakeOutcome> process_edit_validator(ConsensusState& state, const Address& sender,
                                            const EditValidator& payload) {
    const ValidatorIndex index = payload.validator_index;
    CONDITION(is_registered(state, index), UNKNOWN_VALIDATOR);
    Validator& validator = state.validators[index.value];
    CONDITION(validator.operator_address == sender, NOT_OPERATOR);
    CONDITION(payload.commission <= BASIS_POINTS, BAD_COMMISSION);
    const Epoch current = get_current_epoch(state);
    const std::uint64_t now = get_commission(validator, current);
    validator.commission = std::min(now, payload.commission);
    if (payload.commission > now) {
        validator.next_commission = payload.commission;
        TRY(validator.next_commission_epoch, store<Epoch>(current + state.config.UNBONDING_EPOCHS));
    } else {
        validator.next_commission = 0;
        validator.next_commission_epoch = Epoch{FAR_FUTURE_EPOCH};
    }
    return succeeded(index, Amount{0}, 0);
}

// [STK-11]
Result<StakeOutcome> process_exit_validator(ConsensusState& state, const Address& sender,
                                            const ExitValidator& payload) {
    const ValidatorIndex index = payload.validator_index;
    CONDITION(is_registered(state, index), UNKNOWN_VALIDATOR);
    const Validator& validator = state.validators[index.value];
    CONDITION(validator.operator_address == sender, NOT_OPERATOR);
    CONDITION(validator.exit_request_epoch == FAR_FUTURE_EPOCH, LEAVING);
    CONDITION(validator.activation_epoch == FAR_FUTURE_EPOCH ||
                  validator.activation_epoch + state.config.SHARD_COMMITTEE_PERIOD <= get_current_epoch(state).value,
              NOT_ACTIVE);
    TRY(const std::uint64_t number, initiate_validator_exit(state, index));
    return succeeded(index, Amount{0}, number);
}

// [STK-12]
Result<StakeOutcome> process_delegate(ConsensusState& state, const Address& sender, const Delegate& payload) {
    const ValidatorIndex index = payload.validator_index;
    CONDITION(is_registered(state, index), UNKNOWN_VALIDATOR);
    const Validator& validator = state.validators[index.value];
    CONDITION(validator.exit_request_epoch == FAR_FUTURE_EPOCH && !validator.slashed, LEAVING);
    CONDITION(payload.amount >= state.config.MIN_BOND, TOO_SMALL);
    CONDITION(balance_of(state, sender) >= payload.amount, INSUFFICIENT_BALANCE);
    return bond(state, sender, index, payload.amount);
}

namespace {

/// [STK-18] With the shares that the sender keeps.
bool is_unlocked(const ConsensusState& state, ValidatorIndex index, const Address& sender, std::uint64_t keeps) {
    const Validator& validator = state.validators[index.value];
    if (validator.operator_address != sender) return true;
    const bool has_left =
        validator.exit_request_epoch != FAR_FUTURE_EPOCH && is_free(validator, get_current_epoch(state), state.config);
    return has_left || share_value(state, index, keeps) >= state.config.MIN_SELF_STAKE;
}

}  // namespace

// [STK-13]
Result<StakeOutcome> process_undelegate(ConsensusState& state, const Address& sender, const Undelegate& payload) {
    const ValidatorIndex index = payload.validator_index;
    const std::uint64_t shares = payload.shares;
    CONDITION(is_registered(state, index), UNKNOWN_VALIDATOR);
    const std::uint64_t held = get_pool_shares(state, index, sender);
    CONDITION(0 < shares && shares <= held, NOT_ENOUGH_SHARES);
    CONDITION(share_value(state, index, shares) >= state.config.MIN_BOND || shares == held, TOO_SMALL);
    CONDITION(is_unlocked(state, index, sender, held - shares), LOCKED);
    const Validator& validator = state.validators[index.value];
    const Epoch current = get_current_epoch(state);
    const bool leaves_at_once = is_free(validator, current, state.config);
    CONDITION(leaves_at_once || !(validator.slashed || validator.exit_epoch <= current + 1U), NOT_WITHDRAWABLE);
    CHECK(decrease_pool_shares(state, index, sender, shares));
    if (leaves_at_once) {
        TRY(const Amount value, take_from_pool(state, index, shares));
        CHECK(increase_account(state, sender, value.value));
        return succeeded(index, value, 0);
    }
    TRY(const std::uint64_t number, append_unbond(state, {index, sender, shares}));
    return succeeded(index, Amount{0}, number);
}

// [STK-15]
Result<StakeOutcome> process_withdraw(ConsensusState& state, const Address& sender, const Withdraw& payload) {
    const ValidatorIndex index = payload.validator_index;
    CONDITION(is_registered(state, index), UNKNOWN_VALIDATOR);
    std::optional<Cohort> cohort = get_cohort(state, index, payload.exit_epoch);
    const std::uint64_t shares = get_cohort_shares(state, index, payload.exit_epoch, sender);
    CONDITION(cohort && shares > 0, NOTHING_THERE);
    const Epoch current = get_current_epoch(state);
    CONDITION(payload.exit_epoch + state.config.UNBONDING_EPOCHS <= current.value && cohort->hold_epoch <= current,
              NOT_WITHDRAWABLE);
    TRY(const Amount value, store<Amount>(share_value(cohort->tokens, cohort->shares, shares)));
    TRY(cohort->tokens, store<Amount>(cohort->tokens - value));
    TRY(cohort->shares, store<std::uint64_t>(Wide{cohort->shares} - shares));
    TRY(state.unbonding, store<Amount>(state.unbonding - value));
    CHECK(increase_account(state, sender, value.value));
    set_cohort_shares(state, index, payload.exit_epoch, sender, 0);
    if (cohort->shares > 0) {
        set_cohort(state, index, payload.exit_epoch, *cohort);
    } else {
        TRY(state.unbonding, store<Amount>(state.unbonding - cohort->tokens));
        TRY(state.burnt, store<Amount>(state.burnt + cohort->tokens));
        remove_cohort(state, index, payload.exit_epoch);
    }
    return succeeded(index, value, 0);
}

// [STK-16]
Result<StakeOutcome> process_claim_commission(ConsensusState& state, const Address& sender,
                                              const ClaimCommission& payload) {
    const ValidatorIndex index = payload.validator_index;
    CONDITION(is_registered(state, index), UNKNOWN_VALIDATOR);
    CONDITION(state.validators[index.value].operator_address == sender, NOT_OPERATOR);
    const Amount commission = state.commissions[index.value];
    CONDITION(commission > 0U, NOTHING_THERE);
    CHECK(increase_account(state, sender, commission.value));
    state.commissions[index.value] = Amount{0};
    return succeeded(index, commission, 0);
}

namespace {

struct StakeOperation {
    ConsensusState& state;
    const Address& sender;

    using Outcome = Result<StakeOutcome>;
    Outcome operator()(const RegisterValidator& payload) { return process_register_validator(state, sender, payload); }
    Outcome operator()(const EditValidator& payload) { return process_edit_validator(state, sender, payload); }
    Outcome operator()(const ExitValidator& payload) { return process_exit_validator(state, sender, payload); }
    Outcome operator()(const Delegate& payload) { return process_delegate(state, sender, payload); }
    Outcome operator()(const Undelegate& payload) { return process_undelegate(state, sender, payload); }
    Outcome operator()(const Withdraw& payload) { return process_withdraw(state, sender, payload); }
    Outcome operator()(const ClaimCommission& payload) { return process_claim_commission(state, sender, payload); }
    Outcome operator()(const Transfer&) { return Failure{Clause::TXN_04, "a transfer is no stake operation"}; }
    Outcome operator()(const Reserved&) { return Failure{Clause::TXN_04, "the payload is reserved"}; }
};

}  // namespace

Result<StakeOutcome> process_stake_operation(ConsensusState& state, const Address& sender, const Payload& payload) {
    return std::visit(StakeOperation{state, sender}, payload);
}

// [STK-08]
Event stake_event(const Payload& payload, const StakeEvent& event, const Parameters& config) {
    Event made;
    made.topic.bytes[0] = static_cast<std::uint8_t>(payload.index());
    made.data = ssz::serialize(event, config);
    return made;
}

}  // namespace touchstone::reference
