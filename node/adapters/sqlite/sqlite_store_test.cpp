#include "node/adapters/sqlite/sqlite_store.h"

#include <gtest/gtest.h>

#include "node/adapters/genesis_file/configuration_json.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

TEST_F(SqliteStoreTest, AnEmptyDatabaseHasNothing) {
    const auto store = open();
    EXPECT_FALSE(store->genesis());
    EXPECT_FALSE(store->recovery_point());
    EXPECT_FALSE(store->block(root_of(1)));
    EXPECT_FALSE(store->receipts(root_of(1)));
    EXPECT_TRUE(store->transaction(id_of(1)).empty());
    EXPECT_TRUE(store->entries().entries.empty());
    EXPECT_TRUE(store->journal_after(0, 10).empty());
    EXPECT_TRUE(store->finalized_blocks(Slot(0), 10).empty());
    EXPECT_FALSE(store->finalized_root_at(Slot(10)));
}

TEST_F(SqliteStoreTest, WhatWasCommittedComesBackAfterReopening) {
    StoreTransaction transaction = step(1);
    transaction.genesis = genesis_record();
    JournalRow order = row_of(2, JournalKind::Order);
    order.payload = {9};
    transaction.journal.push_back(order);
    transaction.recovery_point = RecoveryPoint{2, root_of(5), Slot(6), {7}, {8, 8}};
    ASSERT_TRUE(open()->commit(transaction));
    transaction.recovery_point->sequence = 1;
    StoreTransaction next;
    next.recovery_point = transaction.recovery_point;
    ASSERT_TRUE(open()->commit(next));

    const auto store = open();
    EXPECT_EQ(store->genesis(), genesis_record());
    EXPECT_EQ(store->journal_after(0, 10), transaction.journal);
    EXPECT_EQ(store->journal_after(1, 10).size(), 1U);
    EXPECT_EQ(store->journal_after(0, 1).size(), 1U);
    const auto block = store->block(root_of(1));
    ASSERT_TRUE(block);
    EXPECT_EQ(block->parent_root, root_of(0));
    EXPECT_EQ(block->state_root, root_of(1001));
    EXPECT_EQ(block->slot, Slot(1));
    EXPECT_EQ(block->signed_block, ByteVector(100, 1));
    const auto point = store->recovery_point();
    ASSERT_TRUE(point);
    EXPECT_EQ(point->sequence, 1U);
    EXPECT_EQ(point->anchor_root, root_of(5));
    EXPECT_EQ(point->anchor_slot, Slot(6));
    EXPECT_EQ(point->anchor_state, ByteVector{7});
    EXPECT_EQ(point->fork_choice, (ByteVector{8, 8}));
}

TEST_F(SqliteStoreTest, ABlockStoredAgainIsLeftAsItIs) {
    const auto store = open();
    ASSERT_TRUE(store->commit(step(1)));
    StoreTransaction again;
    again.blocks.push_back(block_of(1, 5));
    again.receipts.push_back({root_of(1), {1}, {id_of(7)}});
    ASSERT_TRUE(store->commit(again));
    EXPECT_EQ(store->block(root_of(1))->signed_block.size(), 100U);
    EXPECT_EQ(store->receipts(root_of(1)), (ByteVector{9, 1}));
    EXPECT_TRUE(store->transaction(id_of(7)).empty());
}

TEST_F(SqliteStoreTest, EntriesAreChangedByDifferences) {
    StoreTransaction first;
    first.entries = {change_of(9, ByteVector{1}), change_of(3, ByteVector{}), change_of(200, ByteVector{7, 7})};
    ASSERT_TRUE(open()->commit(first));
    EXPECT_EQ(open()->entries(), entries_of({{3, {}}, {9, {1}}, {200, {7, 7}}}));
    StoreTransaction second;
    second.entries = {change_of(9, std::nullopt), change_of(3, ByteVector{5}), change_of(50, ByteVector{6}),
                      change_of(51, std::nullopt)};
    ASSERT_TRUE(open()->commit(second));
    EXPECT_EQ(open()->entries(), entries_of({{3, {5}}, {50, {6}}, {200, {7, 7}}}));
}

