#include <gtest/gtest.h>

#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

using SqlitePerformanceTest = SqliteStoreTest;

TEST_F(SqlitePerformanceTest, HowValidatorsDidIsKeptByEpochUntilItIsForgotten) {
    begin();
    StoreTransaction transaction;
    transaction.performance = {{Epoch(3), {1}}, {Epoch(4), {2, 2}}, {Epoch(3), {3}}};
    ASSERT_TRUE(open()->commit(transaction));
    EXPECT_EQ(open()->performance_epochs(), std::optional(std::pair(Epoch(3), Epoch(4))));
    EXPECT_EQ(open()->performance(Epoch(3)), std::optional(ByteVector{3})) << "the later one";
    EXPECT_FALSE(open()->performance(Epoch(5)));
    StoreTransaction next;
    next.forget_performance_before = Epoch(4);
    ASSERT_TRUE(open()->commit(next));
    EXPECT_EQ(open()->performance_epochs(), std::optional(std::pair(Epoch(4), Epoch(4))));
}

}  // namespace
}  // namespace touchstone::node::adapters
