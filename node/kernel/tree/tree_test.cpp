#include "node/kernel/tree/tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <thread>

#include "node/kernel/tree/test_tree.h"

namespace touchstone::node::tree {
namespace {

struct Kept {
    TreeVersion version;
    Model model;
};

void expect_same(const Kept& kept) {
    RC_ASSERT(kept.version.root() == model_root(kept.model));
    RC_ASSERT(kept.version.size() == kept.model.size());
}

RC_GTEST_PROP(Tree, GivesTheRootsOfTheModelWhileVersionsAreKeptForkedAndDropped, ()) {
    Tree tree;
    std::vector<Kept> kept{{}};
    const auto steps = *rc::gen::inRange(1, 12);
    for (int step = 0; step < steps; ++step) {
        const auto base = *rc::gen::inRange<std::size_t>(0, kept.size());
        const auto changes = *any_changes();
        Kept next{tree.apply(kept[base].version, changes, serial_for).version, kept[base].model};
        apply_to(next.model, changes);
        expect_same(next);
        kept.push_back(std::move(next));
        if (*rc::gen::inRange(0, 3) == 0) {
            const auto dropped = *rc::gen::inRange<std::size_t>(0, kept.size());
            kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(dropped));
            if (kept.empty()) kept.push_back({});
        }
    }
    for (const Kept& each : kept)
        expect_same(each);
    kept.erase(kept.begin(), kept.end() - 1);
    tree.reclaim();
    RC_ASSERT(tree.live_leaves() == kept[0].model.size());
    RC_ASSERT(tree.live_inners() == model_inners(kept[0].model));
    kept.clear();
    tree.reclaim();
    RC_ASSERT(tree.live_leaves() == 0U);
    RC_ASSERT(tree.live_inners() == 0U);
}

RC_GTEST_PROP(Tree, FindsWhatTheModelHasAndNothingElse, ()) {
    Tree tree;
    Kept kept;
    const auto changes = *any_changes();
    kept.version = tree.apply({}, changes, serial_for).version;
    apply_to(kept.model, changes);
    for (int i = 0; i < 20; ++i) {
        const Path path = *any_path();
        const auto there = kept.model.find(path);
        const auto found = kept.version.find(path);
        RC_ASSERT(found.has_value() == (there != kept.model.end()));
        if (found) RC_ASSERT(*found == there->second);
    }
}

RC_GTEST_PROP(Tree, DoesNotDependOnTheOrderOfBatches, ()) {
    Tree tree;
    const auto changes = *any_changes();
    TreeVersion at_once = tree.apply({}, changes, serial_for).version;
    TreeVersion one_by_one;
    for (auto change = changes.rbegin(); change != changes.rend(); ++change)
        one_by_one = tree.apply(one_by_one, {&*change, 1}, serial_for).version;
    RC_ASSERT(at_once.root() == one_by_one.root());
}

/// Two paths that differ in the last bit only.
std::vector<LeafChange> twins() {
    Path twin = random_path(1);
    twin.bytes[31] ^= 1;
    return ordered({{random_path(1), random_value(1)}, {twin, random_value(2)}});
}

TEST(Tree, LetsTheLastLeafOfADeepBranchRiseToTheTop) {
    Tree tree;
    const auto both = twins();
    TreeVersion deep = tree.apply({}, both, serial_for).version;
    EXPECT_EQ(tree.live_inners(), 256U);
    const LeafChange removal{both[0].path, std::nullopt};
    const TreeVersion lone = tree.apply(deep, {&removal, 1}, serial_for).version;
    EXPECT_EQ(lone.root(), model_root({{both[1].path, *both[1].value_hash}}));
    deep = TreeVersion();
    tree.reclaim();
    EXPECT_EQ(tree.live_inners(), 0U);
    EXPECT_EQ(tree.live_leaves(), 1U);
}

TEST(Tree, MakesNoNodeForARemovalOfWhatIsAbsentOrForAnEqualValue) {
    Tree tree;
    std::vector<LeafChange> entries;
    for (std::uint64_t i = 0; i < 100; ++i)
        entries.push_back({random_path(i), random_value(i)});
    entries = ordered(entries);
    const TreeVersion before = tree.apply({}, entries, serial_for).version;
    const std::size_t inners = tree.live_inners();
    const auto changes = ordered({{random_path(1'000), std::nullopt}, entries[3], {random_path(1'001), std::nullopt}});
    const Tree::Applied after = tree.apply(before, changes, serial_for);
    EXPECT_EQ(after.version.root(), before.root());
    EXPECT_EQ(after.version.top(), before.top());
    EXPECT_EQ(after.made, std::vector<std::uint8_t>(3));
    EXPECT_EQ(tree.live_inners(), inners);
    EXPECT_EQ(tree.live_leaves(), 100U);
}

TEST(Tree, TellsOfTheLeavesThatItMakes) {
    Tree tree;
    const auto both = twins();
    Tree::Applied first = tree.apply({}, both, serial_for);
    EXPECT_EQ(first.made, (std::vector<std::uint8_t>{1, 1}));
    const std::vector<LeafChange> changes{{both[0].path, random_value(9)}, {both[1].path, std::nullopt}};
    Tree::Applied second = tree.apply(first.version, changes, serial_for);
    EXPECT_EQ(second.made, (std::vector<std::uint8_t>{1, 0}));
    EXPECT_EQ(tree.live_leaves(), 3U);
    first.version = TreeVersion();
    tree.reclaim();
    EXPECT_EQ(tree.live_leaves(), 1U);
}

TEST(Tree, UsesFreedMemoryAgain) {
    Tree tree;
    std::vector<LeafChange> entries;
    for (std::uint64_t i = 0; i < 5'000; ++i)
        entries.push_back({random_path(i), random_value(i)});
    entries = ordered(entries);
    std::size_t bytes = 0;
    TreeVersion version;
    for (std::uint64_t round = 0; round < 20; ++round) {
        for (LeafChange& entry : entries)
            entry.value_hash = random_value(round);
        version = tree.apply(version, entries, serial_for).version;
        if (round == 2) bytes = tree.bytes();
    }
    EXPECT_LE(tree.bytes(), bytes + bytes / 10);
}

TEST(Tree, MayEndBeforeItsVersions) {
    TreeVersion version;
    {
        Tree tree;
        version = tree.apply({}, twins(), serial_for).version;
    }
    EXPECT_EQ(version.size(), 2U);
    EXPECT_TRUE(version.find(twins()[0].path).has_value());
}

TEST(TreeDeathTest, RefusesChangesThatAreOutOfOrder) {
    Tree tree;
    auto changes = twins();
    std::swap(changes[0], changes[1]);
    EXPECT_DEATH((void)tree.apply({}, changes, serial_for), "");
}

// ------------------------------------------------------------------------------------------------------- in parallel

/// Pieces of a loop, dealt out to three threads.
void threads_for(std::size_t count, const RangeTask& task) {
    constexpr std::size_t kThreads = 3;
    constexpr std::size_t kPiece = 5;
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (std::size_t begin = next.fetch_add(kPiece); begin < count; begin = next.fetch_add(kPiece))
                task(begin, std::min(count, begin + kPiece));
        });
    }
    for (std::thread& thread : threads)
        thread.join();
}

