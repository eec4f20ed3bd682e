// Page 17 over random histories of stake: operations, slots, epochs with and without votes, and offences.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reference/chain/ledger.h"
#include "reference/chain/stage.h"
#include "reference/chain/test_chain.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/stake/pools.h"
#include "reference/stake/queues.h"
#include "reference/validators/committees.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::saver;
using test::Stage;
using test::tst;

std::uint64_t below(std::uint64_t bound) { return *rc::gen::inRange<std::uint64_t>(0, bound); }

Address anybody(const Stage& stage) {
    const std::uint64_t number = below(Stage::SAVERS + 4);
    return number < Stage::SAVERS ? saver(number) : stage.operator_of(number - Stage::SAVERS);
}

/// Operators and savers meet in the first pools and in those that savers registered.
ValidatorIndex any_pool(const Stage& stage) {
    const std::uint64_t registered = stage.state().validators.size() - Stage::VALIDATORS;
    const std::uint64_t number = below(4 + registered + 1);
    return ValidatorIndex{number < 4 ? number : Stage::VALIDATORS + number - 4};
}

Amount any_amount(const Stage& stage, const Address& sender) {
    const Amount balance = get_account(stage.state(), sender).balance;
    switch (below(6)) {
        case 0: return Amount{stage.state().config.MIN_BOND};
        case 1: return Amount{stage.state().config.MIN_BOND - 1};
        case 2: return balance;
        case 3: return Amount{balance.value + 1};
        default: return Amount{tst(1).value + below(tst(200).value)};
    }
}

std::uint64_t any_shares(const Stage& stage, ValidatorIndex index, const Address& sender) {
    if (!(index < stage.state().validators.size())) return 1;
    const std::uint64_t held = stage.shares(index.value, sender);
    switch (below(5)) {
        case 0: return 0;
        case 1: return held + 1;
        case 2: return held;
        default: return below(held + 1);
    }
}

Epoch any_exit_epoch(const Stage& stage, ValidatorIndex index, const Address& sender) {
    std::vector<Epoch> held;
    for (std::uint64_t epoch = 1; epoch <= stage.epoch().value; ++epoch) {
        if (get_cohort_shares(stage.state(), index, Epoch{epoch}, sender) > 0) held.emplace_back(epoch);
    }
    return held.empty() ? Epoch{below(20)} : held[below(held.size())];
}

struct Operation {
    Address sender;
    Payload payload;
};

