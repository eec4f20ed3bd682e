#include "reference/tree/kv_proof.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reference/tree/test_trees.h"

namespace touchstone::reference {
namespace {

using test::filled;
using test::text;
using test::with_bit_turned;

Root root_of(const KvLeaves& tree) { return Root{subtree_root(tree, 0).bytes}; }

const KvInterval kAll{filled(0), filled(0xff)};

/// What somebody shows of a tree.
struct Claim {
    KvLeaves leaves;
    KvProof proof;
    bool operator==(const Claim&) const = default;
};

Claim honest_claim(const KvLeaves& tree, const KvQuery& query) {
    return {leaves_in_query(tree, query), get_kv_proof(tree, query).value()};
}

std::optional<Clause> verdict(const KvLeaves& tree, const KvQuery& query, const Claim& claim) {
    const auto result = verify_kv_proof(root_of(tree), query, claim.leaves, claim.proof);
    return result ? std::nullopt : std::optional(result.failure().clause);
}

/// Paths that are, or are close to, something of the tree.
Bytes32 random_boundary(const KvLeaves& tree) {
    if (tree.empty() || *rc::gen::inRange(0, 4) == 0) return test::random_bytes32();
    const Bytes32 path = (*rc::gen::elementOf(tree)).path;
    return *rc::gen::arbitrary<bool>() ? path : with_bit_turned(path, *rc::gen::inRange(0U, 256U));
}

KvQuery random_query(const KvLeaves& tree) {
    std::set<Bytes32> ends;
    const int count = *rc::gen::inRange(1, 9);
    for (int i = 0; i < count; ++i)
        ends.insert(random_boundary(tree));
    KvQuery query;
    for (auto end = ends.begin(); end != ends.end(); ++end) {
        const Bytes32 first = *end;
        if (std::next(end) != ends.end() && *rc::gen::arbitrary<bool>()) ++end;
        query.push_back({first, *end});
    }
    return query;
}

/// One edit of a series: an element replaced, inserted, removed or exchanged with another.
template <class T, class Make>
void edit(std::vector<T>& series, const Make& make) {
    const auto at = *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(series) + 1);
    const int kind = *rc::gen::inRange(0, 4);
    if (kind == 0 || at == std::ssize(series)) {
        series.insert(series.begin() + at, make());
    } else if (kind == 1) {
        series.erase(series.begin() + at);
    } else if (kind == 2) {
        series[static_cast<std::size_t>(at)] = make();
    } else {
        const auto other = *rc::gen::inRange<std::size_t>(0, series.size());
        std::swap(series[static_cast<std::size_t>(at)], series[other]);
    }
}

/// The hashes of the nodes of a tree: what a forger has at hand.
void collect_hashes(KvLeafView leaves, unsigned depth, std::vector<Bytes32>& hashes) {
    hashes.emplace_back(subtree_root(leaves, depth).bytes);
    if (leaves.size() < 2) return;
    const auto [zero, one] = halves_of(leaves, depth);
    collect_hashes(zero, depth + 1, hashes);
    collect_hashes(one, depth + 1, hashes);
}

KvLeaf random_leaf(const KvLeaves& tree) {
    KvLeaf leaf = tree.empty() ? KvLeaf{test::random_bytes32(), {}} : *rc::gen::elementOf(tree);
    if (*rc::gen::inRange(0, 3) == 0) leaf.value_hash = test::random_bytes32();
    if (*rc::gen::inRange(0, 3) == 0) leaf.path = random_boundary(tree);
    return leaf;
}

void forge(Claim& claim, const KvLeaves& tree) {
    std::vector<Bytes32> hashes{filled(0)};
    collect_hashes(tree, 0, hashes);
    const int edits = *rc::gen::inRange(1, 5);
    for (int i = 0; i < edits; ++i) {
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                edit(claim.proof.shape, [] { return *rc::gen::inRange<std::uint8_t>(0, 5); });
                break;
            case 1:
                edit(claim.proof.hashes, [&] { return *rc::gen::elementOf(hashes); });
                break;
            case 2:
                edit(claim.proof.leaves, [&] { return random_leaf(tree); });
                break;
            default:
                edit(claim.leaves, [&] { return random_leaf(tree); });
        }
    }
}

