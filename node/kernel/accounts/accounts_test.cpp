#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "node/kernel/accounts/address.h"
#include "node/kernel/accounts/ed25519_strict.h"

namespace touchstone::node {
namespace {

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> array_of(const std::string& hex) {
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() != N) return std::nullopt;
    std::array<std::uint8_t, N> result{};
    std::copy(bytes->begin(), bytes->end(), result.begin());
    return result;
}

bool verifies(const std::string& key, const std::string& message, const std::string& signature) {
    const auto public_key = array_of<32>(key);
    const auto signed_by = array_of<64>(signature);
    return public_key && signed_by && verify_ed25519(*public_key, *from_hex(message), *signed_by).ok();
}

bool has_third_party() {
    const char* folder = std::getenv("TOUCHSTONE_THIRD_PARTY");
    return folder != nullptr && *folder != '\0';
}

nlohmann::json read_json(const std::string& name) {
    std::ifstream file(std::filesystem::path(std::getenv("TOUCHSTONE_THIRD_PARTY")) / name);
    return nlohmann::json::parse(file);
}

TEST(Ed25519, EveryVerdictOfWycheproof) {
    if (!has_third_party()) GTEST_SKIP() << "skipped: no third-party data";
    std::size_t cases = 0;
    const nlohmann::json suite = read_json("wycheproof_ed25519/ed25519_test.json");
    for (const auto& group : suite.at("testGroups")) {
        for (const auto& test : group.at("tests")) {
            EXPECT_EQ(verifies(group.at("publicKey").at("pk"), test.at("msg"), test.at("sig")),
                      test.at("result") == "valid")
                << test.at("tcId") << " " << test.at("comment");
            ++cases;
        }
    }
    EXPECT_GT(cases, 140U);
}

TEST(Ed25519, EverySignatureOfTheRfc) {
    if (!has_third_party()) GTEST_SKIP() << "skipped: no third-party data";
    const nlohmann::json suite = read_json("rfc8032/rfc8032.json");
    for (const auto& test : suite) {
        EXPECT_TRUE(verifies(test.at("pk"), test.at("msg"), test.at("sig"))) << test.at("name");
    }
    std::ifstream lines(std::filesystem::path(std::getenv("TOUCHSTONE_THIRD_PARTY")) / "rfc8032/sign.input");
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        std::vector<std::string> fields{""};
        for (const char c : line) {
            if (c == ':') {
                fields.emplace_back();
            } else {
                fields.back().push_back(c);
            }
        }
        EXPECT_TRUE(verifies(fields[1], fields[2], fields[3].substr(0, 128))) << count;
    }
    EXPECT_EQ(count, 128U);
}

class StrictRule : public ::testing::Test {
  protected:
    crypto::Ed25519Seed seed{std::array<std::uint8_t, 32>{1}};
    crypto::Ed25519PublicKey key = crypto::ed25519_public_key(seed);
    ByteVector message{1, 2, 3};
    crypto::Ed25519Signature signature = crypto::ed25519_sign(seed, message);

    Clause verdict() const {
        const auto result = verify_ed25519(key, message, signature);
        return result.ok() ? Clause::ENC_01 : result.rejection().clause;
    }
};

TEST_F(StrictRule, AcceptsAnHonestSignature) { EXPECT_EQ(verdict(), Clause::ENC_01); }

TEST_F(StrictRule, AnotherMessageBreaksTheEquation) {
    message.push_back(4);
    EXPECT_EQ(verdict(), Clause::CRY_11);
}

TEST_F(StrictRule, SMustBeReduced) {
    // S + L
    const std::array<std::uint8_t, 32> order = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                                0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                                0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned carry = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        carry += unsigned{signature[32 + i]} + order[i];
        signature[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    EXPECT_EQ(verdict(), Clause::CRY_08);
}

TEST_F(StrictRule, PointsMustBeCanonicalAndExist) {
    // y = p + 3 and y = 2: the first is not canonical, the second is no point of the curve.
    key.fill(0xff);
    key[0] = 0xf0;
    key[31] = 0x7f;
    EXPECT_EQ(verdict(), Clause::CRY_09);
    key = {2};
    EXPECT_EQ(verdict(), Clause::CRY_09);
    key = {1};
    key[31] = 0x80;  // x = 0 with a sign
    EXPECT_EQ(verdict(), Clause::CRY_09);
}

TEST_F(StrictRule, PointsOfSmallOrderAreRejected) {
    for (const char* text : {"0100000000000000000000000000000000000000000000000000000000000000",
                             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                             "0000000000000000000000000000000000000000000000000000000000000000",
                             "0000000000000000000000000000000000000000000000000000000000000080",
                             "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                             "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"}) {
        key = *array_of<32>(text);
        EXPECT_EQ(verdict(), Clause::CRY_10) << text;
        key = crypto::ed25519_public_key(seed);
        const auto honest = signature;
        const auto point = *array_of<32>(text);
        std::copy(point.begin(), point.end(), signature.begin());
        EXPECT_EQ(verdict(), Clause::CRY_10) << text;
        signature = honest;
    }
}

TEST(AddressText, ReadsBackWhatItWrites) {
    for (std::uint8_t i = 0; i < 50; ++i) {
        Address address;
        address.bytes.fill(i);
        address.bytes[i % 32] = static_cast<std::uint8_t>(255 - i);
        const std::string text = address_to_text(address);
        EXPECT_TRUE(text.starts_with("tst1"));
        EXPECT_EQ(address_from_text(text).value(), address);
        std::string upper = text;
        for (char& c : upper)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        EXPECT_EQ(address_from_text(upper).value(), address);
        for (std::size_t at = 4; at < text.size(); at += 3) {
            std::string wrong = text;
            wrong[at] = wrong[at] == 'q' ? 'p' : 'q';
            EXPECT_EQ(address_from_text(wrong).rejection().clause, Clause::CRY_13);
        }
    }
}

TEST(AddressText, RefusesOtherForms) {
    const std::string text = address_to_text(Address{});
    EXPECT_FALSE(address_from_text("").ok());
    EXPECT_FALSE(address_from_text("T" + text.substr(1)).ok());
    EXPECT_FALSE(address_from_text(text + "q").ok());
    EXPECT_FALSE(address_from_text(text.substr(4)).ok());
    EXPECT_FALSE(address_from_text("bc1" + text.substr(4)).ok());
    EXPECT_FALSE(address_from_text(std::string(91, 'q')).ok());
    // A valid Bech32m of BIP-350, of another prefix and length.
    EXPECT_FALSE(address_from_text("a1lqfn3a").ok());
}

}  // namespace
}  // namespace touchstone::node