std::vector<LeafChange> many_changes(std::uint64_t round) {
    std::vector<LeafChange> changes;
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        const std::uint64_t seed = (i * 7 + round * 1'009) % 9'000;
        changes.push_back({random_path(seed), random_value(seed + round)});
        if (seed % 4 == round % 4) changes.back().value_hash.reset();
    }
    return ordered(changes);
}

TEST(TreeInParallel, GivesWhatOneThreadGives) {
    Tree parallel;
    Tree serial;
    TreeVersion in_parallel;
    TreeVersion in_series;
    for (std::uint64_t round = 0; round < 8; ++round) {
        const auto changes = many_changes(round);
        Tree::Applied a = parallel.apply(in_parallel, changes, threads_for);
        Tree::Applied b = serial.apply(in_series, changes, serial_for);
        ASSERT_EQ(a.version.root(), b.version.root());
        ASSERT_EQ(a.version.size(), b.version.size());
        ASSERT_EQ(a.made, b.made);
        in_parallel = std::move(a.version);
        in_series = std::move(b.version);
    }
    parallel.reclaim();
    serial.reclaim();
    EXPECT_EQ(parallel.live_leaves(), serial.live_leaves());
    EXPECT_EQ(parallel.live_inners(), serial.live_inners());
    EXPECT_EQ(parallel.live_leaves(), in_parallel.size());
}

TEST(TreeInParallel, ReadersUseAndDropVersionsWhileTheWriterGoesOn) {
    Tree tree;
    TreeVersion version = tree.apply({}, many_changes(1), threads_for).version;
    std::vector<std::thread> readers;
    for (std::uint64_t round = 2; round < 8; ++round) {
        readers.emplace_back([mine = version, size = version.size()]() mutable {
            std::uint64_t found = 0;
            for (std::uint64_t seed = 0; seed < 9'000; ++seed)
                found += mine.find(random_path(seed)).has_value() ? 1 : 0;
            EXPECT_EQ(found, size);
            const TreeVersion copy = mine;
            mine = TreeVersion();
        });
        version = tree.apply(version, many_changes(round), threads_for).version;
    }
    for (std::thread& reader : readers)
        reader.join();
    const std::uint64_t size = version.size();
    tree.reclaim();
    EXPECT_EQ(tree.live_leaves(), size);
    version = TreeVersion();
    tree.reclaim();
    EXPECT_EQ(tree.live_leaves(), 0U);
    EXPECT_EQ(tree.live_inners(), 0U);
}

}  // namespace
}  // namespace touchstone::node::tree
