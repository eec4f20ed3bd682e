// How a commission is changed and claimed. [STK-10] [STK-16]
#include <gtest/gtest.h>

#include <array>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/stake_scene.h"

namespace touchstone::node::execution_test {
namespace {

TEST(EditValidator, NamesTheFirstConditionThatDoesNotHold) {
    EXPECT_EQ(attempt(1, EditValidator{ValidatorIndex(16), BASIS_POINTS + 1}), Status::unknown_validator);
    EXPECT_EQ(attempt(1, EditValidator{ValidatorIndex(kUint64Max), 0}), Status::unknown_validator);
    EXPECT_EQ(attempt(1, EditValidator{ValidatorIndex(0), BASIS_POINTS + 1}), Status::not_operator);
    EXPECT_EQ(attempt(0, EditValidator{ValidatorIndex(0), BASIS_POINTS + 1}), Status::bad_commission);
    EXPECT_EQ(attempt(0, EditValidator{ValidatorIndex(0), BASIS_POINTS}), Status::success);
}

TEST(EditValidator, LowersACommissionAtOnceAndRaisesItLater) {
    State state = first_state();
    validator(state.mutable_consensus(), 0).commission = 700;
    const auto edit = [&](std::uint64_t commission) {
        StakeEvent event;
        EXPECT_EQ(perform(state, 0, EditValidator{ValidatorIndex(0), commission}, &event), Status::success);
        EXPECT_EQ(event, (StakeEvent{ValidatorIndex(0), Amount(0), 0}));
        const Validator& now = state.consensus().validators[0];
        return std::array{now.commission, now.next_commission, now.next_commission_epoch.value()};
    };
    const std::uint64_t later = kLate.value() + MINIMAL.UNBONDING_EPOCHS;
    EXPECT_EQ(edit(900), (std::array<std::uint64_t, 3>{700, 900, later}));
    EXPECT_EQ(edit(700), (std::array<std::uint64_t, 3>{700, 0, FAR_FUTURE_EPOCH}));
    EXPECT_EQ(edit(800), (std::array<std::uint64_t, 3>{700, 800, later}));
    EXPECT_EQ(edit(600), (std::array<std::uint64_t, 3>{600, 0, FAR_FUTURE_EPOCH}));
    EXPECT_EQ(edit(800), (std::array<std::uint64_t, 3>{600, 800, later}));
    set_epoch(state, Epoch(later));
    EXPECT_EQ(edit(900), (std::array<std::uint64_t, 3>{800, 900, later + MINIMAL.UNBONDING_EPOCHS}));
}

TEST(ClaimCommission, NamesTheFirstConditionThatDoesNotHold) {
    EXPECT_EQ(attempt(0, ClaimCommission{ValidatorIndex(16)}), Status::unknown_validator);
    EXPECT_EQ(attempt(1, ClaimCommission{ValidatorIndex(0)}), Status::not_operator);
    const auto nothing = [](ConsensusState& consensus, EntryAccess&) { consensus.commissions.set(0, Amount(0)); };
    EXPECT_EQ(attempt(1, ClaimCommission{ValidatorIndex(0)}, nothing), Status::not_operator);
    EXPECT_EQ(attempt(0, ClaimCommission{ValidatorIndex(0)}, nothing), Status::nothing_there);
}

TEST(ClaimCommission, MovesAllOfItToTheOperator) {
    State state = first_state();
    StakeEvent event;
    ASSERT_EQ(perform(state, 2, ClaimCommission{ValidatorIndex(2)}, &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(2), Amount(5 * kTst + 2), 0}));
    EXPECT_EQ(state.consensus().commissions[2], Amount(0));
    EXPECT_EQ(get_account(state, account(2)).balance.value(),
              balance_after(first_state(), 2, ClaimCommission{}) + 5 * kTst + 2);
    EXPECT_EQ(perform(state, 2, ClaimCommission{ValidatorIndex(2)}), Status::nothing_there);
}

}  // namespace
}  // namespace touchstone::node::execution_test
