#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "cli/wallet/key_file.h"
#include "cli/wallet/transactions.h"
#include "crypto/development_keys.h"
#include "node/adapters/files/temporary_folder.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::cli {
namespace {

using node::adapters::TemporaryFolder;

TEST(KeyFile, IsMadeOnceForItsOwnerAndReadsAsTheSameKey) {
    const TemporaryFolder folder;
    const auto made = create_key_file(folder / "key");
    ASSERT_TRUE(made.ok()) << made.fault().text;
    struct stat status{};
    ASSERT_EQ(::stat((folder / "key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    const auto read = load_key_file(folder / "key");
    ASSERT_TRUE(read.ok()) << read.fault().text;
    EXPECT_EQ(read->address, made->address);
    EXPECT_EQ(read->address, node::address_of(read->public_key.bytes));
    const auto again = create_key_file(folder / "key");
    ASSERT_FALSE(again.ok()) << "it would lose the first";
    EXPECT_EQ(load_key_file(folder / "key")->address, made->address);
    EXPECT_NE(create_key_file(folder / "other")->address, made->address);
}

TEST(KeyFile, IsRefusedIfOthersMayReadItOrItIsNoKey) {
    const TemporaryFolder folder;
    ASSERT_TRUE(create_key_file(folder / "key").ok());
    ::chmod((folder / "key").c_str(), 0640);
    const auto open = load_key_file(folder / "key");
    ASSERT_FALSE(open.ok());
    EXPECT_NE(open.fault().text.find("chmod 600"), std::string::npos) << open.fault().text;
    for (const std::string& text : {std::string(), std::string("00"), std::string("zz"), std::string(63, 'a')}) {
        std::ofstream(folder / "bad") << text;
        ::chmod((folder / "bad").c_str(), 0600);
        const auto bad = load_key_file(folder / "bad");
        ASSERT_FALSE(bad.ok()) << text;
        EXPECT_NE(bad.fault().text.find("64 hexadecimal digits"), std::string::npos);
        EXPECT_TRUE(text.empty() || bad.fault().text.find(text) == std::string::npos || text.size() < 3)
            << "no part of a key is printed";
    }
    EXPECT_FALSE(load_key_file(folder / "none").ok());
}

class TransferTest : public testing::Test {
  protected:
    TransferTest() {
        terms_.genesis_root.bytes.fill(7);
        terms_.fork_version.bytes = {1, 0, 0, 0};
        terms_.base_fee = 1000;
        terms_.parameters = node::MINIMAL;
    }
    node::SignedTransaction make(bool recipient_exists = true) {
        return make_transaction(terms_, transfer_, pricing_, sender_, 3, gas_of_new_account(terms_, recipient_exists));
    }
    std::string fault_of(node::Amount balance) {
        const auto left = balance_after(make().message, balance);
        return left.ok() ? "none" : left.fault().text;
    }

    ChainTerms terms_;
    node::Transfer transfer_{development_account(1).address, node::Amount(5)};
    Pricing pricing_;
    AccountKey sender_ = development_account(0);
};

TEST_F(TransferTest, IsPricedSoThatItCanComeIntoABlock) {
    const auto transaction = make();
    EXPECT_EQ(transaction.message.nonce, 3U);
    EXPECT_EQ(transaction.message.gas_limit, 21'000U);
    EXPECT_EQ(transaction.message.tip, 100U);
    EXPECT_EQ(transaction.message.max_fee, 2100U);
    EXPECT_TRUE(node::check_transaction_alone(transaction, terms_.parameters).ok());
    EXPECT_EQ(make(false).message.gas_limit, 41'000U) << "a new account costs more";
}

TEST_F(TransferTest, TakesWhatTheUserSays) {
    pricing_.tip = 0;
    pricing_.max_fee = 7;
    pricing_.gas_limit = 22'000;
    const auto transaction = make(false);
    EXPECT_EQ(transaction.message.tip, 0U);
    EXPECT_EQ(transaction.message.max_fee, 7U);
    EXPECT_EQ(transaction.message.gas_limit, 22'000U);
}

TEST_F(TransferTest, IsSignedForItsChainAndItsVersionOnly) {
    auto transaction = make();
    sign(terms_, sender_, transaction);
    const auto verified = [&](const node::Version& version, const node::Root& genesis_root) {
        const auto domain = node::compute_domain(node::DomainType(node::DOMAIN_TRANSACTION), version, genesis_root);
        const auto root = node::compute_signing_root(transaction.message, domain, terms_.parameters);
        return node::verify_transaction_signature(transaction, root).ok();
    };
    EXPECT_TRUE(verified(terms_.fork_version, terms_.genesis_root));
    EXPECT_FALSE(verified(terms_.fork_version, node::Root{}));
    EXPECT_FALSE(verified(node::Version{}, terms_.genesis_root));
    ++transaction.message.nonce;
    EXPECT_FALSE(verified(terms_.fork_version, terms_.genesis_root));
}

TEST_F(TransferTest, FundsHaveToCoverTheAmountAndTheGreatestFee) {
    const std::uint64_t needed = 5 + 21'000 * 2100;
    const auto left = balance_after(make().message, node::Amount(needed + 7));
    ASSERT_TRUE(left.ok());
    EXPECT_EQ(*left, node::Amount(7));
    EXPECT_NE(fault_of(node::Amount(needed - 1)).find("insufficient funds: the account has 0.044100004 TST"),
              std::string::npos)
        << fault_of(node::Amount(needed - 1));
    const node::Amount all(~std::uint64_t{0});
    pricing_.max_fee = ~std::uint64_t{0};
    EXPECT_NE(fault_of(all), "none");
    pricing_.max_fee = 1;
    transfer_.amount = all;
    EXPECT_NE(fault_of(all), "none");
}

TEST(Transactions, WhatLeavesTheBalanceIsKnownOfEveryPayload) {
    const node::Amount amount(7);
    EXPECT_EQ(amount_of(node::Transfer{{}, amount}), amount);
    EXPECT_EQ(amount_of(node::Delegate{{}, amount}), amount);
    EXPECT_EQ(amount_of(node::RegisterValidator{{}, {}, 5, amount}), amount);
    EXPECT_EQ(amount_of(node::Undelegate{{}, 7}), node::Amount());
    EXPECT_EQ(amount_of(node::Withdraw{{}, node::Epoch(7)}), node::Amount());
}

}  // namespace
}  // namespace touchstone::cli
