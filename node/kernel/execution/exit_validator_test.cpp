// How a validator is made to leave. [STK-11]
#include <gtest/gtest.h>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/stake_scene.h"

namespace touchstone::node::execution_test {
namespace {

TEST(ExitValidator, NamesTheFirstConditionThatDoesNotHold) {
    const auto young = [](ConsensusState& consensus, EntryAccess&) {
        validator(consensus, 0).activation_epoch = kLate - MINIMAL.SHARD_COMMITTEE_PERIOD + 1;
    };
    const auto leaving = [&](ConsensusState& consensus, EntryAccess& entries) {
        young(consensus, entries);
        validator(consensus, 0).exit_request_epoch = Epoch(1);
    };
    EXPECT_EQ(attempt(1, ExitValidator{ValidatorIndex(16)}, leaving), Status::unknown_validator);
    EXPECT_EQ(attempt(1, ExitValidator{ValidatorIndex(0)}, leaving), Status::not_operator);
    EXPECT_EQ(attempt(0, ExitValidator{ValidatorIndex(0)}, leaving), Status::leaving);
    EXPECT_EQ(attempt(0, ExitValidator{ValidatorIndex(0)}, young), Status::not_active);
    const auto old_enough = [](ConsensusState& consensus, EntryAccess&) {
        validator(consensus, 0).activation_epoch = kLate - MINIMAL.SHARD_COMMITTEE_PERIOD;
    };
    EXPECT_EQ(attempt(0, ExitValidator{ValidatorIndex(0)}, old_enough), Status::success);
}

TEST(ExitValidator, QueuesTheExitOfOneThatIsActive) {
    State state = first_state();
    state.mutable_consensus().unbond_queue = {3, 7, Amount(5)};
    StakeEvent event;
    ASSERT_EQ(perform(state, 1, ExitValidator{ValidatorIndex(1)}, &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(1), Amount(0), 7}));
    EXPECT_EQ(state.consensus().unbond_queue, (Queue{3, 8, Amount(5)}));
    EXPECT_EQ(state.consensus().validators[1].exit_request_epoch, kLate);
    EXPECT_EQ(state.consensus().validators[1].exit_epoch, kFarFutureEpoch);
    EXPECT_EQ(read(state, [](EntryAccess& e) { return read_queued_unbond(e, 7); }),
              (QueuedUnbond{ValidatorIndex(1), Address{}, 0}));
    EXPECT_EQ(perform(state, 1, ExitValidator{ValidatorIndex(1)}), Status::leaving);
}

TEST(ExitValidator, EndsOneThatNeverWasActiveAtOnce) {
    State state = first_state();
    state.mutable_consensus().unbond_queue = {7, 7, Amount(0)};
    validator(state.mutable_consensus(), 1).activation_epoch = kFarFutureEpoch;
    StakeEvent event;
    ASSERT_EQ(perform(state, 1, ExitValidator{ValidatorIndex(1)}, &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(1), Amount(0), 0}));
    EXPECT_EQ(state.consensus().unbond_queue.tail, 7U);
    EXPECT_EQ(state.consensus().validators[1].exit_epoch, kLate + 1);
}

}  // namespace
}  // namespace touchstone::node::execution_test
