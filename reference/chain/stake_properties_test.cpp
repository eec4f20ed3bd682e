// Page 17 over random histories of stake: operations, slots, epochs with and without votes, and offences.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/chain/test_ledger.h"
#include "reference/chain/test_stage.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/stake/cohorts.h"
#include "reference/stake/pools.h"
#include "reference/stake/queues.h"
#include "reference/validators/committees.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::saver;
using test::Stage;
using test::tst;

/// A random history. The draws come from one number, for RapidCheck's own get smaller where a case is small.
class History {
  public:
    explicit History(std::uint64_t seed) : seed_(seed) {}

    Stage stage;

    /// [splitmix64]
    std::uint64_t below(std::uint64_t bound) {
        std::uint64_t z = seed_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return (z ^ (z >> 31)) % bound;
    }

    /// An operation of anybody that may succeed or not.
    void operate();
    /// Somebody is slashed for an offence of late, if he is slashable.
    void offend();

  private:
    struct Operation {
        Address sender;
        Payload payload;
    };

    Address anybody();
    ValidatorIndex any_pool();
    /// One that the sender holds shares of, if there is any, or for once another.
    ValidatorIndex own_pool(const Address& sender);
    Amount any_amount(const Address& sender);
    std::uint64_t any_shares(ValidatorIndex index, const Address& sender);
    Payload any_withdrawal(const Address& sender);
    Operation operation_of_an_operator();
    Operation any_operation();

    std::uint64_t seed_;
};

Address History::anybody() {
    const std::uint64_t number = below(Stage::SAVERS + 4);
    return number < Stage::SAVERS ? saver(number) : stage.operator_of(number - Stage::SAVERS);
}

/// Operators and savers meet in the first pools and in those that savers registered; one is not registered.
ValidatorIndex History::any_pool() {
    const std::uint64_t registered = stage.state().validators.size() - Stage::VALIDATORS;
    const std::uint64_t number = below(4 + registered + 1);
    return ValidatorIndex{number < 4 ? number : Stage::VALIDATORS + number - 4};
}

ValidatorIndex History::own_pool(const Address& sender) {
    std::vector<ValidatorIndex> own;
    for (std::uint64_t index = 0; index < stage.state().validators.size(); ++index) {
        if (stage.shares(index, sender) > 0) own.emplace_back(index);
    }
    return own.empty() || below(8) == 0 ? any_pool() : own[below(own.size())];
}

Amount History::any_amount(const Address& sender) {
    const Amount balance = get_account(stage.state(), sender).balance;
    switch (below(12)) {
        case 0:
            return Amount{stage.state().config.MIN_BOND};
        case 1:
            return Amount{stage.state().config.MIN_BOND - 1};
        case 2:
            return std::min(balance, tst(5000));
        case 3:
            return Amount{balance.value + 1};
        default:
            return Amount{tst(1).value + below(tst(200).value)};
    }
}

std::uint64_t History::any_shares(ValidatorIndex index, const Address& sender) {
    const std::uint64_t held = stage.shares(index.value, sender);
    switch (below(8)) {
        case 0:
            return 0;
        case 1:
            return held + 1;
        case 2:
        case 3:
            return held;
        default:
            return below(held + 1);
    }
}

Payload History::any_withdrawal(const Address& sender) {
    std::vector<Withdraw> held;
    for (std::uint64_t index = 0; index < stage.state().validators.size(); ++index) {
        for (std::uint64_t epoch = 1; epoch <= stage.epoch().value; ++epoch) {
            if (get_cohort_shares(stage.state(), ValidatorIndex{index}, Epoch{epoch}, sender) > 0)
                held.push_back({ValidatorIndex{index}, Epoch{epoch}});
        }
    }
    if (held.empty() || below(10) == 0) return Withdraw{any_pool(), Epoch{below(20)}};
    return held[below(held.size())];
}

