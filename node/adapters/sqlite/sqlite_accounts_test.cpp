#include <gtest/gtest.h>

#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

using SqliteAccountsTest = SqliteStoreTest;

TEST_F(SqliteAccountsTest, ATransactionIsFoundInEveryBlockThatHasIt) {
    ASSERT_TRUE(open()->commit(step(1)));
    ASSERT_TRUE(open()->commit(step(2)));
    const auto store = open();
    EXPECT_EQ(store->receipts(root_of(2)), (ByteVector{9, 2}));
    EXPECT_EQ(store->transaction(id_of(1)),
              (std::vector<TransactionPlace>{{root_of(1), Slot(1), 0}, {root_of(2), Slot(2), 1}}));
    EXPECT_EQ(store->transaction(id_of(2)), (std::vector<TransactionPlace>{{root_of(2), Slot(2), 0}}));
    EXPECT_TRUE(store->transaction(id_of(3)).empty());
}

/// One that sends the first transaction of its block and is paid by the second.
StoreTransaction step_of(const Address& account, std::uint64_t number) {
    StoreTransaction transaction = step(number);
    transaction.receipts[0].accounts = {{account, 0, true}, {account, 1, false}};
    return transaction;
}

TEST_F(SqliteAccountsTest, TransactionsOfAnAccountComeTheLatestFirstAndFromAnyPositionOn) {
    Address account;
    account.bytes.fill(5);
    Address other;
    other.bytes.fill(6);
    ASSERT_TRUE(open()->commit(step_of(account, 1)));
    ASSERT_TRUE(open()->commit(step_of(other, 2)));
    ASSERT_TRUE(open()->commit(step_of(account, 3)));
    const auto store = open();
    const std::vector<AccountTransaction> all{{id_of(2), {root_of(3), Slot(3), 1}, false},
                                              {id_of(3), {root_of(3), Slot(3), 0}, true},
                                              {id_of(0), {root_of(1), Slot(1), 1}, false},
                                              {id_of(1), {root_of(1), Slot(1), 0}, true}};
    using Rows = std::vector<AccountTransaction>;
    EXPECT_EQ(store->account_transactions(account, std::nullopt, 10), all);
    EXPECT_EQ(store->account_transactions(account, std::nullopt, 3), Rows(all.begin(), all.begin() + 3));
    EXPECT_EQ(store->account_transactions(account, ChainPosition{Slot(3), 0}, 10), Rows(all.begin() + 2, all.end()));
    EXPECT_EQ(store->account_transactions(account, ChainPosition{Slot(2), 9}, 1), Rows(all.begin() + 2, all.end() - 1));
    EXPECT_EQ(store->account_transactions(account, ChainPosition{Slot(UINT64_MAX), UINT64_MAX}, 10), all);
    EXPECT_TRUE(store->account_transactions(account, ChainPosition{}, 10).empty());
    EXPECT_TRUE(store->account_transactions(Address(), std::nullopt, 10).empty());
    EXPECT_EQ(store->accounts_kept_from(), Slot(0));
}

}  // namespace
}  // namespace touchstone::node::adapters