/// [KVT-18]
TEST_F(SqliteStoreTest, AKeyComesBeforeTheLongerOnesThatBeginWithIt) {
    StoreTransaction transaction;
    transaction.entries = {{{2, 0}, ByteVector{1}}, {{1, 255, 0}, ByteVector{2}}, {{2}, ByteVector{3}}};
    const auto store = open();
    ASSERT_TRUE(store->commit(transaction));
    EXPECT_EQ(store->entries().entries, (std::vector<KvEntry>{{{1, 255, 0}, {2}}, {{2}, {3}}, {{2, 0}, {1}}}));
}

TEST_F(SqliteStoreTest, FinalBlocksAreFoundBySlot) {
    const auto store = open();
    for (std::uint64_t number = 1; number <= 5; ++number)
        ASSERT_TRUE(store->commit(step(number)));
    StoreTransaction transaction;
    transaction.finalized = {root_of(1), root_of(3), root_of(4)};
    ASSERT_TRUE(store->commit(transaction));
    const auto blocks = store->finalized_blocks(Slot(1), 3);
    ASSERT_EQ(blocks.size(), 2U);
    EXPECT_EQ(blocks[0].slot, Slot(1));
    EXPECT_EQ(blocks[1].slot, Slot(3));
    EXPECT_EQ(store->finalized_blocks(Slot(0), ~std::uint64_t{0}).size(), 3U);
    EXPECT_TRUE(store->finalized_blocks(Slot(~std::uint64_t{0}), 9).empty());
    EXPECT_EQ(store->finalized_root_at(Slot(2)), root_of(1));
    EXPECT_EQ(store->finalized_root_at(Slot(~std::uint64_t{0})), root_of(4));
    EXPECT_FALSE(store->finalized_root_at(Slot(0)));
}

TEST_F(SqliteStoreTest, ATransactionThatFailsLeavesNothing) {
    const auto store = open();
    StoreTransaction unknown = step(1);
    unknown.finalized = {root_of(99)};
    EXPECT_FALSE(store->commit(unknown));
    EXPECT_FALSE(store->block(root_of(1)));
    StoreTransaction gap = step(1);
    gap.journal[0].sequence = 2;
    EXPECT_FALSE(store->commit(gap));
    EXPECT_FALSE(store->block(root_of(1)));
    StoreTransaction orphan = step(1);
    orphan.receipts[0].block_root = root_of(5);
    orphan.entries = {change_of(1, ByteVector{1})};
    EXPECT_FALSE(store->commit(orphan));
    StoreTransaction keyless = step(1);
    keyless.entries = {change_of(1, ByteVector{1}), {{}, ByteVector{1}}};
    EXPECT_FALSE(store->commit(keyless));
    EXPECT_FALSE(store->block(root_of(1)));
    EXPECT_FALSE(store->receipts(root_of(1)));
    EXPECT_TRUE(store->transaction(id_of(1)).empty());
    EXPECT_TRUE(store->entries().entries.empty());
    StoreTransaction other = step(1);
    other.genesis = genesis_record();
    other.genesis->genesis_root = root_of(1);
    EXPECT_FALSE(store->commit(other));
    EXPECT_TRUE(store->journal_after(0, 10).empty());
    EXPECT_TRUE(store->commit(step(1)));
    EXPECT_TRUE(log_.contains("store_failed action=commit"));
}

