#include "reference/execution/stake_operations.h"

#include <gtest/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/chain/test_ledger.h"
#include "reference/chain/test_stage.h"
#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/signatures/domains.h"
#include "reference/stake/pools.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::POOL;
using test::registration;
using test::saver;
using test::Stage;
using test::tst;

constexpr ValidatorIndex NOBODY{Stage::VALIDATORS};

class StakeOperations : public testing::Test {
  protected:
    ~StakeOperations() override { EXPECT_EQ(test::broken_ledger(state), ""); }

    /// The status; what fails changes nothing.
    int status(const Address& sender, const Payload& payload) {
        const ConsensusState before = state;
        const StakeOutcome outcome = stage.operate(sender, payload);
        EXPECT_TRUE(outcome.status == SUCCESS || state == before);
        return outcome.status;
    }
    void set_balance(const Address& address, Amount balance) { set_account(state, address, {7, balance}); }

    Stage stage;
    ConsensusState& state = stage.state();
    const Address operator_address = stage.operator_of(POOL.value);
};

// Each with all later conditions broken as well, as far as they can be: the first that does not hold names the status.
TEST_F(StakeOperations, ARegistrationHasItsConditionsInOrder) {
    RegisterValidator payload = registration(0, Amount{tst(16).value - 1}, BASIS_POINTS + 1);
    payload.pubkey = stage.validator(0).pubkey;
    set_balance(saver(0), Amount{1});
    EXPECT_EQ(status(saver(0), payload), BAD_COMMISSION);
    payload.commission = BASIS_POINTS;
    EXPECT_EQ(status(saver(0), payload), TOO_SMALL);
    payload.stake = tst(16);
    EXPECT_EQ(status(saver(0), payload), INSUFFICIENT_BALANCE);
    set_balance(saver(0), tst(16));
    EXPECT_EQ(status(saver(0), payload), KEY_REGISTERED);
    payload.pubkey = registration(0, {}).pubkey;
    EXPECT_EQ(status(saver(1), payload), BAD_PROOF);  // another's proof
    payload.proof_of_possession = {};
    EXPECT_EQ(status(saver(0), payload), BAD_PROOF);
    payload.pubkey = {};
    EXPECT_EQ(status(saver(0), payload), BAD_PROOF);
    payload = registration(0, tst(16), BASIS_POINTS);
    EXPECT_EQ(status(saver(0), payload), SUCCESS);
    EXPECT_EQ(get_account(state, saver(0)), (Account{7, Amount{0}}));
    set_balance(saver(0), tst(16));
    EXPECT_EQ(status(saver(0), payload), KEY_REGISTERED);
}

// [STK-09]
TEST_F(StakeOperations, ARegisteredValidatorWaitsWithDefaultsInAllLists) {
    state.slot = Slot{11};
    const StakeOutcome outcome = stage.operate(saver(0), registration(0, tst(20), 300));
    EXPECT_EQ(outcome.event, (StakeEvent{NOBODY, tst(20), 0}));
    const Epoch never{FAR_FUTURE_EPOCH};
    Validator expected;
    expected.pubkey = registration(0, {}).pubkey;
    expected.operator_address = saver(0);
    expected.commission = 300;
    expected.next_commission_epoch = expected.slashed_from = expected.eligibility_epoch = expected.activation_epoch =
        expected.exit_request_epoch = expected.exit_epoch = never;
    EXPECT_EQ(state.validators.back(), expected);
    const std::size_t count = Stage::VALIDATORS + 1;
    EXPECT_EQ(state.validators.size(), count);
    EXPECT_EQ(state.balances.size(), count);
    EXPECT_EQ(state.shares.size(), count);
    EXPECT_EQ(state.commissions.size(), count);
    EXPECT_EQ(state.inactivity_scores.size(), count);
    EXPECT_EQ(state.previous_epoch_participation.size(), count);
    EXPECT_EQ(state.current_epoch_participation.size(), count);
    EXPECT_EQ(get_validator_index(state, expected.pubkey), NOBODY);
    EXPECT_EQ(get_first_bond(state).value(), (QueuedBond{NOBODY, saver(0), tst(20), Slot{11}}));
    EXPECT_EQ(state.bonding, tst(20));
}

