#include "node/kernel/execution/stake_operations.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "crypto/development_keys.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/executors.h"
#include "node/kernel/execution/selection.h"
#include "node/kernel/stake/entries.h"
#include "node/kernel/stake/pools.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

using Status = TransactionStatus;

constexpr std::uint64_t kTst = 1'000'000'000;
constexpr std::uint64_t kBalance = 1'000 * kTst;
constexpr std::size_t kAccounts = 8;
/// Of each validator's pool: its operator's, which is the account with its index, and that of the account after it.
constexpr std::uint64_t kOwn = 20 * kTst;
constexpr std::uint64_t kOthers = 12 * kTst;
constexpr std::uint64_t kOperated = 4;
constexpr Epoch kCohort{3};
/// Late enough for everything that the first validators may do.
const Epoch kLate = kCohort + MINIMAL.UNBONDING_EPOCHS + MINIMAL.SHARD_COMMITTEE_PERIOD;

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 16, Amount(kOwn + kOthers), kAccounts, Amount(kBalance));
    return chain;
}

const Address& account(std::size_t i) { return chain().account_address(i); }

void set_epoch(State& state, Epoch epoch) { state.mutable_consensus().slot = start_slot_of(epoch, MINIMAL) + 1; }

void change(State& state, const std::function<void(ConsensusState&, EntryAccess&)>& how) {
    EntryOverlay entries(state.tree());
    how(state.mutable_consensus(), entries);
    if (!state.change_entries(entries, serial_for).ok()) std::abort();
}

/// Validators 0 to 3 belong to the accounts 0 to 3, with commissions to claim; of validator 0 a cohort has left.
State make_state() {
    State state = chain().advance(chain().genesis_state(), Slot(1));
    change(state, [](ConsensusState& consensus, EntryAccess& entries) {
        for (std::uint64_t i = 0; i < kOperated; ++i) {
            const ValidatorIndex index(i);
            write_shares(entries, index, consensus.validators[i].operator_address, 0);
            consensus.validators.mutate(i).operator_address = account(i);
            write_shares(entries, index, account(i), kOwn);
            write_shares(entries, index, account(i + 1), kOthers);
            consensus.commissions.set(i, Amount(5 * kTst + i));
        }
        write_cohort(entries, ValidatorIndex(0), kCohort, Cohort{Amount(9 * kTst + 1), 9 * kTst, Epoch(0), Epoch(0)});
        write_cohort_shares(entries, ValidatorIndex(0), kCohort, account(5), 5 * kTst);
        write_cohort_shares(entries, ValidatorIndex(0), kCohort, account(6), 4 * kTst);
        consensus.validators.mutate(0).last_cohort = kCohort;
        consensus.unbonding = Amount(9 * kTst + 1);
    });
    set_epoch(state, kLate);
    return state;
}

const State& first_state() {
    static const State state = make_state();
    return state;
}

constexpr std::size_t kKeys = 4;

/// A registration with a key that no validator has, by an account.
const RegisterValidator& registration(std::size_t key, std::size_t by) {
    static const auto all = [] {
        std::array<std::array<RegisterValidator, kAccounts>, kKeys> made;
        for (std::size_t k = 0; k < kKeys; ++k) {
            const auto secret = crypto::development_validator_key(100 + k);
            const BlsPublicKey pubkey(crypto::bls::public_key(secret).to_bytes());
            for (std::size_t a = 0; a < kAccounts; ++a) {
                const Root message = proof_of_possession_root(pubkey, account(a), MINIMAL);
                const BlsSignature proof(crypto::bls::pop_prove(secret, message.view()).to_bytes());
                made[k][a] = {pubkey, proof, 500, Amount(MINIMAL.MIN_SELF_STAKE)};
            }
        }
        return made;
    }();
    return all[key][by];
}

SignedTransaction unsigned_operation(const State& state, std::size_t sender, const Payload& payload) {
    SignedTransaction transaction = chain().unsigned_transfer(state, sender, account(0), Amount(0));
    transaction.message.payload = payload;
    transaction.message.gas_limit = intrinsic_gas(transaction, MINIMAL);
    return transaction;
}

std::uint64_t price(const State& state) { return state.consensus().base_fee + 3; }

Result<ProcessedTransaction> process(State& state, const SignedTransaction& transaction) {
    SignatureSets sets;
    return process_transaction(chain().environment(), state, transaction, 0, sets);
}

