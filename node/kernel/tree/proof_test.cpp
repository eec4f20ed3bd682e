#include "node/kernel/tree/proof.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "node/kernel/tree/entries.h"
#include "node/kernel/tree/test_tree.h"

namespace touchstone::node::tree {
namespace {

/// Points and ranges, some of which meet.
Query any_query() {
    auto ends = *rc::gen::nonEmpty(rc::gen::container<std::vector<Path>>(any_path()));
    std::ranges::sort(ends);
    Query query;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        KvInterval interval{ends[i], ends[i]};
        if (i + 1 < ends.size() && *rc::gen::arbitrary<bool>()) interval.last = ends[++i];
        if (query.empty() || query.back().last < interval.first) query.push_back(interval);
    }
    if (*rc::gen::inRange(0, 6) == 0) query.front().first = Path();
    if (*rc::gen::inRange(0, 6) == 0) query.back().last.bytes.fill(0xff);
    return query;
}

std::vector<KvLeaf> leaves_in(const Model& model, const Query& query) {
    std::vector<KvLeaf> leaves;
    for (const auto& [path, value_hash] : model) {
        for (const KvInterval& interval : query) {
            if (interval.first <= path && path <= interval.last) leaves.push_back({path, value_hash});
        }
    }
    return leaves;
}

struct Scene {
    Tree tree;
    Model model;
    TreeVersion version;
    Query query;
    std::vector<KvLeaf> leaves;
    KvProof proof;

    void make(const std::vector<LeafChange>& changes, Query asked) {
        apply_to(model, changes);
        version = tree.apply({}, changes, serial_for).version;
        query = std::move(asked);
        leaves = leaves_in(model, query);
        proof = get_kv_proof(version, query).value();
    }
    std::optional<Clause> verdict() const {
        const auto result = verify_kv_proof(version.root(), query, leaves, proof);
        return result.ok() ? std::nullopt : std::optional(result.rejection().clause);
    }
};

RC_GTEST_PROP(Proof, OfEveryQueryVerifies, ()) {
    Scene scene;
    scene.make(*any_changes(), any_query());
    RC_ASSERT(leaves_of(scene.version, scene.query).value() == scene.leaves);
    RC_ASSERT(!scene.verdict().has_value());
}

template <class T>
void alter_list(std::vector<T>& list, const T& other) {
    const auto place = *rc::gen::inRange<std::size_t>(0, list.size() + 1);
    const auto at = list.begin() + static_cast<std::ptrdiff_t>(place);
    const int kind = place == list.size() ? 0 : *rc::gen::inRange(0, 3);
    if (kind == 0) list.insert(at, other);
    if (kind == 1) list.erase(at);
    if (kind == 2) *at = other;
}

void alter(Scene& scene) {
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            return alter_list(scene.proof.shape, *rc::gen::inRange<std::uint8_t>(0, 5));
        case 1:
            return alter_list(scene.proof.hashes, *rc::gen::element(Hash(), random_value(3)));
        case 2:
            return alter_list(scene.proof.leaves, KvLeaf{*any_path(), random_value(3)});
        default:
            return alter_list(scene.leaves, KvLeaf{*any_path(), random_value(3)});
    }
}

RC_GTEST_PROP(Proof, IsRejectedOnceAnythingInItIsAltered, ()) {
    Scene scene;
    scene.make(*any_changes(), any_query());
    const KvProof proof = scene.proof;
    const auto leaves = scene.leaves;
    const auto alterations = *rc::gen::inRange(1, 3);
    for (int i = 0; i < alterations; ++i)
        alter(scene);
    RC_PRE(proof != scene.proof || leaves != scene.leaves);
    RC_ASSERT(scene.verdict().has_value());
}

RC_GTEST_PROP(Proof, IsOfOneRootOnly, ()) {
    Scene scene;
    scene.make(*any_changes(), any_query());
    Root other = scene.version.root();
    other.bytes[*rc::gen::inRange(0, 32)] ^= 1;
    const auto result = verify_kv_proof(other, scene.query, scene.leaves, scene.proof);
    RC_ASSERT(!result.ok());
    RC_ASSERT(result.rejection().clause == Clause::KVT_16);
}

// ---------------------------------------------------------------------------------------------- a tree known by heart

Path at(std::uint8_t first_byte) {
    Path path;
    path.bytes[0] = first_byte;
    return path;
}

/// Leaves at 00…, 40… and c0…; the query is of the path 40… and of the absent path 80….
struct Small : Scene {
    Small() {
        make({{at(0x00), random_value(0)}, {at(0x40), random_value(1)}, {at(0xc0), random_value(2)}},
             {{at(0x40), at(0x40)}, {at(0x80), at(0x80)}});
    }
};

TEST(Proof, IsWrittenInPreorder) {
    const Small small;
    EXPECT_EQ(small.proof.shape, (ByteVector{3, 3, 1, 2, 2}));
    EXPECT_EQ(small.proof.hashes, std::vector<Hash>{leaf_hash(at(0x00), random_value(0))});
    EXPECT_EQ(small.proof.leaves, (std::vector<KvLeaf>{{at(0xc0), random_value(2)}}));
    EXPECT_EQ(small.verdict(), std::nullopt);
}