Operation any_operation(const Stage& stage) {
    const Address sender = anybody(stage);
    const ValidatorIndex index = any_pool(stage);
    switch (below(14)) {
        case 0: {
            const std::uint64_t number = below(Stage::SAVERS);
            return {saver(number), test::registration(number, Amount{tst(10).value + below(tst(80).value)}, below(10'500))};
        }
        case 1: return {stage.operator_of(below(stage.state().validators.size())), EditValidator{index, below(10'500)}};
        case 2: {
            const std::uint64_t of = below(stage.state().validators.size());
            return {stage.operator_of(of), ExitValidator{ValidatorIndex{of}}};
        }
        case 3:
        case 4: {
            const std::uint64_t of = below(stage.state().validators.size());
            return {stage.operator_of(of), ClaimCommission{ValidatorIndex{of}}};
        }
        case 5:
        case 6:
        case 7:
        case 8: return {sender, Delegate{index, any_amount(stage, sender)}};
        case 9:
        case 10: return {sender, Withdraw{index, any_exit_epoch(stage, index, sender)}};
        default: return {sender, Undelegate{index, any_shares(stage, index, sender)}};
    }
}

/// No pool that had and has shares is worth less for each of them.
bool no_price_fell(const ConsensusState& before, const ConsensusState& after) {
    for (std::size_t i = 0; i < before.validators.size(); ++i) {
        if (before.shares[i] == 0 || after.shares[i] == 0) continue;
        if (after.balances[i] * Wide{before.shares[i]} < before.balances[i] * Wide{after.shares[i]}) return false;
    }
    return true;
}

void operate(Stage& stage) {
    const Operation operation = any_operation(stage);
    const ConsensusState before = stage.state();
    const Wide wealth = stage.wealth(operation.sender);
    const Wide commissions = [&] {
        const auto* claim = std::get_if<ClaimCommission>(&operation.payload);
        return claim != nullptr ? before.commissions[claim->validator_index.value].value : 0;
    }();
    const StakeOutcome outcome = stage.operate(operation.sender, operation.payload);
    RC_TAG(std::to_string(operation.payload.index()) + (outcome.status == SUCCESS ? " succeeds" : " fails"));
    if (outcome.status != SUCCESS) {
        RC_ASSERT(stage.state() == before);
        return;
    }
    RC_ASSERT(no_price_fell(before, stage.state()));
    RC_ASSERT(stage.wealth(operation.sender) <= wealth + commissions);
    if (std::holds_alternative<Withdraw>(operation.payload))
        RC_ASSERT(stage.status_of(operation.sender, operation.payload) == NOTHING_THERE);
}

/// Somebody is slashed for an offence of late, if he is slashable.
void offend(Stage& stage) {
    const std::uint64_t index = below(stage.state().validators.size());
    const Epoch offence{stage.epoch().value - std::min(stage.epoch().value, below(7))};
    if (!is_slashable_validator(stage.validator(index), stage.epoch(), offence, stage.state().config)) return;
    RC_TAG(stage.validator(index).slashed ? "slashed again" : "slashed");
    stage.slash(index, offence, below(Stage::VALIDATORS));
}

/// What the queues do on their own: no price falls, and no more leaves or comes than the budget.
void try_queues(const Stage& stage) {
    ConsensusState state = stage.state();
    state.slot = Slot{state.slot.value | 7U};
    const Wide churn = get_churn(state).value().value;
    const ConsensusState before = state;
    RC_ASSERT(static_cast<bool>(process_unbond_queue(state)));
    Wide left = state.unbonding - before.unbonding;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        if (state.validators[i].exit_epoch != before.validators[i].exit_epoch)
            left += state.validators[i].effective_stake.value;
    }
    RC_ASSERT(left + state.unbond_queue.budget <= before.unbond_queue.budget + churn);
    RC_ASSERT(no_price_fell(before, state));
    const ConsensusState between = state;
    RC_ASSERT(static_cast<bool>(process_bond_queue(state)));
    Wide came = 0;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const bool was_activated = between.validators[i].activation_epoch == FAR_FUTURE_EPOCH;
        if (state.validators[i].activation_epoch == FAR_FUTURE_EPOCH) continue;
        came += was_activated ? state.validators[i].effective_stake.value : state.balances[i] - between.balances[i];
    }
    RC_ASSERT(came + state.bond_queue.budget <= between.bond_queue.budget + churn);
    RC_ASSERT(no_price_fell(between, state));
    RC_ASSERT(test::broken_ledger(state).empty());
}

void check_ledger(const ConsensusState& state, Wide at_genesis) {
    RC_ASSERT(test::supply(state) + state.burnt == at_genesis + state.minted);  // [VAL-06]
    RC_ASSERT(test::broken_ledger(state) == "");                                // [STK-04]
}

RC_GTEST_PROP(Stake, EveryGrainAndShareIsAccountedFor, ()) {
    Stage stage;
    const Wide at_genesis = test::supply(stage.state());
    const auto blocks = *rc::gen::inRange(40, 100);
    for (int block = 0; block < blocks; ++block) {
        const std::uint64_t operations = below(6);
        for (std::uint64_t i = 0; i < operations; ++i)
            operate(stage);
        if (below(12) == 0) offend(stage);
        check_ledger(stage.state(), at_genesis);
        if (below(3) > 0) {
            try_queues(stage);
            stage.end_epoch(below(8) > 0);
            check_ledger(stage.state(), at_genesis);
            RC_ASSERT(stage.state().tree_root == kv_root(stage.state().entries.map()));
        }
    }
}

// Nobody votes, so nobody is rewarded: whatever the order in which stake comes and goes, nobody has more in the end than
// he had, but for the grains that roundings leave to those who stay.
RC_GTEST_PROP(Stake, WithoutRewardsNobodyTakesOutMoreThanHePutIn, ()) {
    Stage stage;
    // Long final, so that the queues are served, and nothing is earned or lost: no stake is effective.
    stage.end_epochs(4);
    stage.state().finalized_checkpoint.epoch = Epoch{1'000'000};
    std::vector<Wide> had;
    for (std::uint64_t number = 0; number < Stage::SAVERS; ++number)
        had.push_back(stage.wealth(saver(number)));
    const auto epochs = *rc::gen::inRange(10, 40);
    std::uint64_t roundings = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        for (std::uint64_t i = below(8); i > 0; --i) {
            operate(stage);
            ++roundings;
        }
        roundings += 2 * stage.state().config.MAX_QUEUE_ITEMS;
        std::ranges::fill(stage.state().previous_epoch_participation, ParticipationFlags{0});
        stage.end_epoch(false);
        for (std::uint64_t number = 0; number < Stage::SAVERS; ++number)
            RC_ASSERT(stage.wealth(saver(number)) <= had[number] + roundings);
    }
}

}  // namespace
}  // namespace touchstone::reference
