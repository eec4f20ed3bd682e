#include "node/kernel/execution/stake_operations.h"

#include <algorithm>
#include <string>

#include "crypto/bls.h"
#include "node/base/arithmetic.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/stake/pools.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// [TYP-01]
Result<void> take_from(Amount& amount, std::uint64_t grains) {
    const auto rest = checked_subtract(amount.value(), grains);
    if (!rest) return reject(Clause::TYP_01, "an amount would be below 0");
    amount = Amount(*rest);
    return {};
}

/// One operation on what those before it have left; called with its payload. The conditions stand in the order of the
/// prose, and nothing is changed before the last of them.
class StakeOperation {
  public:
    StakeOperation(const PreparedTransaction& prepared, const BlockTerms& terms, std::optional<bool> proved,
                   Account& sender, BlockStake& stake)
        : prepared_(prepared),
          terms_(terms),
          proved_(proved),
          sender_(sender),
          state_(stake.consensus()),
          entries_(stake.entries()) {}

    /// [STK-09]
    Result<StakeOutcome> operator()(const RegisterValidator& operation) {
        if (operation.commission > BASIS_POINTS) return failed(TransactionStatus::bad_commission);
        if (operation.stake.value() < terms_.parameters.MIN_SELF_STAKE) return failed(TransactionStatus::too_small);
        if (sender_.balance < operation.stake) return failed(TransactionStatus::insufficient_balance);
        if (read_validator(entries_, operation.pubkey)) return failed(TransactionStatus::key_registered);
        const bool proved = proved_ ? *proved_ : proves_possession(prepared_, terms_);
        if (!proved) return failed(TransactionStatus::bad_proof);
        NODE_TRY_ASSIGN(index, append_validator(state_, entries_, operation.pubkey, own_address(), operation.commission,
                                                terms_.parameters));
        return bond(index, operation.stake);
    }

    /// [STK-10]
    Result<StakeOutcome> operator()(const EditValidator& operation) {
        const ValidatorIndex index = operation.validator_index;
        if (!is_registered(index)) return failed(TransactionStatus::unknown_validator);
        if (!is_operator(index)) return failed(TransactionStatus::not_operator);
        if (operation.commission > BASIS_POINTS) return failed(TransactionStatus::bad_commission);
        Validator& validator = state_.validators.mutate(index.value());
        const std::uint64_t now = get_commission(validator, terms_.epoch);
        const bool waits = operation.commission > now;
        validator.commission = std::min(now, operation.commission);
        validator.next_commission = waits ? operation.commission : 0;
        validator.next_commission_epoch = waits ? terms_.epoch + terms_.parameters.UNBONDING_EPOCHS : kFarFutureEpoch;
        return done(index);
    }

    /// [STK-11]
    Result<StakeOutcome> operator()(const ExitValidator& operation) {
        const ValidatorIndex index = operation.validator_index;
        if (!is_registered(index)) return failed(TransactionStatus::unknown_validator);
        if (!is_operator(index)) return failed(TransactionStatus::not_operator);
        const Validator& validator = state_.validators[index.value()];
        if (validator.exit_request_epoch != kFarFutureEpoch) return failed(TransactionStatus::leaving);
        if (validator.activation_epoch != kFarFutureEpoch &&
            validator.activation_epoch + terms_.parameters.SHARD_COMMITTEE_PERIOD > terms_.epoch) {
            return failed(TransactionStatus::not_active);
        }
        const std::uint64_t tail = state_.unbond_queue.tail;
        NODE_TRY(initiate_validator_exit(state_, entries_, index, terms_.epoch));
        return done(index, 0, state_.unbond_queue.tail == tail ? 0 : tail);
    }

    /// [STK-12]
    Result<StakeOutcome> operator()(const Delegate& operation) {
        const ValidatorIndex index = operation.validator_index;
        if (!is_registered(index)) return failed(TransactionStatus::unknown_validator);
        const Validator& validator = state_.validators[index.value()];
        if (validator.exit_request_epoch != kFarFutureEpoch || validator.slashed) {
            return failed(TransactionStatus::leaving);
        }
        if (operation.amount.value() < terms_.parameters.MIN_BOND) return failed(TransactionStatus::too_small);
        if (sender_.balance < operation.amount) return failed(TransactionStatus::insufficient_balance);
        return bond(index, operation.amount);
    }

