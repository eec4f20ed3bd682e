#include "node/adapters/genesis_file/genesis_file.h"

#include <gtest/gtest.h>

#include <functional>

#include "node/adapters/files/temporary_folder.h"
#include "node/adapters/files/text_file.h"

namespace touchstone::node::adapters {
namespace {

GenesisFile sample() {
    GenesisFile file{{"minimal", MINIMAL}, {}, {}};
    file.configuration.parameters.SLOT_DURATION_MS = 500;
    file.configuration.parameters.MAX_SUPPLY = ~std::uint64_t{0};
    file.genesis.genesis_time_ms = 1'700'000'000'123;
    file.genesis.validators.resize(3);
    file.genesis.validators[2].stake = Amount(32'000'000'000);
    file.genesis.accounts.resize(2);
    file.genesis.accounts[1].balance = Amount(5);
    file.genesis_root.bytes[31] = 7;
    return file;
}

class GenesisFileTest : public ::testing::Test {
  protected:
    /// The fault's text of the sample with one change of its text.
    std::string refused(const std::string& from, const std::string& to) {
        EXPECT_TRUE(write_genesis_file(path_, sample()).ok());
        std::string text = read_text_file(path_, 1 << 20, FaultKind::Genesis, "x").value();
        const std::size_t position = text.find(from);
        EXPECT_NE(position, std::string::npos) << from;
        text.replace(position, from.size(), to);
        EXPECT_TRUE(replace_text_file(path_, text, FaultKind::Genesis, "x").ok());
        const auto file = read_genesis_file(path_);
        EXPECT_FALSE(file.ok()) << to;
        if (file.ok()) return {};
        EXPECT_EQ(file.fault().kind, FaultKind::Genesis);
        EXPECT_NE(file.fault().text.find(path_.string()), std::string::npos) << file.fault().text;
        return file.fault().text;
    }
    void expect_refused(const std::string& from, const std::string& to, const std::string& because) {
        const std::string text = refused(from, to);
        EXPECT_NE(text.find(because), std::string::npos) << text;
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_ / "genesis.json";
};

TEST_F(GenesisFileTest, ComesBackAsItWasWritten) {
    ASSERT_TRUE(write_genesis_file(path_, sample()).ok());
    const auto file = read_genesis_file(path_);
    ASSERT_TRUE(file.ok()) << file.fault().text;
    EXPECT_EQ(file.value(), sample());
}

TEST_F(GenesisFileTest, DamageIsNamed) {
    expect_refused("{", "", "no JSON");
    expect_refused("\"v3\"", "\"v2\"", "version \"v2\" of the specification, this program for \"v3\"");
    expect_refused("\"minimal\"", std::string(100'000, '[') + std::string(100'000, ']'), "nested deeper");
    expect_refused("\"minimal\"", "\"maximal\"", "known presets are minimal and mainnet");
    expect_refused("\"SLOT_DURATION_MS\"", "\"SLOT_DURATION\"", "SLOT_DURATION_MS is missing");
    expect_refused("\"500\"", "500", "SLOT_DURATION_MS is 500, not a uint64 as a decimal string");
    expect_refused("\"500\"", "\"0500\"", "not a uint64");
    expect_refused("18446744073709551615", "18446744073709551616", "MAX_SUPPLY");
    expect_refused("\"SLOT_DURATION_MS\"", "\"ADDED\": \"1\", \"SLOT_DURATION_MS\"", "ADDED does not exist");
    expect_refused("\"SLOT_DURATION_MS\"", "\"MAX_FORKS\": \"1\", \"SLOT_DURATION_MS\"",
                   "\"MAX_FORKS\" is there twice");
    expect_refused("\"genesis\": \"0x", "\"genesis\": \"", "\"genesis\"");
    expect_refused("\"genesis\": \"0x", "\"genesis\": \"0x00", "ENC-");
    expect_refused("\"genesis_root\": \"0x", "\"genesis_root\": \"0x00", "64 hexadecimal digits");
    expect_refused("\"genesis_root\"", "\"genesis_roots\"", "\"genesis_root\" is missing");
}

TEST_F(GenesisFileTest, AMissingFileIsNamed) {
    const auto file = read_genesis_file(folder_ / "none.json");
    ASSERT_FALSE(file.ok());
    EXPECT_NE(file.fault().text.find("none.json"), std::string::npos);
}

TEST(ConfigurationJson, HasEveryParameterAsADecimalString) {
    const Configuration configuration{"mainnet", MAINNET};
    const std::string json = configuration_to_json(configuration);
    EXPECT_NE(json.find("\"SLOT_DURATION_MS\":\"12000\""), std::string::npos) << json;
    EXPECT_EQ(configuration_from_json(json).value(), configuration);
}

}  // namespace
}  // namespace touchstone::node::adapters
