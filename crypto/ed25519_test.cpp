#include "crypto/ed25519.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "crypto/hexadecimal_test.h"

namespace touchstone::crypto {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> fixed(std::string_view hex) {
    std::array<std::uint8_t, N> result{};
    const auto bytes = from_hex(hex);
    EXPECT_EQ(bytes.size(), N);
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), result.begin());
    return result;
}

struct Rfc8032Example {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
};

// RFC 8032, 7.1, TEST 1 to 3.
constexpr std::array<Rfc8032Example, 3> kRfc8032{{
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "5"
     "5141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "0"
     "0d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "0"
     "27beceea1ec40a"},
}};

// L, the order of the base point, little-endian.
constexpr const char* kGroupOrder = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

Ed25519Signature with_group_order_added_to_s(Ed25519Signature signature) {
    const auto order = fixed<32>(kGroupOrder);
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += static_cast<unsigned>(signature[32 + i]) + order[i];
        signature[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    return signature;
}

TEST(Ed25519, SignsAndVerifiesTheExamplesOfRfc8032) {
    for (const Rfc8032Example& example : kRfc8032) {
        const Ed25519Seed seed(fixed<32>(example.seed));
        const auto key = fixed<32>(example.key);
        const auto message = from_hex(example.message);
        const auto signature = fixed<64>(example.signature);
        EXPECT_EQ(ed25519_public_key(seed), key);
        EXPECT_EQ(ed25519_sign(seed, message), signature);
        EXPECT_TRUE(ed25519_verify_botan(key, message, signature));
        EXPECT_TRUE(ed25519_verify_dalek(key, message, signature));
        EXPECT_TRUE(ed25519_verify_dalek_strict(key, message, signature));
    }
}

RC_GTEST_PROP(Ed25519, BothLibrariesAcceptWhatWasSignedAndRefuseAnyFlippedBit,
              (const std::array<std::uint8_t, 32>& secret, const std::vector<std::uint8_t>& message)) {
    const Ed25519Seed seed(secret);
    const auto key = ed25519_public_key(seed);
    auto signature = ed25519_sign(seed, message);
    RC_ASSERT(ed25519_verify_botan(key, message, signature));
    RC_ASSERT(ed25519_verify_dalek(key, message, signature));
    RC_ASSERT(ed25519_verify_dalek_strict(key, message, signature));
    const auto bit = *rc::gen::inRange<std::size_t>(0, 512);
    signature[bit / 8] = static_cast<std::uint8_t>(signature[bit / 8] ^ (1U << (bit % 8)));
    RC_ASSERT(!ed25519_verify_botan(key, message, signature));
    RC_ASSERT(!ed25519_verify_dalek(key, message, signature));
    RC_ASSERT(!ed25519_verify_dalek_strict(key, message, signature));
}

TEST(Ed25519, TheRawVerifiersDifferOnAnUnreducedSSoTheRuleMustCheckIt) {
    const auto key = fixed<32>(kRfc8032[1].key);
    const auto message = from_hex(kRfc8032[1].message);
    const auto malleated = with_group_order_added_to_s(fixed<64>(kRfc8032[1].signature));
    EXPECT_TRUE(ed25519_verify_botan(key, message, malleated));
    EXPECT_FALSE(ed25519_verify_dalek(key, message, malleated));
    EXPECT_FALSE(ed25519_verify_dalek_strict(key, message, malleated));
}

TEST(Ed25519, TheRawVerifiersDifferOnPointsOfSmallOrderSoTheRuleMustCheckThem) {
    // A and R the identity, S zero: the equation holds for every message.
    Ed25519PublicKey identity{};
    identity[0] = 1;
    Ed25519Signature signature{};
    signature[0] = 1;
    EXPECT_TRUE(ed25519_verify_botan(identity, octets("any message"), signature));
    EXPECT_TRUE(ed25519_verify_dalek(identity, octets("any message"), signature));
    EXPECT_FALSE(ed25519_verify_dalek_strict(identity, octets("any message"), signature));
}

TEST(Ed25519, AKeyThatIsNoPointVerifiesNothing) {
    Ed25519PublicKey no_point{};
    no_point[0] = 2;  // y = 2 has no x on the curve
    const auto message = from_hex(kRfc8032[0].message);
    const auto signature = fixed<64>(kRfc8032[0].signature);
    EXPECT_FALSE(ed25519_verify_botan(no_point, message, signature));
    EXPECT_FALSE(ed25519_verify_dalek(no_point, message, signature));
    EXPECT_FALSE(ed25519_verify_dalek_strict(no_point, message, signature));
}

}  // namespace
}  // namespace touchstone::crypto