    /// [STK-13]
    Result<StakeOutcome> operator()(const Undelegate& operation) {
        const ValidatorIndex index = operation.validator_index;
        if (!is_registered(index)) return failed(TransactionStatus::unknown_validator);
        const std::uint64_t held = read_shares(entries_, index, own_address());
        const std::uint64_t shares = operation.shares;
        if (shares == 0 || shares > held) return failed(TransactionStatus::not_enough_shares);
        const std::uint64_t value = share_value(state_, index, shares);
        if (value < terms_.parameters.MIN_BOND && shares != held) return failed(TransactionStatus::too_small);
        if (is_locked(index, held - shares)) return failed(TransactionStatus::locked);
        const Validator& validator = state_.validators[index.value()];
        if (is_free(validator, terms_.epoch, terms_.parameters)) return leave_at_once(index, held, shares, value);
        if (validator.slashed || validator.exit_epoch <= terms_.epoch + 1) {
            return failed(TransactionStatus::not_withdrawable);
        }
        write_shares(entries_, index, own_address(), held - shares);
        NODE_TRY_ASSIGN(number, append_unbond(state_, entries_, {index, own_address(), shares}));
        return done(index, 0, number);
    }

    /// [STK-15]
    Result<StakeOutcome> operator()(const Withdraw& operation) {
        const ValidatorIndex index = operation.validator_index;
        const Epoch exit_epoch = operation.exit_epoch;
        if (!is_registered(index)) return failed(TransactionStatus::unknown_validator);
        std::optional<Cohort> cohort = read_cohort(entries_, index, exit_epoch);
        const std::uint64_t shares = read_cohort_shares(entries_, index, exit_epoch, own_address());
        if (!cohort || shares == 0) return failed(TransactionStatus::nothing_there);
        if (exit_epoch + terms_.parameters.UNBONDING_EPOCHS > terms_.epoch || cohort->hold_epoch > terms_.epoch) {
            return failed(TransactionStatus::not_withdrawable);
        }
        return take_out(index, exit_epoch, std::move(*cohort), shares);
    }

    /// [STK-16]
    Result<StakeOutcome> operator()(const ClaimCommission& operation) {
        const ValidatorIndex index = operation.validator_index;
        if (!is_registered(index)) return failed(TransactionStatus::unknown_validator);
        if (!is_operator(index)) return failed(TransactionStatus::not_operator);
        const std::uint64_t commission = state_.commissions[index.value()].value();
        if (commission == 0) return failed(TransactionStatus::nothing_there);
        NODE_TRY(add_to(sender_.balance, commission));
        state_.commissions.set(index.value(), Amount(0));
        return done(index, commission);
    }

    /// Not of stake: the caller has excluded them.
    template <class Other>
    Result<StakeOutcome> operator()(const Other&) {
        return reject(Clause::TXN_04, "no stake operation");
    }

  private:
    static StakeOutcome failed(TransactionStatus status) { return {status, {}, 0}; }
    static StakeOutcome done(ValidatorIndex index, std::uint64_t amount = 0, std::uint64_t number = 0) {
        return {TransactionStatus::success, {index, Amount(amount), number}, 0};
    }

    const Address& own_address() const { return prepared_.sender.address; }
    bool is_registered(ValidatorIndex index) const { return index.value() < state_.validators.size(); }
    bool is_operator(ValidatorIndex index) const {
        return state_.validators[index.value()].operator_address == own_address();
    }

    /// The effects of a delegation. [STK-12]
    Result<StakeOutcome> bond(ValidatorIndex index, Amount amount) {
        NODE_TRY(take_from(sender_.balance, amount.value()));
        NODE_TRY(add_to(state_.bonding, amount.value()));
        NODE_TRY_ASSIGN(number, append_bond(state_, entries_, {index, own_address(), amount, terms_.slot}));
        return done(index, amount.value(), number);
    }

