#include "node/kernel/pool/transaction_pool.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/ed25519.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/transaction.h"
#include "node/kernel/pool/selection.h"
#include "node/kernel/pool/testing/naive_pool.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kGas = 21'000;
const Domain kDomain = Domain(std::array<std::uint8_t, 32>{7, 0, 0, 0, 1});

Ed25519PublicKey key_of(std::uint8_t sender) {
    Ed25519PublicKey key;
    key.bytes.fill(sender);
    return key;
}
Address address(std::uint8_t sender) { return address_of(key_of(sender).bytes); }

struct Fees {
    std::uint64_t max_fee = 1000;
    std::uint64_t tip = 10;
};

SignedTransaction transfer(std::uint8_t sender, std::uint64_t nonce, Fees fees = {}) {
    SignedTransaction transaction;
    transaction.message = {.sender = key_of(sender),
                           .nonce = nonce,
                           .gas_limit = kGas,
                           .max_fee = fees.max_fee,
                           .tip = fees.tip,
                           .payload = Transfer{address(200), Amount(1)}};
    return transaction;
}

VerifiedTransaction verified(const SignedTransaction& transaction) {
    return VerifiedTransaction::of_block(transaction, kDomain, MINIMAL);
}

/// A pool whose accounts a test sets; rich, with nonce 0, unless it does.
class PoolTest : public ::testing::Test {
  protected:
    PoolTest() : PoolTest(PoolLimits{}) {}
    explicit PoolTest(const PoolLimits& limits) : pool(MINIMAL, limits) { new_head(); }

    void new_head() {
        pool.on_head([this](const Address& who) { return account(who); }, kDomain);
    }
    Account account(const Address& who) const {
        const auto found = accounts.find(who);
        return found == accounts.end() ? Account{0, Amount(kUint64Max)} : found->second;
    }
    /// The clause that refuses it; ENC-01 if none does.
    Clause add(const SignedTransaction& transaction) {
        const Result<void> expected = pool.would_take(verified(transaction).candidate());
        const auto added = pool.add(verified(transaction), now);
        if (added.ok() && *added == TransactionPool::Added::Known) return kKnown;
        EXPECT_EQ(expected.ok(), added.ok());
        if (added.ok()) return kTaken;
        EXPECT_EQ(expected.rejection(), added.rejection());
        return added.rejection().clause;
    }
    bool has(const SignedTransaction& transaction) const {
        return pool.find(verified(transaction).candidate().id) != nullptr;
    }
    std::vector<std::pair<int, std::uint64_t>> selected(std::uint64_t base_fee) {
        std::vector<std::pair<int, std::uint64_t>> order;
        for (const SignedTransaction& each : pool.select(base_fee, MINIMAL.BLOCK_GAS_LIMIT, MINIMAL.MAX_BLOCK_BYTES))
            order.emplace_back(each.message.sender.bytes[0], each.message.nonce);
        return order;
    }

    static constexpr Clause kTaken = Clause::ENC_01;
    static constexpr Clause kKnown = Clause::ENC_02;
    std::map<Address, Account> accounts;
    std::uint64_t now = 1'000'000;
    TransactionPool pool;
};

using Order = std::vector<std::pair<int, std::uint64_t>>;

/// [DUT-26]
TEST_F(PoolTest, KeepsNoncesFromTheAccountsToSixtyFourAboveIt) {
    accounts[address(1)] = {5, Amount(kUint64Max)};
    EXPECT_EQ(add(transfer(1, 4)), Clause::TXN_10);
    EXPECT_EQ(add(transfer(1, 5)), kTaken);
    EXPECT_EQ(add(transfer(1, 69)), kTaken);
    EXPECT_EQ(add(transfer(1, 70)), Clause::DUT_26);
    accounts[address(2)] = {kUint64Max - 1, Amount(kUint64Max)};
    EXPECT_EQ(add(transfer(2, kUint64Max - 1)), kTaken);
    EXPECT_EQ(add(transfer(2, kUint64Max)), Clause::TXN_10);
    EXPECT_EQ(pool.size(), 3U);
    EXPECT_EQ(pool.bytes(), 3 * 177U);
}

