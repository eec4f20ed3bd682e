#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "node/adapters/genesis_file/configuration_json.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/schema.h"
#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

using SqliteOpeningTest = SqliteStoreTest;

TEST_F(SqliteOpeningTest, ASecondOpeningIsRefused) {
    const auto store = open();
    expect_refused("is in use by process " + std::to_string(::getpid()));
}

TEST_F(SqliteOpeningTest, ADatabaseOfAnotherChainIsRefusedAndLeftAsItIs) {
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

TEST_F(SqliteOpeningTest, ADatabaseOfANewerVersionIsRefused) {
    begin();
    Database(path_, Database::Mode::OpenExisting).execute("PRAGMA user_version = 7");
    expect_refused("schema version 7, newer than the 6");
}

TEST_F(SqliteOpeningTest, ADatabaseOfVersion2IsTakenToTheNewest) {
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
    EXPECT_EQ(meta.text(0), "6");
    EXPECT_FALSE(store->performance_epochs());
    EXPECT_TRUE(store->own_transactions().empty());
}

TEST_F(SqliteOpeningTest, ADatabaseOfAVersionBeforeTheFirstIsRefused) {
    begin();
    Database(path_, Database::Mode::OpenExisting).execute("PRAGMA user_version = 1");
    expect_refused("schema version 1, older than the 2 from which this program can go on");
}

/// [STO-04]
TEST_F(SqliteOpeningTest, ADatabaseUnderAnotherSpecificationIsRefused) {
    begin();
    Database(path_, Database::Mode::OpenExisting).execute("UPDATE meta SET value = 'v9' WHERE key = 'spec_version'");
    expect_refused("version v9 of the specification");
}

TEST_F(SqliteOpeningTest, ADatabaseOfAnotherProgramIsRefused) {
    Database(path_, Database::Mode::OpenOrCreate).execute("CREATE TABLE cats (name TEXT)");
    expect_refused("another program");
}

TEST_F(SqliteOpeningTest, AFileThatIsNoDatabaseIsRefused) {
    std::ofstream(path_) << std::string(5000, 'x');
    expect_refused("not a database");
}

}  // namespace
}  // namespace touchstone::node::adapters