/// Executes the operation as a transaction of the account; the receipt is what its status promises.
Status perform(State& state, std::size_t sender, const Payload& payload, StakeEvent* event = nullptr) {
    const State before = state;
    const SignedTransaction transaction = unsigned_operation(state, sender, payload);
    const auto processed = process(state, transaction);
    if (!processed.ok()) {
        ADD_FAILURE() << processed.rejection().detail;
        return Status::success;
    }
    const Receipt& receipt = processed->receipt;
    EXPECT_EQ(receipt.gas_used, transaction.message.gas_limit);
    EXPECT_EQ(get_account(state, account(sender)).nonce, transaction.message.nonce + 1);
    const auto status = static_cast<Status>(receipt.status);
    if (status != Status::success) {
        EXPECT_TRUE(receipt.events.empty());
        // Nothing has changed but what was paid.
        ConsensusState expected = before.consensus();
        expected.tree_root = state.consensus().tree_root;
        expected.burnt = Amount(expected.burnt.value() + receipt.gas_used * before.consensus().base_fee);
        EXPECT_EQ(state.consensus(), expected);
        const auto changes = tree::changes_between(before.tree(), state.tree());
        EXPECT_EQ(changes.size(), 1U);
        const std::uint64_t paid = receipt.gas_used * price(before);
        EXPECT_EQ(get_account(state, account(sender)).balance.value(),
                  get_account(before, account(sender)).balance.value() - paid);
        return status;
    }
    if (receipt.events.size() != 1) {
        ADD_FAILURE() << receipt.events.size() << " events";
        return status;
    }
    EventTopic topic;
    topic.bytes[0] = static_cast<std::uint8_t>(payload.index());
    EXPECT_EQ(receipt.events[0].emitter, Address{});
    EXPECT_EQ(receipt.events[0].topic, topic);
    EXPECT_EQ(receipt.events[0].data.size(), 24U);
    if (event != nullptr) *event = decode<StakeEvent>(receipt.events[0].data, MINIMAL).value();
    return status;
}

/// On a copy of the first state.
Status attempt(
    std::size_t sender, const Payload& payload,
    const std::function<void(ConsensusState&, EntryAccess&)>& how = [](auto&, auto&) {}) {
    State state = first_state();
    change(state, how);
    return perform(state, sender, payload);
}

Validator& validator(ConsensusState& consensus, std::uint64_t index) { return consensus.validators.mutate(index); }

std::uint64_t balance_after(const State& before, std::size_t who, const Payload& payload) {
    const SignedTransaction transaction = unsigned_operation(before, who, payload);
    return get_account(before, account(who)).balance.value() - transaction.message.gas_limit * price(before);
}

template <class Read>
auto read(const State& state, const Read& how) {
    EntryOverlay entries(state.tree());
    return how(entries);
}

// -------------------------------------------------------------------------------------------------------- the payment

