#include "reference/stake/queues.h"

#include <gtest/gtest.h>

#include "reference/chain/test_ledger.h"
#include "reference/chain/test_stage.h"
#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/stake/pools.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::saver;
using test::Stage;
using test::tst;

/// A stage where everything is final, in epoch 5.
class Queues : public testing::Test {
  protected:
    Queues() {
        state.slot = Slot{5 * 8 + 7};
        state.finalized_checkpoint.epoch = Epoch{5};
    }
    ~Queues() override { EXPECT_EQ(test::broken_ledger(state), ""); }

    void bond(std::uint64_t index, Amount amount, const Address& delegator = saver(0), Slot slot = Slot{0}) {
        state.bonding = Amount{state.bonding.value + amount.value};
        ASSERT_TRUE(append_bond(state, {ValidatorIndex{index}, delegator, amount, slot}));
    }
    void unbond(std::uint64_t index, std::uint64_t shares) {
        ASSERT_TRUE(decrease_pool_shares(state, ValidatorIndex{index}, stage.operator_of(index), shares));
        ASSERT_TRUE(append_unbond(state, {ValidatorIndex{index}, saver(0), shares}));
    }
    void make_inactive(std::uint64_t index) {
        stage.validator(index).activation_epoch = Epoch{FAR_FUTURE_EPOCH};
        stage.validator(index).eligibility_epoch = Epoch{FAR_FUTURE_EPOCH};
    }
    std::uint64_t items(const Queue& queue) const { return queue.tail - queue.head; }

    Stage stage;
    ConsensusState& state = stage.state();
};

TEST_F(Queues, AnIdleQueueSavesNothing) {
    state.bond_queue.budget = state.unbond_queue.budget = Amount{5};
    ASSERT_TRUE(process_bond_queue(state) && process_unbond_queue(state));
    EXPECT_EQ(state.bond_queue.budget, Amount{0});
    EXPECT_EQ(state.unbond_queue.budget, Amount{0});
}

TEST_F(Queues, AnUnbondThatIsWorthMoreThanTheBudgetLeavesInPart) {
    unbond(1, tst(1000).value);
    unbond(2, tst(10).value);
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(get_cohort(state, ValidatorIndex{1}, Epoch{6})->tokens, tst(600));
    EXPECT_EQ(get_first_unbond(state).value().shares, tst(400).value);
    EXPECT_EQ(state.unbond_queue.budget, Amount{0});
    ++state.slot.value;
    state.slot = Slot{6 * 8 + 7};
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(get_cohort(state, ValidatorIndex{1}, Epoch{7})->tokens, tst(400));
    EXPECT_EQ(get_cohort(state, ValidatorIndex{1}, Epoch{7})->previous, Epoch{6});
    EXPECT_EQ(stage.validator(1).last_cohort, Epoch{7});
    EXPECT_EQ(get_cohort(state, ValidatorIndex{2}, Epoch{7})->tokens, tst(10));
    EXPECT_EQ(state.unbonding, tst(1010));
}

TEST_F(Queues, TheHeadSavesUpWhatItCostsAndNoMore) {
    state.balances[1] = Amount{tst(1000).value};
    state.shares[1] = 2;  // a share is worth 500 TST
    set_pool_shares(state, ValidatorIndex{1}, stage.operator_of(1), 2);
    state.config.MIN_CHURN = tst(300).value;
    unbond(1, 1);
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(state.unbond_queue.budget, tst(300));
    EXPECT_EQ(items(state.unbond_queue), 1U);
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(items(state.unbond_queue), 0U);
    EXPECT_EQ(state.unbond_queue.budget, Amount{0});
    EXPECT_EQ(state.unbonding, tst(500));
}

TEST_F(Queues, AnExitOrASlashingOvertakesARequest) {
    unbond(1, tst(10).value);
    unbond(2, tst(10).value);
    unbond(3, tst(10).value);
    stage.validator(1).exit_epoch = Epoch{6};
    stage.validator(2).exit_epoch = Epoch{7};
    stage.validator(3).slashed = true;
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(stage.shares(1, saver(0)), tst(10).value);
    EXPECT_EQ(stage.shares(2, saver(0)), 0U);
    EXPECT_EQ(stage.shares(3, saver(0)), tst(10).value);
    EXPECT_EQ(state.unbonding, tst(10));
}

