// How a validator is registered. [STK-09]
#include <gtest/gtest.h>

#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/testing/stake_scene.h"
#include "node/types/encoding.h"

namespace touchstone::node::execution_test {
namespace {

TEST(RegisterValidator, AppendsAValidatorAndQueuesItsStake) {
    State state = first_state();
    StakeEvent event;
    const RegisterValidator& operation = registration(0, 5);
    ASSERT_EQ(perform(state, 5, operation, &event), Status::success);
    const ConsensusState& consensus = state.consensus();
    Validator expected;
    expected.pubkey = operation.pubkey;
    expected.operator_address = account(5);
    expected.commission = 500;
    expected.next_commission_epoch = expected.slashed_from = expected.eligibility_epoch = kFarFutureEpoch;
    expected.activation_epoch = expected.exit_request_epoch = expected.exit_epoch = kFarFutureEpoch;
    ASSERT_EQ(consensus.validators.size(), 17U);
    EXPECT_EQ(consensus.validators[16], expected);
    EXPECT_TRUE(is_well_formed(consensus, MINIMAL));
    EXPECT_EQ(consensus.balances[16], Amount(0));
    EXPECT_EQ(consensus.shares[16], 0U);
    EXPECT_EQ(consensus.commissions[16], Amount(0));
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(16), operation.stake, 0}));
    EXPECT_EQ(consensus.bond_queue, (Queue{0, 1, Amount(0)}));
    EXPECT_EQ(consensus.bonding, operation.stake);
    EXPECT_EQ(read(state, [&](EntryAccess& e) { return read_validator(e, operation.pubkey); }), ValidatorIndex(16));
    EXPECT_EQ(read(state, [](EntryAccess& e) { return read_queued_bond(e, 0); }),
              (QueuedBond{ValidatorIndex(16), account(5), operation.stake, state.slot()}));
    EXPECT_EQ(get_account(state, account(5)).balance.value(),
              balance_after(first_state(), 5, operation) - operation.stake.value());
    ASSERT_NE(state.public_key(ValidatorIndex(16)), nullptr);
    EXPECT_EQ(state.public_key(ValidatorIndex(16))->to_bytes(), operation.pubkey.bytes);
}

TEST(RegisterValidator, NamesTheFirstConditionThatDoesNotHold) {
    RegisterValidator operation = registration(0, 5);
    operation.pubkey = first_state().consensus().validators[0].pubkey;
    operation.proof_of_possession = {};
    operation.commission = BASIS_POINTS + 1;
    operation.stake = Amount(MINIMAL.MIN_SELF_STAKE - 1);
    EXPECT_EQ(attempt(5, operation), Status::bad_commission);
    operation.commission = BASIS_POINTS;
    EXPECT_EQ(attempt(5, operation), Status::too_small);
    operation.stake = Amount(kUint64Max);
    EXPECT_EQ(attempt(5, operation), Status::insufficient_balance);
    operation.stake = Amount(balance_after(first_state(), 5, operation) + 1);
    EXPECT_EQ(attempt(5, operation), Status::insufficient_balance);
    operation.stake = Amount(operation.stake.value() - 1);
    EXPECT_EQ(attempt(5, operation), Status::key_registered);
    operation.pubkey = registration(0, 5).pubkey;
    EXPECT_EQ(attempt(5, operation), Status::bad_proof);
    operation.proof_of_possession = registration(0, 5).proof_of_possession;
    EXPECT_EQ(attempt(5, operation), Status::success);
}

TEST(RegisterValidator, NeedsAProofOfThisKeyByThisOperator) {
    RegisterValidator operation = registration(0, 5);
    EXPECT_EQ(attempt(6, operation), Status::bad_proof);  // copied from account 5
    operation.proof_of_possession = registration(1, 5).proof_of_possession;
    EXPECT_EQ(attempt(5, operation), Status::bad_proof);
    operation.proof_of_possession.bytes.fill(0xff);
    EXPECT_EQ(attempt(5, operation), Status::bad_proof);
    operation.proof_of_possession = registration(0, 5).proof_of_possession;
    operation.pubkey.bytes.fill(0);
    EXPECT_EQ(attempt(5, operation), Status::bad_proof);
    operation.pubkey.bytes[0] = 0xc0;  // infinity
    EXPECT_EQ(attempt(5, operation), Status::bad_proof);
}

TEST(RegisterValidator, TakesAKeyOnceForEver) {
    State state = first_state();
    ASSERT_EQ(perform(state, 5, registration(0, 5)), Status::success);
    EXPECT_EQ(perform(state, 5, registration(0, 5)), Status::key_registered);
    EXPECT_EQ(perform(state, 6, registration(0, 6)), Status::key_registered);
    StakeEvent event;
    EXPECT_EQ(perform(state, 6, registration(1, 6), &event), Status::success);
    EXPECT_EQ(event, (StakeEvent{ValidatorIndex(17), registration(1, 6).stake, 1}));
}

}  // namespace
}  // namespace touchstone::node::execution_test