/// [STO-01] [STO-02] [STO-03] [STO-05] [STO-07] [STO-09] [STO-11]
TEST_F(SqliteStoreTest, OffersTheDocumentedViewToReadersWhileItRuns) {
    const auto store = open();
    StoreTransaction transaction = step(1);
    transaction.genesis = genesis_record();
    transaction.journal.push_back(row_of(2));
    ASSERT_TRUE(store->commit(transaction));

    Database reader(path_, Database::Mode::OpenExisting);
    reader.execute("PRAGMA query_only = ON");
    EXPECT_EQ(reader.pragma_integer("user_version"), 6);
    Statement journal = reader.prepare(
        "SELECT seq, kind, time_ms, payload, head_root, justified_epoch, justified_root, finalized_epoch, "
        "finalized_root "
        "FROM journal ORDER BY seq");
    ASSERT_TRUE(journal.step());
    EXPECT_EQ(journal.text(1), "block");
    EXPECT_EQ(journal.blob(3).size(), 32U);
    EXPECT_EQ(journal.integer(7), -1) << "2^64 - 1 as the integer with the same bits";
    ASSERT_TRUE(journal.step());
    EXPECT_EQ(journal.text(1), "tick");
    EXPECT_FALSE(journal.is_null(3));
    EXPECT_TRUE(journal.blob(3).empty());
    EXPECT_TRUE(journal.is_null(4));
    Statement blocks = reader.prepare("SELECT root, slot, parent_root, state_root, ssz FROM blocks");
    ASSERT_TRUE(blocks.step());
    EXPECT_EQ(blocks.integer(1), 1);
    Statement genesis = reader.prepare("SELECT config, state, entries FROM genesis");
    ASSERT_TRUE(genesis.step());
    EXPECT_EQ(genesis.blob(2).size(), 2U);
    EXPECT_EQ(configuration_from_json(genesis.text(0)).value(), (Configuration{"minimal", MINIMAL}));
    Statement meta = reader.prepare("SELECT key, value FROM meta ORDER BY key");
    std::vector<std::string> entries;
    while (meta.step())
        entries.push_back(meta.text(0) + "=" + meta.text(1));
    EXPECT_EQ(entries, (std::vector<std::string>{"schema_version=6", "spec_version=" + std::string(spec_version()),
                                                 "view_version=2"}));
    // A reader's open transaction does not stop the node.
    EXPECT_TRUE(store->commit([] {
        StoreTransaction next;
        next.journal.push_back(row_of(3));
        return next;
    }()));
}

TEST_F(SqliteStoreTest, TellsHowLargeItIs) {
    const auto store = open();
    const StoreSize before = store->size();
    EXPECT_EQ(before.schema_version, 6U);
    EXPECT_GE(before.page_bytes, 512U);
    EXPECT_GT(before.pages, 0U);
    StoreTransaction large = step(1);
    large.blocks[0].signed_block = ByteVector(1U << 20U, 7);
    ASSERT_TRUE(store->commit(large));
    EXPECT_GE((store->size().pages - before.pages) * before.page_bytes, 1U << 20U);
    EXPECT_LE(store->size().free_pages, store->size().pages);
}

/// [STO-03] [SYN-26]
TEST_F(SqliteStoreTest, AChainThatBeganFromAnAnchorSaysSo) {
    const AnchorRecord anchor{.checkpoint = {Epoch(4), root_of(30)}, .slot = Slot(30)};
    StoreTransaction transaction;
    transaction.anchor = anchor;
    transaction.journal.push_back(row_of(1, JournalKind::Anchor));
    transaction.blocks = {block_of(30), block_of(29)};
    transaction.finalized = {root_of(30)};
    EXPECT_FALSE(open()->anchor());
    ASSERT_TRUE(open()->commit(transaction));
    StoreTransaction older;
    older.finalized = {root_of(29)};
    ASSERT_TRUE(open()->commit(older));

    const auto store = open();
    EXPECT_EQ(store->anchor(), anchor);
    EXPECT_EQ(store->journal_after(0, 10), transaction.journal);
    EXPECT_EQ(store->earliest_finalized_block()->root, root_of(29));
    Database reader(path_, Database::Mode::OpenExisting);
    Statement meta = reader.prepare("SELECT value FROM meta WHERE key = 'view_version'");
    ASSERT_TRUE(meta.step());
    EXPECT_EQ(meta.text(0), "3");
}

TEST_F(SqliteStoreTest, AReadThatFailsEndsTheCommits) {
    const auto store = open();
    ASSERT_TRUE(store->commit(step(1)));
    Database(path_, Database::Mode::OpenExisting).execute("DROP TABLE recovery_point");
    EXPECT_FALSE(store->recovery_point());
    EXPECT_TRUE(log_.contains("store_failed action=read the recovery point"));
    EXPECT_FALSE(store->commit(step(2)));
}

TEST_F(SqliteStoreTest, TheLogDoesNotGrowWithTheChain) {
    const auto store = open();
    for (std::uint64_t number = 1; number <= 400; ++number)
        ASSERT_TRUE(store->commit(step(number, 100'000)));
    EXPECT_GT(std::filesystem::file_size(path_), 30'000'000U);
    EXPECT_LT(std::filesystem::file_size(path_.string() + "-wal"), 12'000'000U);
}

}  // namespace
}  // namespace touchstone::node::adapters
