#include "node/kernel/stake/queues.h"

#include <gtest/gtest.h>

#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/stake/testing/scene.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kOperatorStake = 32 * kTst;

/// A churn of 48 TST, two more than the least number of validators, and everything else as it is.
Parameters small_parameters() {
    Parameters parameters = MINIMAL;
    parameters.MIN_CHURN = 48 * kTst;
    parameters.CHURN_QUOTIENT = 2'500;
    return parameters;
}

const TestChain& queues_chain() {
    static const TestChain chain(small_parameters(), 10, Amount(kOperatorStake), 3, Amount(10'000 * kTst));
    return chain;
}

class StakeQueues : public ::testing::Test {
  protected:
    void TearDown() override { EXPECT_EQ(scene_.imbalance().value_or(""), ""); }
    static Address operator_of(std::uint64_t i) { return queues_chain().genesis().validators[i].operator_address; }
    static std::uint64_t length(const Queue& queue) { return queue.tail - queue.head; }
    const Queue& bonds() { return scene_.consensus().bond_queue; }
    const Queue& unbonds() { return scene_.consensus().unbond_queue; }

    StakeScene scene_{queues_chain()};
    const Address alice_ = queues_chain().account_address(0);
    const Address bob_ = queues_chain().account_address(1);
};

// ------------------------------------------------------------------------------------------------------------ bonding

TEST_F(StakeQueues, ABondWaitsUntilItsSlotIsFinal) {
    scene_.end_epoch();
    ++scene_.consensus().slot;
    scene_.bond(2, alice_, 5 * kTst);
    scene_.end_epoch(2);
    EXPECT_EQ(length(bonds()), 1U);
    EXPECT_EQ(scene_.shares(2, alice_), 0U);
    scene_.end_epoch(2);
    EXPECT_EQ(length(bonds()), 1U) << "the start of its epoch is before its slot";
    scene_.end_epoch(2);
    EXPECT_EQ(length(bonds()), 0U);
    EXPECT_GT(scene_.shares(2, alice_), 0U);
}

TEST_F(StakeQueues, ABondGetsSharesAtThePriceOfTheBoundary) {
    scene_.consensus().balances.mutate(2) = Amount(2 * kOperatorStake);
    scene_.consensus().minted = Amount(kOperatorStake);
    scene_.bond(2, alice_, 5 * kTst);
    scene_.end_epoch();
    EXPECT_EQ(scene_.shares(2, alice_), 5 * kTst / 2);
    EXPECT_EQ(scene_.balance(2), 2 * kOperatorStake + 5 * kTst);
}

TEST_F(StakeQueues, ABondAboveTheChurnJoinsInPartsAndSavesUpNothingBeyondItsRest) {
    scene_.bond(2, alice_, 100 * kTst);
    scene_.end_epoch();
    EXPECT_EQ(scene_.shares(2, alice_), 48 * kTst);
    EXPECT_EQ(scene_.consensus().bonding, Amount(52 * kTst));
    EXPECT_EQ(bonds().budget, Amount(0));
    scene_.end_epoch();
    EXPECT_EQ(scene_.consensus().bonding, Amount(4 * kTst));
    scene_.end_epoch();
    EXPECT_EQ(length(bonds()), 0U);
    EXPECT_EQ(bonds().budget, Amount(0)) << "an idle queue saves nothing";
}

TEST_F(StakeQueues, WhatWouldExceedTheGreatestStakeIsPaidBack) {
    scene_.consensus().balances.mutate(2) = Amount(MINIMAL.MAX_EFFECTIVE_STAKE - 3 * kTst);
    scene_.consensus().minted = Amount(MINIMAL.MAX_EFFECTIVE_STAKE - 3 * kTst - kOperatorStake);
    const std::uint64_t before = scene_.account(alice_);
    scene_.bond(2, alice_, 10 * kTst);
    scene_.bond(2, bob_, 10 * kTst);
    scene_.end_epoch();
    EXPECT_EQ(scene_.account(alice_), before - 3 * kTst);
    EXPECT_EQ(scene_.account(bob_), before);
    EXPECT_EQ(scene_.balance(2), MINIMAL.MAX_EFFECTIVE_STAKE);
    EXPECT_EQ(length(bonds()), 0U);
}

TEST_F(StakeQueues, WhoLeavesGetsNoMoreBonds) {
    const std::uint64_t before = scene_.account(alice_);
    scene_.bond(2, alice_, 10 * kTst);
    scene_.exit(2);
    scene_.end_epoch();
    EXPECT_EQ(scene_.account(alice_), before);
    EXPECT_EQ(scene_.shares(2, alice_), 0U);
}

TEST_F(StakeQueues, ABondOfAPoolWhoseTokensAreGoneIsPaidBack) {
    scene_.consensus().balances.mutate(2) = Amount(0);
    scene_.consensus().burnt = Amount(kOperatorStake);
    const std::uint64_t before = scene_.account(alice_);
    scene_.bond(2, alice_, 10 * kTst);
    scene_.end_epoch();
    EXPECT_EQ(scene_.account(alice_), before);
    EXPECT_EQ(length(bonds()), 0U);
}

TEST_F(StakeQueues, AnEpochProcessesNoMoreItemsThanItMay) {
    for (std::uint64_t i = 0; i < MINIMAL.MAX_QUEUE_ITEMS + 3; ++i) {
        scene_.bond(0, alice_, kTst / 10);
        scene_.unbond(1, operator_of(1), 1);
    }
    scene_.end_epoch();
    EXPECT_EQ(length(bonds()), 3U);
    EXPECT_EQ(length(unbonds()), 3U);
}

// ---------------------------------------------------------------------------------------------------------- activation

TEST_F(StakeQueues, ARegisteredValidatorBecomesActiveAndItsFirstStakeIsChargedOnce) {
    const ValidatorIndex index = scene_.register_validator(0xaa, alice_);
    const std::uint64_t i = index.value();
    scene_.bond(i, alice_, 60 * kTst);  // more than the churn: free, for nothing of it counts yet
    scene_.end_epoch();
    EXPECT_EQ(scene_.balance(i), 60 * kTst);
    EXPECT_EQ(scene_.validator(i).effective_stake, Amount(60 * kTst));
    EXPECT_EQ(scene_.validator(i).eligibility_epoch, kFarFutureEpoch) << "it counts from the next boundary on";
    scene_.end_epoch();
    EXPECT_EQ(scene_.validator(i).eligibility_epoch, Epoch(2));
    EXPECT_EQ(length(bonds()), 1U);
    scene_.end_epoch();  // 48 of 60
    EXPECT_EQ(scene_.validator(i).activation_epoch, kFarFutureEpoch);
    EXPECT_EQ(bonds().budget, Amount(48 * kTst));
    scene_.end_epoch();
    const Epoch activation = scene_.validator(i).activation_epoch;
    EXPECT_EQ(activation, Epoch(4 + MINIMAL.MAX_SEED_LOOKAHEAD));
    while (scene_.epoch() < activation)
        scene_.end_epoch();
    EXPECT_TRUE(is_active(scene_.validator(i), scene_.epoch()));
    const auto members = scene_.state().context().current->active();
    EXPECT_NE(std::ranges::find(members, index), members.end());
    EXPECT_EQ(find_validator(scene_.state(), scene_.validator(i).pubkey), index);
}

TEST_F(StakeQueues, AnActivationThatHasLostItsStakeIsDropped) {
    const std::uint64_t i = scene_.register_validator(0xaa, alice_).value();
    scene_.bond(i, alice_, 40 * kTst);
    scene_.end_epoch();
    scene_.end_epoch();
    ASSERT_NE(scene_.validator(i).eligibility_epoch, kFarFutureEpoch);
    scene_.consensus().finalized_checkpoint.epoch = Epoch(2);
    scene_.consensus().balances.mutate(i) = Amount(MINIMAL.MIN_ACTIVATION_STAKE - 1);
    scene_.consensus().burnt = Amount(scene_.consensus().burnt.value() + 40 * kTst - MINIMAL.MIN_ACTIVATION_STAKE + 1);
    ASSERT_TRUE(process_bond_queue(queues_chain().environment(), scene_.state()).ok());
    EXPECT_EQ(scene_.validator(i).eligibility_epoch, kFarFutureEpoch);
    EXPECT_EQ(scene_.validator(i).activation_epoch, kFarFutureEpoch);
    EXPECT_EQ(length(bonds()), 0U);
}

TEST_F(StakeQueues, WhoWasNeverActiveLeavesWithoutAQueue) {
    const std::uint64_t i = scene_.register_validator(0xaa, alice_).value();
    scene_.exit(i);
    EXPECT_EQ(scene_.validator(i).exit_epoch, Epoch(1));
    EXPECT_EQ(length(unbonds()), 0U);
    EXPECT_TRUE(is_free(scene_.validator(i), scene_.epoch(), MINIMAL));
}

// ---------------------------------------------------------------------------------------------------------- unbonding

TEST_F(StakeQueues, AnUnbondLeavesInPartsIntoTheCohortsOfItsBoundaries) {
    scene_.bond(2, alice_, 60 * kTst);
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(process_bond_queue(queues_chain().environment(), scene_.state()).ok());
    ASSERT_EQ(scene_.shares(2, alice_), 60 * kTst);
    scene_.unbond(2, alice_, 60 * kTst);
    ASSERT_TRUE(process_unbond_queue(queues_chain().environment(), scene_.state()).ok());
    EXPECT_EQ(scene_.cohort(2, Epoch(1)), (Cohort{Amount(48 * kTst), 48 * kTst, Epoch(0), Epoch(0)}));
    EXPECT_EQ(scene_.cohort_shares(2, Epoch(1), alice_), 48 * kTst);
    EXPECT_EQ(scene_.validator(2).last_cohort, Epoch(1));
    EXPECT_EQ(unbonds().budget, Amount(0));
    scene_.consensus().slot = scene_.state().slot() + MINIMAL.SLOTS_PER_EPOCH;
    ASSERT_TRUE(process_unbond_queue(queues_chain().environment(), scene_.state()).ok());
    EXPECT_EQ(scene_.cohort(2, Epoch(2)), (Cohort{Amount(12 * kTst), 12 * kTst, Epoch(0), Epoch(1)}));
    EXPECT_EQ(scene_.balance(2), kOperatorStake);
    EXPECT_EQ(scene_.consensus().unbonding, Amount(60 * kTst));
    EXPECT_EQ(length(unbonds()), 0U);
}

TEST_F(StakeQueues, AnUnbondThatAnExitOvertakesIsGivenBack) {
    scene_.unbond(2, operator_of(2), kTst);
    scene_.consensus().validators.mutate(2).exit_epoch = scene_.epoch() + 1;
    EXPECT_EQ(scene_.shares(2, operator_of(2)), kOperatorStake - kTst);
    scene_.end_epoch();
    EXPECT_EQ(scene_.shares(2, operator_of(2)), kOperatorStake);
    EXPECT_EQ(length(unbonds()), 0U);
    EXPECT_EQ(scene_.consensus().unbonding, Amount(0));
}

TEST_F(StakeQueues, ExitsAreServedByStakeAndGoToTheEndAtTheLeastNumberOfValidators) {
    for (std::uint64_t i = 0; i < 6; ++i)
        scene_.exit(i);
    const auto serve = [&] { ASSERT_TRUE(process_unbond_queue(queues_chain().environment(), scene_.state()).ok()); };
    serve();  // 48 of 32: one leaves, 16 are saved
    EXPECT_EQ(length(unbonds()), 5U);
    EXPECT_EQ(unbonds().budget, Amount(16 * kTst));
    serve();  // 64: one leaves, the others go to the end, for then only the least number stays
    EXPECT_EQ(length(unbonds()), 4U);
    EXPECT_EQ(unbonds().budget, Amount(kOperatorStake));
    EXPECT_EQ(unbonds().tail, 10U);
    scene_.unbond(8, operator_of(8), kTst);
    serve();
    EXPECT_EQ(length(unbonds()), 4U) << "the unbond behind the exits does not wait for them";
    EXPECT_EQ(scene_.validator(1).exit_epoch, Epoch(1 + MINIMAL.MAX_SEED_LOOKAHEAD));
    EXPECT_EQ(scene_.validator(2).exit_epoch, kFarFutureEpoch);
}

TEST_F(StakeQueues, AStateWithoutItsEntriesIsNotActedOn) {
    scene_.exit(2);
    State bare = State::of(queues_chain().environment(), scene_.state().consensus());
    EXPECT_EQ(process_unbond_queue(queues_chain().environment(), bare).rejection().clause, Clause::STK_03);
    SignatureSets sets;
    const auto slashing = queues_chain().proposer_slashing(bare, ValidatorIndex(4), Slot(0));
    EXPECT_EQ(process_proposer_slashing(queues_chain().environment(), bare, slashing, sets).rejection().clause,
              Clause::KVT_19);
}

}  // namespace
}  // namespace touchstone::node