RC_GTEST_PROP(KvProof, TheProofOfEveryQueryVerifies, ()) {
    const KvLeaves tree = test::random_tree();
    const KvQuery query = random_query(tree);
    const Claim claim = honest_claim(tree, query);
    RC_ASSERT(verdict(tree, query, claim) == std::nullopt);
    const Bytes encoding = ssz::serialize(claim.proof, ssz::NO_LIMITS);
    RC_ASSERT(ssz::deserialize<KvProof>(encoding, ssz::NO_LIMITS).value() == claim.proof);
}

RC_GTEST_PROP(KvProof, NoChangeOfAProofOrOfClaimedLeavesIsAccepted, ()) {
    const KvLeaves tree = test::random_tree();
    const KvQuery query = random_query(tree);
    const Claim honest = honest_claim(tree, query);
    Claim forged = honest;
    forge(forged, tree);
    RC_ASSERT(verdict(tree, query, forged).has_value() == (forged != honest));
}

RC_GTEST_PROP(KvProof, AnEmptySubtreeIsNotWrittenAsOpaque, ()) {
    const KvLeaves tree = test::random_tree();
    const KvQuery query = random_query(tree);
    Claim claim = honest_claim(tree, query);
    Bytes& shape = claim.proof.shape;
    const auto empty = std::ranges::find(shape, KV_EMPTY);
    RC_PRE(empty != shape.end());
    claim.proof.hashes.insert(claim.proof.hashes.begin() + std::count(shape.begin(), empty, KV_OPAQUE), Bytes32{});
    *empty = KV_OPAQUE;
    const auto clause = verdict(tree, query, claim);
    RC_ASSERT(clause == Clause::KVT_14 || clause == Clause::KVT_12);
}

RC_GTEST_PROP(KvProof, NoChangeOfTheBytesOfAProofIsAccepted, ()) {
    const KvLeaves tree = test::random_tree();
    const KvQuery query = random_query(tree);
    const Claim honest = honest_claim(tree, query);
    const Bytes encoding = ssz::serialize(honest.proof, ssz::NO_LIMITS);
    Bytes changed = encoding;
    edit(changed, [] { return *rc::gen::arbitrary<std::uint8_t>(); });
    RC_PRE(changed != encoding);
    const auto decoded = ssz::deserialize<KvProof>(changed, ssz::NO_LIMITS);
    if (!decoded) return;
    RC_ASSERT(verdict(tree, query, {honest.leaves, decoded.value()}).has_value());
}

RC_GTEST_PROP(KvProof, AProofIsOfOneTreeOnly, ()) {
    const KvLeaves tree = test::random_tree();
    KvLeaves other = tree;
    edit(other, [&] { return random_leaf(tree); });
    std::ranges::sort(other, {}, &KvLeaf::path);
    RC_PRE(std::ranges::adjacent_find(other, {}, &KvLeaf::path) == other.end());
    const KvQuery query = random_query(tree);
    RC_ASSERT(verdict(tree, query, honest_claim(other, query)).has_value() == (other != tree));
}

RC_GTEST_PROP(KvProof, AProofIsOfOneQueryOnlyOrShowsTheSame, ()) {
    const KvLeaves tree = test::random_tree();
    const KvQuery query = random_query(tree);
    const KvQuery other = random_query(tree);
    const Claim claim = honest_claim(tree, query);
    const bool accepted = !verdict(tree, other, claim);
    RC_ASSERT(accepted == (claim == honest_claim(tree, other)));
}

