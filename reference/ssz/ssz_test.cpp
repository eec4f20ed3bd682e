#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "reference/ssz/container.h"
#include "reference/ssz/proof.h"
#include "reference/ssz/snappy.h"

namespace touchstone::reference::ssz {
namespace {

Type variable_struct() {
    Type type{Kind::Container, 0, {uint_type(16), list_type(uint_type(16), 8), bitlist_type(9)}, {"a", "b", "c"}};
    return type;
}

/// Types of every kind, some levels deep.
Type arbitrary_type(int depth) {
    const int kind = *rc::gen::inRange(0, depth > 0 ? 8 : 4);
    const auto size = *rc::gen::inRange<std::uint64_t>(1, 20);
    switch (kind) {
        case 0:
            return uint_type(std::uint64_t{8} << *rc::gen::inRange(0, 6));
        case 1:
            return boolean_type();
        case 2:
            return bitvector_type(size * 17);
        case 3:
            return bitlist_type(size * 17);
        case 4:
            return vector_type(arbitrary_type(depth - 1), size);
        case 5:
            return list_type(arbitrary_type(depth - 1), size);
        case 6: {
            Type type{Kind::Container, 0, {}, {}};
            for (std::uint64_t i = 0; i <= size % 5; ++i) {
                type.parts.push_back(arbitrary_type(depth - 1));
                type.names.push_back("field_" + std::to_string(i));
            }
            return type;
        }
        default: {
            std::vector<Type> options;
            for (std::uint64_t i = 0; i <= size % 4; ++i)
                options.push_back(arbitrary_type(depth - 1));
            return union_type(std::move(options));
        }
    }
}

Bytes arbitrary_basics(const Type& type, std::uint64_t count) {
    Bytes bytes = *rc::gen::container<Bytes>(count * type.size, rc::gen::arbitrary<std::uint8_t>());
    if (type.kind == Kind::Boolean) {
        for (std::uint8_t& byte : bytes)
            byte &= 1;
    }
    return bytes;
}

Value arbitrary_value(const Type& type) {
    Value value;
    switch (type.kind) {
        case Kind::Uint:
        case Kind::Boolean:
            value.bytes = arbitrary_basics(type, 1);
            break;
        case Kind::Bitvector:
            value.bits = *rc::gen::container<Bits>(type.size, rc::gen::arbitrary<bool>());
            break;
        case Kind::Bitlist:
            value.bits = *rc::gen::container<Bits>(*rc::gen::inRange<std::uint64_t>(0, type.size + 1),
                                                   rc::gen::arbitrary<bool>());
            break;
        case Kind::Vector:
        case Kind::List: {
            const std::uint64_t length =
                type.kind == Kind::Vector ? type.size : *rc::gen::inRange<std::uint64_t>(0, type.size + 1);
            if (is_packed_series(type)) {
                value.bytes = arbitrary_basics(type.parts[0], length);
            } else {
                for (std::uint64_t i = 0; i < length; ++i)
                    value.parts.push_back(arbitrary_value(type.parts[0]));
            }
            break;
        }
        case Kind::Container:
            for (const Type& part : type.parts)
                value.parts.push_back(arbitrary_value(part));
            break;
        case Kind::Union:
            value.selector = *rc::gen::inRange<std::uint8_t>(0, static_cast<std::uint8_t>(type.parts.size()));
            value.parts.push_back(arbitrary_value(type.parts[value.selector]));
            break;
    }
    return value;
}

RC_GTEST_PROP(Ssz, EveryValueComesBackFromItsEncoding, ()) {
    const Type type = arbitrary_type(3);
    RC_ASSERT(is_well_formed(type));
    const Value value = arbitrary_value(type);
    const Bytes bytes = serialize(type, value);
    const auto decoded = deserialize(type, bytes);
    RC_ASSERT(static_cast<bool>(decoded));
    RC_ASSERT(decoded.value() == value);
    if (!is_variable_size(type)) RC_ASSERT(bytes.size() == fixed_size(type));
}

RC_GTEST_PROP(Ssz, WhatDecodesIsTheOnlyEncodingOfItsValue, ()) {
    const Type type = arbitrary_type(2);
    Bytes bytes = serialize(type, arbitrary_value(type));
    if (!bytes.empty()) bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<std::uint8_t>();
    const auto decoded = deserialize(type, bytes);
    if (decoded) RC_ASSERT(serialize(type, decoded.value()) == bytes);
}

RC_GTEST_PROP(Proofs, EveryNodeThatExistsIsProvedAndNoOther, ()) {
    const Type type = arbitrary_type(2);
    const Value value = arbitrary_value(type);
    const Root root = hash_tree_root(type, value);
    const auto index = *rc::gen::inRange<GeneralizedIndex>(1, 64);
    const auto leaf = node_at(type, value, index);
    const auto proof = single_proof(type, value, index);
    if (!leaf || !proof) return;
    RC_ASSERT(static_cast<bool>(verify_single_proof(*leaf, index, *proof, root)));
    Chunk wrong = *leaf;
    wrong[*rc::gen::inRange(0, 32)] ^= 1;
    RC_ASSERT(!verify_single_proof(wrong, index, *proof, root));
    auto longer = *proof;
    longer.push_back({});
    RC_ASSERT(!verify_single_proof(*leaf, index, longer, root));
}

RC_GTEST_PROP(Proofs, AMultiProofProvesAllItsNodesTogether, ()) {
    const Type type = vector_type(vector_type(uint_type(64), 8), 4);  // 2 + 1 levels
    const Value value = arbitrary_value(type);
    const Root root = hash_tree_root(type, value);
    std::vector<GeneralizedIndex> indices;
    for (GeneralizedIndex index = 4; index < 16; ++index) {
        if (*rc::gen::arbitrary<bool>()) indices.push_back(index);
    }
    const auto proof = multi_proof(type, value, indices);
    if (!proof) return;  // none chosen, or one an ancestor of another
    std::vector<Chunk> leaves;
    for (GeneralizedIndex index : indices)
        leaves.push_back(*node_at(type, value, index));
    RC_ASSERT(static_cast<bool>(verify_multi_proof(leaves, indices, *proof, root)));
    auto longer = *proof;
    longer.push_back({});
    RC_ASSERT(!verify_multi_proof(leaves, indices, longer, root));
    leaves[0][0] ^= 1;
    RC_ASSERT(!verify_multi_proof(leaves, indices, *proof, root));
}

TEST(GeneralizedIndices, FollowThePathFromTheRoot) {
    const Type type = variable_struct();  // four leaves: a 4, b 5, c 6
    const auto index = [&](std::vector<PathStep> path) { return generalized_index(type, path); };
    EXPECT_EQ(index({}), 1U);
    EXPECT_EQ(index({std::string("a")}), 4U);
    EXPECT_EQ(index({std::string("b"), std::uint64_t{3}}), 10U);  // one chunk of 8 uint16
    EXPECT_EQ(index({std::string("b"), MixedIn{}}), 11U);
    EXPECT_EQ(index({std::string("b"), std::uint64_t{8}}), std::nullopt);
    EXPECT_EQ(index({std::string("d")}), std::nullopt);
    EXPECT_EQ(index({std::string("a"), std::uint64_t{0}}), std::nullopt);
}

Clause rejection(const Type& type, const Bytes& bytes) {
    const auto decoded = deserialize(type, bytes);
    EXPECT_FALSE(decoded);
    return decoded ? Clause::ENC_01 : decoded.failure().clause;
}

TEST(Deserialize, EachRuleIsNamedByItsBreach) {
    EXPECT_EQ(rejection(uint_type(16), {1}), Clause::ENC_07);
    EXPECT_EQ(rejection(uint_type(16), {1, 2, 3}), Clause::ENC_07);
    EXPECT_EQ(rejection(boolean_type(), {2}), Clause::ENC_08);
    const Type lists = list_type(list_type(uint_type(8), 4), 2);
    EXPECT_EQ(rejection(lists, {5, 0, 0, 0, 0}), Clause::ENC_09);
    EXPECT_EQ(rejection(lists, {0, 0, 0, 0}), Clause::ENC_09);
    EXPECT_EQ(rejection(lists, {8, 0, 0, 0}), Clause::ENC_10);
    EXPECT_EQ(rejection(lists, {8, 0, 0, 0, 7, 0, 0, 0}), Clause::ENC_10);
    EXPECT_EQ(rejection(lists, {8, 0, 0, 0, 9, 0, 0, 0}), Clause::ENC_10);
    EXPECT_EQ(rejection(lists, {12, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0}), Clause::ENC_11);
    EXPECT_EQ(rejection(list_type(uint_type(16), 4), {1, 2, 3}), Clause::ENC_11);
    EXPECT_EQ(rejection(bitvector_type(3), {8}), Clause::ENC_12);
    EXPECT_EQ(rejection(bitlist_type(8), {}), Clause::ENC_13);
    EXPECT_EQ(rejection(bitlist_type(8), {1, 0}), Clause::ENC_13);
    EXPECT_EQ(rejection(bitlist_type(8), {0, 2}), Clause::ENC_13);
    EXPECT_EQ(rejection(union_type({uint_type(8)}), {1, 0}), Clause::ENC_14);
    EXPECT_EQ(rejection(variable_struct(), {0, 0, 11, 0, 0, 0, 11, 0, 0, 0, 1}), Clause::ENC_09);
}

TEST(Snappy, RefusesALengthOverTheLimitBeforeDecompressing) {
    const Bytes data(1000, 7);
    const Bytes payload = compress(data);
    ASSERT_TRUE(decompress(payload, 1000));
    EXPECT_EQ(decompress(payload, 1000).value(), data);
    EXPECT_EQ(decompress(payload, 999).failure().clause, Clause::ENC_24);
    const Bytes bomb{0xff, 0xff, 0xff, 0xff, 0x0f, 0x00};
    EXPECT_EQ(decompress(bomb, 1 << 20).failure().clause, Clause::ENC_24);
    EXPECT_EQ(decompress({}, 1000).failure().clause, Clause::ENC_24);
}

}  // namespace
}  // namespace touchstone::reference::ssz
