#include "node/adapters/sqlite/sqlite_watermarks.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/killed_writer.h"
#include "node/adapters/sqlite/remembering_log.h"

namespace touchstone::node::adapters {
namespace {

const Root kChain(std::array<std::uint8_t, 32>{1});
const Root kOtherChain(std::array<std::uint8_t, 32>{2});

BlsPublicKey key(std::uint8_t number) { return BlsPublicKey(std::array<std::uint8_t, 48>{number}); }

Watermark mark(std::uint64_t slot, std::uint64_t source, std::uint64_t target) {
    return {Slot(slot), Epoch(source), Epoch(target)};
}

class SqliteWatermarksTest : public ::testing::Test {
  protected:
    void create(std::initializer_list<BlsPublicKey> keys) {
        const std::vector<BlsPublicKey> list(keys);
        const auto created = SqliteWatermarks::create(path_, kChain, list);
        ASSERT_TRUE(created.ok()) << created.fault().text;
    }
    std::unique_ptr<SqliteWatermarks> open() {
        auto opened = SqliteWatermarks::open(path_, kChain, log_);
        EXPECT_TRUE(opened.ok()) << opened.fault().text;
        return opened.ok() ? std::move(opened).value() : nullptr;
    }
    void expect_refused(const std::string& because, const Root& chain = kChain) {
        const auto opened = SqliteWatermarks::open(path_, chain, log_);
        ASSERT_FALSE(opened.ok());
        EXPECT_EQ(opened.fault().kind, FaultKind::Keys);
        EXPECT_NE(opened.fault().text.find(path_.string()), std::string::npos);
        EXPECT_NE(opened.fault().text.find(because), std::string::npos) << opened.fault().text;
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "watermarks.sqlite";
    RememberingLog log_;
};

TEST_F(SqliteWatermarksTest, AMissingFileIsRefusedAndNotCreated) {
    expect_refused("is missing");
    EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SqliteWatermarksTest, ACreatedRecordHasSignedNothing) {
    create({key(1)});
    const auto marks = open();
    EXPECT_EQ(marks->load(key(1)), Watermark{});
    EXPECT_FALSE(marks->load(key(2)));
}

TEST_F(SqliteWatermarksTest, IsReadableByItsOwnerAlone) {
    create({key(1)});
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
    expect_refused("chmod 600");
}

TEST_F(SqliteWatermarksTest, CreatingAgainLowersNothing) {
    create({key(1)});
    const WatermarkOfKey row{key(1), mark(5, 1, 2)};
    ASSERT_TRUE(open()->raise({&row, 1}));
    const std::vector<BlsPublicKey> keys{key(1), key(2)};
    EXPECT_EQ(SqliteWatermarks::create(path_, kChain, keys).value(), 1U);
    EXPECT_EQ(open()->load(key(1)), mark(5, 1, 2));
    const auto listed = SqliteWatermarks::list(path_, kChain);
    ASSERT_EQ(listed.value().size(), 2U);
    EXPECT_EQ(listed.value()[0].watermark, mark(5, 1, 2));
}

TEST_F(SqliteWatermarksTest, IsRaisedWholeOrNotAtAllAndNeverLowered) {
    create({key(1), key(2)});
    const auto marks = open();
    const std::vector<WatermarkOfKey> up{{key(1), mark(5, 1, 2)}, {key(2), mark(~std::uint64_t{0}, 0, 0)}};
    ASSERT_TRUE(marks->raise(up));
    EXPECT_EQ(marks->load(key(2)), mark(~std::uint64_t{0}, 0, 0));
    for (const Watermark& lower :
         {mark(4, 1, 2), mark(5, 0, 3), mark(6, 1, 1), Watermark{}, Watermark{Slot(9), std::nullopt, Epoch(9)}}) {
        const std::vector<WatermarkOfKey> rows{{key(2), mark(~std::uint64_t{0}, 7, 7)}, {key(1), lower}};
        EXPECT_FALSE(marks->raise(rows));
    }
    const std::vector<WatermarkOfKey> unknown{{key(1), mark(6, 6, 6)}, {key(3), mark(1, 1, 1)}};
    EXPECT_FALSE(marks->raise(unknown));
    EXPECT_EQ(marks->load(key(1)), mark(5, 1, 2));
    EXPECT_EQ(marks->load(key(2)), mark(~std::uint64_t{0}, 0, 0));
    EXPECT_TRUE(log_.contains("a watermark would go back"));
    EXPECT_TRUE(log_.contains("there is no record of key"));
}

TEST_F(SqliteWatermarksTest, OneProcessHasItOpenAtATime) {
    create({key(1)});
    const auto marks = open();
    const pid_t child = ::fork();
    if (child == 0) {
        const auto second = SqliteWatermarks::open(path_, kChain, log_);
        ::_exit(!second.ok() && second.fault().text.find("another process has it open") != std::string::npos ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

/// [DUT-21]
TEST_F(SqliteWatermarksTest, AnotherChainsFileIsRefused) {
    create({key(1)});
    expect_refused("another chain", kOtherChain);
}

TEST_F(SqliteWatermarksTest, AnUnreadableOrNewerFileIsRefused) {
    create({key(1)});
    Database(path_, Database::Mode::OpenExisting).execute("PRAGMA user_version = 2");
    expect_refused("newer");
    std::ofstream(path_, std::ios::trunc) << std::string(4096, 'x');
    expect_refused("not a database");
}

/// Without the schema's checks, anything may stand in a column.
TEST_F(SqliteWatermarksTest, AKeyOrAGenesisRootOfAnotherLengthIsRefused) {
    create({key(1)});
    const auto forge = [&](const std::string& column) {
        Database(path_, Database::Mode::OpenExisting)
            .execute("PRAGMA ignore_check_constraints = ON; UPDATE watermarks SET " + column + " = zeroblob(5000)");
    };
    forge("public_key");
    const auto listed = SqliteWatermarks::list(path_, kChain);
    ASSERT_FALSE(listed.ok());
    EXPECT_NE(listed.fault().text.find("of 5000 bytes"), std::string::npos) << listed.fault().text;
    forge("genesis_root");
    expect_refused("of 5000 bytes");
}

/// Raises until it is killed; each raised target is acknowledged through the pipe before it would be signed.
[[noreturn]] void raise_for_ever(const std::filesystem::path& path, int pipe) {
    RememberingLog log;
    auto marks = SqliteWatermarks::open(path, kChain, log);
    if (!marks.ok()) ::_exit(1);
    const auto before = marks.value()->load(key(1));
    for (std::uint64_t target = before->target.value_or(Epoch(0)).value() + 1;; ++target) {
        const std::vector<WatermarkOfKey> rows{{key(1), mark(target, target, target)},
                                               {key(2), mark(target, target, target)}};
        if (!marks.value()->raise(rows)) ::_exit(2);
        if (!acknowledge(pipe, target)) ::_exit(3);
    }
}

TEST_F(SqliteWatermarksTest, NeverGoesBackWhenTheProcessIsKilled) {
    create({key(1), key(2)});
    for (int round = 0; round < 25; ++round) {
        const std::uint64_t acknowledged = acknowledged_when_killed([this](int pipe) { raise_for_ever(path_, pipe); },
                                                                    1 + round % 5, round * 41 % 700);
        const auto marks = open();
        ASSERT_TRUE(marks);
        EXPECT_GE(marks->load(key(1))->target, Epoch(acknowledged));
        EXPECT_LE(marks->load(key(1))->target, Epoch(acknowledged + 1));
        EXPECT_EQ(marks->load(key(1)), marks->load(key(2)));
    }
}

}  // namespace
}  // namespace touchstone::node::adapters