RC_GTEST_PROP(KvProof, KeysAndValuesAreShownByTheProofOfTheirKeys, ()) {
    const KvMap entries = test::random_entries();
    std::map<Bytes, std::optional<Bytes>> values;
    for (const auto& [key, value] : entries) {
        if (*rc::gen::arbitrary<bool>()) values[key] = value;
    }
    const auto unknown = *rc::gen::nonEmpty<Bytes>(rc::gen::arbitrary<Bytes>());
    values.emplace(unknown, entries.contains(unknown) ? std::optional(entries.at(unknown)) : std::nullopt);
    std::set<Bytes> keys;
    for (const auto& [key, value] : values)
        keys.insert(key);
    const auto proof = get_kv_proof(entries, query_of(keys)).value();
    RC_ASSERT(static_cast<bool>(verify_kv_values(kv_root(entries), values, proof)));
    auto& lie = std::next(values.begin(), *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(values)))->second;
    if (lie && *rc::gen::arbitrary<bool>()) {
        lie.reset();
    } else {
        lie = lie ? concatenate({*lie, Bytes(1)}) : Bytes{};
    }
    RC_ASSERT(!verify_kv_values(kv_root(entries), values, proof));
}

TEST(KvProof, AnEmptyValueIsNotAbsence) {
    const KvMap entries{{text("a"), {}}, {text("b"), text("1")}};
    const auto proof = get_kv_proof(entries, query_of({text("a")})).value();
    EXPECT_TRUE(verify_kv_values(kv_root(entries), {{text("a"), Bytes{}}}, proof));
    EXPECT_FALSE(verify_kv_values(kv_root(entries), {{text("a"), std::nullopt}}, proof));
}

TEST(KvProof, TheQueryOfKeysIsInTheOrderOfPaths) {
    const KvQuery query = query_of({text("a"), text("b"), text("c"), text("d")});
    ASSERT_EQ(query.size(), 4U);
    EXPECT_TRUE(check_query(query));
    EXPECT_TRUE(is_in_query(query, path_of(text("c"))));
    EXPECT_FALSE(is_in_query(query, path_of(text("e"))));
}

TEST(KvProof, ThePositionsOfATreeSpanItsPaths) {
    EXPECT_EQ(root_position().first, filled(0));
    EXPECT_EQ(root_position().last, filled(0xff));
    const KvPosition left = child_of(root_position(), false);
    EXPECT_EQ(left.first, filled(0));
    EXPECT_EQ(left.last, with_bit_turned(filled(0xff), 0));
    const KvPosition right_of_left = child_of(left, true);
    EXPECT_EQ(right_of_left.depth, 2U);
    EXPECT_EQ(right_of_left.first, with_bit_turned(filled(0), 1));
    EXPECT_EQ(right_of_left.last, left.last);
    KvPosition deepest = root_position();
    for (int depth = 0; depth < 256; ++depth)
        deepest = child_of(deepest, depth % 2 == 0);
    EXPECT_EQ(deepest.first, filled(0xaa));
    EXPECT_EQ(deepest.last, filled(0xaa));
}

TEST(KvProof, APositionIsInsideOnlyOfOneInterval) {
    const Bytes32 middle = with_bit_turned(filled(0xff), 0);  // the last path that begins with 0
    const KvQuery touching{{filled(0), middle}, {with_bit_turned(filled(0), 0), filled(0xff)}};
    EXPECT_FALSE(is_inside(root_position(), touching));
    EXPECT_FALSE(is_outside(root_position(), touching));
    EXPECT_TRUE(is_inside(child_of(root_position(), false), touching));
    EXPECT_TRUE(is_inside(root_position(), {kAll}));
    EXPECT_TRUE(is_outside(child_of(root_position(), false), {touching[1]}));
}

TEST(KvProof, TheProofOfTheWholeTreeIsEmpty) {
    const KvLeaves tree{{filled(1), {}}, {filled(2), {}}};
    const Claim claim = honest_claim(tree, {kAll});
    EXPECT_EQ(claim.proof, KvProof{});
    EXPECT_EQ(claim.leaves, tree);
    EXPECT_EQ(verdict(tree, {kAll}, claim), std::nullopt);
    EXPECT_EQ(verdict(tree, {kAll}, {{tree[0]}, {}}), Clause::KVT_16);
}

