#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "crypto/development_keys.h"
#include "reference/signatures/address.h"
#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/signatures/ed25519.h"

namespace touchstone::reference {
namespace {

using crypto::Ed25519PublicKey;
using crypto::Ed25519Signature;

template <std::size_t N>
std::array<std::uint8_t, N> array_of(const Bytes& bytes) {
    return FixedBytes<N, struct TestTag>::from(bytes).bytes;
}

Bytes hex(const std::string& digits) { return from_hex("0x" + digits).value(); }

class ThirdPartyEd25519 : public testing::Test {
  protected:
    void SetUp() override {
        const char* data = std::getenv("TOUCHSTONE_THIRD_PARTY");
        if (data == nullptr || *data == '\0') GTEST_SKIP() << "skipped: no third-party data";
        folder_ = data;
    }
    nlohmann::json load(const char* file) const {
        std::ifstream stream(folder_ / file);
        EXPECT_TRUE(stream) << file;
        return nlohmann::json::parse(stream);
    }
    std::filesystem::path folder_;
};

TEST_F(ThirdPartyEd25519, WycheproofsVerdictsAreOurs) {
    std::size_t cases = 0;
    const nlohmann::json suite = load("wycheproof_ed25519/ed25519_test.json");
    for (const auto& group : suite.at("testGroups")) {
        const auto key = array_of<32>(hex(group.at("publicKey").at("pk")));
        for (const auto& test : group.at("tests")) {
            const Bytes signature = hex(test.at("sig"));
            const bool valid =
                signature.size() == 64 && ed25519_verify(key, hex(test.at("msg")), array_of<64>(signature));
            EXPECT_EQ(valid, test.at("result") == "valid") << test.at("tcId");
            ++cases;
        }
    }
    EXPECT_GT(cases, 100U);
}

TEST_F(ThirdPartyEd25519, TheSignaturesOfTheRfcVerify) {
    const nlohmann::json tests = load("rfc8032/rfc8032.json");
    for (const auto& test : tests) {
        EXPECT_TRUE(
            ed25519_verify(array_of<32>(hex(test.at("pk"))), hex(test.at("msg")), array_of<64>(hex(test.at("sig")))))
            << test.at("name");
    }
    std::ifstream lines(folder_ / "rfc8032/sign.input");
    std::size_t cases = 0;
    for (std::string line; std::getline(lines, line); ++cases) {  // sk||pk : pk : message : signature||message :
        std::vector<std::string> fields;
        std::istringstream stream(line);
        for (std::string field; std::getline(stream, field, ':');)
            fields.push_back(field);
        ASSERT_GE(fields.size(), 4U);
        EXPECT_TRUE(ed25519_verify(array_of<32>(hex(fields[1])), hex(fields[2]), array_of<64>(hex(fields[3]))))
            << cases;
    }
    EXPECT_GT(cases, 100U);
}

struct Signed {
    Ed25519PublicKey key;
    Bytes message{1, 2, 3};
    Ed25519Signature signature;
};

Signed sound() {
    const auto seed = crypto::development_account_seed(0);
    Signed result{crypto::ed25519_public_key(seed), {1, 2, 3}, {}};
    result.signature = crypto::ed25519_sign(seed, result.message);
    return result;
}

std::optional<Clause> rejection(const Signed& candidate) {
    const auto verdict = ed25519_verify(candidate.key, candidate.message, candidate.signature);
    if (verdict) return std::nullopt;
    return verdict.failure().clause;
}

TEST(Ed25519, ASoundSignatureIsAcceptedAndAChangedMessageIsNot) {
    Signed candidate = sound();
    EXPECT_EQ(rejection(candidate), std::nullopt);
    candidate.message.push_back(4);
    EXPECT_EQ(rejection(candidate), Clause::CRY_11);
}

TEST(Ed25519, AnSThatIsNotReducedIsRejected) {
    const Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    Signed candidate = sound();
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += candidate.signature[32 + i] + unsigned{order[i]};
        candidate.signature[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    EXPECT_EQ(rejection(candidate), Clause::CRY_08);
}

TEST(Ed25519, EncodingsThatAreNotCanonicalAreRejected) {
    const std::vector<std::string> encodings{
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = p + 1
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // y = 2^255 - 1
        "0100000000000000000000000000000000000000000000000000000000000080",  // x = 0 with its sign bit set
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",  // the same with y = -1
        "0200000000000000000000000000000000000000000000000000000000000000",  // no point has y = 2
    };
    for (const std::string& encoding : encodings) {
        const Bytes bytes = hex(encoding);
        Signed candidate = sound();
        candidate.key = array_of<32>(bytes);
        EXPECT_EQ(rejection(candidate), Clause::CRY_09) << encoding;
        candidate = sound();
        std::copy(bytes.begin(), bytes.end(), candidate.signature.begin());
        EXPECT_EQ(rejection(candidate), Clause::CRY_09) << encoding;
    }
}

TEST(Ed25519, TheEightPointsOfSmallOrderAreRejected) {
    const std::vector<std::string> encodings{
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    };
    for (const std::string& encoding : encodings) {
        const Bytes bytes = hex(encoding);
        Signed candidate = sound();
        candidate.key = array_of<32>(bytes);
        EXPECT_EQ(rejection(candidate), Clause::CRY_10) << encoding;
        candidate = sound();
        std::copy(bytes.begin(), bytes.end(), candidate.signature.begin());
        EXPECT_EQ(rejection(candidate), Clause::CRY_10) << encoding;
    }
}

TEST(Addresses, ComeBackFromTheirText) {
    const Address address = address_of(crypto::ed25519_public_key(crypto::development_account_seed(1)));
    const std::string text = address_to_text(address);
    EXPECT_EQ(text.size(), 62U);
    EXPECT_EQ(address_from_text(text).value(), address);
    std::string upper = text;
    for (char& c : upper)
        c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(address_from_text(upper).value(), address);
}

TEST(Addresses, OfAnotherFormAreRejected) {
    const std::string text = address_to_text(Address{});
    std::string mixed = text;
    mixed[0] = 'T';
    std::string changed = text;
    changed[10] = changed[10] == 'q' ? 'p' : 'q';
    for (const std::string& wrong : {mixed, changed, text + "q", text.substr(1), std::string(), std::string(91, 'q')}) {
        const auto address = address_from_text(wrong);
        ASSERT_FALSE(address) << wrong;
        EXPECT_EQ(address.failure().clause, Clause::CRY_13);
    }
}

TEST(Bls, AProofOfPossessionIsOfItsKeyAndItsOperator) {
    const auto key = crypto::development_validator_key(0);
    const BLSPubkey pubkey{crypto::bls::public_key(key).to_bytes()};
    const Address operator_address{hash({}).bytes};
    const Root root = proof_of_possession_root(pubkey, operator_address, MINIMAL);
    const BLSSignature proof{crypto::bls::pop_prove(key, root.bytes).to_bytes()};
    EXPECT_TRUE(static_cast<bool>(verify_proof_of_possession(pubkey, operator_address, proof, MINIMAL)));
    EXPECT_EQ(verify_proof_of_possession(pubkey, Address{}, proof, MINIMAL).failure().clause, Clause::CRY_18);
    EXPECT_EQ(verify_proof_of_possession(BLSPubkey{}, operator_address, proof, MINIMAL).failure().clause,
              Clause::CRY_03);
    EXPECT_EQ(verify_proof_of_possession(pubkey, operator_address, BLSSignature{}, MINIMAL).failure().clause,
              Clause::CRY_04);
    const BLSSignature ordinary{crypto::bls::sign(key, root.bytes).to_bytes()};
    EXPECT_EQ(verify_proof_of_possession(pubkey, operator_address, ordinary, MINIMAL).failure().clause, Clause::CRY_18);
    EXPECT_TRUE(bls_verify(pubkey, root, ordinary));
    EXPECT_FALSE(bls_verify(pubkey, root, proof));
    EXPECT_FALSE(bls_fast_aggregate_verify({}, root, ordinary));
    BLSPubkey infinity;
    infinity.bytes[0] = 0xc0;
    EXPECT_FALSE(is_valid_pubkey(infinity));
}

}  // namespace
}  // namespace touchstone::reference