    /// Whether the operator has to keep more than the shares that would be left. [STK-18]
    bool is_locked(ValidatorIndex index, std::uint64_t left) const {
        if (!is_operator(index)) return false;
        const Validator& validator = state_.validators[index.value()];
        const bool may_go =
            is_free(validator, terms_.epoch, terms_.parameters) && validator.exit_request_epoch != kFarFutureEpoch;
        return !may_go && share_value(state_, index, left) < terms_.parameters.MIN_SELF_STAKE;
    }

    /// [STK-13], its first step.
    Result<StakeOutcome> leave_at_once(ValidatorIndex index, std::uint64_t held, std::uint64_t shares,
                                       std::uint64_t value) {
        const auto left = checked_subtract(state_.shares[index.value()], shares);
        if (!left) return reject(Clause::TYP_01, "a pool has fewer shares than one of its holders");
        Amount balance = state_.balances[index.value()];
        NODE_TRY(take_from(balance, value));
        NODE_TRY(add_to(sender_.balance, value));
        StakeOutcome outcome = done(index, value);
        if (*left == 0) outcome.burnt = std::exchange(balance, Amount(0)).value();
        state_.balances.set(index.value(), balance);
        state_.shares.set(index.value(), *left);
        write_shares(entries_, index, own_address(), held - shares);
        return outcome;
    }

    /// The effects of a withdrawal. [STK-15]
    Result<StakeOutcome> take_out(ValidatorIndex index, Epoch exit_epoch, Cohort cohort, std::uint64_t shares) {
        if (shares > cohort.shares) {
            return reject(Clause::TYP_01, "a cohort has fewer shares than one of its holders");
        }
        const auto value = static_cast<std::uint64_t>(wide_multiply(shares, cohort.tokens.value()) / cohort.shares);
        cohort.shares -= shares;
        cohort.tokens = Amount(cohort.tokens.value() - value);  // a part of them
        StakeOutcome outcome = done(index, value);
        if (cohort.shares == 0) outcome.burnt = cohort.tokens.value();
        NODE_TRY(add_to(sender_.balance, value));
        NODE_TRY(take_from(state_.unbonding, value));
        NODE_TRY(take_from(state_.unbonding, outcome.burnt));
        write_cohort_shares(entries_, index, exit_epoch, own_address(), 0);
        write_cohort(entries_, index, exit_epoch, cohort.shares == 0 ? std::nullopt : std::optional(cohort));
        return outcome;
    }

    const PreparedTransaction& prepared_;
    const BlockTerms& terms_;
    std::optional<bool> proved_;
    Account& sender_;
    ConsensusState& state_;
    EntryAccess& entries_;
};

}  // namespace

Result<StakeOutcome> process_stake_operation(const PreparedTransaction& prepared, const BlockTerms& terms,
                                             std::optional<bool> proved, Account& sender, BlockStake& stake) {
    return std::visit(StakeOperation(prepared, terms, proved, sender, stake), prepared.transaction->message.payload);
}

Event stake_event(std::size_t selector, const StakeEvent& event) {
    Event made;
    made.topic.bytes[0] = static_cast<std::uint8_t>(selector);
    made.data = encode(event);
    return made;
}

bool proves_possession(const PreparedTransaction& prepared, const BlockTerms& terms) {
    namespace bls = crypto::bls;
    const auto* const registration = std::get_if<RegisterValidator>(&prepared.transaction->message.payload);
    if (registration == nullptr) return false;
    const auto key = bls::PublicKey::parse(registration->pubkey.view());                 // [CRY-03]
    const auto proof = bls::Signature::parse(registration->proof_of_possession.view());  // [CRY-04]
    if (!key || !proof) return false;
    const Root message = proof_of_possession_root(registration->pubkey, prepared.sender.address, terms.parameters);
    return bls::pop_verify(*key, message.view(), *proof);
}

}  // namespace touchstone::node
