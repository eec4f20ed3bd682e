#include "crypto/bls.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <concepts>
#include <ostream>

#include "crypto/hexadecimal_test.h"

namespace touchstone::crypto::bls {
namespace {

// The order r of the groups, big-endian.
constexpr const char* kGroupOrder = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
constexpr const char* kGenerator =
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";

SecretKeyBytes scalar_bytes(std::string_view hex) {
    SecretKeyBytes bytes{};
    const auto digits = from_hex(hex);
    EXPECT_EQ(digits.size(), bytes.size());
    std::copy(digits.begin(), digits.end(), bytes.begin());
    return bytes;
}

SecretKey key_of_number(std::uint64_t number) {
    SecretKeyBytes bytes{};
    for (std::size_t i = 0; i < 8; ++i)
        bytes[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return SecretKey::from_bytes(bytes).value();
}

// r - number
SecretKey key_of_negative(std::uint8_t number) {
    SecretKeyBytes bytes = scalar_bytes(kGroupOrder);
    bytes[31] = static_cast<std::uint8_t>(bytes[31] - number);
    if (number > 1) {
        // The order ends in 00000001: borrow from the byte ff above the zeros.
        bytes[28] = bytes[29] = bytes[30] = 0xff;
        bytes[27] = 0xfe;
    }
    return SecretKey::from_bytes(bytes).value();
}

std::vector<SecretKey> random_keys(std::size_t at_least, std::size_t at_most) {
    const auto numbers = *rc::gen::container<std::vector<std::uint64_t>>(*rc::gen::inRange(at_least, at_most + 1),
                                                                         rc::gen::nonZero<std::uint64_t>());
    std::vector<SecretKey> keys;
    keys.reserve(numbers.size());
    for (const std::uint64_t number : numbers)
        keys.push_back(key_of_number(number));
    return keys;
}

std::vector<PublicKey> public_keys(std::span<const SecretKey> keys) {
    std::vector<PublicKey> result;
    for (const SecretKey& key : keys)
        result.push_back(public_key(key));
    return result;
}

std::vector<Signature> signatures(std::span<const SecretKey> keys, Bytes message) {
    std::vector<Signature> result;
    for (const SecretKey& key : keys)
        result.push_back(sign(key, message));
    return result;
}

template <typename T>
concept Printable = requires(std::ostream& stream, const T& value) { stream << value; };
template <typename T>
concept Comparable = std::equality_comparable<T>;
static_assert(!Printable<SecretKey> && !Comparable<SecretKey>);

TEST(BlsSecretKey, IsANumberFromOneToTheGroupOrder) {
    EXPECT_FALSE(SecretKey::from_bytes(SecretKeyBytes{}));
    EXPECT_FALSE(SecretKey::from_bytes(scalar_bytes(kGroupOrder)));
    SecretKeyBytes above = scalar_bytes(kGroupOrder);
    above[31] = 2;
    EXPECT_FALSE(SecretKey::from_bytes(above));
    above.fill(0xff);
    EXPECT_FALSE(SecretKey::from_bytes(above));
    EXPECT_EQ(to_hex(public_key(key_of_number(1)).to_bytes()), kGenerator);
    EXPECT_EQ(to_hex(key_of_negative(1).export_secret()), std::string(kGroupOrder).replace(63, 1, "0"));
}

TEST(BlsSecretKey, IsGeneratedFromAtLeast32Bytes) {
    const std::vector<std::uint8_t> material(32, 7);
    EXPECT_FALSE(SecretKey::generate(Bytes(material).first(31)));
    EXPECT_FALSE(SecretKey::generate({}));
    ASSERT_TRUE(SecretKey::generate(material));
    EXPECT_EQ(SecretKey::generate(material)->export_secret(), SecretKey::generate(material)->export_secret());
}

TEST(BlsSecretKey, AnOffsetThatLeadsToZeroGivesNoKey) {
    EXPECT_FALSE(SecretKey::from_scalar_add(key_of_negative(5), 5));
    EXPECT_EQ(SecretKey::from_scalar_add(key_of_negative(5), 6)->export_secret(), key_of_number(1).export_secret());
    EXPECT_EQ(SecretKey::from_scalar_add(key_of_number(9), 0)->export_secret(), key_of_number(9).export_secret());
}

TEST(BlsSecretKey, ASumMayPassThroughZeroButNotEndThere) {
    EXPECT_FALSE(SecretKey::sum({}));
    const std::vector<SecretKey> cancelling{key_of_number(5), key_of_negative(5)};
    EXPECT_FALSE(SecretKey::sum(cancelling));
    const std::vector<SecretKey> through_zero{key_of_number(5), key_of_negative(5), key_of_number(3)};
    EXPECT_EQ(SecretKey::sum(through_zero)->export_secret(), key_of_number(3).export_secret());
}

TEST(BlsPublicKey, InfinityAndBytesThatAreNoPointAreRefused) {
    PublicKeyBytes infinity{};
    infinity[0] = 0xc0;
    EXPECT_FALSE(PublicKey::parse(infinity));
    EXPECT_TRUE(is_g1_encoding(infinity));
    EXPECT_FALSE(PublicKey::parse(PublicKeyBytes{}));
    EXPECT_FALSE(PublicKey::parse({}));
    const auto generator = from_hex(kGenerator);
    EXPECT_FALSE(PublicKey::parse(Bytes(generator).first(47)));
    EXPECT_TRUE(PublicKey::parse(generator));
}

TEST(BlsPublicKey, PointsOutsideTheSubgroupAreRefused) {
    // x = 0 is on y² = x³ + 4 (y = 2), in the small subgroup of order 3.
    PublicKeyBytes small_order{};
    small_order[0] = 0x80;
    EXPECT_FALSE(PublicKey::parse(small_order));
    EXPECT_FALSE(is_g1_encoding(small_order));
}

RC_GTEST_PROP(BlsPublicKey, EncodingAndParsingAreInverse, ()) {
    const PublicKey key = public_key(random_keys(1, 1).front());
    const std::optional<PublicKey> parsed = PublicKey::parse(key.to_bytes());
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == key);
}

RC_GTEST_PROP(BlsSignature, EncodingAndParsingAreInverse, (const std::vector<std::uint8_t>& message)) {
    const Signature signature = sign(random_keys(1, 1).front(), message);
    const std::optional<Signature> parsed = Signature::parse(signature.to_bytes());
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == signature);
}

TEST(BlsSignature, InfinityParsesAndVerifiesUnderNoKey) {
    SignatureBytes bytes{};
    bytes[0] = 0xc0;
    const std::optional<Signature> infinity = Signature::parse(bytes);
    ASSERT_TRUE(infinity);
    EXPECT_TRUE(infinity->is_infinity());
    EXPECT_EQ(infinity->to_bytes(), bytes);
    const std::vector<PublicKey> keys{public_key(key_of_number(7)), public_key(key_of_number(8))};
    EXPECT_FALSE(verify(keys[0], octets("message"), *infinity));
    EXPECT_FALSE(fast_aggregate_verify(keys, octets("message"), *infinity));
    EXPECT_FALSE(fast_aggregate_verify(std::span<const PublicKey>(), octets("message"), *infinity));
    EXPECT_FALSE(aggregate_verify({}, {}, *infinity));
}

RC_GTEST_PROP(Bls, ASignatureVerifiesUnderItsKeyAndMessageOnly, (std::vector<std::uint8_t> message)) {
    const std::vector<SecretKey> keys = random_keys(2, 2);
    RC_PRE(keys[0].export_secret() != keys[1].export_secret());
    const Signature signature = sign(keys[0], message);
    RC_ASSERT(verify(public_key(keys[0]), message, signature));
    RC_ASSERT(!verify(public_key(keys[1]), message, signature));
    message.push_back(0);
    RC_ASSERT(!verify(public_key(keys[0]), message, signature));
}

TEST(Bls, AProofOfPossessionIsNoSignatureAndASignatureIsNoProof) {
    const SecretKey key = key_of_number(42);
    const PublicKeyBytes message = public_key(key).to_bytes();
    EXPECT_TRUE(pop_verify(public_key(key), message, pop_prove(key, message)));
    EXPECT_FALSE(verify(public_key(key), message, pop_prove(key, message)));
    EXPECT_FALSE(pop_verify(public_key(key), message, sign(key, message)));
    EXPECT_FALSE(pop_verify(public_key(key_of_number(43)), message, pop_prove(key, message)));
}

RC_GTEST_PROP(BlsAggregate, TheSumOfTheKeysSignsTheAggregate, (const std::vector<std::uint8_t>& message)) {
    const std::vector<SecretKey> keys = random_keys(1, 12);
    const std::vector<PublicKey> publics = public_keys(keys);
    const Signature aggregate = aggregate_signatures(signatures(keys, message)).value();
    const SecretKey sum = SecretKey::sum(keys).value();
    RC_ASSERT(aggregate == sign(sum, message));
    RC_ASSERT(aggregate_public_keys(publics).value() == public_key(sum));
    RC_ASSERT(fast_aggregate_verify(publics, message, aggregate));
    RC_ASSERT(aggregate_verify(publics, std::vector<Bytes>(keys.size(), message), aggregate));
}

RC_GTEST_PROP(BlsAggregate, KeysByPointerAreTheSameSumInAnyOrder, ()) {
    std::vector<PublicKey> keys = public_keys(random_keys(1, 40));
    keys.push_back(keys.front());  // the same key twice needs a doubling
    keys.push_back(keys.front());
    std::vector<const PublicKey*> pointers;
    for (auto key = keys.rbegin(); key != keys.rend(); ++key)
        pointers.push_back(&*key);
    RC_ASSERT(aggregate_public_keys(pointers).value() == aggregate_public_keys(keys).value());
}

RC_GTEST_PROP(BlsAggregate, WithoutOneOfItsSignersAnAggregateFails, ()) {
    const std::vector<SecretKey> keys = random_keys(2, 6);
    std::vector<PublicKey> publics = public_keys(keys);
    const Signature aggregate = aggregate_signatures(signatures(keys, octets("message"))).value();
    publics.erase(publics.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(publics.size())));
    RC_ASSERT(!fast_aggregate_verify(publics, octets("message"), aggregate));
}