TEST(StakeOperation, CostsTheGasThatTheSpecificationNames) {
    const auto gas = [](const Payload& payload) {
        return intrinsic_gas(unsigned_operation(first_state(), 0, payload), MINIMAL);
    };
    const std::uint64_t base =
        MINIMAL.GAS_PER_TRANSACTION + MINIMAL.GAS_PER_BYTE * 137;  // all but the payload's fields
    EXPECT_EQ(gas(RegisterValidator{}), base + MINIMAL.GAS_PER_BYTE * 160 + MINIMAL.GAS_REGISTER_VALIDATOR);
    EXPECT_EQ(gas(EditValidator{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(ExitValidator{}), base + MINIMAL.GAS_PER_BYTE * 8 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Delegate{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Undelegate{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Withdraw{}), base + MINIMAL.GAS_PER_BYTE * 16 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(ClaimCommission{}), base + MINIMAL.GAS_PER_BYTE * 8 + MINIMAL.GAS_STAKE);
    EXPECT_EQ(gas(Payload(std::in_place_index<8>)), 0U);
}

TEST(StakeOperation, UsesItsFixedGasHoweverMuchIsOffered) {
    State state = first_state();
    SignedTransaction transaction = unsigned_operation(state, 0, ClaimCommission{ValidatorIndex(0)});
    const std::uint64_t gas = transaction.message.gas_limit;
    transaction.message.gas_limit = 3 * gas;
    const auto processed = process(state, transaction);
    ASSERT_TRUE(processed.ok());
    EXPECT_EQ(processed->receipt.gas_used, gas);
    EXPECT_EQ(processed->tip, 3 * gas);
    EXPECT_EQ(get_account(state, account(0)).balance.value(), kBalance - gas * price(first_state()) + 5 * kTst);
    transaction.message.gas_limit = gas - 1;
    State again = first_state();
    EXPECT_EQ(process(again, transaction).rejection().clause, Clause::TXN_05);
}

// ------------------------------------------------------------------------------------------------------- registration

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

// --------------------------------------------------------------------------------------------------------- commission

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

// --------------------------------------------------------------------------------------------------------------- exit

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

// --------------------------------------------------------------------------------------------------------- delegation

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
    const auto processed = process(state, unsigned_operation(state, 5, Delegate{ValidatorIndex(3), Amount(kTst)}));
    EXPECT_EQ(processed.rejection().clause, Clause::TYP_01);
    state.mutable_consensus().bonding = Amount(0);
    state.mutable_consensus().bond_queue.tail = kUint64Max;
    EXPECT_EQ(
        process(state, unsigned_operation(state, 5, Delegate{ValidatorIndex(3), Amount(kTst)})).rejection().clause,
        Clause::TYP_01);
    EXPECT_EQ(get_account(state, account(5)), (Account{0, Amount(kBalance)}));
}

// ----------------------------------------------------------------------------------------------------- undelegation

Undelegate undelegate(std::uint64_t index, std::uint64_t shares) { return {ValidatorIndex(index), shares}; }

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

// --------------------------------------------------------------------------------------------------------- withdrawal

Withdraw withdraw(std::uint64_t index, Epoch exit_epoch = kCohort) { return {ValidatorIndex(index), exit_epoch}; }

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

// ---------------------------------------------------------------------------------------------------------- in blocks

ParallelFor threads_for(std::size_t threads) {
    return [threads](std::size_t count, const RangeTask& task) {
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t begin = next.fetch_add(2); begin < count; begin = next.fetch_add(2))
                task(begin, std::min(count, begin + 2));
        };
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < threads; ++i)
            others.emplace_back(work);
        work();
    };
}

std::vector<PreparedTransaction> prepare_all(const std::vector<SignedTransaction>& transactions,
                                             const BlockTerms& terms) {
    std::vector<PreparedTransaction> prepared;
    for (const SignedTransaction& each : transactions)
        prepared.push_back(prepare(each, terms));
    return prepared;
}

std::uint64_t one_of(const std::vector<std::uint64_t>& numbers) { return *rc::gen::elementOf(numbers); }

std::uint64_t any_amount() { return one_of({kTst, 2 * kTst, 0, kTst - 1, kBalance / 2, kBalance - kTst, kBalance}); }

ValidatorIndex any_validator() {
    // Those that the block registers as well, and one that nobody registers.
    return ValidatorIndex(one_of({0, 1, 2, 3, 0, 1, 16, 17, 18, 40}));
}

Payload any_payload(std::size_t sender) {
    switch (*rc::gen::inRange(0, 12)) {
        case 0: {
            RegisterValidator operation = registration(*rc::gen::inRange<std::size_t>(0, kKeys), sender);
            const int fault = *rc::gen::inRange(0, 8);
            if (fault == 0) operation.proof_of_possession.bytes[7] ^= 1;
            if (fault == 1) operation.stake = Amount(any_amount());
            if (fault == 2) operation.commission = BASIS_POINTS + 1;
            return operation;
        }
        case 1:
            return EditValidator{any_validator(), *rc::gen::inRange<std::uint64_t>(0, BASIS_POINTS + 10)};
        case 2:
            return ExitValidator{any_validator()};
        case 3:
        case 4:
            return Delegate{any_validator(), Amount(any_amount())};
        case 5:
        case 6:
            return undelegate(any_validator().value(), one_of({kTst, kOthers, kOwn, 1, 0}));
        case 7:
            return withdraw(one_of({0, 0, 0, 1}));
        case 8:
            return ClaimCommission{any_validator()};
        default: {
            Address to = account(*rc::gen::inRange<std::size_t>(0, kAccounts));
            if (*rc::gen::inRange(0, 8) == 0) to.bytes.fill(9);
            return Transfer{to, Amount(any_amount())};
        }
    }
}

