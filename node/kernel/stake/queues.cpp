#include "node/kernel/stake/queues.h"

#include <algorithm>
#include <optional>
#include <string>

#include "node/base/arithmetic.h"
#include "node/kernel/stake/pools.h"

namespace touchstone::node {
namespace {

Rejection missing_item(const char* queue, std::uint64_t number) {
    return reject(Clause::STK_03, std::string("the tree has no item ") + std::to_string(number) + " of the " + queue);
}

Result<void> take_from(Amount& amount, std::uint64_t grains, const char* name) {
    const auto rest = checked_subtract(amount.value(), grains);
    if (!rest) return reject(Clause::TYP_01, std::string(name) + " would be negative");
    amount = Amount(*rest);
    return {};
}

Result<void> burn_balance(ConsensusState& state, ValidatorIndex index) {
    Amount& balance = state.balances.mutate(index.value());
    const std::uint64_t burnt = balance.value();
    balance = Amount(0);
    return add_to(state.burnt, burnt);
}

/// r of [STK-19].
std::uint64_t count_staying(const ConsensusState& state, Epoch current) {
    std::uint64_t staying = 0;
    for (std::size_t c = 0; c < state.validators.chunk_count(); ++c) {
        for (const Validator& validator : state.validators.chunk(c)) {
            if (is_active(validator, current) && validator.exit_epoch == kFarFutureEpoch) ++staying;
        }
    }
    return staying;
}

/// What the processing of an item leads to.
enum class Next : std::uint8_t { go_on, end };

// ---------------------------------------------------------------------------------------------------------- unbonding

class UnbondQueue {
  public:
    UnbondQueue(const Environment& environment, State& state, EntryAccess& entries)
        : parameters_(environment.parameters()),
          state_(state.mutable_consensus()),
          entries_(entries),
          current_(current_epoch(state, environment)),
          budget_(Uint128{state_.unbond_queue.budget.value()} + get_churn(state, parameters_).value()) {}

    Result<void> process() {
        Queue& queue = state_.unbond_queue;
        if (queue.head == queue.tail) {
            queue.budget = Amount(0);
            return {};
        }
        staying_ = count_staying(state_, current_);
        const std::uint64_t end = queue.tail;
        for (std::uint64_t n = 0; n < parameters_.MAX_QUEUE_ITEMS && queue.head < end; ++n) {
            NODE_TRY_ASSIGN(item, item_at(queue.head));
            NODE_TRY_ASSIGN(next, item.shares == 0 ? process_exit(item) : process_unbond(item));
            if (next == Next::end) break;
        }
        NODE_TRY_ASSIGN(cost, cost_of_head());
        queue.budget = Amount(static_cast<std::uint64_t>(std::min(budget_, Uint128{cost})));
        return {};
    }

  private:
    Result<QueuedUnbond> item_at(std::uint64_t number) {
        const auto item = read_queued_unbond(entries_, number);
        if (!item || item->validator_index.value() >= state_.validators.size()) {
            return missing_item("unbond queue", number);
        }
        return *item;
    }
    const Validator& validator_of(const QueuedUnbond& item) const {
        return state_.validators[item.validator_index.value()];
    }
    Next remove_head() {
        write_queued_unbond(entries_, state_.unbond_queue.head++, std::nullopt);
        return Next::go_on;
    }
    Next keep_head(const QueuedUnbond& item) {
        write_queued_unbond(entries_, state_.unbond_queue.head, item);
        return Next::end;
    }

    Result<Next> process_exit(const QueuedUnbond& item) {
        if (staying_ <= parameters_.MIN_ACTIVE_VALIDATORS) {
            NODE_TRY(append_unbond(state_, entries_, item));
            return remove_head();
        }
        const std::uint64_t stake = validator_of(item).effective_stake.value();
        if (stake > budget_) return Next::end;
        state_.validators.mutate(item.validator_index.value()).exit_epoch =
            activation_exit_epoch(current_, parameters_);
        budget_ -= stake;
        --staying_;
        return remove_head();
    }

