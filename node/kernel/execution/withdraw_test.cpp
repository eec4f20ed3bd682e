// How what has left a pool is paid. [STK-15]
#include <gtest/gtest.h>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/stake_scene.h"
#include "node/kernel/stake/entries.h"

namespace touchstone::node::execution_test {
namespace {

TEST(Withdraw, NamesTheFirstConditionThatDoesNotHold) {
    const auto early = [](ConsensusState& consensus, EntryAccess&) {
        consensus.slot = start_slot_of(kCohort + MINIMAL.UNBONDING_EPOCHS, MINIMAL) - 1;
    };
    EXPECT_EQ(attempt(5, withdraw(16), early), Status::unknown_validator);
    EXPECT_EQ(attempt(5, withdraw(1), early), Status::nothing_there);
    EXPECT_EQ(attempt(5, withdraw(0, kCohort + 1), early), Status::nothing_there);
    EXPECT_EQ(attempt(5, withdraw(0, Epoch(kUint64Max)), early), Status::nothing_there);
    EXPECT_EQ(attempt(7, withdraw(0), early), Status::nothing_there);
    EXPECT_EQ(attempt(5, withdraw(0), early), Status::not_withdrawable);
    const auto in_time = [](ConsensusState& consensus, EntryAccess&) {
        consensus.slot = start_slot_of(kCohort + MINIMAL.UNBONDING_EPOCHS, MINIMAL);
    };
    EXPECT_EQ(attempt(5, withdraw(0), in_time), Status::success);
    const auto held = [](Epoch hold) {
        return [hold](ConsensusState&, EntryAccess& entries) {
            write_cohort(entries, ValidatorIndex(0), kCohort, Cohort{Amount(9 * kTst + 1), 9 * kTst, hold, Epoch(0)});
        };
    };
    EXPECT_EQ(attempt(5, withdraw(0), held(kLate + 1)), Status::not_withdrawable);
    EXPECT_EQ(attempt(5, withdraw(0), held(kLate)), Status::success);
}

TEST(Withdraw, PaysThePartRoundedDownAndTheLastAll) {
    State state = first_state();
    StakeEvent event;
    ASSERT_EQ(perform(state, 5, withdraw(0), &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(0), Amount(5 * kTst), 0}));
    EXPECT_EQ(state.consensus().unbonding, Amount(4 * kTst + 1));
    EXPECT_EQ(read(state, [](EntryAccess& e) { return read_cohort(e, ValidatorIndex(0), kCohort); }),
              (Cohort{Amount(4 * kTst + 1), 4 * kTst, Epoch(0), Epoch(0)}));
    EXPECT_EQ(get_account(state, account(5)).balance.value(), balance_after(first_state(), 5, Withdraw{}) + 5 * kTst);
    EXPECT_EQ(perform(state, 5, withdraw(0)), Status::nothing_there);

    ASSERT_EQ(perform(state, 6, withdraw(0), &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(0), Amount(4 * kTst + 1), 0}));
    EXPECT_EQ(state.consensus().unbonding, Amount(0));
    EXPECT_EQ(state.tree().leaf(tree::path_of(cohort_key(ValidatorIndex(0), kCohort))), nullptr);
    EXPECT_EQ(state.tree().leaf(tree::path_of(cohort_share_key(ValidatorIndex(0), kCohort, account(6)))), nullptr);
    EXPECT_EQ(perform(state, 6, withdraw(0)), Status::nothing_there);
}

}  // namespace
}  // namespace touchstone::node::execution_test
