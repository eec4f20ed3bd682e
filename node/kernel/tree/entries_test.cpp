#include "node/kernel/tree/entries.h"

#include <gtest/gtest.h>

#include "node/generated/constants.h"
#include "node/kernel/tree/test_tree.h"

namespace touchstone::node::tree {
namespace {

ByteVector text(std::string_view content) { return {content.begin(), content.end()}; }

TreeVersion apply(Entries& entries, const TreeVersion& base, const std::vector<EntryChange>& changes) {
    auto version = entries.apply(base, changes, serial_for);
    EXPECT_TRUE(version.ok());
    return std::move(version).value();
}

TEST(Entries, HaveInEachVersionTheValuesOfThatVersion) {
    MemoryValues values;
    Entries entries(values);
    const TreeVersion first = apply(entries, {}, {{text("a"), text("1")}, {text("b"), text("2")}});
    const TreeVersion second = apply(entries, first, {{text("a"), text("3")}, {text("b"), std::nullopt}});
    EXPECT_EQ(entries.get(first, text("a")).value, text("1"));
    EXPECT_EQ(entries.get(first, text("b")).value, text("2"));
    EXPECT_EQ(entries.get(second, text("a")).value, text("3"));
    EXPECT_EQ(entries.get(second, text("b")).value, std::nullopt);
    EXPECT_FALSE(entries.get(second, text("b")).damaged);
}

TEST(Entries, KeepAnEmptyValueApartFromAbsence) {
    MemoryValues values;
    Entries entries(values);
    const TreeVersion version = apply(entries, {}, {{text("a"), ByteVector()}});
    EXPECT_EQ(version.size(), 1U);
    EXPECT_EQ(entries.get(version, text("a")).value, ByteVector());
    EXPECT_NE(version.root(), Root());
}

TEST(Entries, TakeTheLastOfSeveralChangesOfAKey) {
    MemoryValues values;
    Entries entries(values);
    const TreeVersion version = apply(entries, {},
                                      {{text("a"), text("1")},
                                       {text("b"), std::nullopt},
                                       {text("a"), std::nullopt},
                                       {text("b"), text("2")},
                                       {text("c"), text("3")},
                                       {text("c"), text("4")}});
    EXPECT_EQ(version.size(), 2U);
    EXPECT_EQ(entries.get(version, text("a")).value, std::nullopt);
    EXPECT_EQ(entries.get(version, text("b")).value, text("2"));
    EXPECT_EQ(entries.get(version, text("c")).value, text("4"));
}

TEST(Entries, LetValuesGoWithTheLastVersionThatHasThem) {
    MemoryValues values;
    Entries entries(values);
    TreeVersion base = apply(entries, {}, {{text("a"), text("1")}, {text("b"), text("2")}});
    // Two forks that make the same leaf twice.
    TreeVersion left = apply(entries, base, {{text("a"), text("3")}});
    TreeVersion right = apply(entries, base, {{text("a"), text("3")}, {text("b"), text("4")}});
    EXPECT_EQ(values.size(), 4U);
    base = TreeVersion();
    right = TreeVersion();
    entries.reclaim();
    EXPECT_EQ(entries.get(left, text("a")).value, text("3"));
    EXPECT_EQ(entries.get(left, text("b")).value, text("2"));
    EXPECT_EQ(values.size(), 2U);
    left = TreeVersion();
    entries.reclaim();
    EXPECT_EQ(values.size(), 0U);
}

TEST(Entries, AreRefusedWithLengthsThatTheyMayNotHave) {
    MemoryValues values;
    Entries entries(values);
    const auto clause_of = [&](std::size_t key, std::size_t value) -> std::optional<Clause> {
        const std::vector<EntryChange> changes{{text("a"), text("1")}, {ByteVector(key, 1), ByteVector(value, 2)}};
        const auto version = entries.apply({}, changes, serial_for);
        return version.ok() ? std::nullopt : std::optional(version.rejection().clause);
    };
    EXPECT_EQ(clause_of(0, 0), Clause::KVT_01);
    EXPECT_EQ(clause_of(MAX_KEY_BYTES + 1, 0), Clause::KVT_01);
    EXPECT_EQ(clause_of(1, MAX_VALUE_BYTES + 1), Clause::KVT_01);
    EXPECT_EQ(entries.tree().live_leaves(), 0U);
    EXPECT_EQ(values.size(), 0U);
    EXPECT_EQ(clause_of(1, 0), std::nullopt);
    EXPECT_EQ(clause_of(MAX_KEY_BYTES, MAX_VALUE_BYTES), std::nullopt);
}

TEST(Entries, SayThatAStoreIsDamagedInsteadOfThatAKeyIsAbsent) {
    MemoryValues values;
    Entries entries(values);
    const TreeVersion version = apply(entries, {}, {{text("a"), text("1")}});
    const Path path = path_of(text("a"));
    values.drop({path, *version.find(path)});
    EXPECT_TRUE(entries.get(version, text("a")).damaged);
    values.keep({path, *version.find(path)}, text("2"));
    EXPECT_TRUE(entries.get(version, text("a")).damaged);
}

}  // namespace
}  // namespace touchstone::node::tree