    Result<Next> process_unbond(QueuedUnbond item) {
        const ValidatorIndex index = item.validator_index;
        const Validator& validator = validator_of(item);
        if (validator.slashed || validator.exit_epoch <= current_ + 1) {
            NODE_TRY(add_shares(entries_, index, item.delegator, item.shares));
            return remove_head();
        }
        const Pool pool = pool_of(state_, index);
        const bool whole = share_value(pool, item.shares) <= budget_;
        // What does not fit is of a pool with tokens, and more than the budget.
        const std::uint64_t leaving =
            whole ? item.shares : narrow(budget_ * pool.shares / pool.tokens).value_or(kUint64Max);
        if (leaving == 0) return Next::end;
        NODE_TRY_ASSIGN(value, leave(index, item.delegator, leaving));
        budget_ -= value;
        item.shares -= leaving;
        return item.shares == 0 ? remove_head() : keep_head(item);
    }

    /// [STK-20]
    Result<std::uint64_t> leave(ValidatorIndex index, const Address& delegator, std::uint64_t shares) {
        const std::uint64_t value = share_value(state_, index, shares);
        const auto rest = checked_subtract(state_.shares[index.value()], shares);
        if (!rest) return reject(Clause::TYP_01, "the shares of a pool would be negative");
        state_.shares.mutate(index.value()) = *rest;
        if (value != 0) {
            NODE_TRY(take_from(state_.balances.mutate(index.value()), value, "the balance of a pool"));
            NODE_TRY(join_cohort(index, delegator, value));
        }
        if (*rest == 0) NODE_TRY(burn_balance(state_, index));
        return value;
    }

    Result<void> join_cohort(ValidatorIndex index, const Address& delegator, std::uint64_t tokens) {
        const Epoch exit_epoch = current_ + 1;
        auto cohort = read_cohort(entries_, index, exit_epoch);
        if (!cohort) {
            Validator& validator = state_.validators.mutate(index.value());
            cohort = Cohort{Amount(0), 0, Epoch(0), validator.last_cohort};
            validator.last_cohort = exit_epoch;
        }
        NODE_TRY(add_to(cohort->tokens, tokens));
        const auto shares = checked_add(cohort->shares, tokens);
        const auto held = checked_add(read_cohort_shares(entries_, index, exit_epoch, delegator), tokens);
        if (!shares || !held) return reject(Clause::TYP_01, "the shares of a cohort exceed 64 bits");
        cohort->shares = *shares;
        write_cohort(entries_, index, exit_epoch, cohort);
        write_cohort_shares(entries_, index, exit_epoch, delegator, *held);
        return add_to(state_.unbonding, tokens);
    }

    Result<std::uint64_t> cost_of_head() {
        const Queue& queue = state_.unbond_queue;
        if (queue.head == queue.tail) return std::uint64_t{0};
        NODE_TRY_ASSIGN(head, item_at(queue.head));
        if (head.shares == 0) return validator_of(head).effective_stake.value();
        return share_value(state_, head.validator_index, head.shares);
    }

    const Parameters& parameters_;
    ConsensusState& state_;
    EntryAccess& entries_;
    Epoch current_;
    Uint128 budget_;  // exact: only what is left of it is stored
    std::uint64_t staying_ = 0;
};

// ------------------------------------------------------------------------------------------------------------ bonding

class BondQueue {
  public:
    BondQueue(const Environment& environment, State& state, EntryAccess& entries)
        : parameters_(environment.parameters()),
          state_(state.mutable_consensus()),
          entries_(entries),
          current_(current_epoch(state, environment)),
          budget_(Uint128{state_.bond_queue.budget.value()} + get_churn(state, parameters_).value()) {}

    Result<void> process() {
        Queue& queue = state_.bond_queue;
        const std::uint64_t end = queue.tail;
        const Slot finalized = start_slot_of(state_.finalized_checkpoint.epoch, parameters_);
        for (std::uint64_t n = 0; n < parameters_.MAX_QUEUE_ITEMS && queue.head < end; ++n) {
            NODE_TRY_ASSIGN(item, item_at(queue.head));
            if (item.slot > finalized) break;
            NODE_TRY_ASSIGN(next, item.amount.value() == 0 ? process_activation(item) : process_bond(item));
            if (next == Next::end) break;
        }
        NODE_TRY_ASSIGN(cost, cost_of_head());
        queue.budget = Amount(static_cast<std::uint64_t>(std::min(budget_, Uint128{cost})));
        return {};
    }

  private:
    Result<QueuedBond> item_at(std::uint64_t number) {
        const auto item = read_queued_bond(entries_, number);
        if (!item || item->validator_index.value() >= state_.validators.size()) {
            return missing_item("bond queue", number);
        }
        return *item;
    }
    const Validator& validator_of(const QueuedBond& item) const {
        return state_.validators[item.validator_index.value()];
    }
    Next remove_head() {
        write_queued_bond(entries_, state_.bond_queue.head++, std::nullopt);
        return Next::go_on;
    }
    Next keep_head(const QueuedBond& item) {
        write_queued_bond(entries_, state_.bond_queue.head, item);
        return Next::end;
    }

