#include "node/kernel/stake/slashing.h"

#include <gtest/gtest.h>

#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/stake/testing/scene.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kSlashedStake = 64 * kTst;
constexpr std::uint64_t kQuotient = MINIMAL.MIN_SLASHING_PENALTY_QUOTIENT;

const TestChain& slashing_chain() {
    static const TestChain chain(MINIMAL, 16, Amount(kSlashedStake), 2, Amount(1'000 * kTst));
    return chain;
}

class StakeSlashing : public ::testing::Test {
  protected:
    void TearDown() override { EXPECT_EQ(scene_.imbalance().value_or(""), ""); }
    static Address operator_of(std::uint64_t i) { return slashing_chain().genesis().validators[i].operator_address; }
    /// The operator's stake leaves at the end of the current epoch.
    void leave(std::uint64_t i, std::uint64_t shares) {
        scene_.unbond(i, operator_of(i), shares);
        scene_.end_epoch();
    }
    std::uint64_t tokens(std::uint64_t i, Epoch exit_epoch) { return scene_.cohort(i, exit_epoch)->tokens.value(); }

    StakeScene scene_{slashing_chain()};
};

TEST_F(StakeSlashing, TakesOfThePoolAndOfWhatHasLeftItSinceTheOffence) {
    leave(5, 8 * kTst);
    leave(5, 8 * kTst);
    const std::uint64_t balance = scene_.balance(5);
    const std::uint64_t second = tokens(5, Epoch(2));
    const std::uint64_t stake = scene_.validator(5).effective_stake.value();
    scene_.slash(5, Epoch(1));
    EXPECT_EQ(scene_.balance(5), balance - divide_up(balance, kQuotient));
    EXPECT_EQ(tokens(5, Epoch(2)), second - divide_up(second, kQuotient));
    EXPECT_EQ(tokens(5, Epoch(1)), 8 * kTst) << "it had left before the offence";
    EXPECT_EQ(scene_.cohort(5, Epoch(2))->hold_epoch, scene_.validator(5).hold_epoch);
    EXPECT_EQ(scene_.consensus().slashings[2], Amount(stake + second));
    EXPECT_EQ(scene_.validator(5).slashed_from, Epoch(1));
}

TEST_F(StakeSlashing, RewardsTheReporterWithHalfOfWhatTheOperatorsLockedStakeLoses) {
    const std::uint64_t before = scene_.account(operator_of(3));
    scene_.slash(5, Epoch(0), 3);
    EXPECT_EQ(scene_.account(operator_of(3)) - before, MINIMAL.MIN_SELF_STAKE / (2 * kQuotient));
    EXPECT_EQ(scene_.consensus().burnt, Amount(kSlashedStake / kQuotient - MINIMAL.MIN_SELF_STAKE / (2 * kQuotient)));
}

TEST_F(StakeSlashing, OfAPoolThatHoldsNothingOfItsOperatorRewardsNobody) {
    leave(5, kSlashedStake);
    const std::uint64_t before = scene_.account(operator_of(3));
    scene_.slash(5, Epoch(0), 3);
    EXPECT_EQ(scene_.account(operator_of(3)), before);
}

TEST_F(StakeSlashing, TogetherCostsTheFractionOfPoolAndCohort) {
    leave(5, 8 * kTst);
    const std::uint64_t stake = scene_.validator(5).effective_stake.value();
    scene_.slash(5, Epoch(0));
    scene_.consensus().slot = start_slot_of(Epoch(1 + MINIMAL.EPOCHS_PER_SLASHINGS_VECTOR / 2), MINIMAL);
    scene_.state().refresh(slashing_chain().environment());
    const std::uint64_t balance = scene_.balance(5);
    const std::uint64_t left = tokens(5, Epoch(1));
    const CorrelationFraction fraction = correlation_fraction(scene_.state(), MINIMAL);
    ASSERT_EQ(fraction.adjusted, 3 * (stake + 8 * kTst));
    ASSERT_TRUE(process_slashings(slashing_chain().environment(), scene_.state()).ok());
    const auto part = [&](std::uint64_t of) {
        return static_cast<std::uint64_t>((wide_multiply(of, fraction.adjusted) + fraction.total - 1) / fraction.total);
    };
    EXPECT_EQ(scene_.balance(5), balance - part(balance));
    EXPECT_EQ(tokens(5, Epoch(1)), left - part(left));
}

TEST_F(StakeSlashing, ForAnOlderOffenceReachesWhatLeftInBetween) {
    leave(5, 8 * kTst);
    leave(5, 8 * kTst);
    const std::uint64_t second = tokens(5, Epoch(2));
    scene_.slash(5, Epoch(2));  // a newer offence, reported by the offender himself
    EXPECT_EQ(tokens(5, Epoch(2)), second);
    const std::uint64_t balance = scene_.balance(5);
    ASSERT_TRUE(is_slashable(scene_.validator(5), scene_.epoch(), Epoch(0), MINIMAL));
    scene_.slash(5, Epoch(0));
    EXPECT_EQ(scene_.balance(5), balance) << "the pool has paid";
    EXPECT_EQ(tokens(5, Epoch(1)), 8 * kTst - divide_up(8 * kTst, kQuotient));
    EXPECT_EQ(tokens(5, Epoch(2)), second - divide_up(second, kQuotient));
    EXPECT_EQ(scene_.cohort(5, Epoch(1))->hold_epoch, scene_.validator(5).hold_epoch);
    EXPECT_FALSE(is_slashable(scene_.validator(5), scene_.epoch(), Epoch(0), MINIMAL));
}

TEST_F(StakeSlashing, ForAnOlderOffenceAfterTheCorrelationPenaltyTakesThatAtOnce) {
    leave(5, 8 * kTst);
    scene_.slash(5, Epoch(1));
    scene_.consensus().slot = start_slot_of(Epoch(2 + MINIMAL.EPOCHS_PER_SLASHINGS_VECTOR / 2), MINIMAL);
    scene_.state().refresh(slashing_chain().environment());
    scene_.slash(5, Epoch(0));
    const CorrelationFraction fraction = correlation_fraction(scene_.state(), MINIMAL);
    const std::uint64_t first = divide_up(8 * kTst, kQuotient);
    const Uint128 product = wide_multiply(8 * kTst - first, fraction.adjusted);
    EXPECT_EQ(tokens(5, Epoch(1)),
              8 * kTst - first - static_cast<std::uint64_t>((product + fraction.total - 1) / fraction.total));
    EXPECT_EQ(scene_.cohort(5, Epoch(1))->hold_epoch, Epoch(0));
}

TEST_F(StakeSlashing, SparesACohortWhoseTimeIsOver) {
    leave(5, 8 * kTst);
    scene_.consensus().slot = start_slot_of(Epoch(1 + MINIMAL.UNBONDING_EPOCHS), MINIMAL);
    scene_.state().refresh(slashing_chain().environment());
    scene_.slash(5, Epoch(0));
    EXPECT_EQ(tokens(5, Epoch(1)), 8 * kTst);
}

TEST_F(StakeSlashing, OfManyKeepsTheTargetStakesThatAreCounted) {
    scene_.consensus().current_epoch_participation.assign(16, 7);
    scene_.state().refresh(slashing_chain().environment());
    scene_.slash(5, Epoch(0));
    scene_.slash(6, Epoch(0));
    const TargetStakes kept = scene_.state().target_stakes();
    scene_.state().refresh(slashing_chain().environment());
    EXPECT_EQ(kept, scene_.state().target_stakes());
}

}  // namespace
}  // namespace touchstone::node
