#include <gtest/gtest.h>

#include <vector>

#include "node/adapters/sqlite/killed_writer.h"
#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

class SqliteOwnTransactionsTest : public SqliteStoreTest {
  protected:
    static OwnTransaction own(std::uint64_t number) {
        return {.id = id_of(number),
                .received_ms = 1000 * number,
                .signed_transaction = {static_cast<std::uint8_t>(number), 7}};
    }
    static StoreTransaction added(std::vector<OwnTransaction> all) {
        StoreTransaction transaction;
        transaction.own_transactions = std::move(all);
        return transaction;
    }
};

TEST_F(SqliteOwnTransactionsTest, ComeBackInTheirOrderUntilTheyAreDropped) {
    ASSERT_TRUE(open()->commit(added({own(3), own(1)})));
    ASSERT_TRUE(open()->commit(added({own(2), own(3)})));
    EXPECT_EQ(open()->own_transactions(), (std::vector{own(3), own(1), own(2)})) << "one that is there stays as it is";
    StoreTransaction drop;
    drop.dropped_own_transactions = {own(1).id, id_of(9)};
    ASSERT_TRUE(open()->commit(drop));
    EXPECT_EQ(open()->own_transactions(), (std::vector{own(3), own(2)}));
}

TEST_F(SqliteOwnTransactionsTest, WhatWasAcknowledgedIsThereAfterAKill) {
    const auto write_for_ever = [this](int pipe) {
        const auto store = open();
        for (std::uint64_t number = 1;; ++number) {
            if (!store->commit(added({own(number)}))) ::_exit(2);
            if (!acknowledge(pipe, number)) ::_exit(3);
        }
    };
    const std::uint64_t acknowledged = acknowledged_when_killed(write_for_ever, 20, 300);
    const auto found = open()->own_transactions();
    ASSERT_GE(found.size(), acknowledged);
    ASSERT_LE(found.size(), acknowledged + 1);
    for (std::uint64_t number = 1; number <= found.size(); ++number)
        EXPECT_EQ(found[number - 1], own(number));
}

}  // namespace
}  // namespace touchstone::node::adapters
