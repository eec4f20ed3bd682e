// Test suites made by others, read from the folder that TOUCHSTONE_THIRD_PARTY names.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "crypto/bls.h"
#include "crypto/ed25519.h"
#include "crypto/hexadecimal_test.h"

namespace touchstone::crypto {
namespace {

using nlohmann::json;

class ThirdParty : public testing::Test {
  protected:
    void SetUp() override {
        const char* folder = std::getenv("TOUCHSTONE_THIRD_PARTY");
        if (folder == nullptr || *folder == '\0') GTEST_SKIP() << "skipped: no third-party data";
        folder_ = folder;
    }

    [[nodiscard]] json load(const std::filesystem::path& file) const {
        std::ifstream stream(folder_ / file);
        EXPECT_TRUE(stream) << "cannot read " << folder_ / file;
        return json::parse(stream);
    }

    // Runs `check(input, output)` on every case of a folder of bls/.
    void for_each_bls_case(const std::string& name, const std::function<void(const json&, const json&)>& check) const {
        std::size_t cases = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "bls" / name)) {
            if (entry.path().extension() != ".json") continue;
            SCOPED_TRACE(entry.path().filename().string());
            const json test = load(std::filesystem::path("bls") / name / entry.path().filename());
            check(test.at("input"), test.at("output"));
            ++cases;
        }
        EXPECT_GT(cases, 0U) << "no cases in bls/" << name;
        RecordProperty(name, static_cast<int>(cases));
    }

    std::filesystem::path folder_;
};

std::vector<std::uint8_t> bytes_of(const json& value) { return from_hex(value.get<std::string>()); }

template <std::size_t N>
std::array<std::uint8_t, N> fixed(const std::vector<std::uint8_t>& bytes) {
    std::array<std::uint8_t, N> result{};
    EXPECT_EQ(bytes.size(), N);
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), result.begin());
    return result;
}

// Nothing if one of the encodings is bad.
template <typename T>
std::optional<std::vector<T>> parse_all(const json& values) {
    std::vector<T> result;
    for (const json& value : values) {
        const std::optional<T> parsed = T::parse(bytes_of(value));
        if (!parsed) return std::nullopt;
        result.push_back(*parsed);
    }
    return result;
}

// The expected text of a result that may be absent (null in the suites).
template <typename T>
json encoded(const std::optional<T>& value) {
    if (!value) return nullptr;
    return "0x" + to_hex(value->to_bytes());
}

class BlsSuite : public ThirdParty {};

TEST_F(BlsSuite, Sign) {
    for_each_bls_case("sign", [](const json& input, const json& output) {
        const auto key = bls::SecretKey::from_bytes(fixed<32>(bytes_of(input.at("privkey"))));
        std::optional<bls::Signature> signature;
        if (key) signature = bls::sign(*key, bytes_of(input.at("message")));
        EXPECT_EQ(encoded(signature), output);
    });
}

TEST_F(BlsSuite, Verify) {
    for_each_bls_case("verify", [](const json& input, const json& output) {
        const auto key = bls::PublicKey::parse(bytes_of(input.at("pubkey")));
        const auto signature = bls::Signature::parse(bytes_of(input.at("signature")));
        EXPECT_EQ(key && signature && bls::verify(*key, bytes_of(input.at("message")), *signature), output.get<bool>());
    });
}

TEST_F(BlsSuite, Aggregate) {
    for_each_bls_case("aggregate", [](const json& input, const json& output) {
        const auto signatures = parse_all<bls::Signature>(input);
        std::optional<bls::Signature> aggregate;
        if (signatures) aggregate = bls::aggregate_signatures(*signatures);
        EXPECT_EQ(encoded(aggregate), output);
    });
}

TEST_F(BlsSuite, AggregateVerify) {
    for_each_bls_case("aggregate_verify", [](const json& input, const json& output) {
        const auto keys = parse_all<bls::PublicKey>(input.at("pubkeys"));
        const auto signature = bls::Signature::parse(bytes_of(input.at("signature")));
        std::vector<std::vector<std::uint8_t>> messages;
        for (const json& message : input.at("messages"))
            messages.push_back(bytes_of(message));
        const std::vector<bls::Bytes> views(messages.begin(), messages.end());
        EXPECT_EQ(keys && signature && bls::aggregate_verify(*keys, views, *signature), output.get<bool>());
    });
}

