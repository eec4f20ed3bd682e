// How stake leaves a pool, and what its operator may not take. [STK-13] [STK-18]
#include <gtest/gtest.h>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/stake_scene.h"
#include "node/kernel/stake/entries.h"

namespace touchstone::node::execution_test {
namespace {

TEST(Undelegate, NamesTheFirstConditionThatDoesNotHold) {
    const auto over = [](ConsensusState& consensus, EntryAccess&) { validator(consensus, 0).exit_epoch = kLate + 1; };
    EXPECT_EQ(attempt(1, undelegate(16, 0), over), Status::unknown_validator);
    EXPECT_EQ(attempt(1, undelegate(0, 0), over), Status::not_enough_shares);
    EXPECT_EQ(attempt(1, undelegate(0, kOthers + 1), over), Status::not_enough_shares);
    EXPECT_EQ(attempt(5, undelegate(0, 1), over), Status::not_enough_shares);
    EXPECT_EQ(attempt(0, undelegate(0, MINIMAL.MIN_BOND - 1), over), Status::too_small);
    EXPECT_EQ(attempt(0, undelegate(0, kOwn - MINIMAL.MIN_SELF_STAKE + 1), over), Status::locked);
    EXPECT_EQ(attempt(0, undelegate(0, kOwn), over), Status::locked);
    EXPECT_EQ(attempt(0, undelegate(0, kOwn - MINIMAL.MIN_SELF_STAKE), over), Status::not_withdrawable);
    EXPECT_EQ(attempt(0, undelegate(0, kOwn - MINIMAL.MIN_SELF_STAKE)), Status::success);
    // The operator of another validator is a delegator as others are.
    EXPECT_EQ(attempt(1, undelegate(0, kOthers), over), Status::not_withdrawable);
    EXPECT_EQ(attempt(1, undelegate(0, kOthers)), Status::success);
}

TEST(Undelegate, CannotOvertakeAnExitOrASlashing) {
    const auto with = [](bool slashed, Epoch exit_epoch) {
        return attempt(1, undelegate(0, kTst), [&](ConsensusState& consensus, EntryAccess&) {
            validator(consensus, 0).slashed = slashed;
            validator(consensus, 0).exit_epoch = exit_epoch;
        });
    };
    EXPECT_EQ(with(true, kFarFutureEpoch), Status::not_withdrawable);
    EXPECT_EQ(with(false, kLate), Status::not_withdrawable);
    EXPECT_EQ(with(false, kLate + 1), Status::not_withdrawable);
    EXPECT_EQ(with(false, kLate + 2), Status::success);
}

TEST(Undelegate, OfALastRestMayBeSmall) {
    const auto little = [](ConsensusState&, EntryAccess& entries) {
        write_shares(entries, ValidatorIndex(0), account(1), 5);
    };
    EXPECT_EQ(attempt(1, undelegate(0, 4), little), Status::too_small);
    EXPECT_EQ(attempt(1, undelegate(0, 5), little), Status::success);
}

TEST(Undelegate, CountsTokensNotShares) {
    // A share is worth half a token.
    const auto halved = [](ConsensusState& consensus, EntryAccess&) {
        consensus.balances.set(0, Amount((kOwn + kOthers) / 2));
    };
    EXPECT_EQ(attempt(1, undelegate(0, 2 * MINIMAL.MIN_BOND - 1), halved), Status::too_small);
    EXPECT_EQ(attempt(1, undelegate(0, 2 * MINIMAL.MIN_BOND), halved), Status::success);
    EXPECT_EQ(attempt(0, undelegate(0, 2 * MINIMAL.MIN_BOND), halved), Status::locked);
}

TEST(Undelegate, QueuesSharesThatStayInThePool) {
    State state = first_state();
    state.mutable_consensus().unbond_queue = {1, 4, Amount(0)};
    StakeEvent event;
    ASSERT_EQ(perform(state, 1, undelegate(0, 2 * kTst), &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(0), Amount(0), 4}));
    EXPECT_EQ(state.consensus().unbond_queue, (Queue{1, 5, Amount(0)}));
    EXPECT_EQ(read(state, [](EntryAccess& e) { return read_queued_unbond(e, 4); }),
              (QueuedUnbond{ValidatorIndex(0), account(1), 2 * kTst}));
    EXPECT_EQ(read(state, [](EntryAccess& e) { return read_shares(e, ValidatorIndex(0), account(1)); }),
              kOthers - 2 * kTst);
    EXPECT_EQ(state.consensus().shares[0], kOwn + kOthers);
    EXPECT_EQ(state.consensus().balances[0], Amount(kOwn + kOthers));
    EXPECT_EQ(get_account(state, account(1)).balance.value(), balance_after(first_state(), 1, Undelegate{}));
}

TEST(Undelegate, OfAPoolThatIsFreePaysAtOnce) {
    State state = first_state();
    ConsensusState& consensus = state.mutable_consensus();
    validator(consensus, 0).activation_epoch = kFarFutureEpoch;
    consensus.balances.set(0, Amount(kOwn + kOthers + 1));
    StakeEvent event;
    ASSERT_EQ(perform(state, 1, undelegate(0, 3 * kTst), &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(0), Amount(3 * kTst), 0}));
    EXPECT_EQ(state.consensus().shares[0], kOwn + kOthers - 3 * kTst);
    EXPECT_EQ(state.consensus().balances[0], Amount(kOwn + kOthers + 1 - 3 * kTst));
    EXPECT_EQ(state.consensus().unbond_queue.tail, 0U);
    EXPECT_EQ(get_account(state, account(1)).balance.value(), balance_after(first_state(), 1, Undelegate{}) + 3 * kTst);
}

