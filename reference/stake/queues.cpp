#include "reference/stake/queues.h"

#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/stake/cohorts.h"
#include "reference/stake/pools.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

namespace {

/// Whether the loop over a queue goes on.
enum class Next { GoesOn, Ends };

// [STK-17]
bool is_exit(const QueuedUnbond& unbond) { return unbond.shares == 0; }
bool is_activation(const QueuedBond& bond) { return bond.amount == 0U; }

/// What is left of the budget at last, with the cost of the head of the queue, 0 if it is empty.
Result<void> save_budget(Queue& queue, Wide budget, Wide cost) {
    TRY(queue.budget, store<Amount>(std::min(budget, cost)));
    return {};
}

/// r of [STK-19].
Wide count_staying_validators(const ConsensusState& state) {
    Wide count = 0;
    for (ValidatorIndex index : get_active_validator_indices(state, get_current_epoch(state)))
        count += state.validators[index.value].exit_epoch == FAR_FUTURE_EPOCH ? 1U : 0U;
    return count;
}

// [STK-19] 1.
Result<Next> process_exit(ConsensusState& state, const QueuedUnbond& exit, Wide& budget, Wide& staying) {
    Validator& validator = state.validators[exit.validator_index.value];
    if (staying <= state.config.MIN_ACTIVE_VALIDATORS) {
        remove_first_unbond(state);
        CHECK(append_unbond(state, exit));
        return Next::GoesOn;
    }
    if (validator.effective_stake > budget) return Next::Ends;
    TRY(validator.exit_epoch, compute_activation_exit_epoch(get_current_epoch(state), state.config));
    budget -= validator.effective_stake.value;
    --staying;
    remove_first_unbond(state);
    return Next::GoesOn;
}

// [STK-19] 2., 3.
Result<Next> process_unbond(ConsensusState& state, QueuedUnbond unbond, Wide& budget) {
    const ValidatorIndex index = unbond.validator_index;
    const Validator& validator = state.validators[index.value];
    if (validator.slashed || validator.exit_epoch <= get_current_epoch(state) + 1U) {
        CHECK(increase_pool_shares(state, index, unbond.delegator, unbond.shares));
        remove_first_unbond(state);
        return Next::GoesOn;
    }
    Wide leaving = unbond.shares;
    if (share_value(state, index, unbond.shares) > budget)
        leaving = budget * state.shares[index.value] / state.balances[index.value];
    if (leaving == 0) return Next::Ends;
    TRY(const auto shares, store<std::uint64_t>(leaving));
    TRY(const Amount value, leave(state, index, unbond.delegator, shares));
    budget -= value.value;
    unbond.shares -= shares;
    if (unbond.shares > 0) {
        set_first_unbond(state, unbond);
        return Next::Ends;
    }
    remove_first_unbond(state);
    return Next::GoesOn;
}

Result<Wide> cost_of_first_unbond(const ConsensusState& state) {
    if (is_empty(state.unbond_queue)) return Wide{0};
    TRY(const QueuedUnbond head, get_first_unbond(state));
    const ValidatorIndex index = head.validator_index;
    if (is_exit(head)) return Wide{state.validators[index.value].effective_stake.value};
    return share_value(state, index, head.shares);
}

}  // namespace

// [STK-19]
Result<void> process_unbond_queue(ConsensusState& state) {
    Queue& queue = state.unbond_queue;
    TRY(const Amount churn, get_churn(state));
    Wide budget = queue.budget + churn;
    Wide staying = count_staying_validators(state);
    const std::uint64_t end = queue.tail;
    for (std::uint64_t items = 0; items < state.config.MAX_QUEUE_ITEMS && queue.head < end; ++items) {
        TRY(const QueuedUnbond head, get_first_unbond(state));
        TRY(const Next next, is_exit(head) ? process_exit(state, head, budget, staying)  //
                                           : process_unbond(state, head, budget));
        if (next == Next::Ends) break;
    }
    TRY(const Wide cost, cost_of_first_unbond(state));
    return save_budget(queue, budget, cost);
}