TEST_F(BlsSuite, FastAggregateVerify) {
    for_each_bls_case("fast_aggregate_verify", [](const json& input, const json& output) {
        const auto keys = parse_all<bls::PublicKey>(input.at("pubkeys"));
        const auto signature = bls::Signature::parse(bytes_of(input.at("signature")));
        const auto message = bytes_of(input.at("message"));
        EXPECT_EQ(keys && signature && bls::fast_aggregate_verify(*keys, message, *signature), output.get<bool>());
    });
}

TEST_F(BlsSuite, BatchVerify) {
    for_each_bls_case("batch_verify", [](const json& input, const json& output) {
        const auto keys = parse_all<bls::PublicKey>(input.at("pubkeys"));
        const auto signatures = parse_all<bls::Signature>(input.at("signatures"));
        if (!keys || !signatures) {
            EXPECT_FALSE(output.get<bool>());
            return;
        }
        std::vector<bls::SignatureSet> sets;
        sets.reserve(keys->size());
        for (std::size_t i = 0; i < keys->size(); ++i) {
            sets.push_back({(*keys)[i], fixed<32>(bytes_of(input.at("messages").at(i))), (*signatures)[i]});
        }
        EXPECT_EQ(bls::verify_all(sets, bls::BatchSeed{}), output.get<bool>());
        const std::vector<bool> valid = bls::verify_batch(sets, bls::BatchSeed{});
        EXPECT_EQ(std::find(valid.begin(), valid.end(), false) == valid.end(), output.get<bool>());
    });
}

TEST_F(BlsSuite, DeserializationG1) {
    for_each_bls_case("deserialization_G1", [](const json& input, const json& output) {
        const auto bytes = bytes_of(input.at("pubkey"));
        EXPECT_EQ(bls::is_g1_encoding(bytes), output.get<bool>());
        // A key is more than a point: infinity is none.
        const bool is_infinity = !bytes.empty() && (bytes.front() & 0x40) != 0;
        EXPECT_EQ(bls::PublicKey::parse(bytes).has_value(), output.get<bool>() && !is_infinity);
    });
}

TEST_F(BlsSuite, DeserializationG2) {
    for_each_bls_case("deserialization_G2", [](const json& input, const json& output) {
        EXPECT_EQ(bls::Signature::parse(bytes_of(input.at("signature"))).has_value(), output.get<bool>());
    });
}

// "0x<real>,0x<imaginary>" of the suite, in the order of the uncompressed encoding.
std::string imaginary_first(const std::string& coordinate) {
    const std::size_t comma = coordinate.find(',');
    return coordinate.substr(comma + 3) + coordinate.substr(2, comma - 2);
}

TEST_F(BlsSuite, HashToG2) {
    for_each_bls_case("hash_to_G2", [](const json& input, const json& output) {
        const auto message = input.at("msg").get<std::string>();
        const auto point =
            bls::hash_to_g2(octets(message), octets("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_"));
        EXPECT_EQ(to_hex(point), imaginary_first(output.at("x").get<std::string>()) +
                                     imaginary_first(output.at("y").get<std::string>()));
    });
}

bls::SecretKeyBytes big_endian_of_decimal(const std::string& digits) {
    bls::SecretKeyBytes number{};
    for (const char digit : digits) {
        unsigned carry = static_cast<unsigned>(digit - '0');
        for (auto byte = number.rbegin(); byte != number.rend(); ++byte) {
            carry += 10U * *byte;
            *byte = static_cast<std::uint8_t>(carry);
            carry >>= 8;
        }
    }
    return number;
}

TEST_F(BlsSuite, KeyGenerationIsTheMasterKeyOfEip2333) {
    const json suite = load("eip2333/eip2333.json");
    ASSERT_FALSE(suite.at("cases").empty());
    for (const json& test : suite.at("cases")) {
        const auto key = bls::SecretKey::generate(bytes_of(test.at("seed")));
        ASSERT_TRUE(key);
        EXPECT_EQ(key->export_secret(), big_endian_of_decimal(test.at("master_SK").get<std::string>()));
    }
}

