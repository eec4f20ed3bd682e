#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <optional>

#include "node/adapters/files/file_lock.h"
#include "node/adapters/files/private_file.h"
#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/files/text_file.h"

namespace touchstone::node::adapters {
namespace {

const std::array<std::uint8_t, 3> kContent{1, 2, 3};

TEST(FileLock, ASecondHolderIsRefusedAndToldWhoHasIt) {
    const TemporaryFolder folder;
    std::optional<FileLock> first(FileLock::acquire(folder / "lock", "the data directory").value());
    const auto second = FileLock::acquire(folder / "lock", "the data directory");
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.fault().kind, FaultKind::Data);
    EXPECT_NE(second.fault().text.find("the data directory is in use by process " + std::to_string(::getpid())),
              std::string::npos)
        << second.fault().text;
    first.reset();
    EXPECT_TRUE(FileLock::acquire(folder / "lock", "the data directory").ok());
}

TEST(FileLock, EndsWithItsProcess) {
    const TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = FileLock::acquire(folder / "lock", "x");
        ::_exit(lock.ok() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_TRUE(FileLock::acquire(folder / "lock", "x").ok());
}

TEST(FileLock, AMissingFolderIsNamed) {
    const auto lock = FileLock::acquire("/nonexistent/lock", "x");
    ASSERT_FALSE(lock.ok());
    EXPECT_NE(lock.fault().text.find("/nonexistent/lock"), std::string::npos);
}

TEST(PrivateFile, IsCreatedForItsOwnerAlone) {
    const TemporaryFolder folder;
    ASSERT_TRUE(create_private_file(folder / "key", kContent, "key").ok());
    struct stat status{};
    ASSERT_EQ(::stat((folder / "key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(status.st_size, 3);
    EXPECT_TRUE(check_private(folder / "key", "key").ok());
}

TEST(PrivateFile, AnExistingFileIsNotReplaced) {
    const TemporaryFolder folder;
    ASSERT_TRUE(create_private_file(folder / "key", kContent, "key").ok());
    EXPECT_FALSE(create_private_file(folder / "key", {}, "key").ok());
    EXPECT_EQ(std::filesystem::file_size(folder / "key"), 3U);
    EXPECT_FALSE(std::filesystem::exists(folder / "key.new"));
}

TEST(PrivateFile, ModesThatLetOthersInAreRefusedWithTheCure) {
    const TemporaryFolder folder;
    ASSERT_TRUE(create_private_file(folder / "key", kContent, "the key").ok());
    for (const mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
        ASSERT_EQ(::chmod((folder / "key").c_str(), mode), 0);
        const auto checked = check_private(folder / "key", "the key");
        ASSERT_FALSE(checked.ok()) << mode;
        EXPECT_EQ(checked.fault().kind, FaultKind::Keys);
        EXPECT_NE(checked.fault().text.find("chmod 600 "), std::string::npos);
    }
}

TEST(TextFile, ComesBackAsItWasWritten) {
    const TemporaryFolder folder;
    ASSERT_TRUE(replace_text_file(folder / "text", "one", FaultKind::Data, "text").ok());
    ASSERT_TRUE(replace_text_file(folder / "text", "second\n", FaultKind::Data, "text").ok());
    EXPECT_EQ(read_text_file(folder / "text", 100, FaultKind::Data, "text").value(), "second\n");
}

TEST(TextFile, TooLongMissingOrAFolderIsRefusedByName) {
    const TemporaryFolder folder;
    ASSERT_TRUE(replace_text_file(folder / "text", "12345", FaultKind::Data, "text").ok());
    EXPECT_NE(read_text_file(folder / "text", 4, FaultKind::Data, "text").fault().text.find("5 bytes"),
              std::string::npos);
    const auto missing = read_text_file(folder / "none", 4, FaultKind::Genesis, "the genesis file");
    EXPECT_EQ(missing.fault().kind, FaultKind::Genesis);
    EXPECT_NE(missing.fault().text.find("No such file"), std::string::npos);
    EXPECT_NE(read_text_file(folder.path(), 4, FaultKind::Data, "text").fault().text.find("is a folder"),
              std::string::npos);
}

}  // namespace
}  // namespace touchstone::node::adapters