RC_GTEST_PROP(BlsAggregate, MessagesOfTheirOwnVerifyInTheirOrderOnly, ()) {
    const std::vector<SecretKey> keys = random_keys(2, 20);
    std::vector<Digest> messages;
    std::vector<Signature> singles;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        messages.push_back(sha256(Bytes(std::array<std::uint8_t, 1>{static_cast<std::uint8_t>(i)})));
        singles.push_back(sign(keys[i], messages.back()));
    }
    const std::vector<PublicKey> publics = public_keys(keys);
    RC_PRE(!(publics.front() == publics.back()));
    std::vector<Bytes> views(messages.begin(), messages.end());
    const Signature aggregate = aggregate_signatures(singles).value();
    RC_ASSERT(aggregate_verify(publics, views, aggregate));
    std::swap(views.front(), views.back());
    RC_ASSERT(!aggregate_verify(publics, views, aggregate));
    views.pop_back();
    RC_ASSERT(!aggregate_verify(publics, views, aggregate));
}

TEST(BlsAggregate, NothingToAggregateGivesNothing) {
    EXPECT_FALSE(aggregate_signatures({}));
    EXPECT_FALSE(aggregate_public_keys(std::span<const PublicKey>()));
    EXPECT_FALSE(aggregate_public_keys(std::span<const PublicKey* const>()));
}

