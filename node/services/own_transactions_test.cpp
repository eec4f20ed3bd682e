#include "node/services/own_transactions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "node/kernel/consensus/domains.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/transaction.h"
#include "node/services/testing/chain_with_transfers.h"
#include "node/sim/disk.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kWaitMs = 10'000;

/// A node's chain at genesis, whose process may end and begin again.
class OwnTransactionsTest : public ::testing::Test {
  protected:
    struct Process {
        Process(Chain& chain, std::size_t most) : pool(MINIMAL, {.wait_ms = kWaitMs}), own(chain, pool, most) {
            const StatePointer head = chain.head_state();
            pool.on_head([head](const Address& address) { return get_account(*head, address); },
                         get_domain(head->consensus(), DomainType(DOMAIN_TRANSACTION), Epoch(0), MINIMAL));
        }
        TransactionPool pool;
        OwnTransactions own;
    };
    Process process(std::size_t most = OwnTransactions::kMost) { return Process(chain(), most); }
    Chain& chain() { return *fed_.chain(); }
    static const TestChain& signer() { return ChainWithTransfers::get().test_chain(); }

    static SignedTransaction transfer(std::size_t sender) {
        return signer().transfer(signer().genesis_state(), sender, signer().account_address(sender + 1), Amount(5));
    }
    static Root id_of(const SignedTransaction& transaction) { return transaction_id(transaction.message, MINIMAL); }
    /// As a user's.
    static void give(Process& to, const SignedTransaction& transaction, std::uint64_t now_ms) {
        auto verified = VerifiedTransaction::verify(transaction, to.pool.domain(), MINIMAL);
        ASSERT_TRUE(verified.ok());
        ASSERT_TRUE(to.pool.add(*std::move(verified), now_ms).ok());
        const Root id = id_of(transaction);
        EXPECT_TRUE(to.own.keep({&id, 1}, now_ms));
    }
    void put_on_disk(const SignedTransaction& transaction, std::uint64_t received_ms) {
        disk_.own_transactions.push_back({id_of(transaction), received_ms, encode(transaction)});
    }

    sim::Disk disk_;
    sim::SimulatedStore store_{disk_, [] {}};
    FedChain fed_{store_};
};

TEST_F(OwnTransactionsTest, AreInThePoolOfTheNextProcessInTheirOrder) {
    std::vector<Root> ids;
    {
        Process before = process();
        for (const std::size_t sender : {2U, 0U, 1U}) {
            give(before, transfer(sender), 100 + sender);
            ids.push_back(id_of(transfer(sender)));
        }
    }
    Process after = process();
    EXPECT_EQ(after.own.restore(5'000), ids);
    EXPECT_EQ(after.pool.size(), 3U);
    EXPECT_EQ(after.own.size(), 3U);
    EXPECT_EQ(disk_.own_transactions.size(), 3U);
}

TEST_F(OwnTransactionsTest, OneThatIsKeptIsWrittenOnce) {
    Process running = process();
    give(running, transfer(0), 100);
    const std::uint64_t commits = disk_.transactions;
    const std::vector<Root> again{id_of(transfer(0))};
    EXPECT_TRUE(running.own.keep(again, 200));
    EXPECT_TRUE(running.own.drop_gone());
    EXPECT_EQ(disk_.transactions, commits);
}

TEST_F(OwnTransactionsTest, ManyAreWrittenAtOnceWithoutThoseThatThePoolLacks) {
    Process running = process();
    std::vector<Root> ids;
    for (const std::size_t sender : {0U, 1U, 2U}) {
        auto verified = VerifiedTransaction::verify(transfer(sender), running.pool.domain(), MINIMAL);
        ASSERT_TRUE(verified.ok());
        ids.push_back(id_of(transfer(sender)));
        if (sender == 1) continue;
        EXPECT_TRUE(running.pool.add(*std::move(verified), 100).ok());
    }
    const std::uint64_t commits = disk_.transactions;
    EXPECT_TRUE(running.own.keep(ids, 100));
    EXPECT_EQ(disk_.transactions, commits + 1);
    ASSERT_EQ(disk_.own_transactions.size(), 2U);
    EXPECT_EQ(disk_.own_transactions[0].id, ids[0]);
    EXPECT_EQ(disk_.own_transactions[1].id, ids[2]);
}

TEST_F(OwnTransactionsTest, WhoseTimeIsOverAcrossARestartIsDropped) {
    put_on_disk(transfer(0), 1'000);
    put_on_disk(transfer(1), 5'000);
    Process after = process();
    EXPECT_EQ(after.own.restore(1'000 + kWaitMs), std::vector{id_of(transfer(1))});
    ASSERT_EQ(disk_.own_transactions.size(), 1U);
    EXPECT_EQ(disk_.own_transactions[0].id, id_of(transfer(1)));
    after.pool.expire(5'000 + kWaitMs);
    EXPECT_TRUE(after.own.drop_gone());
    EXPECT_TRUE(disk_.own_transactions.empty());
}

TEST_F(OwnTransactionsTest, AClockThatWasSetBackMakesNoneWaitForEver) {
    put_on_disk(transfer(0), 1'000'000);
    Process after = process();
    EXPECT_EQ(after.own.restore(1'000).size(), 1U);
    after.pool.expire(1'000 + kWaitMs);
    EXPECT_EQ(after.pool.size(), 0U);
}

TEST_F(OwnTransactionsTest, WhatThePoolDoesNotTakeIsDropped) {
    SignedTransaction forged = transfer(0);
    forged.signature.bytes[0] ^= 1U;
    SignedTransaction used = transfer(1);
    used.message.nonce = 70;  // too far ahead
    signer().sign(signer().genesis_state(), 1, used);
    put_on_disk(forged, 1);
    put_on_disk(used, 1);
    put_on_disk(transfer(2), 1);
    disk_.own_transactions.push_back({Root(), 1, {1, 2, 3}});
    Process after = process();
    EXPECT_EQ(after.own.restore(2), std::vector{id_of(transfer(2))});
    EXPECT_EQ(disk_.own_transactions.size(), 1U);
}

TEST_F(OwnTransactionsTest, NoMoreThanTheMostAreKeptAndWhatIsGoneMakesRoom) {
    Process running = process(2);
    for (const std::size_t sender : {0U, 1U, 2U})
        give(running, transfer(sender), 100);
    EXPECT_EQ(disk_.own_transactions.size(), 2U) << "the newest is in the pool alone";
    EXPECT_EQ(running.pool.size(), 3U);
    running.pool.expire(100 + kWaitMs);
    EXPECT_TRUE(running.own.drop_gone());
    give(running, transfer(3), 100 + kWaitMs);
    ASSERT_EQ(disk_.own_transactions.size(), 1U);
    EXPECT_EQ(disk_.own_transactions[0].id, id_of(transfer(3)));
}

}  // namespace
}  // namespace touchstone::node
