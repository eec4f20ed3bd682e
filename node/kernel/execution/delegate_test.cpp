// How stake comes into a pool. [STK-12]
#include <gtest/gtest.h>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/stake_scene.h"

namespace touchstone::node::execution_test {
namespace {

TEST(Delegate, NamesTheFirstConditionThatDoesNotHold) {
    const auto leaving = [](ConsensusState& consensus, EntryAccess&) {
        validator(consensus, 0).exit_request_epoch = Epoch(5);
    };
    const auto slashed = [](ConsensusState& consensus, EntryAccess&) { validator(consensus, 0).slashed = true; };
    const auto of = [](std::uint64_t index, std::uint64_t amount) {
        return Delegate{ValidatorIndex(index), Amount(amount)};
    };
    EXPECT_EQ(attempt(5, of(16, 0), leaving), Status::unknown_validator);
    EXPECT_EQ(attempt(5, of(0, 0), leaving), Status::leaving);
    EXPECT_EQ(attempt(5, of(0, 0), slashed), Status::leaving);
    EXPECT_EQ(attempt(5, of(0, MINIMAL.MIN_BOND - 1)), Status::too_small);
    const std::uint64_t all = balance_after(first_state(), 5, of(0, 0));
    EXPECT_EQ(attempt(5, of(0, all + 1)), Status::insufficient_balance);
    EXPECT_EQ(attempt(5, of(0, all)), Status::success);
    EXPECT_EQ(attempt(5, of(0, MINIMAL.MIN_BOND)), Status::success);
}

TEST(Delegate, QueuesTheAmountWithTheSlotOfTheBlock) {
    State state = first_state();
    state.mutable_consensus().bond_queue = {2, 9, Amount(1)};
    StakeEvent event;
    ASSERT_EQ(perform(state, 5, Delegate{ValidatorIndex(3), Amount(2 * kTst)}, &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(3), Amount(2 * kTst), 9}));
    EXPECT_EQ(state.consensus().bond_queue, (Queue{2, 10, Amount(1)}));
    EXPECT_EQ(state.consensus().bonding, Amount(2 * kTst));
    EXPECT_EQ(read(state, [](EntryAccess& e) { return read_queued_bond(e, 9); }),
              (QueuedBond{ValidatorIndex(3), account(5), Amount(2 * kTst), state.slot()}));
    EXPECT_EQ(get_account(state, account(5)).balance.value(), balance_after(first_state(), 5, Delegate{}) - 2 * kTst);
    EXPECT_EQ(state.consensus().balances[3], first_state().consensus().balances[3]);
}

TEST(Delegate, ThatWouldOverflowIsInvalid) {
    State state = first_state();
    state.mutable_consensus().bonding = Amount(kUint64Max - kTst + 1);
    const auto processed =
        process_unsigned(state, unsigned_operation(state, 5, Delegate{ValidatorIndex(3), Amount(kTst)}));
    EXPECT_EQ(processed.rejection().clause, Clause::TYP_01);
    state.mutable_consensus().bonding = Amount(0);
    state.mutable_consensus().bond_queue.tail = kUint64Max;
    EXPECT_EQ(process_unsigned(state, unsigned_operation(state, 5, Delegate{ValidatorIndex(3), Amount(kTst)}))
                  .rejection()
                  .clause,
              Clause::TYP_01);
    EXPECT_EQ(get_account(state, account(5)), (Account{0, Amount(kBalance)}));
}

}  // namespace
}  // namespace touchstone::node::execution_test