/// Pools that are active, free, leaving, held.
State any_state() {
    State state = first_state();
    for (std::uint64_t i = 0; i < kOperated; ++i) {
        Validator& each = validator(state.mutable_consensus(), i);
        switch (*rc::gen::inRange(0, 6)) {
            case 0:
                each.activation_epoch = kFarFutureEpoch;
                break;
            case 1:
                each.exit_request_epoch = each.exit_epoch = Epoch(2);
                break;
            case 2:
                each.exit_request_epoch = each.exit_epoch = kLate - 1;
                each.slashed = true;
                break;
            default:
                break;
        }
    }
    return state;
}

std::vector<SignedTransaction> any_transactions(const State& state) {
    std::array<std::uint64_t, kAccounts> nonces{};
    std::vector<SignedTransaction> transactions;
    const bool few_senders = *rc::gen::arbitrary<bool>();
    for (auto left = *rc::gen::inRange<std::size_t>(0, 50); left > 0; --left) {
        const std::size_t sender = *rc::gen::inRange<std::size_t>(0, few_senders ? 2 : kAccounts);
        SignedTransaction each = unsigned_operation(state, sender, any_payload(sender));
        each.message.nonce = nonces[sender]++;
        if (*rc::gen::inRange(0, 4) == 0) each.message.gas_limit += MINIMAL.GAS_NEW_ACCOUNT;
        // Rarely one that makes the block invalid.
        const int fault = *rc::gen::inRange(0, 400);
        if (fault == 0) ++each.message.nonce;
        if (fault == 1) each.message.gas_limit = MINIMAL.BLOCK_GAS_LIMIT;
        transactions.push_back(std::move(each));
    }
    return transactions;
}

std::vector<std::pair<Address, Account>> changes_of(const BlockEffects& effects) {
    std::vector<std::pair<Address, Account>> changes;
    effects.accounts.for_each_changed(
        [&](const AccountTable::Entry& entry) { changes.emplace_back(entry.address, entry.account); });
    return changes;
}

void compare_with_serial(const State& state, const std::vector<SignedTransaction>& transactions,
                         const ParallelFor& parallel_for) {
    const BlockTerms terms(state.consensus(), MINIMAL);
    const auto prepared = prepare_all(transactions, terms);
    const BlockEffects serial = execute_serially(prepared, terms, state);
    const BlockEffects at_once = execute_optimistically(prepared, terms, state, parallel_for);
    RC_ASSERT(at_once.rejection == serial.rejection);
    RC_ASSERT(at_once.signatures == serial.signatures);
    RC_ASSERT(at_once.receipts == serial.receipts);
    RC_ASSERT(at_once.gas_used == serial.gas_used);
    RC_ASSERT(at_once.burnt == serial.burnt);
    RC_ASSERT(at_once.tips == serial.tips);
    RC_ASSERT(changes_of(at_once) == changes_of(serial));
    RC_ASSERT(at_once.stake.changed().has_value() == serial.stake.changed().has_value());
    if (!serial.stake.changed()) return;
    RC_ASSERT(at_once.stake.changed()->consensus == serial.stake.changed()->consensus);
    RC_ASSERT(at_once.stake.changed()->entries.changes() == serial.stake.changed()->entries.changes());
}

RC_GTEST_PROP(Executors, AgreeOnStakeOperationsAmongTransfers, ()) {
    const State state = any_state();
    compare_with_serial(state, any_transactions(state), threads_for(3));
}

/// Grains by where they are, and the shares that are said to be. [VAL-06] [STK-04]
struct Sums {
    Uint128 supply = 0;
    Uint128 bonding = 0;
    Uint128 unbonding = 0;
    std::map<std::uint64_t, std::uint64_t> shares;  // of each pool, those in the queue included
};