History::Operation History::operation_of_an_operator() {
    const ValidatorIndex index{below(stage.state().validators.size())};
    const Address sender = below(8) == 0 ? anybody() : stage.operator_of(index.value);
    switch (below(10)) {
        case 0:
        case 1:
            return {sender, ExitValidator{index}};
        case 2:
        case 3:
        case 4:
            return {sender, EditValidator{index, below(10'500)}};
        case 5: {
            const std::uint64_t number = below(Stage::SAVERS);
            return {saver(number),
                    test::registration(number, Amount{tst(10).value + below(tst(80).value)}, below(10'500))};
        }
        default:
            return {sender, ClaimCommission{index}};
    }
}

History::Operation History::any_operation() {
    const Address sender = anybody();
    switch (below(10)) {
        case 0:
        case 1:
            return operation_of_an_operator();
        case 2:
        case 3:
        case 4:
            return {sender, Delegate{any_pool(), any_amount(sender)}};
        case 5:
        case 6:
            return {sender, any_withdrawal(sender)};
        default: {
            const ValidatorIndex index = own_pool(sender);
            return {sender, Undelegate{index, any_shares(index, sender)}};
        }
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

void History::operate() {
    const Operation operation = any_operation();
    const ConsensusState before = stage.state();
    const Wide wealth = stage.wealth(operation.sender);
    Wide commission = 0;
    if (const auto* claim = std::get_if<ClaimCommission>(&operation.payload))
        commission = before.commissions[claim->validator_index.value].value;
    const StakeOutcome outcome = stage.operate(operation.sender, operation.payload);
    if (outcome.status != SUCCESS) {
        RC_ASSERT(stage.state() == before);
        return;
    }
    RC_ASSERT(no_price_fell(before, stage.state()));
    RC_ASSERT(stage.wealth(operation.sender) <= wealth + commission);
    if (std::holds_alternative<Withdraw>(operation.payload))
        RC_ASSERT(stage.status_of(operation.sender, operation.payload) == NOTHING_THERE);
}

void History::offend() {
    std::uint64_t index = below(2) == 0 ? below(4) : below(stage.state().validators.size());
    for (std::uint64_t i = 0; i < stage.state().validators.size(); ++i) {
        if (stage.validator(i).slashed && below(4) == 0) index = i;
    }
    const Epoch offence{stage.epoch().value - std::min(stage.epoch().value, below(7))};
    if (!is_slashable_validator(stage.validator(index), stage.epoch(), offence, stage.state().config)) return;
    stage.slash(index, offence, below(Stage::VALIDATORS));
    const Epoch older{offence.value - std::min(offence.value, 1 + below(3))};
    if (older < offence && below(2) == 0) stage.slash(index, older, below(Stage::VALIDATORS));
}

std::uint64_t count_cohorts(const ConsensusState& state) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(state.entries.map(), [](const auto& entry) { return entry.first[0] == 0x06; }));
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
    const std::uint64_t most = state.config.MAX_QUEUE_ITEMS;  // [STK-26]
    RC_ASSERT(state.unbond_queue.head - before.unbond_queue.head <= most);
    RC_ASSERT(count_cohorts(state) - count_cohorts(before) <= most);
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
    RC_ASSERT(state.bond_queue.head - between.bond_queue.head <= most);  // [STK-26]
    RC_ASSERT(no_price_fell(between, state));
    RC_ASSERT(test::broken_ledger(state).empty());
}

void check_ledger(const ConsensusState& state, Wide at_genesis) {
    RC_ASSERT(test::supply(state) + state.burnt == at_genesis + state.minted);  // [VAL-06]
    RC_ASSERT(test::broken_ledger(state) == "");                                // [STK-04]
    for (std::uint64_t index = 0; index < state.validators.size(); ++index) {   // [STK-26]
        const auto cohorts = get_cohorts_in_scope(state, ValidatorIndex{index}, Epoch{0});
        RC_ASSERT(cohorts && cohorts.value().size() <= state.config.UNBONDING_EPOCHS);
    }
}

RC_GTEST_PROP(Stake, EveryGrainAndShareIsAccountedFor, (std::uint64_t seed)) {
    History history(seed);
    Stage& stage = history.stage;
    const Wide at_genesis = test::supply(stage.state());
    for (int block = 0; block < 150; ++block) {
        for (std::uint64_t i = history.below(6); i > 0; --i)
            history.operate();
        if (history.below(16) == 0) history.offend();
        check_ledger(stage.state(), at_genesis);
        if (history.below(3) == 0) continue;
        try_queues(stage);
        update_tree_root(stage.state());
        stage.end_epoch(history.below(12) > 0);
        check_ledger(stage.state(), at_genesis);
        RC_ASSERT(stage.state().tree_root == kv_root(stage.state().entries.map()));
    }
}

// Nobody votes, so nobody is rewarded: whatever the order in which stake comes and goes, nobody has more in the end
// than he had, but for what roundings leave to those who stay, less than a share's two grains each time.
RC_GTEST_PROP(Stake, WithoutRewardsNobodyTakesOutMoreThanHePutIn, (std::uint64_t seed)) {
    History history(seed);
    Stage& stage = history.stage;
    stage.end_epochs(4);
    stage.state().finalized_checkpoint.epoch = Epoch{1'000'000};  // so that the queues are served
    std::vector<Wide> had;
    for (std::uint64_t number = 0; number < Stage::SAVERS; ++number)
        had.push_back(stage.wealth(saver(number)));
    std::uint64_t roundings = 0;
    for (int epoch = 0; epoch < 60; ++epoch) {
        const std::uint64_t operations = history.below(8);
        for (std::uint64_t i = 0; i < operations; ++i)
            history.operate();
        roundings += operations + 2 * stage.state().config.MAX_QUEUE_ITEMS;
        std::ranges::fill(stage.state().previous_epoch_participation, ParticipationFlags{0});
        stage.end_epoch(false);
        for (std::uint64_t number = 0; number < Stage::SAVERS; ++number)
            RC_ASSERT(stage.wealth(saver(number)) <= had[number] + Wide{2} * roundings);
    }
}

}  // namespace
}  // namespace touchstone::reference