TEST(BlsAggregate, KeysThatCancelVerifyNothing) {
    const std::vector<SecretKey> keys{key_of_number(5), key_of_negative(5)};
    const std::vector<PublicKey> publics = public_keys(keys);
    const Signature aggregate = aggregate_signatures(signatures(keys, octets("message"))).value();
    EXPECT_TRUE(aggregate.is_infinity());
    EXPECT_FALSE(aggregate_public_keys(publics));
    EXPECT_FALSE(fast_aggregate_verify(publics, octets("message"), aggregate));
    EXPECT_FALSE(fast_aggregate_verify(publics, octets("another message"), aggregate));
}

TEST(BlsConsecutiveKeys, AreThoseOfConsecutiveSecrets) {
    const SecretKey base = key_of_number(123456789);
    const auto keys = consecutive_public_keys(public_key(base), 100);
    ASSERT_TRUE(keys);
    ASSERT_EQ(keys->size(), 100U);
    for (std::uint64_t i = 0; i < keys->size(); ++i) {
        EXPECT_EQ((*keys)[i], public_key(SecretKey::from_scalar_add(base, i).value()));
    }
    EXPECT_EQ(consecutive_public_keys(public_key(base), 0)->size(), 0U);
    EXPECT_EQ(consecutive_public_keys(public_key(base), 1)->front(), public_key(base));
}

TEST(BlsConsecutiveKeys, StartAtTheGeneratorAndStopBeforeInfinity) {
    const auto doubled = consecutive_public_keys(public_key(key_of_number(1)), 2);
    ASSERT_TRUE(doubled);
    EXPECT_EQ(doubled->back(), public_key(key_of_number(2)));
    EXPECT_TRUE(consecutive_public_keys(public_key(key_of_negative(3)), 3));
    EXPECT_FALSE(consecutive_public_keys(public_key(key_of_negative(3)), 4));
}

}  // namespace
}  // namespace touchstone::crypto::bls