Sums sums_of(const State& state) {
    constexpr std::size_t kIndexSize = 8;
    const ConsensusState& consensus = state.consensus();
    Sums sums;
    sums.supply = Uint128{consensus.burnt.value()} + consensus.bonding.value() + consensus.unbonding.value();
    for (std::size_t i = 0; i < consensus.validators.size(); ++i)
        sums.supply += consensus.balances[i].value() + consensus.commissions[i].value();
    for (const KvEntry& entry : tree::all_entries(state.tree()).entries) {
        const auto index = [&] {
            std::uint64_t number = 0;
            for (std::size_t i = 1; i <= kIndexSize; ++i)
                number = number << 8U | entry.key[i];
            return number;
        };
        switch (entry.key[0]) {
            case 1:
                sums.supply += get_account(state, *address_of_key(entry.key)).balance.value();
                break;
            case 3:
                sums.shares[index()] += read(state, [&](EntryAccess& e) {
                    Address holder;
                    std::copy(entry.key.begin() + 1 + kIndexSize, entry.key.end(), holder.bytes.begin());
                    return read_shares(e, ValidatorIndex(index()), holder);
                });
                break;
            case 4:
                sums.bonding += decode<QueuedBond>(entry.value, MINIMAL)->amount.value();
                break;
            case 5: {
                const QueuedUnbond item = decode<QueuedUnbond>(entry.value, MINIMAL).value();
                sums.shares[item.validator_index.value()] += item.shares;
                break;
            }
            case 6:
                sums.unbonding += decode<Cohort>(entry.value, MINIMAL)->tokens.value();
                break;
            default:
                break;
        }
    }
    return sums;
}

RC_GTEST_PROP(StakeOperations, NeitherMakeNorLoseGrainsOrShares, ()) {
    const State before = any_state();
    State state = before;
    BlockBody body;
    body.transactions = any_transactions(before);
    const BlockTerms terms(before.consensus(), MINIMAL);
    const BlockEffects effects = execute_serially(prepare_all(body.transactions, terms), terms, before);
    RC_PRE(!effects.rejection);
    body.receipts_root = receipts_root(effects.receipts, MINIMAL, serial_for);
    SignatureSets sets;
    RC_ASSERT(process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets).ok());
    const Sums sums = sums_of(state);
    RC_ASSERT(sums.supply == sums_of(before).supply);
    RC_ASSERT(sums.bonding == state.consensus().bonding.value());
    RC_ASSERT(sums.unbonding == state.consensus().unbonding.value());
    for (std::size_t i = 0; i < state.validator_count(); ++i) {
        const auto found = sums.shares.find(i);
        RC_ASSERT((found == sums.shares.end() ? 0 : found->second) == state.consensus().shares[i]);
    }
    RC_ASSERT(state.consensus().tree_root == state.tree().root());
    RC_ASSERT(state.keys().size() == state.validator_count());
    RC_ASSERT(check_entries(tree::all_entries(state.tree())).ok());
    RC_ASSERT(is_well_formed(state.consensus(), MINIMAL));
}

RC_GTEST_PROP(StakeOperations, AreSelectedWithTheReceiptsOfTheirBlock, ()) {
    const State before = any_state();
    const std::vector<SignedTransaction> candidates = any_transactions(before);
    const SelectedTransactions selected =
        select_transactions(chain().environment(), before, candidates, MINIMAL.MAX_BLOCK_BYTES);
    BlockBody body;
    body.transactions = selected.transactions;
    body.receipts_root = receipts_root(selected.receipts, MINIMAL, serial_for);
    State state = before;
    SignatureSets sets;
    const auto receipts = process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets);
    RC_ASSERT(receipts.ok());
    RC_ASSERT(receipts->receipts == selected.receipts);
}

std::vector<std::uint8_t> statuses_of(const std::vector<SignedTransaction>& transactions, const State& state) {
    const BlockTerms terms(state.consensus(), MINIMAL);
    const BlockEffects effects = execute_optimistically(prepare_all(transactions, terms), terms, state, threads_for(2));
    EXPECT_FALSE(effects.rejection);
    std::vector<std::uint8_t> statuses;
    for (const Receipt& each : effects.receipts)
        statuses.push_back(each.status);
    return statuses;
}