/// [DUT-26]
TEST_F(PoolTest, TheBalanceSufficesForAllOfLowerNonces) {
    accounts[address(1)] = {0, Amount(2 * kGas * 1000)};
    EXPECT_EQ(add(transfer(1, 1)), kTaken);
    EXPECT_EQ(add(transfer(1, 2)), kTaken);
    EXPECT_EQ(add(transfer(1, 3)), Clause::TXN_11);
    EXPECT_EQ(add(transfer(1, 0, {2001, 10})), Clause::TXN_11);
    EXPECT_EQ(add(transfer(1, 0, {2000, 10})), kTaken);  // and the others cannot be paid after it
    EXPECT_EQ(pool.size(), 1U);
}

/// [DUT-26]
TEST_F(PoolTest, AFeeBelowTheBaseFeeWaitsButNotOneThatNoBaseFeeReaches) {
    EXPECT_EQ(add(transfer(1, 0, {500, 10})), kTaken);
    EXPECT_TRUE(selected(501).empty());
    EXPECT_EQ(selected(500), (Order{{1, 0}}));
    EXPECT_EQ(add(transfer(2, 0, {MINIMAL.MIN_BASE_FEE - 1, 0})), Clause::DUT_26);
    EXPECT_EQ(add(transfer(2, 0, {MINIMAL.MIN_BASE_FEE, 0})), kTaken);
}

/// [DUT-27]
TEST_F(PoolTest, ATransactionIsReplacedByOneThatPaysATenthMoreOfBoth) {
    EXPECT_EQ(add(transfer(1, 0, {1001, 11})), kTaken);
    EXPECT_EQ(add(transfer(1, 0, {1001, 11})), kKnown);
    EXPECT_EQ(add(transfer(1, 0, {1101, 13})), Clause::DUT_27);
    EXPECT_EQ(add(transfer(1, 0, {1102, 12})), Clause::DUT_27);
    EXPECT_EQ(add(transfer(1, 0, {1102, 13})), kTaken);
    EXPECT_FALSE(has(transfer(1, 0, {1001, 11})));
    EXPECT_EQ(pool.size(), 1U);
    EXPECT_EQ(add(transfer(2, 0, {kUint64Max / kGas - 1, 0})), kTaken);
    EXPECT_EQ(add(transfer(2, 0, {kUint64Max / kGas, 0})), Clause::DUT_27);
}

/// [DUT-27]
TEST_F(PoolTest, OfASenderWithTooManyTheLastGoes) {
    for (std::uint64_t nonce = 1; nonce <= 64; ++nonce)
        EXPECT_EQ(add(transfer(1, nonce)), kTaken);
    EXPECT_EQ(add(transfer(1, 0)), kTaken);
    EXPECT_EQ(pool.size(), 64U);
    EXPECT_FALSE(has(transfer(1, 64)));
    EXPECT_EQ(add(transfer(1, 64)), Clause::DUT_27);
    EXPECT_EQ(pool.next_nonce(address(1)), 64U);
    EXPECT_EQ(pool.of_sender(address(1)).size(), 64U);
}

TEST_F(PoolTest, WhatHasComeSinceIsToldInTheOrderInWhichItCame) {
    EXPECT_EQ(pool.next_order(), 0U);
    EXPECT_EQ(add(transfer(2, 0)), kTaken);
    const std::uint64_t looked = pool.next_order();
    EXPECT_EQ(add(transfer(1, 0)), kTaken);
    EXPECT_EQ(add(transfer(2, 1)), kTaken);
    EXPECT_EQ(pool.since(0, 10).size(), 3U);
    const auto later = pool.since(looked, 10);
    ASSERT_EQ(later.size(), 2U);
    EXPECT_EQ(later[0]->candidate().sender, address(1));
    EXPECT_EQ(later[1]->candidate().sender, address(2));
    EXPECT_EQ(pool.since(looked, 1).size(), 1U);
    EXPECT_TRUE(pool.since(pool.next_order(), 10).empty());
}

