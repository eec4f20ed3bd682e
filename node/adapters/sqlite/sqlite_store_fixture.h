// For tests of this part of the tree: a chain's database in a folder that vanishes, and what is written there.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/sqlite/remembering_log.h"
#include "node/adapters/sqlite/sqlite_store.h"
#include "node/generated/parameters.h"

namespace touchstone::node::adapters {

inline Root root_of(std::uint64_t number) {
    Root root;
    std::memcpy(root.data(), &number, sizeof(number));
    root.bytes[31] = 0xee;
    return root;
}

inline GenesisRecord genesis_record() {
    GenesisRecord genesis{{}, {1, 2, 3}, {4, 5}, root_of(77)};
    for (const ParameterField& field : PARAMETER_FIELDS)
        genesis.parameters.push_back(MINIMAL.*field.value);
    return genesis;
}

inline StoredBlock block_of(std::uint64_t slot, std::size_t size = 100) {
    return {.root = root_of(slot),
            .parent_root = root_of(slot - 1),
            .state_root = root_of(slot + 1000),
            .slot = Slot(slot),
            .signed_block = ByteVector(size, static_cast<std::uint8_t>(slot))};
}

inline JournalRow row_of(std::uint64_t sequence, JournalKind kind = JournalKind::Tick) {
    JournalRow row;
    row.sequence = sequence;
    row.kind = kind;
    row.time_ms = 1000 * sequence;
    row.justified_root = root_of(1);
    row.finalized_epoch = Epoch(~std::uint64_t{0});
    row.finalized_root = root_of(2);
    return row;
}

inline Root id_of(std::uint64_t number) { return root_of(number + 1'000'000); }

inline tree::EntryChange change_of(std::uint8_t key, std::optional<ByteVector> value) {
    return {ByteVector(33, key), std::move(value)};
}

inline KvEntries entries_of(std::initializer_list<std::pair<std::uint8_t, ByteVector>> all) {
    KvEntries entries;
    for (const auto& [key, value] : all)
        entries.entries.push_back({ByteVector(33, key), value});
    return entries;
}

/// A block with its journal row, at slot and sequence `number`, and two transactions, one of them that of the block
/// before too.
inline StoreTransaction step(std::uint64_t number, std::size_t size = 100) {
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

}  // namespace touchstone::node::adapters