TEST(StakeOperations, OfABlockSeeWhatTheOnesBeforeThemDid) {
    const State& state = first_state();
    const auto of = [&](std::size_t sender, std::uint64_t nonce, const Payload& payload) {
        SignedTransaction made = unsigned_operation(state, sender, payload);
        made.message.nonce = nonce;
        return made;
    };
    const std::uint64_t rest = balance_after(state, 5, withdraw(0));
    const std::vector<SignedTransaction> transactions = {
        of(6, 0, registration(0, 6)),                                    // becomes validator 16
        of(7, 0, registration(0, 7)),                                    // the same key
        of(7, 1, Delegate{ValidatorIndex(16), Amount(2 * kTst)}),        // to the new one
        of(5, 0, withdraw(0)),                                           //
        of(5, 1, Transfer{account(4), Amount(rest)}),                    // only with what was withdrawn
        of(4, 0, Delegate{ValidatorIndex(0), Amount(kBalance + kTst)}),  // only with what was transferred
        of(6, 1, ExitValidator{ValidatorIndex(16)}),                     //
        of(7, 2, Delegate{ValidatorIndex(16), Amount(2 * kTst)}),        // which leaves by now
        of(0, 0, ClaimCommission{ValidatorIndex(0)}),                    //
        of(0, 1, ClaimCommission{ValidatorIndex(0)}),                    // a second time
    };
    EXPECT_EQ(statuses_of(transactions, state), (std::vector<std::uint8_t>{0, 5, 0, 0, 0, 0, 0, 9, 0, 13}));
}

TEST(StakeOperations, OfTheProposersOperatorDoNotSpendTheTipsOfTheBlock) {
    State state = first_state();
    BlockBody body;
    const std::uint64_t all = balance_after(state, 2, Delegate{});
    body.transactions = {unsigned_operation(state, 2, Delegate{ValidatorIndex(0), Amount(all)})};
    const std::uint64_t gas = body.transactions[0].message.gas_limit;
    const Receipt receipt{0, gas, {stake_event(4, {ValidatorIndex(0), Amount(all), 0})}};
    body.receipts_root = receipts_root(std::array{receipt}, MINIMAL, serial_for);
    SignatureSets sets;
    ASSERT_TRUE(process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets).ok());
    EXPECT_EQ(get_account(state, account(2)), (Account{1, Amount(gas * 3)}));
}

/// Who makes an invalid block makes nobody verify more proofs than a valid one could have.
TEST(StakeOperations, HaveTheirProofsVerifiedAsFarAsTheGasOfABlockReaches) {
    const State& state = first_state();
    const BlockTerms terms(state.consensus(), MINIMAL);
    std::vector<SignedTransaction> transactions(150, unsigned_operation(state, 5, registration(0, 5)));
    std::vector<std::size_t> loops;
    const ParallelFor counting = [&](std::size_t count, const RangeTask& task) {
        loops.push_back(count);
        serial_for(count, task);
    };
    const BlockEffects effects = execute_optimistically(prepare_all(transactions, terms), terms, state, counting);
    EXPECT_EQ(effects.rejection->clause, Clause::TXN_10);
    const std::uint64_t fit = MINIMAL.BLOCK_GAS_LIMIT / transactions[0].message.gas_limit;
    EXPECT_EQ(loops, (std::vector<std::size_t>{150, fit + 1}));
}

TEST(StakeOperations, ThatOverflowEndTheSelectionOfABlock) {
    State state = first_state();
    state.mutable_consensus().bonding = Amount(kUint64Max);
    const std::vector<SignedTransaction> candidates = {
        unsigned_operation(state, 1, Transfer{account(2), Amount(1)}),
        unsigned_operation(state, 5, Delegate{ValidatorIndex(0), Amount(kTst)}),
        unsigned_operation(state, 6, Transfer{account(2), Amount(1)}),
    };
    const SelectedTransactions selected =
        select_transactions(chain().environment(), state, candidates, MINIMAL.MAX_BLOCK_BYTES);
    EXPECT_EQ(selected.transactions, (std::vector{candidates[0]}));
}

TEST(StakeOperations, OfABlockThatIsRefusedLeaveNothing) {
    State state = first_state();
    BlockBody body;
    body.transactions = {unsigned_operation(state, 5, registration(0, 5))};
    body.receipts_root.bytes[0] = 1;
    SignatureSets sets;
    EXPECT_EQ(process_transactions(chain().environment(), state, body, ValidatorIndex(2), sets).rejection().clause,
              Clause::BLK_11);
    EXPECT_EQ(state.consensus(), first_state().consensus());
    EXPECT_EQ(state.tree().root(), first_state().tree().root());
    EXPECT_EQ(state.keys().size(), 16U);
}

}  // namespace
}  // namespace touchstone::node