class SmallPoolTest : public PoolTest {
  protected:
    SmallPoolTest() : PoolTest(PoolLimits{.count = 4, .bytes = 1'000}) {}
};

/// [DUT-27]
TEST_F(SmallPoolTest, WhenFullTheCheapestOfTheLastsGoes) {
    EXPECT_EQ(add(transfer(1, 0, {100, 1})), kTaken);
    EXPECT_EQ(add(transfer(1, 1, {900, 1})), kTaken);
    EXPECT_EQ(add(transfer(2, 0, {300, 1})), kTaken);
    EXPECT_EQ(add(transfer(3, 0, {300, 1})), kTaken);
    EXPECT_EQ(add(transfer(4, 0, {300, 1})), Clause::DUT_27) << "of equals the one that came last goes, and it did";
    EXPECT_EQ(add(transfer(4, 0, {301, 1})), kTaken);
    EXPECT_FALSE(has(transfer(3, 0, {300, 1})));
    EXPECT_TRUE(has(transfer(1, 0, {100, 1}))) << "it is not the last of its sender";
    EXPECT_EQ(add(transfer(2, 1, {200, 1})), Clause::DUT_27) << "the new one can be the cheapest";
    EXPECT_EQ(pool.size(), 4U);
}

/// [DUT-27]
TEST_F(SmallPoolTest, OneThatDoesNotFitDrivesNobodyOut) {
    for (std::uint8_t sender = 1; sender <= 4; ++sender)
        EXPECT_EQ(add(transfer(sender, 0, {std::uint64_t{100} * sender, 1})), kTaken);
    SignedTransaction large = transfer(9, 0, {250, 1});
    large.message.payload.emplace<8>(ByteVector(600));
    EXPECT_EQ(add(large), Clause::DUT_27) << "three would have to go, and the third pays more";
    EXPECT_EQ(pool.size(), 4U);
    large.message.max_fee = 350;
    EXPECT_EQ(add(large), kTaken);
    EXPECT_EQ(selected(10), (Order{{4, 0}, {9, 0}}));
    EXPECT_LE(pool.bytes(), 1'000U);
}

/// [DUT-26] [TXN-11]
TEST_F(PoolTest, StakeOperationsHaveToBePaidForAsTransfersAreWhateverTheyMove) {
    SignedTransaction bond = transfer(1, 0);
    bond.message.payload = Delegate{ValidatorIndex(0), Amount(1'000'000)};
    bond.message.gas_limit = intrinsic_gas(bond, MINIMAL);
    const std::uint64_t cost = bond.message.gas_limit * bond.message.max_fee;
    accounts[address(1)] = {0, Amount(cost - 1)};
    new_head();
    EXPECT_EQ(add(bond), Clause::TXN_11);
    accounts[address(1)] = {0, Amount(cost)};
    new_head();
    EXPECT_EQ(add(bond), kTaken) << "the amount may still come";
    EXPECT_EQ(selected(10), (Order{{1, 0}}));
    EXPECT_EQ(add(transfer(1, 1)), Clause::TXN_11) << "the gas of those before it is gone";
}

/// [DUT-27]
TEST_F(PoolTest, WhatWaitsThreeHoursGoes) {
    EXPECT_EQ(add(transfer(1, 0)), kTaken);
    now += 60'000;
    EXPECT_EQ(add(transfer(2, 0)), kTaken);
    constexpr std::uint64_t kThreeHours = 10'800'000;
    pool.expire(1'000'000 + kThreeHours - 1);
    EXPECT_EQ(pool.size(), 2U);
    pool.expire(1'000'000 + kThreeHours);
    EXPECT_FALSE(has(transfer(1, 0)));
    EXPECT_TRUE(has(transfer(2, 0)));
    pool.expire(0);  // the clock was set back
    EXPECT_EQ(pool.size(), 1U);
}

/// [DUT-27]
TEST_F(PoolTest, AHeadTakesAwayWhatItMadeImpossibleAndAnotherGivesItBack) {
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce)
        EXPECT_EQ(add(transfer(1, nonce)), kTaken);
    EXPECT_EQ(add(transfer(2, 0)), kTaken);
    accounts[address(1)] = {2, Amount(kGas * 1000)};
    accounts[address(2)] = {1, Amount(0)};
    const std::array touched{address(1), address(3)};
    pool.on_head([this](const Address& who) { return account(who); }, kDomain, touched);
    EXPECT_EQ(pool.size(), 2U) << "nonce 2 is paid for, and the other sender was not said to be touched";
    EXPECT_TRUE(has(transfer(1, 2)));
    EXPECT_TRUE(has(transfer(2, 0)));
    new_head();
    EXPECT_FALSE(has(transfer(2, 0)));
    // The chain turns to a branch in which the first two were not processed.
    accounts.clear();
    new_head();
    EXPECT_EQ(pool.next_nonce(address(1)), 0U);
    EXPECT_EQ(add(transfer(1, 0)), kTaken);
    EXPECT_EQ(add(transfer(1, 1)), kTaken);
    EXPECT_EQ(selected(10), (Order{{1, 0}, {1, 1}, {1, 2}}));
}

/// [DUT-28]
TEST_F(PoolTest, SelectsByTipInTheOrderOfNoncesAndPassesOverWhoCannotPay) {
    EXPECT_EQ(add(transfer(1, 0, {1000, 1})), kTaken);
    EXPECT_EQ(add(transfer(1, 1, {1000, 90})), kTaken);
    EXPECT_EQ(add(transfer(2, 0, {1000, 50})), kTaken);
    EXPECT_EQ(add(transfer(2, 2, {1000, 99})), kTaken) << "behind a gap";
    EXPECT_EQ(add(transfer(3, 0, {510, 80})), kTaken) << "at a base fee of 500 its tip is 10";
    EXPECT_EQ(add(transfer(4, 0, {499, 99})), kTaken);
    EXPECT_EQ(add(transfer(4, 1, {1000, 99})), kTaken);
    EXPECT_EQ(add(transfer(5, 0, {1000, 50})), kTaken);
    EXPECT_EQ(selected(500), (Order{{2, 0}, {5, 0}, {3, 0}, {1, 0}, {1, 1}}));
    EXPECT_EQ(pool.select(500, 2 * kGas + 1, 10'000).size(), 2U);
    EXPECT_EQ(pool.select(500, 100 * kGas, 2 * 177).size(), 2U);
    TransactionSelection selection(pool, 500);
    EXPECT_EQ(selection.next()->message().sender, key_of(2));
    EXPECT_EQ(selection.next()->message().sender, key_of(5));
    EXPECT_EQ(selection.next()->message().sender, key_of(3));
    EXPECT_EQ(selection.next()->message().nonce, 0U);
    selection.skip_sender();
    EXPECT_EQ(selection.next(), nullptr);
}

/// [TXN-09]
TEST_F(PoolTest, WhatWasVerifiedUnderAnotherDomainGoesAndIsUnknown) {
    SignedTransaction transaction = transfer(1, 0);
    transaction.signature.bytes.fill(9);
    EXPECT_EQ(add(transaction), kTaken);
    const Root signing_root = verified(transaction).candidate().signing_root;
    EXPECT_TRUE(pool.is_verified(signing_root, transaction.signature));
    EXPECT_FALSE(pool.is_verified(signing_root, Ed25519Signature{}));
    Domain other = kDomain;
    other.bytes[4] = 2;
    pool.on_head([this](const Address& who) { return account(who); }, other);
    EXPECT_EQ(pool.size(), 0U);
    EXPECT_EQ(pool.bytes(), 0U);
    EXPECT_EQ(add(transaction), Clause::TXN_09);
    const TransactionCandidate again = TransactionCandidate::of(transaction, other, MINIMAL);
    EXPECT_FALSE(pool.is_verified(again.signing_root, transaction.signature));
}

/// [TXN-09]
TEST(VerifiedTransaction, IsMadeOfASoundMessageAndASignatureThatVerifies) {
    const std::array<std::uint8_t, 32> secret{1, 2, 3};
    const crypto::Ed25519Seed seed(secret);
    SignedTransaction transaction = transfer(1, 0);
    transaction.message.sender = Ed25519PublicKey(crypto::ed25519_public_key(seed));
    const Root root = TransactionCandidate::of(transaction, kDomain, MINIMAL).signing_root;
    transaction.signature = Ed25519Signature(crypto::ed25519_sign(seed, root.view()));
    EXPECT_TRUE(VerifiedTransaction::verify(transaction, kDomain, MINIMAL).ok());
    SignedTransaction spoilt = transaction;
    spoilt.signature.bytes[0] ^= 1U;
    EXPECT_EQ(VerifiedTransaction::verify(spoilt, kDomain, MINIMAL).rejection().clause, Clause::TXN_09);
    spoilt = transaction;
    spoilt.message.tip = spoilt.message.max_fee + 1;
    EXPECT_EQ(VerifiedTransaction::verify(spoilt, kDomain, MINIMAL).rejection().clause, Clause::TXN_07);
}

TEST(VerifiedSignatures, ForgetTheOldestWhenFull) {
    VerifiedSignatures known(2);
    const auto root = [](std::uint8_t number) { return Root(std::array<std::uint8_t, 32>{number}); };
    for (std::uint8_t number = 1; number <= 3; ++number)
        known.add(root(number), {});
    EXPECT_EQ(known.size(), 2U);
    EXPECT_FALSE(known.contains(root(1), {}));
    EXPECT_TRUE(known.contains(root(3), {}));
}

// ------------------------------------------------------------------------------------------- against the naive model

class Duel {
  public:
    explicit Duel(std::uint64_t seed) : random_(seed), limits_(limits_of(seed)), pool_(MINIMAL, limits_) {
        for (std::uint8_t sender = 1; sender <= kSenders; ++sender)
            naive_.accounts[address(sender)] = {below(3), Amount(below(300) * kGas)};
        tell_pool();
    }

    void step() {
        switch (below(12)) {
            case 0:
                return change_accounts();
            case 1:
                now_ += below(limits_.wait_ms / 4);
                pool_.expire(now_);
                return naive_.expire(now_);
            default:
                return add(any_transaction());
        }
    }
    void compare() {
        ASSERT_EQ(testing::difference(pool_, naive_, MINIMAL.MIN_BASE_FEE + below(30)), "");
        ASSERT_LE(pool_.size(), limits_.count);
        ASSERT_LE(pool_.bytes(), limits_.bytes);
        for (std::uint8_t sender = 1; sender <= kSenders; ++sender)
            ASSERT_LE(pool_.of_sender(address(sender)).size(), limits_.of_sender);
    }
    std::map<std::string, int> verdicts;

  private:
    static constexpr std::uint8_t kSenders = 6;

    static PoolLimits limits_of(std::uint64_t seed) {
        return {.count = 4 + seed % 16,
                .bytes = 1'000 + seed % 7 * 500,
                .of_sender = 2 + seed % 4,
                .nonces_ahead = 3 + seed % 5,
                .wait_ms = 1'000};
    }
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    SignedTransaction any_transaction() {
        if (below(16) == 0 && !naive_.kept.empty()) {
            return naive_.kept[below(naive_.kept.size())].candidate.transaction;
        }
        const auto sender = static_cast<std::uint8_t>(1 + below(kSenders));
        const std::uint64_t nonce = naive_.accounts[address(sender)].nonce + below(limits_.nonces_ahead + 3);
        SignedTransaction transaction = transfer(sender, nonce == 0 ? 0 : nonce - below(2), {9 + below(30), below(4)});
        if (below(8) == 0) transaction.message.payload.emplace<8>(ByteVector(below(700)));
        return transaction;
    }
    void add(const SignedTransaction& transaction) {
        const VerifiedTransaction each = verified(transaction);
        const bool known = naive_.has(each.candidate().id);
        const Result<void> expected = pool_.would_take(each.candidate());
        const auto added = pool_.add(each, now_);
        const auto refusal = naive_.add(each.candidate(), now_);
        ASSERT_EQ(added.ok() ? std::nullopt : std::optional(added.rejection().clause), refusal);
        ASSERT_EQ(expected.ok(), added.ok() && !known);
        ++verdicts[refusal ? std::string(to_string(*refusal)) : known ? "known" : "taken"];
    }
    void change_accounts() {
        std::vector<Address> touched;
        for (std::uint64_t i = 1 + below(3); i > 0; --i) {
            const Address who = address(static_cast<std::uint8_t>(1 + below(kSenders)));
            Account& account = naive_.accounts[who];
            account.nonce = saturating_subtract(account.nonce + below(4), below(3));
            account.balance = Amount(below(300) * kGas);
            touched.push_back(who);
        }
        naive_.review();
        if (below(4) == 0) return tell_pool();
        pool_.on_head(source(), kDomain, touched);
    }
    HeadAccounts source() {
        return [accounts = naive_.accounts](const Address& who) {
            const auto found = accounts.find(who);
            return found == accounts.end() ? Account{} : found->second;
        };
    }
    void tell_pool() { pool_.on_head(source(), kDomain); }

    std::mt19937_64 random_;
    PoolLimits limits_;
    TransactionPool pool_;
    testing::NaivePool naive_{MINIMAL, limits_};
    std::uint64_t now_ = 1;
};

/// [DUT-26] [DUT-27] [DUT-28]
TEST(PoolProperties, RandomOperationsGiveWhatTheNaiveModelGives) {
    std::map<std::string, int> verdicts;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Duel duel(seed);
        for (int step = 0; step < 400; ++step) {
            duel.step();
            duel.compare();
            ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed << ", step " << step;
        }
        for (const auto& [verdict, times] : duel.verdicts)
            verdicts[verdict] += times;
    }
    for (const char* verdict : {"taken", "known", "TXN-10", "TXN-11", "DUT-26", "DUT-27"})
        EXPECT_GT(verdicts[verdict], 50) << verdict;
}

}  // namespace
}  // namespace touchstone::node
