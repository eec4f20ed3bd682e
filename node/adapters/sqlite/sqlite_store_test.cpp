#include "node/adapters/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/genesis_file/configuration_json.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/killed_writer.h"
#include "node/adapters/sqlite/remembering_log.h"
#include "node/adapters/sqlite/schema.h"

namespace touchstone::node::adapters {
namespace {

Root root_of(std::uint64_t number) {
    Root root;
    std::memcpy(root.data(), &number, sizeof(number));
    root.bytes[31] = 0xee;
    return root;
}

GenesisRecord genesis_record() {
    GenesisRecord genesis{{}, {1, 2, 3}, {4, 5}, root_of(77)};
    for (const ParameterField& field : PARAMETER_FIELDS)
        genesis.parameters.push_back(MINIMAL.*field.value);
    return genesis;
}

StoredBlock block_of(std::uint64_t slot, std::size_t size = 100) {
    return {.root = root_of(slot),
            .parent_root = root_of(slot - 1),
            .state_root = root_of(slot + 1000),
            .slot = Slot(slot),
            .signed_block = ByteVector(size, static_cast<std::uint8_t>(slot))};
}

JournalRow row_of(std::uint64_t sequence, JournalKind kind = JournalKind::Tick) {
    JournalRow row;
    row.sequence = sequence;
    row.kind = kind;
    row.time_ms = 1000 * sequence;
    row.justified_root = root_of(1);
    row.finalized_epoch = Epoch(~std::uint64_t{0});
    row.finalized_root = root_of(2);
    return row;
}

Root id_of(std::uint64_t number) { return root_of(number + 1'000'000); }

tree::EntryChange change_of(std::uint8_t key, std::optional<ByteVector> value) {
    return {ByteVector(33, key), std::move(value)};
}

KvEntries entries_of(std::initializer_list<std::pair<std::uint8_t, ByteVector>> all) {
    KvEntries entries;
    for (const auto& [key, value] : all)
        entries.entries.push_back({ByteVector(33, key), value});
    return entries;
}

/// A block with its journal row, at slot and sequence `number`, and two transactions, one of them that of the block
/// before too.
StoreTransaction step(std::uint64_t number, std::size_t size = 100) {
    StoreTransaction transaction;
    transaction.receipts.push_back(
        {root_of(number), {9, static_cast<std::uint8_t>(number)}, {id_of(number), id_of(number - 1)}});
    transaction.blocks.push_back(block_of(number, size));
    JournalRow row = row_of(number, JournalKind::Block);
    row.head_root = root_of(number);
    row.payload.assign(row.head_root->bytes.begin(), row.head_root->bytes.end());
    transaction.journal.push_back(row);
    return transaction;
}

class SqliteStoreTest : public ::testing::Test {
  protected:
    StoreOptions options() const { return {path_, root_of(77), "minimal", Durability::Process}; }
    std::unique_ptr<SqliteStore> open() {
        auto store = SqliteStore::open(options(), log_);
        EXPECT_TRUE(store.ok()) << store.fault().text;
        return store.ok() ? std::move(store).value() : nullptr;
    }
    std::string refused() {
        const auto store = SqliteStore::open(options(), log_);
        EXPECT_FALSE(store.ok());
        if (store.ok()) return {};
        EXPECT_EQ(store.fault().kind, FaultKind::Data);
        EXPECT_NE(store.fault().text.find(path_.string()), std::string::npos) << store.fault().text;
        return store.fault().text;
    }
    void expect_refused(const std::string& because) {
        const std::string text = refused();
        EXPECT_NE(text.find(because), std::string::npos) << text;
    }
    void begin() {
        StoreTransaction transaction;
        transaction.genesis = genesis_record();
        ASSERT_TRUE(open()->commit(transaction));
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "chain.sqlite";
    RememberingLog log_;
};

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

TEST_F(SqliteStoreTest, ATransactionIsFoundInEveryBlockThatHasIt) {
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

TEST_F(SqliteStoreTest, TransactionsOfAnAccountComeTheLatestFirstAndFromAnyPositionOn) {
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
    EXPECT_EQ(reader.pragma_integer("user_version"), 5);
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
    EXPECT_EQ(entries, (std::vector<std::string>{"schema_version=5", "spec_version=" + std::string(spec_version()),
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
    EXPECT_EQ(before.schema_version, 5U);
    EXPECT_GE(before.page_bytes, 512U);
    EXPECT_GT(before.pages, 0U);
    StoreTransaction large = step(1);
    large.blocks[0].signed_block = ByteVector(1U << 20U, 7);
    ASSERT_TRUE(store->commit(large));
    EXPECT_GE((store->size().pages - before.pages) * before.page_bytes, 1U << 20U);
    EXPECT_LE(store->size().free_pages, store->size().pages);
}

TEST_F(SqliteStoreTest, ASecondOpeningIsRefused) {
    const auto store = open();
    expect_refused("is in use by process " + std::to_string(::getpid()));
}

TEST_F(SqliteStoreTest, ADatabaseOfAnotherChainIsRefusedAndLeftAsItIs) {
    begin();
    const auto before = std::filesystem::file_size(path_);
    StoreOptions other = options();
    other.genesis_root = root_of(78);
    const auto store = SqliteStore::open(other, log_);
    ASSERT_FALSE(store.ok());
    EXPECT_NE(store.fault().text.find("belongs to another chain"), std::string::npos) << store.fault().text;
    EXPECT_NE(store.fault().text.find(to_hex(root_of(77))), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(path_), before);
    EXPECT_EQ(open()->genesis(), genesis_record());
}

TEST_F(SqliteStoreTest, ADatabaseOfANewerVersionIsRefused) {
    begin();
    Database(path_, Database::Mode::OpenExisting).execute("PRAGMA user_version = 6");
    expect_refused("schema version 6, newer than the 5");
}

TEST_F(SqliteStoreTest, ADatabaseOfVersion2IsTakenToTheNewest) {
    {
        Database database(path_, Database::Mode::OpenOrCreate);
        database.execute(kChainSchema.migrations[0]);
        database.execute("CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) STRICT");
        database.execute("PRAGMA application_id = " + std::to_string(kChainSchema.application_id));
        database.execute("PRAGMA user_version = 2");
        database.execute("INSERT INTO meta VALUES ('view_version', '2'), ('schema_version', '2'), ('spec_version', '" +
                         std::string(spec_version()) + "')");
        database.execute("INSERT INTO blocks VALUES (1, zeroblob(32), 40, zeroblob(32), zeroblob(32), x'')");
        database.execute("INSERT INTO journal VALUES (1, 'tick', 7, x'', NULL, 0, zeroblob(32), 0, zeroblob(32))");
    }
    const auto store = open();
    ASSERT_TRUE(store);
    ASSERT_EQ(store->journal_after(0, 10).size(), 1U);
    EXPECT_EQ(store->journal_after(0, 10)[0].time_ms, 7U);
    EXPECT_TRUE(store->commit(step(2)));
    EXPECT_TRUE(store->kept_checkpoints().empty());
    EXPECT_EQ(store->accounts_kept_from(), Slot(41)) << "the block of slot 40 was stored before there was a table";
    Database reader(path_, Database::Mode::OpenExisting);
    Statement meta = reader.prepare("SELECT value FROM meta WHERE key = 'schema_version'");
    ASSERT_TRUE(meta.step());
    EXPECT_EQ(meta.text(0), "5");
    EXPECT_FALSE(store->performance_epochs());
}

TEST_F(SqliteStoreTest, HowValidatorsDidIsKeptByEpochUntilItIsForgotten) {
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

TEST_F(SqliteStoreTest, WhatLeadsThroughADroppedStateLeadsAroundIt) {
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
TEST_F(SqliteStoreTest, AnswersOfStateSyncAreKeptUntilTheyAreForgotten) {
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

TEST_F(SqliteStoreTest, ADatabaseOfAVersionBeforeTheFirstIsRefused) {
    begin();
    Database(path_, Database::Mode::OpenExisting).execute("PRAGMA user_version = 1");
    expect_refused("schema version 1, older than the 2 from which this program can go on");
}

/// [STO-04]
TEST_F(SqliteStoreTest, ADatabaseUnderAnotherSpecificationIsRefused) {
    begin();
    Database(path_, Database::Mode::OpenExisting).execute("UPDATE meta SET value = 'v9' WHERE key = 'spec_version'");
    expect_refused("version v9 of the specification");
}

TEST_F(SqliteStoreTest, ADatabaseOfAnotherProgramIsRefused) {
    Database(path_, Database::Mode::OpenOrCreate).execute("CREATE TABLE cats (name TEXT)");
    expect_refused("another program");
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsRefused) {
    std::ofstream(path_) << std::string(5000, 'x');
    expect_refused("not a database");
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

/// The exit code of `body` in a process of its own.
template <class Body>
int in_child(const Body& body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(SqliteStoreTest, AFullDiskIsReportedAndNothingIsHalfApplied) {
    begin();
    // A limit on the size of files stands for the end of the disk.
    const int code = in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const auto store = open();
        for (std::uint64_t number = 1; number <= 4; ++number) {
            if (!store->commit(step(number, 50'000))) return 2;
        }
        const rlimit limit{1'000'000, 1'000'000};
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 3;
        std::uint64_t number = 5;
        while (store->commit(step(number, 50'000)))
            ++number;
        if (number > 40) return 4;
        if (!log_.contains("store_failed action=commit")) return 5;
        const auto rows = store->journal_after(0, 100);
        return rows.size() == number - 1 && !store->block(root_of(number)) ? 0 : 6;
    });
    EXPECT_EQ(code, 0);
    const auto store = open();
    const auto rows = store->journal_after(0, 100);
    ASSERT_GE(rows.size(), 4U);
    EXPECT_TRUE(store->commit(step(rows.size() + 1)));
}

/// Commits steps until it is killed, telling through the pipe what was acknowledged.
[[noreturn]] void commit_for_ever(const StoreOptions& options, int pipe) {
    RememberingLog log;
    auto store = SqliteStore::open(options, log);
    if (!store.ok()) ::_exit(1);
    std::uint64_t number = store.value()->journal_after(0, 1'000'000).size();
    while (true) {
        ++number;
        StoreTransaction transaction = step(number, 3000 + 40'000 * (number % 3));
        if (number % 4 == 0) transaction.finalized = {root_of(number - 1)};
        transaction.recovery_point = RecoveryPoint{number, root_of(number), Slot(number), {1}, {2}};
        // A window of keys, each with the number at which it came.
        const auto low = [](std::uint64_t value) { return static_cast<std::uint8_t>(value); };
        transaction.entries = {change_of(low(number), ByteVector{low(number)}), change_of(low(number - 3), {})};
        if (!store.value()->commit(transaction)) ::_exit(2);
        if (!acknowledge(pipe, number)) ::_exit(3);
    }
}

/// [STO-13]
TEST_F(SqliteStoreTest, KillingTheProcessAtAnyMomentLosesNothingThatWasAcknowledged) {
    for (int round = 0; round < 25; ++round) {
        // The kill falls somewhere into the commit after this many.
        const std::uint64_t acknowledged = acknowledged_when_killed(
            [this](int pipe) { commit_for_ever(options(), pipe); }, 1 + round % 7 * 3, round * 37 % 500);
        const auto store = open();
        ASSERT_TRUE(store);
        const auto rows = store->journal_after(0, 1'000'000);
        ASSERT_GE(rows.size(), acknowledged);
        ASSERT_LE(rows.size(), acknowledged + 1);
        const std::uint64_t last = rows.size();
        EXPECT_EQ(rows.back().sequence, last);
        EXPECT_TRUE(store->block(root_of(last)));
        EXPECT_FALSE(store->block(root_of(last + 1)));
        EXPECT_EQ(store->recovery_point()->sequence, last);
        EXPECT_EQ(store->receipts(root_of(last)), (ByteVector{9, static_cast<std::uint8_t>(last)}));
        EXPECT_EQ(store->transaction(id_of(last)), (std::vector<TransactionPlace>{{root_of(last), Slot(last), 0}}));
        EXPECT_TRUE(store->transaction(id_of(last + 1)).empty());
        const KvEntries entries = store->entries();
        EXPECT_EQ(entries.entries.size(), std::min<std::uint64_t>(last, 3));
        const auto newest = ByteVector(33, static_cast<std::uint8_t>(last));
        const auto found = std::ranges::find(entries.entries, newest, &KvEntry::key);
        ASSERT_NE(found, entries.entries.end());
        EXPECT_EQ(found->value, ByteVector{static_cast<std::uint8_t>(last)});
        EXPECT_EQ(store->finalized_blocks(Slot(0), 1'000'000).size(), last / 4);
    }
    Database database(path_, Database::Mode::OpenExisting);
    Statement check = database.prepare("PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.text(0), "ok");
}

}  // namespace
}  // namespace touchstone::node::adapters
