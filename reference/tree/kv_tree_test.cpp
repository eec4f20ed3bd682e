#include "reference/tree/kv_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <memory>

#include "reference/tree/test_trees.h"

namespace touchstone::reference {
namespace {

using test::text;

/// The tree as one that is filled leaf by leaf: what a root must not show is the order of that.
struct Node {
    std::optional<KvLeaf> leaf;
    std::unique_ptr<Node> children[2];

    bool is_empty() const { return !leaf && !children[0]; }
    void insert(const KvLeaf& added, unsigned depth = 0) {
        if (is_empty()) {
            leaf = added;
            return;
        }
        if (leaf && leaf->path == added.path) {
            leaf = added;
            return;
        }
        if (leaf) {
            children[0] = std::make_unique<Node>();
            children[1] = std::make_unique<Node>();
            children[path_bit(leaf->path, depth) ? 1 : 0]->leaf = *leaf;
            leaf.reset();
        }
        children[path_bit(added.path, depth) ? 1 : 0]->insert(added, depth + 1);
    }
    Hash root() const {
        if (leaf) return leaf_hash(*leaf);
        return is_empty() ? Hash{} : inner_hash(children[0]->root(), children[1]->root());
    }
};

TEST(KvTree, AnEntryHasAKeyOfOneToTheLimitOfBytes) {
    EXPECT_FALSE(is_kv_entry({}, {}));
    EXPECT_TRUE(is_kv_entry(Bytes(1), {}));
    EXPECT_TRUE(is_kv_entry(Bytes(MAX_KEY_BYTES), Bytes(MAX_VALUE_BYTES)));
    EXPECT_FALSE(is_kv_entry(Bytes(MAX_KEY_BYTES + 1), {}));
    EXPECT_FALSE(is_kv_entry(Bytes(1), Bytes(MAX_VALUE_BYTES + 1)));
}

TEST(KvTree, BitsOfAPathCountFromTheMostSignificant) {
    const Bytes32 path = test::with_bit_turned(test::with_bit_turned({}, 0), 9);
    EXPECT_EQ(path.bytes[0], 0x80);
    EXPECT_EQ(path.bytes[1], 0x40);
    EXPECT_TRUE(path_bit(path, 0));
    EXPECT_FALSE(path_bit(path, 1));
    EXPECT_FALSE(path_bit(path, 8));
    EXPECT_TRUE(path_bit(path, 9));
    EXPECT_FALSE(path_bit(path, 255));
}

TEST(KvTree, TheRootOfNoEntriesIsZero) { EXPECT_EQ(kv_root({}), Root{}); }

TEST(KvTree, TheRootOfOneEntryIsItsLeaf) {
    const Bytes tag{0};
    const Hash leaf = hash(concatenate({tag, hash(text("key")).bytes, hash(text("value")).bytes}));
    EXPECT_EQ(kv_root({{text("key"), text("value")}}).bytes, leaf.bytes);
}

TEST(KvTree, AnEmptyValueIsNotAbsence) {
    EXPECT_NE(kv_root({{text("key"), {}}}), kv_root({}));
    EXPECT_NE(kv_root({{text("a"), text("1")}, {text("b"), {}}}), kv_root({{text("a"), text("1")}}));
}

TEST(KvTree, TwoLeavesThatPartAtTheFirstBitAreTheChildrenOfTheRoot) {
    const KvLeaf left{test::filled(0x7f), test::filled(1)};
    const KvLeaf right{test::filled(0x80), test::filled(2)};
    const Bytes tag{1};
    const Hash expected = hash(concatenate({tag, leaf_hash(left).bytes, leaf_hash(right).bytes}));
    EXPECT_EQ(subtree_root(KvLeaves{left, right}, 0), expected);
}

TEST(KvTree, ACommonPrefixIsWrittenOutBitByBit) {
    for (const unsigned parting : {1U, 7U, 8U, 100U, 255U}) {
        const KvLeaf low{{}, test::filled(1)};
        const KvLeaf high{test::with_bit_turned({}, parting), test::filled(2)};
        Hash expected = inner_hash(leaf_hash(low), leaf_hash(high));
        for (unsigned depth = 0; depth < parting; ++depth)
            expected = inner_hash(expected, EMPTY_HASH);
        EXPECT_EQ(subtree_root(KvLeaves{low, high}, 0), expected) << parting;
    }
}

RC_GTEST_PROP(KvTree, TheRootDoesNotDependOnTheOrderOfInsertion, ()) {
    const KvLeaves leaves = test::random_tree();
    std::vector<std::pair<std::uint32_t, KvLeaf>> shuffled;
    for (const KvLeaf& leaf : leaves)
        shuffled.emplace_back(*rc::gen::arbitrary<std::uint32_t>(), leaf);
    std::ranges::sort(shuffled, {}, [](const auto& each) { return std::pair(each.first, each.second.path); });
    Node tree;
    for (const auto& [order, leaf] : shuffled)
        tree.insert(leaf);
    RC_ASSERT(tree.root() == subtree_root(leaves, 0));
}

RC_GTEST_PROP(KvTree, DifferentEntriesHaveDifferentRoots, ()) {
    const KvMap entries = test::random_entries();
    KvMap other = entries;
    const auto key = *rc::gen::nonEmpty<Bytes>(rc::gen::arbitrary<Bytes>());
    if (*rc::gen::arbitrary<bool>() || entries.empty()) {
        other[key] = *rc::gen::arbitrary<Bytes>();
    } else {
        auto changed = std::next(other.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(other)));
        if (*rc::gen::arbitrary<bool>()) {
            changed->second.push_back(0);
        } else {
            other.erase(changed);
        }
    }
    RC_ASSERT((kv_root(entries) == kv_root(other)) == (entries == other));
}

}  // namespace
}  // namespace touchstone::reference