TEST_F(StakeOperations, AFullRegistryTakesNobody) {
    state.config.VALIDATOR_REGISTRY_LIMIT = Stage::VALIDATORS;
    EXPECT_EQ(process_stake_operation(state, saver(0), registration(0, tst(20))).failure().clause, Clause::TYP_01);
}

// A registered validator with stake enough becomes active, earns, exits, and all of it can be taken out.
TEST_F(StakeOperations, ALifeOfAValidator) {
    stage.operate(saver(0), registration(0, tst(40), 1'000));
    for (int epoch = 0; epoch < 30 && !is_active_validator(state.validators.back(), stage.epoch()); ++epoch)
        stage.end_epoch();
    ASSERT_TRUE(is_active_validator(state.validators.back(), stage.epoch()));
    EXPECT_EQ(state.validators.back().effective_stake, tst(40));
    stage.end_epochs(3);
    EXPECT_GT(state.balances.back(), tst(40));
    EXPECT_EQ(status(saver(0), ClaimCommission{NOBODY}), SUCCESS);
    EXPECT_EQ(status(saver(0), ClaimCommission{NOBODY}), NOTHING_THERE);
    EXPECT_EQ(status(saver(0), ExitValidator{NOBODY}), SUCCESS);
    stage.end_epochs(8);
    EXPECT_EQ(status(saver(0), Undelegate{NOBODY, stage.shares(NOBODY.value, saver(0))}), SUCCESS);
    EXPECT_GT(get_account(state, saver(0)).balance, tst(1'000'000));
    EXPECT_EQ(state.balances.back(), Amount{0});
}

TEST_F(StakeOperations, AnEditHasItsConditionsInOrder) {
    EXPECT_EQ(status(operator_address, EditValidator{NOBODY, BASIS_POINTS + 1}), UNKNOWN_VALIDATOR);
    EXPECT_EQ(status(saver(0), EditValidator{POOL, BASIS_POINTS + 1}), NOT_OPERATOR);
    EXPECT_EQ(status(operator_address, EditValidator{POOL, BASIS_POINTS + 1}), BAD_COMMISSION);
}

// [STK-10]
TEST_F(StakeOperations, AnEditWithinTheTimeOfAWaitingOneStartsFromWhatHolds) {
    Validator& validator = stage.validator(POOL.value);
    validator.commission = 100;
    state.slot = Slot{16};
    EXPECT_EQ(status(operator_address, EditValidator{POOL, 500}), SUCCESS);
    EXPECT_EQ(validator.commission, 100U);
    EXPECT_EQ(validator.next_commission, 500U);
    EXPECT_EQ(validator.next_commission_epoch, Epoch{6});
    state.slot = Slot{6 * 8};
    EXPECT_EQ(status(operator_address, EditValidator{POOL, 700}), SUCCESS);
    EXPECT_EQ(validator.commission, 500U);  // which held by then
    EXPECT_EQ(validator.next_commission_epoch, Epoch{10});
    EXPECT_EQ(status(operator_address, EditValidator{POOL, 500}), SUCCESS);
    EXPECT_EQ(validator.commission, 500U);
    EXPECT_EQ(validator.next_commission, 0U);
    EXPECT_EQ(validator.next_commission_epoch, Epoch{FAR_FUTURE_EPOCH});
}

TEST_F(StakeOperations, AnExitHasItsConditionsInOrder) {
    EXPECT_EQ(status(operator_address, ExitValidator{NOBODY}), UNKNOWN_VALIDATOR);
    EXPECT_EQ(status(saver(0), ExitValidator{POOL}), NOT_OPERATOR);
    EXPECT_EQ(status(operator_address, ExitValidator{POOL}), NOT_ACTIVE);  // not long enough
    state.slot = Slot{8};
    EXPECT_EQ(stage.operate(operator_address, ExitValidator{POOL}).event, (StakeEvent{POOL, Amount{0}, 0}));
    EXPECT_EQ(status(operator_address, ExitValidator{POOL}), LEAVING);
    EXPECT_EQ(get_first_unbond(state).value(), (QueuedUnbond{POOL, {}, 0}));
    EXPECT_EQ(stage.operate(stage.operator_of(4), ExitValidator{ValidatorIndex{4}}).event,
              (StakeEvent{ValidatorIndex{4}, Amount{0}, 1}));
}

TEST_F(StakeOperations, ADelegationHasItsConditionsInOrder) {
    set_balance(saver(0), tst(1));
    EXPECT_EQ(status(saver(0), Delegate{NOBODY, tst(0)}), UNKNOWN_VALIDATOR);
    stage.validator(POOL.value).exit_request_epoch = Epoch{0};
    EXPECT_EQ(status(saver(0), Delegate{POOL, tst(0)}), LEAVING);
    stage.validator(POOL.value).exit_request_epoch = Epoch{FAR_FUTURE_EPOCH};
    EXPECT_EQ(status(saver(0), Delegate{POOL, Amount{tst(1).value - 1}}), TOO_SMALL);
    EXPECT_EQ(status(saver(0), Delegate{POOL, Amount{tst(1).value + 1}}), INSUFFICIENT_BALANCE);
    EXPECT_EQ(status(saver(0), Delegate{POOL, tst(1)}), SUCCESS);
    EXPECT_EQ(stage.operate(saver(1), Delegate{POOL, tst(2)}).event, (StakeEvent{POOL, tst(2), 1}));
}

TEST_F(StakeOperations, AnUndelegationHasItsConditionsInOrder) {
    const auto undelegates = [&](ValidatorIndex index, std::uint64_t shares) {
        return status(operator_address, Undelegate{index, shares});
    };
    Validator& validator = stage.validator(POOL.value);
    const std::uint64_t held = tst(1024).value;
    EXPECT_EQ(undelegates(NOBODY, 0), UNKNOWN_VALIDATOR);
    EXPECT_EQ(undelegates(POOL, 0), NOT_ENOUGH_SHARES);
    EXPECT_EQ(undelegates(POOL, held + 1), NOT_ENOUGH_SHARES);
    EXPECT_EQ(undelegates(POOL, tst(1).value - 1), TOO_SMALL);
    EXPECT_EQ(undelegates(POOL, held), LOCKED);
    validator.exit_epoch = Epoch{1};
    EXPECT_EQ(undelegates(POOL, tst(1).value), NOT_WITHDRAWABLE);
    validator.exit_epoch = Epoch{2};
    validator.slashed = true;
    EXPECT_EQ(undelegates(POOL, tst(1).value), NOT_WITHDRAWABLE);
    validator.slashed = false;
    EXPECT_EQ(undelegates(POOL, tst(1).value), SUCCESS);
    EXPECT_EQ(state.shares[POOL.value], held);  // they stay in the pool until they are processed
    EXPECT_EQ(get_first_unbond(state).value(), (QueuedUnbond{POOL, operator_address, tst(1).value}));
}

// [STK-13], [STK-18] Who is free, but did not ask to leave, keeps what is locked.
TEST_F(StakeOperations, StakeThatDoesNotCountLeavesAtOnce) {
    stage.operate(saver(0), registration(0, tst(31)));
    stage.end_epochs_until_shares_change(NOBODY.value, saver(0));
    EXPECT_EQ(status(saver(0), Undelegate{NOBODY, tst(15).value + 1}), LOCKED);
    const StakeOutcome outcome = stage.operate(saver(0), Undelegate{NOBODY, tst(15).value});
    EXPECT_EQ(outcome.event, (StakeEvent{NOBODY, tst(15), 0}));
    EXPECT_EQ(state.balances.back(), tst(16));
    EXPECT_EQ(get_account(state, saver(0)).balance, tst(1'000'000 - 16));
}

// All that somebody holds may leave even if it is less than a bond.
TEST_F(StakeOperations, TheRestMayAlwaysLeave) {
    set_pool_shares(state, POOL, saver(0), 5);
    state.shares[POOL.value] += 5;
    EXPECT_EQ(status(saver(0), Undelegate{POOL, 4}), TOO_SMALL);
    EXPECT_EQ(status(saver(0), Undelegate{POOL, 5}), SUCCESS);
}

TEST_F(StakeOperations, AWithdrawalHasItsConditionsInOrder) {
    const auto withdraws = [&](const Address& who, ValidatorIndex index, std::uint64_t exit_epoch) {
        return status(who, Withdraw{index, Epoch{exit_epoch}});
    };
    const auto take = [&](std::uint64_t number, std::uint64_t shares) {
        set_cohort_shares(state, POOL, Epoch{1}, saver(number), shares);
    };
    set_cohort(state, POOL, Epoch{1}, {Amount{10}, 4, Epoch{6}, Epoch{0}});
    state.unbonding = Amount{10};
    take(0, 1);
    take(1, 3);
    EXPECT_EQ(withdraws(saver(0), NOBODY, 2), UNKNOWN_VALIDATOR);
    EXPECT_EQ(withdraws(saver(0), POOL, 2), NOTHING_THERE);
    EXPECT_EQ(withdraws(saver(2), POOL, 1), NOTHING_THERE);
    state.slot = Slot{4 * 8 + 7};
    EXPECT_EQ(withdraws(saver(0), POOL, 1), NOT_WITHDRAWABLE);
    state.slot = Slot{5 * 8 + 7};
    EXPECT_EQ(withdraws(saver(0), POOL, 1), NOT_WITHDRAWABLE);  // held
    state.slot = Slot{6 * 8};
    EXPECT_EQ(stage.operate(saver(0), Withdraw{POOL, Epoch{1}}).event, (StakeEvent{POOL, Amount{2}, 0}));
    EXPECT_EQ(withdraws(saver(0), POOL, 1), NOTHING_THERE);
    EXPECT_EQ(get_cohort(state, POOL, Epoch{1}), (Cohort{Amount{8}, 3, Epoch{6}, Epoch{0}}));
    EXPECT_EQ(stage.operate(saver(1), Withdraw{POOL, Epoch{1}}).event.amount, Amount{8});
    EXPECT_EQ(get_cohort(state, POOL, Epoch{1}), std::nullopt);
    EXPECT_EQ(state.unbonding, Amount{0});
    EXPECT_EQ(withdraws(saver(1), POOL, 1), NOTHING_THERE);
}

TEST_F(StakeOperations, ACommissionIsClaimedByItsOperator) {
    EXPECT_EQ(status(operator_address, ClaimCommission{NOBODY}), UNKNOWN_VALIDATOR);
    EXPECT_EQ(status(saver(0), ClaimCommission{POOL}), NOT_OPERATOR);
    EXPECT_EQ(status(operator_address, ClaimCommission{POOL}), NOTHING_THERE);
    state.commissions[POOL.value] = Amount{9};
    EXPECT_EQ(stage.operate(operator_address, ClaimCommission{POOL}).event, (StakeEvent{POOL, Amount{9}, 0}));
    EXPECT_EQ(get_account(state, operator_address).balance, Amount{9});
    EXPECT_EQ(state.commissions[POOL.value], Amount{0});
}

// [TXN-03], [TXN-12], [STK-08]
TEST(StakeTransactions, AreChargedByTheirKindAndHaveOneEvent) {
    ConsensusState state = test::genesis_state(8, MINIMAL, 1);
    const auto sends = [&](std::uint64_t nonce, const Payload& payload) {
        const auto transaction = test::sign_transaction(state, 0, {{}, nonce, 6'000'000, 1'000, 0, payload});
        const std::uint64_t length = ssz::serialize(transaction, MINIMAL).size();
        const Receipt receipt = process_transaction(state, transaction, 0).value().receipt;
        const std::uint64_t of_kind = payload.index() == 1 ? MINIMAL.GAS_REGISTER_VALIDATOR : MINIMAL.GAS_STAKE;
        EXPECT_EQ(receipt.gas_used, MINIMAL.GAS_PER_TRANSACTION + MINIMAL.GAS_PER_BYTE * length + of_kind);
        return receipt;
    };
    const Receipt delegated = sends(0, Delegate{POOL, tst(5)});
    ASSERT_EQ(delegated.events.size(), 1U);
    Event expected;
    expected.topic.bytes[0] = 4;
    expected.data = ssz::serialize(StakeEvent{POOL, tst(5), 0}, MINIMAL);
    EXPECT_EQ(delegated.events[0], expected);
    const Receipt failed = sends(1, RegisterValidator{{}, {}, 0, tst(20)});
    EXPECT_EQ(failed.status, BAD_PROOF);
    EXPECT_TRUE(failed.events.empty());
}

// The gas is taken first: who delegates all that he had has not enough.
TEST(StakeTransactions, TheBalanceIsThatAfterTheGas) {
    ConsensusState state = test::genesis_state(8, MINIMAL, 1);
    const auto delegate_all_but = [&](std::uint64_t kept, std::uint64_t nonce) {
        const Amount balance = get_account(state, test::development_address(0)).balance;
        const auto transaction = test::sign_transaction(
            state, 0, {{}, nonce, 100'000, 1'000, 0, Delegate{POOL, Amount{balance.value - kept}}});
        return process_transaction(state, transaction, 0).value().receipt.status;
    };
    EXPECT_EQ(delegate_all_but(100'000 * 1'000 - 1, 0), INSUFFICIENT_BALANCE);
    EXPECT_EQ(delegate_all_but(100'000 * 1'000, 1), SUCCESS);
}

// [TXN-04]
TEST(StakeTransactions, ReservedPayloadsBreakTheBlock) {
    ConsensusState state = test::genesis_state(8, MINIMAL, 1);
    const Payload reserved{std::in_place_index<8>};
    const auto transaction = test::sign_transaction(state, 0, {{}, 0, 6'000'000, 1'000, 0, reserved});
    EXPECT_EQ(process_transaction(state, transaction, 0).failure().clause, Clause::TXN_04);
}

/// A chain with a development account, whose root, shares and grains are checked after every step.
class StakeChain : public testing::Test {
  protected:
    StakeChain() : chain(16, config(), 1), at_genesis(test::supply(chain.state())) {}
    ~StakeChain() override { check(); }

    static Parameters config() {
        Parameters config = MINIMAL;
        config.SHARD_COMMITTEE_PERIOD = 0;
        return config;
    }
    void check() const {
        EXPECT_EQ(state.tree_root, kv_root(state.entries.map()));
        EXPECT_EQ(test::broken_ledger(state), "");
        EXPECT_TRUE(test::supply(state) + state.burnt == at_genesis + state.minted);
    }
    SignedTransaction delegation(std::uint64_t nonce, ValidatorIndex index) const {
        return test::sign_transaction(state, 0, {{}, nonce, 100'000, 1'000, 0, Delegate{index, tst(5)}});
    }
    void add_block(BlockBody body) {
        const SignedBlock block = test::make_block(state, Slot{state.slot.value + 1}, std::move(body));
        ASSERT_TRUE(state_transition(state, block));
        check();
    }

    test::Chain chain;
    ConsensusState& state = chain.state();
    const Wide at_genesis;
};

// An exit, a slashing and stake operations in blocks, and what an epoch's end makes of them.
TEST_F(StakeChain, TheTreeRootIsThatOfTheEntriesAfterEveryBlockAndEpoch) {
    chain.extend_to(Slot{3});
    BlockBody body;
    body.transactions = {delegation(0, POOL)};
    add_block(body);
    const std::uint64_t exits = state.unbond_queue.tail;
    SignedVoluntaryExit exit{{Epoch{0}, ValidatorIndex{5}}, {}};
    const Domain domain = get_domain(state, DOMAIN_VOLUNTARY_EXIT, Epoch{0});
    exit.signature = test::sign(ValidatorIndex{5}, compute_signing_root(exit.message, domain, state.config));
    body = {};
    body.voluntary_exits = {exit};
    add_block(body);
    EXPECT_EQ(state.unbond_queue.tail, exits + 1);
    for (std::uint64_t slot = 6; slot <= 40; ++slot) {
        chain.extend_to(Slot{slot});
        check();
    }
    EXPECT_GT(get_pool_shares(state, POOL, test::development_address(0)), 0U);
    EXPECT_NE(state.validators[5].exit_epoch, Epoch{FAR_FUTURE_EPOCH});
}

// What comes earlier in a block counts for its transactions.
TEST_F(StakeChain, NobodyDelegatesToWhomTheBlockSlashes) {
    chain.extend_to(Slot{3});
    ConsensusState next = state;
    ASSERT_TRUE(process_slots(next, Slot{4}));
    const ValidatorIndex offender{next.proposer_lookahead[4] == POOL ? 7U : POOL.value};
    const Wide before = get_account(state, test::development_address(0)).balance.value;
    BlockBody body;
    body.proposer_slashings = {test::two_blocks_of(state, offender, Slot{2})};
    body.transactions = {delegation(0, offender)};
    add_block(body);
    EXPECT_TRUE(state.validators[offender.value].slashed);
    EXPECT_EQ(state.bond_queue.tail, 0U);
    EXPECT_TRUE(get_account(state, test::development_address(0)).balance.value < before);  // it has paid
}

}  // namespace
}  // namespace touchstone::reference
