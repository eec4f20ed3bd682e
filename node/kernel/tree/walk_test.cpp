#include "node/kernel/tree/walk.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "node/kernel/tree/entries.h"

namespace touchstone::node::tree {
namespace {

TreeVersion tree_of(Entries& entries, std::size_t count) {
    std::vector<EntryChange> changes;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string key = "key " + std::to_string(i);
        changes.push_back({ByteVector(key.begin(), key.end()), ByteVector{static_cast<std::uint8_t>(i)}});
    }
    auto version = entries.apply({}, changes, serial_for);
    EXPECT_TRUE(version.ok());
    return std::move(version).value();
}

std::vector<Path> sorted_paths(const TreeVersion& version) {
    std::vector<Path> paths;
    for (const KvEntry& entry : all_entries(version).entries)
        paths.push_back(path_of(entry.key));
    std::ranges::sort(paths);
    return paths;
}

RC_GTEST_PROP(Walk, PagesOfAnySizeHaveEveryEntryOnceInTheOrderOfPaths, ()) {
    Entries entries;
    const TreeVersion version = tree_of(entries, *rc::gen::inRange<std::size_t>(0, 80));
    const std::size_t page = *rc::gen::inRange<std::size_t>(1, 20);
    std::vector<Path> seen;
    std::optional<Path> after;
    for (;;) {
        const auto found = entries_after(version, after, page);
        for (const EntryView& entry : found) {
            RC_ASSERT(entry.path == path_of(entry.key));
            RC_ASSERT(std::ranges::equal(*find_value(version, entry.path), entry.value));
            seen.push_back(entry.path);
        }
        if (found.size() < page) break;
        after = found.back().path;
    }
    RC_ASSERT(seen == sorted_paths(version));
}

RC_GTEST_PROP(Walk, APathThatNoEntryHasIsAPlaceToGoOnFromToo, ()) {
    Entries entries;
    const TreeVersion version = tree_of(entries, *rc::gen::inRange<std::size_t>(0, 80));
    Path after;
    for (auto& byte : after.bytes)
        byte = *rc::gen::arbitrary<std::uint8_t>();
    std::vector<Path> greater = sorted_paths(version);
    std::erase_if(greater, [&](const Path& path) { return path <= after; });
    const auto found = entries_after(version, after, 1000);
    RC_ASSERT(std::ranges::equal(found, greater, {}, &EntryView::path));
}

TEST(Walk, FromTheEndThereIsNothing) {
    Entries entries;
    const TreeVersion version = tree_of(entries, 10);
    Path last;
    last.bytes.fill(0xff);
    EXPECT_TRUE(entries_after(version, last, 10).empty());
    EXPECT_TRUE(entries_after({}, std::nullopt, 10).empty());
    EXPECT_TRUE(entries_after(version, std::nullopt, 0).empty());
}

}  // namespace
}  // namespace touchstone::node::tree
