#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/killed_writer.h"
#include "node/adapters/sqlite/sqlite_store_fixture.h"

namespace touchstone::node::adapters {
namespace {

using SqliteCrashTest = SqliteStoreTest;

/// The exit code of `body` in a process of its own.
template <class Body>
int in_child(const Body& body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(SqliteCrashTest, AFullDiskIsReportedAndNothingIsHalfApplied) {
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

OwnTransaction own_of(std::uint64_t number) {
    return {.id = id_of(number), .received_ms = number, .signed_transaction = {static_cast<std::uint8_t>(number)}};
}

/// Of the transactions that users gave, the last three that came.
std::vector<OwnTransaction> own_until(std::uint64_t last) {
    std::vector<OwnTransaction> own;
    for (std::uint64_t number = last - std::min<std::uint64_t>(last, 3) + 1; number <= last; ++number)
        own.push_back(own_of(number));
    return own;
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
        transaction.own_transactions = {own_of(number)};
        if (number > 3) transaction.dropped_own_transactions = {id_of(number - 3)};
        transaction.performance = {{Epoch(number), ByteVector{low(number)}}};
        if (!store.value()->commit(transaction)) ::_exit(2);
        if (!acknowledge(pipe, number)) ::_exit(3);
    }
}

/// [STO-13]
TEST_F(SqliteCrashTest, KillingTheProcessAtAnyMomentLosesNothingThatWasAcknowledged) {
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
        EXPECT_EQ(store->own_transactions(), own_until(last));
        EXPECT_EQ(store->performance(Epoch(last)), std::optional(ByteVector{static_cast<std::uint8_t>(last)}));
        EXPECT_EQ(store->performance_epochs(), std::optional(std::pair(Epoch(1), Epoch(last))));
    }
    Database database(path_, Database::Mode::OpenExisting);
    Statement check = database.prepare("PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.text(0), "ok");
}

}  // namespace
}  // namespace touchstone::node::adapters