class Ed25519Suite : public ThirdParty {};

void expect_signed(const std::vector<std::uint8_t>& secret, const std::vector<std::uint8_t>& key_bytes,
                   const std::vector<std::uint8_t>& message, const std::vector<std::uint8_t>& signature_bytes) {
    const Ed25519Seed seed(fixed<32>(secret));
    const auto key = fixed<32>(key_bytes);
    const auto signature = fixed<64>(signature_bytes);
    EXPECT_EQ(ed25519_public_key(seed), key);
    EXPECT_EQ(ed25519_sign(seed, message), signature);
    EXPECT_TRUE(ed25519_verify_botan(key, message, signature));
    EXPECT_TRUE(ed25519_verify_dalek(key, message, signature));
    EXPECT_TRUE(ed25519_verify_dalek_strict(key, message, signature));
}

TEST_F(Ed25519Suite, Rfc8032) {
    const json suite = load("rfc8032/rfc8032.json");
    ASSERT_FALSE(suite.empty());
    for (const json& test : suite) {
        SCOPED_TRACE(test.at("name").get<std::string>());
        expect_signed(bytes_of(test.at("sk")), bytes_of(test.at("pk")), bytes_of(test.at("msg")),
                      bytes_of(test.at("sig")));
    }
}

// Lines of "secret ‖ key : key : message : signature ‖ message :".
TEST_F(Ed25519Suite, SignInput) {
    std::ifstream stream(folder_ / "rfc8032/sign.input");
    ASSERT_TRUE(stream);
    std::size_t cases = 0;
    for (std::string line; std::getline(stream, line); ++cases) {
        SCOPED_TRACE("line " + std::to_string(cases + 1));
        std::istringstream fields(line);
        std::string secret;
        std::string key;
        std::string message;
        std::string signature;
        std::getline(fields, secret, ':');
        std::getline(fields, key, ':');
        std::getline(fields, message, ':');
        std::getline(fields, signature, ':');
        expect_signed(from_hex(secret.substr(0, 64)), from_hex(key), from_hex(message),
                      from_hex(signature.substr(0, 128)));
    }
    EXPECT_GT(cases, 0U);
}

// Whether S is below the order of the base point, 2^252 + 27742317777372353535851937790883648493.
bool is_reduced(const Ed25519Signature& signature) {
    const auto order = fixed<32>(from_hex("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"));
    return std::lexicographical_compare(signature.rbegin(), signature.rend() - 32, order.begin(), order.end());
}

// The raw verifiers give the suite's verdicts, except that Botan takes an S that is not reduced: the rule of the chain
// stands above this library and is tested with the whole suite on each side.
TEST_F(Ed25519Suite, Wycheproof) {
    const json suite = load("wycheproof_ed25519/ed25519_test.json");
    std::size_t cases = 0;
    for (const json& group : suite.at("testGroups")) {
        const auto key = fixed<32>(bytes_of(group.at("publicKey").at("pk")));
        for (const json& test : group.at("tests")) {
            ++cases;
            const auto signature_bytes = bytes_of(test.at("sig"));
            if (signature_bytes.size() != 64) {
                EXPECT_EQ(test.at("result"), "invalid");
                continue;
            }
            SCOPED_TRACE("tcId " + std::to_string(test.at("tcId").get<int>()));
            const auto signature = fixed<64>(signature_bytes);
            const auto message = bytes_of(test.at("msg"));
            const bool expected = test.at("result") == "valid";
            EXPECT_EQ(ed25519_verify_dalek(key, message, signature), expected);
            EXPECT_EQ(ed25519_verify_dalek_strict(key, message, signature), expected);
            if (is_reduced(signature)) {
                EXPECT_EQ(ed25519_verify_botan(key, message, signature), expected);
            }
        }
    }
    EXPECT_EQ(cases, suite.at("numberOfTests").get<std::size_t>());
}

}  // namespace
}  // namespace touchstone::crypto