TEST(Proof, OfAllPathsIsEmpty) {
    Scene scene;
    Path last;
    last.bytes.fill(0xff);
    scene.make({{at(0x00), random_value(0)}, {at(0x40), random_value(1)}}, {{Path(), last}});
    EXPECT_EQ(scene.proof, KvProof());
    EXPECT_EQ(scene.verdict(), std::nullopt);
    scene.leaves.pop_back();
    EXPECT_EQ(scene.verdict(), Clause::KVT_16);
}

TEST(Proof, OfTheEmptyTreeIsOneByte) {
    Scene scene;
    scene.make({}, {{at(0x40), at(0x40)}});
    EXPECT_EQ(scene.proof.shape, ByteVector{0});
    EXPECT_EQ(scene.verdict(), std::nullopt);
}

TEST(Proof, GoesBetweenIntervalsThatMeetThoughTogetherTheyHaveTheSpan) {
    Scene scene;
    Path last;
    last.bytes.fill(0xff);
    Path middle = last;
    middle.bytes[0] = 0x3f;
    scene.make({{at(0x00), random_value(0)}, {at(0x40), random_value(1)}}, {{Path(), middle}, {at(0x40), last}});
    EXPECT_EQ(scene.proof.shape, (ByteVector{3, 3}));
    EXPECT_EQ(scene.verdict(), std::nullopt);
}

TEST(Proof, RejectionsNameTheClauseOfTheFirstCheckThatFails) {
    const auto verdict = [](const std::function<void(Small&)>& change) {
        Small small;
        change(small);
        return small.verdict();
    };
    EXPECT_EQ(verdict([](Small& s) { s.query.clear(); }), Clause::KVT_06);
    EXPECT_EQ(verdict([](Small& s) { std::swap(s.query[0], s.query[1]); }), Clause::KVT_06);
    EXPECT_EQ(verdict([](Small& s) { s.query[0].first = at(0x41); }), Clause::KVT_06);
    EXPECT_EQ(verdict([](Small& s) { s.query[1] = s.query[0]; }), Clause::KVT_06);
    EXPECT_EQ(verdict([](Small& s) { s.leaves.push_back(s.leaves[0]); }), Clause::KVT_10);
    EXPECT_EQ(verdict([](Small& s) { s.leaves.push_back({at(0xc0), random_value(2)}); }), Clause::KVT_10);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape.pop_back(); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape.push_back(0); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.hashes.clear(); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.leaves.clear(); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.hashes.push_back(random_value(5)); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.leaves.push_back(s.proof.leaves[0]); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape[1] = 1; }), Clause::KVT_12);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape[1] = 4; }), Clause::KVT_12);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape[2] = 2; }), Clause::KVT_12);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape[2] = 3; }), Clause::KVT_12);
    EXPECT_EQ(verdict([](Small& s) { s.proof.shape[1] = 0; }), Clause::KVT_13);
    EXPECT_EQ(verdict([](Small& s) { s.proof.hashes[0] = Hash(); }), Clause::KVT_14);
    EXPECT_EQ(verdict([](Small& s) { s.proof.leaves[0].path = at(0x01); }), Clause::KVT_15);
    EXPECT_EQ(verdict([](Small& s) { s.proof.leaves[0].path = at(0x80); }), Clause::KVT_15);
    EXPECT_EQ(verdict([](Small& s) { s.leaves.push_back({at(0x80), random_value(3)}); }), Clause::KVT_11);
    EXPECT_EQ(verdict([](Small& s) { s.proof.hashes[0] = random_value(5); }), Clause::KVT_16);
    EXPECT_EQ(verdict([](Small& s) { s.leaves[0].value_hash = random_value(5); }), Clause::KVT_16);
    const auto two_at_once = [](Small& s) {
        s.query[0] = {at(0x00), at(0x40)};
        s.leaves.insert(s.leaves.begin(), {at(0x00), random_value(0)});
        s.proof.shape = {3, 2, 2};
    };
    EXPECT_EQ(verdict(two_at_once), Clause::KVT_15);
}

TEST(Proof, OfAKeySaysItsValueOrItsAbsence) {
    Entries entries;
    const ByteVector here{1};
    const ByteVector absent{2};
    const std::vector<EntryChange> changes{{here, ByteVector()}, {ByteVector{3}, ByteVector{4}}};
    const TreeVersion version = entries.apply({}, changes, serial_for).value();
    const auto proof_of = [&](const ByteVector& key) {
        return get_kv_proof(version, query_of_keys({&key, 1})).value();
    };
    EXPECT_TRUE(verify_key(version.root(), here, ByteVector(), proof_of(here)).ok());
    EXPECT_FALSE(verify_key(version.root(), here, std::nullopt, proof_of(here)).ok());
    EXPECT_FALSE(verify_key(version.root(), here, ByteVector{0}, proof_of(here)).ok());
    EXPECT_TRUE(verify_key(version.root(), absent, std::nullopt, proof_of(absent)).ok());
    EXPECT_FALSE(verify_key(version.root(), absent, ByteVector(), proof_of(absent)).ok());
}

TEST(Proof, AlongTheDeepestBranchVerifies) {
    Scene scene;
    Path twin = random_path(1);
    twin.bytes[31] ^= 1;
    scene.make(ordered({{random_path(1), random_value(1)}, {twin, random_value(2)}}), {{twin, twin}});
    EXPECT_EQ(scene.proof.shape.size(), 256U + 255U + 1U);
    EXPECT_EQ(scene.verdict(), std::nullopt);
}

}  // namespace
}  // namespace touchstone::node::tree
