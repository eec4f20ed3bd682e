#include <gtest/gtest.h>

#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

using SqliteStateSyncTest = SqliteStoreTest;

/// Keeps the state of the epoch; undo leads to the one before it.
StoreTransaction keep(std::uint64_t epoch, std::vector<tree::EntryChange> undo) {
    StoreTransaction transaction;
    transaction.kept_states.push_back(
        {{Epoch(epoch), root_of(epoch)}, {static_cast<std::uint8_t>(epoch)}, std::move(undo)});
    return transaction;
}

StoreTransaction drop(std::uint64_t epoch) {
    StoreTransaction transaction;
    transaction.dropped_states = {Epoch(epoch)};
    return transaction;
}

TEST_F(SqliteStateSyncTest, WhatLeadsThroughADroppedStateLeadsAroundIt) {
    const auto store = open();
    ASSERT_TRUE(store->commit(keep(1, {})));
    ASSERT_TRUE(store->commit(keep(2, {change_of(1, ByteVector{10}), change_of(2, std::nullopt)})));
    ASSERT_TRUE(store->commit(keep(3, {change_of(1, ByteVector{11}), change_of(3, ByteVector{12})})));
    EXPECT_EQ(store->kept_checkpoints(),
              (std::vector<Checkpoint>{{Epoch(1), root_of(1)}, {Epoch(2), root_of(2)}, {Epoch(3), root_of(3)}}));
    EXPECT_EQ(store->kept_state(Epoch(2)), ByteVector{2});

    ASSERT_TRUE(store->commit(drop(2)));
    EXPECT_FALSE(store->kept_state(Epoch(2)));
    EXPECT_TRUE(store->undo_of(Epoch(2)).empty());
    EXPECT_EQ(store->undo_of(Epoch(3)),
              (std::vector<tree::EntryChange>{change_of(1, ByteVector{10}), change_of(2, std::nullopt),
                                              change_of(3, ByteVector{12})}));
    ASSERT_TRUE(store->commit(drop(1)));
    EXPECT_TRUE(store->undo_of(Epoch(3)).empty()) << "there is nothing to lead to";
    EXPECT_FALSE(store->commit(drop(3))) << "the last one stays";
    EXPECT_EQ(store->kept_checkpoints().size(), 1U);
}

/// [SYN-04]
TEST_F(SqliteStateSyncTest, AnswersOfStateSyncAreKeptUntilTheyAreForgotten) {
    const SyncAnswer block{Method::BlocksByRoot, {1}, {2}};
    const SyncAnswer part{Method::StatePart, {1}, {3}};
    const SyncAnswer again{Method::StatePart, {1}, {4}};
    StoreTransaction transaction;
    transaction.sync_answers = {block, part};
    ASSERT_TRUE(open()->commit(transaction));
    transaction.sync_answers = {again};
    ASSERT_TRUE(open()->commit(transaction));
    const auto store = open();
    EXPECT_EQ(store->next_sync_answer(0), std::pair(std::uint64_t{1}, block));
    EXPECT_EQ(store->next_sync_answer(1), std::pair(std::uint64_t{2}, again));
    EXPECT_FALSE(store->next_sync_answer(2));
    EXPECT_EQ(store->sync_answer(Method::StatePart, {1}), ByteVector{4});
    EXPECT_FALSE(store->sync_answer(Method::StateEntries, {1}));
    StoreTransaction end;
    end.forget_sync_answers = true;
    ASSERT_TRUE(store->commit(end));
    EXPECT_FALSE(store->next_sync_answer(0));
}

}  // namespace
}  // namespace touchstone::node::adapters
