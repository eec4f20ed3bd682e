#include "node/adapters/http/bearer_token.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "node/adapters/files/temporary_folder.h"

namespace touchstone::node::adapters {
namespace {

class BearerTokenTest : public testing::Test {
  protected:
    void write(const std::string& content, mode_t mode = 0600) const {
        std::ofstream(path_, std::ios::trunc) << content;
        ::chmod(path_.c_str(), mode);
    }
    std::string content() const {
        std::ifstream file(path_);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::string fault() const {
        const auto token = BearerToken::load_or_create(path_);
        EXPECT_FALSE(token.ok());
        return token.ok() ? "" : token.fault().text;
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "token";
};

TEST_F(BearerTokenTest, IsMadeIfThereIsNoneAndReadAgain) {
    const auto made = BearerToken::load_or_create(path_);
    ASSERT_TRUE(made.ok()) << made.fault().text;
    struct stat status{};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    const std::string digits = content().substr(0, 64);
    EXPECT_EQ(content(), digits + "\n");
    EXPECT_TRUE(made->admits("Bearer " + digits));
    const auto again = BearerToken::load_or_create(path_);
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->admits("bearer " + digits));
}

TEST_F(BearerTokenTest, AdmitsNothingElse) {
    const std::string token(32, 'a');
    write(token);
    const auto loaded = BearerToken::load_or_create(path_);
    ASSERT_TRUE(loaded.ok()) << loaded.fault().text;
    EXPECT_TRUE(loaded->admits("Bearer " + token));
    for (const std::string& other : {std::string(), std::string("Bearer"), std::string("Bearer "), token,
                                     "Basic " + token, "Bearer " + token + "a", "Bearer  " + token,
                                     "Bearer " + std::string(31, 'a'), "Bearer " + std::string(31, 'a') + "b"})
        EXPECT_FALSE(loaded->admits(other)) << other;
}

TEST_F(BearerTokenTest, IsReadAgainButNotMadeAgain) {
    const auto missing = BearerToken::load(path_);
    ASSERT_FALSE(missing.ok());
    EXPECT_NE(missing.fault().text.find(path_.string()), std::string::npos) << missing.fault().text;
    EXPECT_FALSE(std::filesystem::exists(path_));
    write(std::string(32, 'a'));
    const auto first = BearerToken::load(path_);
    const auto same = BearerToken::load(path_);
    write(std::string(32, 'b'));
    const auto other = BearerToken::load(path_);
    ASSERT_TRUE(first.ok() && same.ok() && other.ok());
    EXPECT_TRUE(first->is(*same));
    EXPECT_FALSE(first->is(*other));
}

TEST_F(BearerTokenTest, AFileThatOthersMayReadOrThatHoldsNoTokenIsRefusedWithoutItsContent) {
    const std::string token(32, 'a');
    write(token, 0640);
    EXPECT_NE(fault().find("chmod 600"), std::string::npos);
    EXPECT_EQ(fault().find(token), std::string::npos);
    for (const std::string& content : {std::string(), std::string(31, 'a'), std::string(32, ' '), token + "\n\n",
                                       std::string(513, 'a'), token + "\r\n"}) {
        write(content);
        EXPECT_NE(fault().find("token"), std::string::npos);
        EXPECT_EQ(fault().find(token), std::string::npos);
    }
}

}  // namespace
}  // namespace touchstone::node::adapters