    /// w of [STK-21].
    std::uint64_t activation_stake(ValidatorIndex index) const {
        const std::uint64_t balance = state_.balances[index.value()].value();
        return std::min(balance - balance % parameters_.EFFECTIVE_STAKE_INCREMENT, parameters_.MAX_EFFECTIVE_STAKE);
    }

    Result<Next> process_activation(const QueuedBond& item) {
        const std::uint64_t stake = activation_stake(item.validator_index);
        const bool refused =
            validator_of(item).exit_request_epoch != kFarFutureEpoch || stake < parameters_.MIN_ACTIVATION_STAKE;
        if (!refused && stake > budget_) return Next::end;
        Validator& validator = state_.validators.mutate(item.validator_index.value());
        if (refused) {
            validator.eligibility_epoch = kFarFutureEpoch;
        } else {
            validator.effective_stake = Amount(stake);
            validator.activation_epoch = activation_exit_epoch(current_, parameters_);
            budget_ -= stake;
        }
        return remove_head();
    }

    Result<Next> process_bond(QueuedBond item) {
        const ValidatorIndex index = item.validator_index;
        const Validator& validator = validator_of(item);
        const std::uint64_t balance = state_.balances[index.value()].value();
        const std::uint64_t room = saturating_subtract(parameters_.MAX_EFFECTIVE_STAKE, balance);
        const bool leaving = validator.slashed || validator.exit_request_epoch != kFarFutureEpoch;
        NODE_TRY(refund(item, leaving ? item.amount.value() : saturating_subtract(item.amount.value(), room)));
        if (item.amount.value() == 0) return remove_head();
        const bool counts = validator.activation_epoch != kFarFutureEpoch;
        const std::uint64_t whole = item.amount.value();
        const auto amount = counts ? static_cast<std::uint64_t>(std::min(Uint128{whole}, budget_)) : whole;
        if (amount < whole && amount < parameters_.EFFECTIVE_STAKE_INCREMENT) return keep_head(item);
        const auto minted = mint_shares(state_, index, amount);
        if (!minted) {
            NODE_TRY(refund(item, whole));
            return remove_head();
        }
        NODE_TRY(add_to(state_.balances.mutate(index.value()), amount));
        state_.shares.mutate(index.value()) += *minted;  // it fits [STK-02]
        NODE_TRY(add_shares(entries_, index, item.delegator, *minted));
        NODE_TRY(take_from(state_.bonding, amount, "what is bonding"));
        item.amount = Amount(whole - amount);
        if (counts) budget_ -= amount;
        return amount == whole ? remove_head() : keep_head(item);
    }

    /// [STK-22]
    Result<void> refund(QueuedBond& item, std::uint64_t grains) {
        if (grains == 0) return {};
        item.amount = Amount(item.amount.value() - grains);
        NODE_TRY(take_from(state_.bonding, grains, "what is bonding"));
        return add_to_account(entries_, item.delegator, grains);
    }

    Result<std::uint64_t> cost_of_head() {
        const Queue& queue = state_.bond_queue;
        if (queue.head == queue.tail) return std::uint64_t{0};
        NODE_TRY_ASSIGN(head, item_at(queue.head));
        return head.amount.value() == 0 ? activation_stake(head.validator_index) : head.amount.value();
    }

    const Parameters& parameters_;
    ConsensusState& state_;
    EntryAccess& entries_;
    Epoch current_;
    Uint128 budget_;  // exact: only what is left of it is stored
};

}  // namespace

Result<void> process_unbond_queue(const Environment& environment, State& state, EntryAccess& entries) {
    return UnbondQueue(environment, state, entries).process();
}

Result<void> process_bond_queue(const Environment& environment, State& state, EntryAccess& entries) {
    return BondQueue(environment, state, entries).process();
}

Result<void> make_eligible(ConsensusState& state, EntryAccess& entries, ValidatorIndex index, Epoch current,
                           const Parameters& parameters) {
    state.validators.mutate(index.value()).eligibility_epoch = current + 1;
    NODE_TRY(append_bond(state, entries, {index, Address{}, Amount(0), start_slot_of(current + 1, parameters)}));
    return {};
}

}  // namespace touchstone::node
