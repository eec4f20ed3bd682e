#include "cli/devnet/stake_load.h"

#include <gtest/gtest.h>

#include "node/generated/parameters.h"

namespace touchstone::cli {
namespace {

using node::Amount;
using node::Epoch;
using node::ValidatorIndex;

constexpr ValidatorIndex kValidator(3);

StakeView nothing(std::uint64_t epoch) {
    StakeView view;
    view.index = kValidator;
    view.epoch = Epoch(epoch);
    view.bonding = Amount();
    view.leaving_shares = 0;
    return view;
}

StakeView joining(std::uint64_t epoch) {
    StakeView view = nothing(epoch);
    view.bonding = Amount(2'000'000'000);
    return view;
}

StakeView holding(std::uint64_t epoch, std::uint64_t shares) {
    StakeView view = nothing(epoch);
    view.shares = shares;
    view.value = Amount(shares);
    return view;
}

/// A view with a cohort besides.
StakeView with_cohort(StakeView view, std::uint64_t exit_epoch, bool ripe) {
    view.cohorts.push_back({Epoch(exit_epoch), Amount(5), Epoch(exit_epoch + 256), ripe});
    return view;
}

TEST(Staker, DelegatesWaitsTakesAllBackAndWithdraws) {
    Staker staker(kValidator);
    const auto first = staker.next(nothing(1));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->operation, StakeOperation::delegate);
    const auto* bond = std::get_if<node::Delegate>(&first->payload);
    ASSERT_NE(bond, nullptr);
    EXPECT_EQ(bond->validator_index, kValidator);
    EXPECT_GE(bond->amount.value(), node::MINIMAL.MIN_BOND);
    EXPECT_FALSE(staker.next(joining(2))) << "the bond is in the queue";
    EXPECT_FALSE(staker.next(holding(4, 77))) << "another branch may not have the shares yet";
    EXPECT_FALSE(staker.next(holding(4, 77)));
    const auto back = staker.next(holding(5, 77));
    ASSERT_TRUE(back);
    EXPECT_EQ(std::get<node::Undelegate>(back->payload), (node::Undelegate{kValidator, 77}));
    const auto ripe = staker.next(with_cohort(nothing(300), 6, true));
    ASSERT_TRUE(ripe);
    EXPECT_EQ(std::get<node::Withdraw>(ripe->payload), (node::Withdraw{kValidator, Epoch(6)}));
    EXPECT_EQ(ripe->operation, StakeOperation::withdraw);
}

TEST(Staker, DelegatesAgainWhileWhatLeftIsNotRipe) {
    Staker staker(kValidator);
    ASSERT_TRUE(staker.next(nothing(1)));
    ASSERT_FALSE(staker.next(holding(4, 77)));
    ASSERT_TRUE(staker.next(holding(5, 77)));
    const auto again = staker.next(with_cohort(nothing(6), 6, false));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->operation, StakeOperation::delegate);
    EXPECT_FALSE(staker.next(with_cohort(joining(7), 6, false)));
    EXPECT_FALSE(staker.next(holding(9, 70))) << "new shares are new";
}

TEST(Staker, WhatWasNotTakenIsTriedAgain) {
    Staker staker(kValidator);
    ASSERT_TRUE(staker.next(nothing(1)));
    staker.undo();
    const auto again = staker.next(nothing(1));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->operation, StakeOperation::delegate);
}

TEST(Staker, ABondThatWasRefundedIsGivenUpAfterAWhile) {
    Staker staker(kValidator);
    ASSERT_TRUE(staker.next(nothing(1)));
    for (std::uint64_t epoch = 2; epoch <= 5; ++epoch)
        EXPECT_FALSE(staker.next(nothing(epoch))) << epoch;
    const auto again = staker.next(nothing(6));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->operation, StakeOperation::delegate);
}

TEST(Claimer, ClaimsWhatEveryBranchHas) {
    const auto view = [](std::uint64_t epoch, std::uint64_t unclaimed) {
        ValidatorView validator;
        validator.epoch = Epoch(epoch);
        validator.unclaimed_commission = Amount(unclaimed);
        return validator;
    };
    Claimer claimer(kValidator);
    EXPECT_FALSE(claimer.next(view(2, 5)));
    EXPECT_FALSE(claimer.next(view(3, 0)));
    const auto claim = claimer.next(view(3, 5));
    ASSERT_TRUE(claim);
    EXPECT_EQ(std::get<node::ClaimCommission>(claim->payload).validator_index, kValidator);
    EXPECT_FALSE(claimer.next(view(5, 5)));
    EXPECT_TRUE(claimer.next(view(6, 5)));
}

}  // namespace
}  // namespace touchstone::cli