TEST_F(Queues, SharesOfNothingLeaveNoCohort) {
    unbond(1, tst(10).value);
    ASSERT_TRUE(decrease_balance(state, ValidatorIndex{1}, state.balances[1]));
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(stage.validator(1).last_cohort, Epoch{0});
    EXPECT_EQ(state.shares[1], tst(1014).value);
}

// [STK-26]
TEST_F(Queues, NoMoreItemsAreProcessedThanAllowed) {
    for (int i = 0; i < 20; ++i) {
        unbond(1, 1);
        bond(2, Amount{1});
    }
    ASSERT_TRUE(process_unbond_queue(state) && process_bond_queue(state));
    EXPECT_EQ(items(state.unbond_queue), 4U);
    EXPECT_EQ(items(state.bond_queue), 4U);
    EXPECT_EQ(state.unbond_queue.budget, Amount{1});
    EXPECT_EQ(state.bond_queue.budget, Amount{1});
}

// The two that may leave do; the others go to the end once, and not round and round.
TEST_F(Queues, ExitsThatHaveToWaitGoToTheEnd) {
    for (std::uint64_t index : {4U, 5U, 6U, 7U})
        ASSERT_TRUE(initiate_validator_exit(state, ValidatorIndex{index}));
    unbond(1, tst(1).value);
    state.config.MIN_CHURN = tst(3000).value;
    ASSERT_TRUE(process_unbond_queue(state));
    EXPECT_EQ(stage.validator(5).exit_epoch, Epoch{7});
    EXPECT_EQ(stage.validator(6).exit_epoch, Epoch{FAR_FUTURE_EPOCH});
    EXPECT_EQ(items(state.unbond_queue), 2U);
    EXPECT_EQ(get_first_unbond(state).value().validator_index, ValidatorIndex{6});
    EXPECT_EQ(state.unbonding, tst(1));
    EXPECT_EQ(state.unbond_queue.budget, tst(3000 - 2 * 1024 - 1));
}

TEST_F(Queues, ABondOfAnActivePoolIsChargedAndComesInPart) {
    bond(1, tst(1000));
    bond(2, tst(10));
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(stage.shares(1, saver(0)), tst(600).value);
    EXPECT_EQ(state.balances[1], tst(1624));
    EXPECT_EQ(state.bonding, tst(410));
    state.finalized_checkpoint.epoch = Epoch{6};
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(stage.shares(1, saver(0)), tst(1000).value);
    EXPECT_EQ(state.bonding, Amount{0});
}

TEST_F(Queues, ABondComesInNoPartBelowAnIncrement) {
    state.config.MIN_CHURN = tst(2).value + 5;
    bond(1, Amount{tst(2).value + 4});
    bond(2, tst(1));
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(items(state.bond_queue), 1U);
    EXPECT_EQ(state.bonding, tst(1));
    EXPECT_EQ(state.bond_queue.budget, Amount{1});
    EXPECT_EQ(stage.shares(2, saver(0)), 0U);
}

TEST_F(Queues, WhatAPoolHasNoRoomForGoesBack) {
    bond(1, tst(3073));
    state.config.MIN_CHURN = tst(100).value;
    ASSERT_TRUE(process_bond_queue(state));  // one TST too many is refunded though the rest waits
    EXPECT_EQ(get_account(state, saver(0)).balance, tst(1'000'001));
    EXPECT_EQ(get_first_bond(state).value().amount, tst(2972));
    EXPECT_EQ(state.bonding, tst(2972));
    EXPECT_EQ(state.bond_queue.budget, Amount{0});
}