TEST(KvProof, ProofsAreWrittenInPreorder) {
    const KvLeaf low{filled(0), filled(1)};
    const KvLeaf middle{with_bit_turned(filled(0), 1), filled(2)};
    const KvLeaf high{filled(0x80), filled(3)};
    const KvLeaves tree{low, middle, high};
    const Claim claim = honest_claim(tree, {{filled(1), filled(1)}});
    EXPECT_EQ(claim.proof.shape, (Bytes{KV_INNER, KV_INNER, KV_LEAF, KV_OPAQUE, KV_OPAQUE}));
    EXPECT_EQ(claim.proof.leaves, (KvLeaves{low}));
    EXPECT_EQ(claim.proof.hashes, (std::vector{Bytes32{leaf_hash(middle).bytes}, Bytes32{leaf_hash(high).bytes}}));
    EXPECT_TRUE(claim.leaves.empty());
}

TEST(KvProof, AQueryOfNothingIsRejectedOfProverAndVerifier) {
    const std::vector<KvQuery> bad{{},
                                   {{filled(2), filled(1)}},
                                   {{filled(1), filled(2)}, {filled(2), filled(3)}},
                                   {{filled(3), filled(3)}, {filled(1), filled(1)}}};
    for (const KvQuery& query : bad) {
        EXPECT_EQ(get_kv_proof(KvLeaves{}, query).failure().clause, Clause::KVT_06);
        EXPECT_EQ(verdict({}, query, {}), Clause::KVT_06);
    }
}

/// A tree of two leaves on the left and one on the right, asked about a path beside the first.
class KvRejection : public testing::Test {
  protected:
    const KvLeaves tree_{{filled(0), filled(1)}, {with_bit_turned(filled(0), 1), filled(2)}, {filled(0x80), filled(3)}};
    const KvQuery query_{{filled(1), filled(1)}};
    Claim claim_ = honest_claim(tree_, query_);

    std::optional<Clause> verdict_of_claim() const { return verdict(tree_, query_, claim_); }
};

TEST_F(KvRejection, LeavesOutOfOrderOrOutsideTheQuery) {
    claim_.leaves = {{filled(2), {}}};
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_10);
    claim_.leaves = {{filled(1), {}}, {filled(1), {}}};
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_10);
}

TEST_F(KvRejection, SomethingMissingOrLeft) {
    const Claim honest = claim_;
    claim_.proof.shape.pop_back();
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_11);
    claim_ = honest;
    claim_.proof.hashes.pop_back();
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_11);
    claim_ = honest;
    claim_.proof.leaves.clear();
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_11);
    claim_ = honest;
    claim_.proof.shape.push_back(KV_EMPTY);
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_11);
    claim_ = honest;
    claim_.proof.hashes.push_back(filled(1));
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_11);
    claim_ = honest;
    claim_.proof.leaves.push_back(tree_[0]);
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_11);
}

TEST_F(KvRejection, AByteThatMayNotStandAtItsPosition) {
    for (const auto& [place, byte] : {std::pair{0U, KV_OPAQUE}, {0U, std::uint8_t{4}}, {3U, KV_LEAF}, {3U, KV_INNER}}) {
        Claim forged = claim_;
        forged.proof.shape[place] = byte;
        EXPECT_EQ(verdict(tree_, query_, forged), Clause::KVT_12);
    }
}

TEST_F(KvRejection, AnEmptyPositionWithAClaimedLeaf) {
    claim_.leaves = {{filled(1), {}}};
    claim_.proof.shape[2] = KV_EMPTY;
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_13);
}

TEST_F(KvRejection, AnOpaqueZero) {
    claim_.proof.hashes[1] = {};
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_14);
}

TEST_F(KvRejection, ALeafThatDoesNotBelongToItsPosition) {
    claim_.proof.leaves[0] = {filled(0x81), {}};  // not here
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_15);
    claim_.proof.leaves[0] = {filled(1), {}};  // asked for
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_15);
    const KvQuery wider{{filled(1), filled(2)}};
    EXPECT_EQ(verdict(tree_, wider, {{{filled(1), {}}, {filled(2), {}}}, claim_.proof}), Clause::KVT_15);
}

TEST_F(KvRejection, AnotherRoot) {
    claim_.proof.hashes[1] = filled(1);
    EXPECT_EQ(verdict_of_claim(), Clause::KVT_16);
}

}  // namespace
}  // namespace touchstone::reference