namespace {

/// w of [STK-21].
Amount activation_stake(const ConsensusState& state, ValidatorIndex index) {
    const Amount tokens = state.balances[index.value];
    const Amount increments{tokens.value - tokens % state.config.EFFECTIVE_STAKE_INCREMENT};
    return std::min(increments, Amount{state.config.MAX_EFFECTIVE_STAKE});
}

// [STK-21] 2.
Result<Next> process_activation(ConsensusState& state, const QueuedBond& activation, Wide& budget) {
    const Amount stake = activation_stake(state, activation.validator_index);
    Validator& validator = state.validators[activation.validator_index.value];
    if (validator.exit_request_epoch != FAR_FUTURE_EPOCH || stake < state.config.MIN_ACTIVATION_STAKE) {
        validator.eligibility_epoch = Epoch{FAR_FUTURE_EPOCH};
        remove_first_bond(state);
        return Next::GoesOn;
    }
    if (stake > budget) return Next::Ends;
    validator.effective_stake = stake;
    TRY(validator.activation_epoch, compute_activation_exit_epoch(get_current_epoch(state), state.config));
    budget -= stake.value;
    remove_first_bond(state);
    return Next::GoesOn;
}

// [STK-22]
Result<void> refund(ConsensusState& state, QueuedBond& bond, Amount amount) {
    if (amount == 0U) return {};
    TRY(bond.amount, store<Amount>(bond.amount - amount));
    TRY(state.bonding, store<Amount>(state.bonding - amount));
    return increase_account(state, bond.delegator, amount.value);
}

/// [STK-21] 4. Moves an amount of the bond into the pool, for so many shares.
Result<void> join_pool(ConsensusState& state, QueuedBond& bond, Amount amount, std::uint64_t minted) {
    const ValidatorIndex index = bond.validator_index;
    TRY(state.balances[index.value], store<Amount>(state.balances[index.value] + amount));
    TRY(state.shares[index.value], store<std::uint64_t>(Wide{state.shares[index.value]} + minted));
    CHECK(increase_pool_shares(state, index, bond.delegator, minted));
    TRY(state.bonding, store<Amount>(state.bonding - amount));
    TRY(bond.amount, store<Amount>(bond.amount - amount));
    return {};
}

/// The head after a step: nothing is left of it, or what is left waits.
Next remove_or_keep(ConsensusState& state, const QueuedBond& bond) {
    if (bond.amount > 0U) {
        set_first_bond(state, bond);
        return Next::Ends;
    }
    remove_first_bond(state);
    return Next::GoesOn;
}

// [STK-21] 3., 4.
Result<Next> process_bond(ConsensusState& state, QueuedBond bond, Wide& budget) {
    const ValidatorIndex index = bond.validator_index;
    const Validator& validator = state.validators[index.value];
    const bool leaves = validator.slashed || validator.exit_request_epoch != FAR_FUTURE_EPOCH;
    const Amount room = saturating_sub(Amount{state.config.MAX_EFFECTIVE_STAKE}, state.balances[index.value]);
    CHECK(refund(state, bond, leaves ? bond.amount : saturating_sub(bond.amount, room)));
    if (bond.amount == 0U) return remove_or_keep(state, bond);
    const bool is_charged = validator.activation_epoch != FAR_FUTURE_EPOCH;
    Amount joining = bond.amount;
    if (is_charged && joining > budget) joining = Amount{static_cast<std::uint64_t>(budget)};
    if (joining < bond.amount && joining < state.config.EFFECTIVE_STAKE_INCREMENT) return remove_or_keep(state, bond);
    if (const auto minted = mint_shares(state, index, joining)) {
        CHECK(join_pool(state, bond, joining, *minted));
        if (is_charged) budget -= joining.value;
    } else {
        CHECK(refund(state, bond, bond.amount));
    }
    return remove_or_keep(state, bond);
}

Result<Wide> cost_of_first_bond(const ConsensusState& state) {
    if (is_empty(state.bond_queue)) return Wide{0};
    TRY(const QueuedBond head, get_first_bond(state));
    return Wide{is_activation(head) ? activation_stake(state, head.validator_index).value : head.amount.value};
}

}  // namespace

// [STK-21]
Result<void> process_bond_queue(ConsensusState& state) {
    Queue& queue = state.bond_queue;
    TRY(const Amount churn, get_churn(state));
    Wide budget = queue.budget + churn;
    const Wide finalized = compute_start_slot_at_epoch(state.finalized_checkpoint.epoch, state.config);
    const std::uint64_t end = queue.tail;
    for (std::uint64_t items = 0; items < state.config.MAX_QUEUE_ITEMS && queue.head < end; ++items) {
        TRY(const QueuedBond head, get_first_bond(state));
        if (head.slot > finalized) break;
        TRY(const Next next, is_activation(head) ? process_activation(state, head, budget)  //
                                                 : process_bond(state, head, budget));
        if (next == Next::Ends) break;
    }
    TRY(const Wide cost, cost_of_first_bond(state));
    return save_budget(queue, budget, cost);
}

}  // namespace touchstone::reference