TEST_F(Queues, WhatGoesBackIsGoneAlsoWhereTheRestHasToWait) {
    bond(1, tst(3073));
    state.config.MIN_CHURN = tst(1).value - 1;
    state.config.CHURN_QUOTIENT = 1 << 20;
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(get_account(state, saver(0)).balance, tst(1'000'001));
    EXPECT_EQ(get_first_bond(state).value().amount, tst(3072));
    EXPECT_EQ(state.bonding, tst(3072));
    EXPECT_EQ(stage.shares(1, saver(0)), 0U);
    EXPECT_EQ(state.bond_queue.budget, Amount{tst(1).value - 1});
}

TEST_F(Queues, ABondWithoutAnyRoomIsRemoved) {
    ASSERT_TRUE(increase_balance(state, ValidatorIndex{1}, tst(3072)));
    bond(1, tst(5));
    bond(2, tst(5));
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(get_account(state, saver(0)).balance, tst(1'000'005));
    EXPECT_EQ(stage.shares(2, saver(0)), tst(5).value);
}

// A bond whose shares would be none goes back whole, and the loop goes on.
TEST_F(Queues, ABondThatGetsNoSharesGoesBack) {
    ASSERT_TRUE(decrease_balance(state, ValidatorIndex{1}, state.balances[1]));
    bond(1, tst(5));
    bond(2, tst(5));
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(get_account(state, saver(0)).balance, tst(1'000'005));
    EXPECT_EQ(stage.shares(2, saver(0)), tst(5).value);
}

TEST_F(Queues, ABondOfAPoolThatLeavesGoesBack) {
    stage.validator(1).slashed = true;
    stage.validator(2).exit_request_epoch = Epoch{5};
    bond(1, tst(5));
    bond(2, tst(6));
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(get_account(state, saver(0)).balance, tst(1'000'011));
    EXPECT_EQ(state.bonding, Amount{0});
}

TEST_F(Queues, WhatIsNotFinalWaits) {
    bond(1, tst(5), saver(0), Slot{40});
    bond(1, tst(5), saver(1), Slot{41});
    bond(1, tst(5), saver(2), Slot{40});
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_GT(stage.shares(1, saver(0)), 0U);
    EXPECT_EQ(stage.shares(1, saver(1)), 0U);
    EXPECT_EQ(stage.shares(1, saver(2)), 0U);
}

TEST_F(Queues, AnActivationIsChargedWithWhatIsInThePoolThen) {
    make_inactive(1);
    stage.validator(1).eligibility_epoch = Epoch{3};
    bond(1, tst(100));       // free: the pool does not count yet
    bond(1, Amount{0}, {});  // the activation
    state.config.MIN_CHURN = tst(1123).value;
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(state.balances[1], tst(1124));
    EXPECT_EQ(stage.validator(1).activation_epoch, Epoch{FAR_FUTURE_EPOCH});
    EXPECT_EQ(state.bond_queue.budget, tst(1123));
    ASSERT_TRUE(process_bond_queue(state));
    EXPECT_EQ(stage.validator(1).activation_epoch, Epoch{7});
    EXPECT_EQ(stage.validator(1).effective_stake, tst(1124));
    EXPECT_EQ(state.bond_queue.budget, Amount{0});
}

TEST_F(Queues, WhoIsTooSmallOrLeavesIsNotActivated) {
    for (std::uint64_t index : {1U, 2U}) {
        make_inactive(index);
        stage.validator(index).eligibility_epoch = Epoch{3};
        bond(index, Amount{0}, {});
    }
    ASSERT_TRUE(decrease_balance(state, ValidatorIndex{1}, Amount{tst(1024 - 32).value + 1}));
    ASSERT_TRUE(initiate_validator_exit(state, ValidatorIndex{2}));
    EXPECT_EQ(stage.validator(2).exit_epoch, Epoch{6});
    EXPECT_EQ(items(state.unbond_queue), 0U);
    ASSERT_TRUE(process_bond_queue(state));
    for (std::uint64_t index : {1U, 2U}) {
        EXPECT_EQ(stage.validator(index).eligibility_epoch, Epoch{FAR_FUTURE_EPOCH});
        EXPECT_EQ(stage.validator(index).activation_epoch, Epoch{FAR_FUTURE_EPOCH});
    }
    EXPECT_EQ(items(state.bond_queue), 0U);
}

}  // namespace
}  // namespace touchstone::reference
