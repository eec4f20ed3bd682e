#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "crypto/bls.h"
#include "crypto/development_keys.h"

namespace touchstone::crypto::bls {
namespace {

Digest message_of(std::uint8_t number) { return sha256(Bytes(std::array<std::uint8_t, 1>{number})); }

SignatureSet valid_set(std::uint64_t signer, std::uint8_t message) {
    const SecretKey key = development_validator_key(signer);
    return {public_key(key), message_of(message), sign(key, message_of(message))};
}

Signature infinity() {
    SignatureBytes bytes{};
    bytes[0] = 0xc0;
    return Signature::parse(bytes).value();
}

// Few messages and signers, so that shared messages and repeated sets occur.
std::vector<SignatureSet> random_valid_sets() {
    std::vector<SignatureSet> sets;
    const auto count = *rc::gen::inRange<std::size_t>(1, 20);
    sets.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        sets.push_back(valid_set(*rc::gen::inRange<std::uint64_t>(0, 8), *rc::gen::inRange<std::uint8_t>(0, 4)));
    }
    return sets;
}

std::size_t random_index(const std::vector<SignatureSet>& sets) {
    return *rc::gen::inRange<std::size_t>(0, sets.size());
}

TEST(BlsBatch, NoSetsAreAllValid) {
    EXPECT_TRUE(verify_all({}, BatchSeed{}));
    EXPECT_TRUE(verify_batch({}, BatchSeed{}).empty());
}

RC_GTEST_PROP(BlsBatch, ValidSetsAreValidUnderAnySeed, (const BatchSeed& seed)) {
    const std::vector<SignatureSet> sets = random_valid_sets();
    RC_ASSERT(verify_all(sets, seed));
    RC_ASSERT(verify_batch(sets, seed) == std::vector<bool>(sets.size(), true));
}

RC_GTEST_PROP(BlsBatch, OnlyTheBadSetsAreRejected, (const BatchSeed& seed)) {
    std::vector<SignatureSet> sets = random_valid_sets();
    std::vector<bool> expected(sets.size(), true);
    const auto damaged = *rc::gen::inRange<std::size_t>(1, sets.size() + 1);
    for (std::size_t i = 0; i < damaged; ++i) {
        const std::size_t bad = random_index(sets);
        sets[bad].signature = valid_set(9, 9).signature;
        expected[bad] = false;
    }
    RC_ASSERT(!verify_all(sets, seed));
    RC_ASSERT(verify_batch(sets, seed) == expected);
}

RC_GTEST_PROP(BlsBatch, AWrongMessageOrKeyOrInfinityIsFound, (const BatchSeed& seed)) {
    std::vector<SignatureSet> sets = random_valid_sets();
    const std::size_t bad = random_index(sets);
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            sets[bad].message = message_of(200);
            break;
        case 1:
            sets[bad].public_key = public_key(development_validator_key(100));
            break;
        case 2:
            sets[bad].signature = infinity();
            break;
        default:
            RC_FAIL("inRange(0, 3) gave another number");
    }
    std::vector<bool> expected(sets.size(), true);
    expected[bad] = false;
    RC_ASSERT(!verify_all(sets, seed));
    RC_ASSERT(verify_batch(sets, seed) == expected);
}

TEST(BlsBatch, BadSignaturesThatCancelInAPlainSumAreFound) {
    // Two signers of one message whose signatures are exchanged: their sum is that of two good ones.
    std::vector<SignatureSet> sets{valid_set(0, 0), valid_set(1, 0), valid_set(2, 1)};
    std::swap(sets[0].signature, sets[1].signature);
    EXPECT_FALSE(verify_all(sets, BatchSeed{}));
    EXPECT_EQ(verify_batch(sets, BatchSeed{}), (std::vector<bool>{false, false, true}));
}

TEST(BlsBatch, KeysThatCancelUnderOneMessageDoNotHideABadSignature) {
    const SecretKey key = development_validator_key(0);
    const std::vector<SignatureSet> same{valid_set(0, 0), valid_set(0, 0)};
    EXPECT_TRUE(verify_all(same, BatchSeed{}));
    const std::vector<SignatureSet> sets{{public_key(key), message_of(0), infinity()}, valid_set(1, 0)};
    EXPECT_EQ(verify_batch(sets, BatchSeed{}), (std::vector<bool>{false, true}));
}

TEST(BlsBatch, LargeBatchesOfOneAndOfManyMessages) {
    std::vector<SignatureSet> sets;
    sets.reserve(150);
    for (std::uint64_t i = 0; i < 150; ++i)
        sets.push_back(valid_set(i, static_cast<std::uint8_t>(i < 70 ? 0 : i)));
    EXPECT_TRUE(verify_all(sets, BatchSeed{}));
    sets[149].signature = sets[0].signature;
    std::vector<bool> expected(150, true);
    expected[149] = false;
    EXPECT_EQ(verify_batch(sets, BatchSeed{}), expected);
}

TEST(BlsBatch, ProofsOfPossessionHaveATagOfTheirOwn) {
    std::vector<SignatureSet> sets{valid_set(1, 1), valid_set(2, 2), valid_set(3, 3)};
    EXPECT_EQ(pop_verify_batch(sets, BatchSeed{}), (std::vector<bool>{false, false, false}));
    for (std::uint64_t i = 0; i < sets.size(); ++i)
        sets[i].signature = pop_prove(development_validator_key(i + 1), sets[i].message);
    EXPECT_EQ(pop_verify_batch(sets, BatchSeed{}), (std::vector<bool>{true, true, true}));
    EXPECT_EQ(verify_batch(sets, BatchSeed{}), (std::vector<bool>{false, false, false}));
    std::swap(sets[0].signature, sets[2].signature);
    EXPECT_EQ(pop_verify_batch(sets, BatchSeed{}), (std::vector<bool>{false, true, false}));
}

}  // namespace
}  // namespace touchstone::crypto::bls
