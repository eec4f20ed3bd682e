#include <gtest/gtest.h>

#include <array>

#include "crypto/ed25519.h"
#include "crypto/sha256.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/execution/transaction.h"
#include "node/kernel/gossip/conditions.h"
#include "node/kernel/test_chain.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 16);
    return chain;
}

crypto::Ed25519Seed seed_of(std::uint8_t account) { return crypto::Ed25519Seed(crypto::sha256({&account, 1})); }

/// At genesis; every account has a billion grains.
class TransactionGossip : public ::testing::Test {
  protected:
    TransactionGossip() : pool(MINIMAL) {
        EXPECT_TRUE(store.on_tick(now).ok());
        pool.on_head([](const Address&) { return Account{0, Amount(1'000'000'000)}; }, domain());
    }
    Domain domain() const { return transaction_domain(state.consensus(), MINIMAL); }

    SignedTransaction transfer(std::uint8_t account, std::uint64_t nonce, std::uint64_t max_fee = 1'000) const {
        SignedTransaction made;
        made.message = {.sender = Ed25519PublicKey(crypto::ed25519_public_key(seed_of(account))),
                        .nonce = nonce,
                        .gas_limit = 21'000,
                        .max_fee = max_fee,
                        .tip = 1,
                        .payload = Transfer{{}, Amount(1)}};
        sign(made, account);
        return made;
    }
    void sign(SignedTransaction& transaction, std::uint8_t account) const {
        const Root root = TransactionCandidate::of(transaction, domain(), MINIMAL).signing_root;
        transaction.signature = Ed25519Signature(crypto::ed25519_sign(seed_of(account), root.view()));
    }
    auto check(std::vector<SignedTransaction> transactions) {
        const GossipConditions conditions(store, seen, now);
        return conditions.check_transactions({std::move(transactions)}, pool, state);
    }
    /// All conditions, the signatures too.
    std::pair<Refusal, Clause> judge(std::vector<SignedTransaction> transactions) {
        auto checked = check(std::move(transactions));
        if (!checked.ok()) return {checked.refusal().kind, checked.refusal().reason.clause};
        const Refusal cost = checked.value().content().bad_signature;
        auto verified = std::move(checked).value().with_signatures(verify_each);
        if (!verified) return {cost, verified.rejection().clause};
        return accepted;
    }
    void take(std::vector<SignedTransaction> transactions) {
        auto verified = check(std::move(transactions)).value().with_signatures(verify_each);
        for (VerifiedTransaction& each : VerifiedTransaction::of_batch(std::move(verified).value()))
            EXPECT_TRUE(pool.add(std::move(each), now).ok());
    }

    static constexpr auto accepted = std::pair{Refusal::Ignore, Clause::ENC_01};
    static constexpr auto ignored(Clause clause) { return std::pair{Refusal::Ignore, clause}; }
    static constexpr auto rejected(Clause clause) { return std::pair{Refusal::Reject, clause}; }

    ForkChoice store = chain().fork_choice();
    SeenMessages seen;
    std::uint64_t now = chain().slot_time_ms(Slot(1));
    State state = chain().genesis_state();
    TransactionPool pool;
};

/// [NET-75]
TEST_F(TransactionGossip, ABatchHasTransactionsAndNoneTwice) {
    EXPECT_EQ(judge({}), rejected(Clause::NET_75));
    EXPECT_EQ(judge({transfer(1, 0), transfer(2, 0), transfer(1, 1)}), accepted);
    EXPECT_EQ(judge({transfer(1, 0), transfer(2, 0), transfer(1, 0)}), rejected(Clause::NET_75));
    EXPECT_EQ(judge({transfer(1, 0), transfer(1, 0, 2'000)}), rejected(Clause::NET_75)) << "with other content too";
}

/// [NET-76]
TEST_F(TransactionGossip, EachMessageIsSoundByItself) {
    const auto spoilt = [&](const auto& spoil) {
        SignedTransaction transaction = transfer(2, 0);
        spoil(transaction.message);
        return judge({transfer(1, 0), transaction});
    };
    EXPECT_EQ(spoilt([](Transaction& each) { each.payload.emplace<8>(); }), rejected(Clause::NET_76));
    EXPECT_EQ(spoilt([](Transaction& each) { each.payload = ClaimCommission{}; }), rejected(Clause::NET_76))
        << "it needs more gas than a transfer";
    EXPECT_EQ(spoilt([](Transaction& each) { each.gas_limit = 20'999; }), rejected(Clause::NET_76));
    EXPECT_EQ(spoilt([](Transaction& each) { each.gas_limit = MINIMAL.BLOCK_GAS_LIMIT + 1; }),
              rejected(Clause::NET_76));
    EXPECT_EQ(spoilt([](Transaction& each) { each.tip = each.max_fee + 1; }), rejected(Clause::NET_76));
}

/// [TXN-03] [TXN-04] [NET-76]
TEST_F(TransactionGossip, StakeOperationsPassWithTheirGas) {
    const std::array<Payload, 7> payloads = {RegisterValidator{}, EditValidator{}, ExitValidator{},  Delegate{},
                                             Undelegate{},        Withdraw{},      ClaimCommission{}};
    std::vector<SignedTransaction> batch;
    for (const Payload& payload : payloads) {
        SignedTransaction made = transfer(1, batch.size(), 10);
        made.message.payload = payload;
        made.message.gas_limit = intrinsic_gas(made, MINIMAL);
        sign(made, 1);
        batch.push_back(made);
        --made.message.gas_limit;
        sign(made, 1);
        EXPECT_EQ(judge({made}), rejected(Clause::NET_76)) << payload.index();
    }
    EXPECT_EQ(judge(batch), accepted);
}

/// [NET-77]
TEST_F(TransactionGossip, ABatchOfNoUseIsIgnored) {
    EXPECT_EQ(judge({transfer(1, 100)}), ignored(Clause::NET_77)) << "too far ahead";
    EXPECT_EQ(judge({transfer(1, 0, 1'000'000)}), ignored(Clause::NET_77)) << "not paid for";
    take({transfer(1, 0)});
    EXPECT_EQ(judge({transfer(1, 0)}), ignored(Clause::NET_77)) << "known";
    EXPECT_EQ(judge({transfer(1, 0), transfer(1, 100), transfer(1, 1)}), accepted) << "one is of use";
}

/// [NET-78]
TEST_F(TransactionGossip, EverySignatureVerifies) {
    SignedTransaction forged = transfer(1, 0);
    sign(forged, 2);
    EXPECT_EQ(judge({forged}), rejected(Clause::NET_78));
    EXPECT_EQ(judge({transfer(2, 0), forged}), rejected(Clause::NET_78)) << "of each, not of the useful ones alone";
    forged.message.nonce = 100;
    sign(forged, 2);
    EXPECT_EQ(judge({transfer(2, 0), forged}), rejected(Clause::NET_78));
}

/// [NET-78]
TEST_F(TransactionGossip, BesideAnUpgradeABadSignatureCostsNothing) {
    SignedTransaction forged = transfer(1, 0);
    sign(forged, 2);
    Fork next = state.consensus().fork_schedule.back();
    next.version.bytes[0] ^= 1U;
    next.epoch = Epoch(1);
    state.mutable_consensus().fork_schedule.push_back(next);
    EXPECT_EQ(judge({forged}), ignored(Clause::NET_78));
    state.mutable_consensus().fork_schedule.back().epoch = Epoch(2);
    EXPECT_EQ(judge({forged}), rejected(Clause::NET_78));
}

/// [NET-78]
TEST_F(TransactionGossip, WhatThePoolHasVerifiedIsNotVerifiedAgain) {
    take({transfer(1, 0)});
    auto checked = check({transfer(1, 0), transfer(1, 1)});
    ASSERT_TRUE(checked.ok());
    EXPECT_EQ(checked.value().sets().size(), 1U);
    SignedTransaction other_signature = transfer(1, 0);
    other_signature.signature.bytes[0] ^= 1U;
    EXPECT_EQ(judge({other_signature, transfer(1, 1)}), rejected(Clause::NET_78));
}

}  // namespace
}  // namespace touchstone::node