TEST(Undelegate, OfTheLastSharesBurnsWhatTheyDoNotReach) {
    // As it cannot be while STK-04 holds: more shares than anybody holds were taken away.
    State state = first_state();
    ConsensusState& consensus = state.mutable_consensus();
    validator(consensus, 0).exit_epoch = validator(consensus, 0).exit_request_epoch = Epoch(1);
    consensus.shares.set(0, kOthers);
    consensus.balances.set(0, Amount(kOthers + 5));
    const std::uint64_t burnt = consensus.burnt.value();
    const SignedTransaction transaction = unsigned_operation(state, 1, undelegate(0, kOthers));
    ASSERT_EQ(perform(state, 1, undelegate(0, kOthers)), Status::success);
    EXPECT_EQ(state.consensus().balances[0], Amount(0));
    EXPECT_EQ(state.consensus().shares[0], 0U);
    EXPECT_EQ(state.consensus().burnt.value() - burnt, transaction.message.gas_limit * state.consensus().base_fee);
    EXPECT_EQ(get_account(state, account(1)).balance.value(),
              balance_after(first_state(), 1, Undelegate{}) + kOthers + 5);
    EXPECT_EQ(state.tree().leaf(tree::path_of(pool_share_key(ValidatorIndex(0), account(1)))), nullptr);
}

TEST(OperatorsLock, HoldsUntilAllStakeMayGo) {
    const auto with = [](Epoch activation, Epoch request, Epoch exit) {
        return attempt(0, undelegate(0, kOwn), [&](ConsensusState& consensus, EntryAccess&) {
            Validator& own = validator(consensus, 0);
            own.activation_epoch = activation;
            own.exit_request_epoch = request;
            own.exit_epoch = exit;
        });
    };
    EXPECT_EQ(with(Epoch(0), Epoch(1), kFarFutureEpoch), Status::locked);
    EXPECT_EQ(with(Epoch(0), Epoch(1), kLate - MINIMAL.UNBONDING_EPOCHS + 1), Status::locked);
    EXPECT_EQ(with(Epoch(0), Epoch(1), kLate - MINIMAL.UNBONDING_EPOCHS), Status::success);
    EXPECT_EQ(with(kFarFutureEpoch, kFarFutureEpoch, kFarFutureEpoch), Status::locked);
    EXPECT_EQ(with(kFarFutureEpoch, Epoch(1), Epoch(2)), Status::success);
    // Where it is free, and nobody asked for an exit, what is above the least may go.
    State state = first_state();
    validator(state.mutable_consensus(), 0).activation_epoch = kFarFutureEpoch;
    EXPECT_EQ(perform(state, 0, undelegate(0, kOwn - MINIMAL.MIN_SELF_STAKE)), Status::success);
}

TEST(OperatorsLock, CountsTheHeldStakeAtItsPriceBefore) {
    // 3 shares for 2 tokens and a rest: what is left is valued at the price of the state, rounded down.
    State state = first_state();
    ConsensusState& consensus = state.mutable_consensus();
    validator(consensus, 0).activation_epoch = kFarFutureEpoch;
    consensus.balances.set(0, Amount(MINIMAL.MIN_SELF_STAKE * 2));
    consensus.shares.set(0, MINIMAL.MIN_SELF_STAKE * 3);
    change(state, [](ConsensusState&, EntryAccess& entries) {
        write_shares(entries, ValidatorIndex(0), account(0), MINIMAL.MIN_SELF_STAKE * 3);
    });
    const std::uint64_t needed = MINIMAL.MIN_SELF_STAKE * 3 / 2;
    EXPECT_EQ(perform(state, 0, undelegate(0, needed + 1)), Status::locked);
    EXPECT_EQ(perform(state, 0, undelegate(0, needed)), Status::success);
}

}  // namespace
}  // namespace touchstone::node::execution_test
