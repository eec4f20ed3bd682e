#include "node/adapters/sqlite/sqlite_peer_memory.h"

#include <gtest/gtest.h>

#include <fstream>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/remembering_log.h"

namespace touchstone::node::adapters {
namespace {

RememberedPeer known(const std::string& id, std::uint64_t connected_ms) {
    return {.peer = PeerId{id},
            .addresses = {"/ip4/192.0.2.1/tcp/9000", "/ip6/2001:db8::1/tcp/9000"},
            .heard_ms = 7,
            .connected_ms = connected_ms,
            .not_before_ms = UINT64_MAX,
            .failures = 3};
}

RememberedBan ban(const std::string& id, std::uint64_t until_ms) {
    return {
        .peer = PeerId{id}, .ip = "192.0.2.1", .until_ms = until_ms, .length_ms = 3'600'000, .reason = "invalid_block"};
}

class SqlitePeerMemoryTest : public ::testing::Test {
  protected:
    std::unique_ptr<SqlitePeerMemory> open() {
        auto opened = SqlitePeerMemory::open(path_, log_);
        EXPECT_TRUE(opened.ok()) << opened.fault().text;
        return opened.ok() ? std::move(opened).value() : nullptr;
    }
    void expect_refused(const std::string& because) {
        const auto opened = SqlitePeerMemory::open(path_, log_);
        ASSERT_FALSE(opened.ok());
        EXPECT_EQ(opened.fault().kind, FaultKind::Data);
        EXPECT_NE(opened.fault().text.find(path_.string()), std::string::npos);
        EXPECT_NE(opened.fault().text.find(because), std::string::npos) << opened.fault().text;
    }
    void execute(const std::string& sql) { Database(path_, Database::Mode::OpenExisting).execute(sql); }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "peers.sqlite";
    RememberingLog log_;
};

/// [NET-107] [NET-109]
TEST_F(SqlitePeerMemoryTest, WhatIsSavedIsThereWhenItIsOpenedAgain) {
    EXPECT_EQ(open()->load(), PeerRecords{});
    {
        const auto memory = open();
        EXPECT_TRUE(memory->save({.kept = {.peers = {known("a", 1), known("b", 2)}, .bans = {ban("c", 5)}},
                                  .forgotten_peers = {},
                                  .forgotten_bans = {}}));
        EXPECT_TRUE(memory->save({.kept = {.peers = {known("b", 9)}, .bans = {ban("d", 6)}},
                                  .forgotten_peers = {PeerId{"a"}, PeerId{"nobody"}},
                                  .forgotten_bans = {PeerId{"c"}}}));
    }
    EXPECT_EQ(open()->load(), (PeerRecords{.peers = {known("b", 9)}, .bans = {ban("d", 6)}}));
}

TEST_F(SqlitePeerMemoryTest, AFileFromBeforeBansHadReasonsIsMigrated) {
    open();
    execute(
        "ALTER TABLE bans DROP COLUMN reason; DELETE FROM migrations WHERE version = 2; PRAGMA user_version = 1; "
        "INSERT INTO bans VALUES ('c', '192.0.2.1', 5, 3600000)");
    RememberedBan old = ban("c", 5);
    old.reason = "";
    const auto memory = open();
    EXPECT_EQ(memory->load().bans, std::vector{old});
    EXPECT_TRUE(
        memory->save({.kept = {.peers = {}, .bans = {ban("c", 6)}}, .forgotten_peers = {}, .forgotten_bans = {}}));
    EXPECT_EQ(memory->load().bans, std::vector{ban("c", 6)});
}

TEST_F(SqlitePeerMemoryTest, ASaveIsWholeOrNotAtAll) {
    ASSERT_TRUE(
        open()->save({.kept = {.peers = {known("a", 1)}, .bans = {}}, .forgotten_peers = {}, .forgotten_bans = {}}));
    execute("CREATE TRIGGER full BEFORE INSERT ON bans BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    const auto memory = open();
    EXPECT_FALSE(memory->save({.kept = {.peers = {known("b", 2)}, .bans = {ban("c", 5)}},
                               .forgotten_peers = {PeerId{"a"}},
                               .forgotten_bans = {}}));
    EXPECT_TRUE(log_.contains("peer_memory_failed"));
    EXPECT_EQ(memory->load().peers, std::vector{known("a", 1)});
}

TEST_F(SqlitePeerMemoryTest, OneProcessAtATimeHasItOpen) {
    const auto first = open();
    expect_refused("another process");
}

TEST_F(SqlitePeerMemoryTest, ADamagedFileOrOneOfAnotherKindIsRefusedWithWhatToDo) {
    std::ofstream(path_) << std::string(5000, 'x');
    expect_refused("may be deleted");
    std::filesystem::remove(path_);
    {
        Database(path_, Database::Mode::OpenOrCreate).execute("CREATE TABLE other (a)");
    }
    expect_refused("another program");
    std::filesystem::remove(path_);
    open();
    execute("PRAGMA user_version = 99");
    expect_refused("newer");
}

TEST_F(SqlitePeerMemoryTest, WhatSomebodyElseWroteIntoItIsReadWithinBounds) {
    open();
    execute("PRAGMA ignore_check_constraints = ON; INSERT INTO peers VALUES ('long', '" + std::string(100'000, 'x') +
            "', 0, 0, 0, 0), ('', '/ip4/192.0.2.1/tcp/1', 0, 0, 0, 0)");
    execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO bans SELECT i, "
        "'', i, i, '' FROM n");
    const PeerRecords records = open()->load();
    EXPECT_TRUE(records.peers.empty());
    EXPECT_EQ(records.bans.size(), SqlitePeerMemory::kMostBans);
    EXPECT_EQ(records.bans.front().until_ms, 20'000U) << "those that end last";
}

}  // namespace
}  // namespace touchstone::node::adapters
