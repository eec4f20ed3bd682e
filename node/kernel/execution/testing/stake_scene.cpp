#include "node/kernel/execution/testing/stake_scene.h"

#include <gtest/gtest.h>

#include <array>

#include "crypto/development_keys.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/execution/accounts.h"
#include "node/types/encoding.h"

namespace touchstone::node::execution_test {
namespace {

State make_state() {
    State state = state_at_one();
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

/// Nothing has changed but what was paid.
void expect_only_paid(const State& before, const State& after, std::size_t sender, const Receipt& receipt) {
    EXPECT_TRUE(receipt.events.empty());
    ConsensusState expected = before.consensus();
    expected.tree_root = after.consensus().tree_root;
    expected.burnt = Amount(expected.burnt.value() + receipt.gas_used * before.consensus().base_fee);
    EXPECT_EQ(after.consensus(), expected);
    EXPECT_EQ(tree::changes_between(before.tree(), after.tree()).size(), 1U);
    const std::uint64_t paid = receipt.gas_used * price(before);
    EXPECT_EQ(get_account(after, account(sender)).balance.value(),
              get_account(before, account(sender)).balance.value() - paid);
}

/// The one event of an operation of that selector. [STK-08]
void expect_event(const Receipt& receipt, std::size_t selector, StakeEvent* event) {
    if (receipt.events.size() != 1) {
        ADD_FAILURE() << receipt.events.size() << " events";
        return;
    }
    EventTopic topic;
    topic.bytes[0] = static_cast<std::uint8_t>(selector);
    EXPECT_EQ(receipt.events[0].emitter, Address{});
    EXPECT_EQ(receipt.events[0].topic, topic);
    EXPECT_EQ(receipt.events[0].data.size(), 24U);
    if (event != nullptr) *event = decode<StakeEvent>(receipt.events[0].data, MINIMAL).value();
}

}  // namespace

void set_epoch(State& state, Epoch epoch) { state.mutable_consensus().slot = start_slot_of(epoch, MINIMAL) + 1; }

const State& first_state() {
    static const State state = make_state();
    return state;
}

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

Result<ProcessedTransaction> process_unsigned(State& state, const SignedTransaction& transaction) {
    SignatureSets sets;
    return process_transaction(chain().environment(), state, transaction, 0, sets);
}

Status perform(State& state, std::size_t sender, const Payload& payload, StakeEvent* event) {
    const State before = state;
    const SignedTransaction transaction = unsigned_operation(state, sender, payload);
    const auto processed = process_unsigned(state, transaction);
    if (!processed.ok()) {
        ADD_FAILURE() << processed.rejection().detail;
        return Status::success;
    }
    const Receipt& receipt = processed->receipt;
    EXPECT_EQ(receipt.gas_used, transaction.message.gas_limit);
    EXPECT_EQ(get_account(state, account(sender)).nonce, transaction.message.nonce + 1);
    const auto status = static_cast<Status>(receipt.status);
    if (status == Status::success) {
        expect_event(receipt, payload.index(), event);
    } else {
        expect_only_paid(before, state, sender, receipt);
    }
    return status;
}

Status attempt(std::size_t sender, const Payload& payload,
               const std::function<void(ConsensusState&, EntryAccess&)>& how) {
    State state = first_state();
    change(state, how);
    return perform(state, sender, payload);
}

std::uint64_t balance_after(const State& before, std::size_t who, const Payload& payload) {
    const SignedTransaction transaction = unsigned_operation(before, who, payload);
    return get_account(before, account(who)).balance.value() - transaction.message.gas_limit * price(before);
}

}  // namespace touchstone::node::execution_test
