#include "node/kernel/tree/entries.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

std::optional<ByteVector> value_of(const TreeVersion& version, std::string_view key) {
    const auto value = find_value(version, text(key));
    return value ? std::optional<ByteVector>({value->begin(), value->end()}) : std::nullopt;
}

TEST(Entries, HaveInEachVersionTheValuesOfThatVersion) {
    Entries entries;
    const TreeVersion first = apply(entries, {}, {{text("a"), text("1")}, {text("b"), text("2")}});
    const TreeVersion second = apply(entries, first, {{text("a"), text("3")}, {text("b"), std::nullopt}});
    EXPECT_EQ(value_of(first, "a"), text("1"));
    EXPECT_EQ(value_of(first, "b"), text("2"));
    EXPECT_EQ(value_of(second, "a"), text("3"));
    EXPECT_EQ(value_of(second, "b"), std::nullopt);
}

TEST(Entries, KeepAnEmptyValueApartFromAbsence) {
    Entries entries;
    const TreeVersion version = apply(entries, {}, {{text("a"), ByteVector()}});
    EXPECT_EQ(version.size(), 1U);
    EXPECT_EQ(value_of(version, "a"), ByteVector());
    EXPECT_NE(version.root(), Root());
}

TEST(Entries, TakeTheLastOfSeveralChangesOfAKey) {
    Entries entries;
    const TreeVersion version = apply(entries, {},
                                      {{text("a"), text("1")},
                                       {text("b"), std::nullopt},
                                       {text("a"), std::nullopt},
                                       {text("b"), text("2")},
                                       {text("c"), text("3")},
                                       {text("c"), text("4")}});
    EXPECT_EQ(version.size(), 2U);
    EXPECT_EQ(value_of(version, "a"), std::nullopt);
    EXPECT_EQ(value_of(version, "b"), text("2"));
    EXPECT_EQ(value_of(version, "c"), text("4"));
}

TEST(Entries, LetValuesGoWithTheLastVersionThatHasThem) {
    Entries entries;
    TreeVersion base = apply(entries, {}, {{text("a"), text("1")}, {text("b"), text("2")}});
    // Two forks that make the same leaf twice.
    TreeVersion left = apply(entries, base, {{text("a"), text("3")}});
    TreeVersion right = apply(entries, base, {{text("a"), text("3")}, {text("b"), text("4")}});
    EXPECT_EQ(entries.tree().live_leaves(), 5U);
    base = TreeVersion();
    right = TreeVersion();
    entries.reclaim();
    EXPECT_EQ(value_of(left, "a"), text("3"));
    EXPECT_EQ(value_of(left, "b"), text("2"));
    EXPECT_EQ(entries.tree().live_leaves(), 2U);
    left = TreeVersion();
    entries.reclaim();
    EXPECT_EQ(entries.tree().live_leaves(), 0U);
}

TEST(Entries, AreRefusedWithLengthsThatTheyMayNotHave) {
    Entries entries;
    const auto clause_of = [&](std::size_t key, std::size_t value) -> std::optional<Clause> {
        const std::vector<EntryChange> changes{{text("a"), text("1")}, {ByteVector(key, 1), ByteVector(value, 2)}};
        const auto version = entries.apply({}, changes, serial_for);
        return version.ok() ? std::nullopt : std::optional(version.rejection().clause);
    };
    EXPECT_EQ(clause_of(0, 0), Clause::KVT_01);
    EXPECT_EQ(clause_of(MAX_KEY_BYTES + 1, 0), Clause::KVT_01);
    EXPECT_EQ(clause_of(1, MAX_VALUE_BYTES + 1), Clause::KVT_01);
    EXPECT_EQ(entries.tree().live_leaves(), 0U);
    EXPECT_EQ(clause_of(1, 0), std::nullopt);
    EXPECT_EQ(clause_of(MAX_KEY_BYTES, MAX_VALUE_BYTES), std::nullopt);
}

TEST(Entries, AreListedInOrderOfTheirKeys) {
    Entries entries;
    EXPECT_TRUE(all_entries({}).entries.empty());
    const TreeVersion version =
        apply(entries, {}, {{text("b"), text("2")}, {text("ab"), ByteVector()}, {text("a"), text("1")}});
    const KvEntries expected{{{text("a"), text("1")}, {text("ab"), ByteVector()}, {text("b"), text("2")}}};
    EXPECT_EQ(all_entries(version), expected);
    EXPECT_EQ(apply_entries(entries, expected, serial_for)->root(), version.root());
}

TEST(Entries, AreRefusedAsAListThatIsNotInOrder) {
    Entries entries;
    const auto clause_of = [&](const std::vector<ByteVector>& keys) -> std::optional<Clause> {
        KvEntries list;
        for (const ByteVector& key : keys)
            list.entries.push_back({key, text("1")});
        const auto version = apply_entries(entries, list, serial_for);
        return version.ok() ? std::nullopt : std::optional(version.rejection().clause);
    };
    EXPECT_EQ(clause_of({text("a"), text("b")}), std::nullopt);
    EXPECT_EQ(clause_of({}), std::nullopt);
    EXPECT_EQ(clause_of({text("")}), Clause::KVT_18);
    EXPECT_EQ(clause_of({text("a"), text("a")}), Clause::KVT_18);
    EXPECT_EQ(clause_of({text("ab"), text("a")}), Clause::KVT_18);
    EXPECT_EQ(clause_of({text("b"), text("ab")}), Clause::KVT_18);
}

std::vector<EntryChange> any_changes_of_entries() {
    std::vector<EntryChange> changes;
    for (auto left = *rc::gen::inRange(0, 40); left != 0; --left) {
        EntryChange change{{static_cast<std::uint8_t>(*rc::gen::inRange(1, 60))}, std::nullopt};
        if (*rc::gen::inRange(0, 3) != 0) change.value = ByteVector{static_cast<std::uint8_t>(*rc::gen::inRange(0, 3))};
        changes.push_back(std::move(change));
    }
    return changes;
}

RC_GTEST_PROP(Entries, TheChangesBetweenTwoVersionsMakeTheOneOfTheOther, ()) {
    Entries entries;
    const TreeVersion base = apply(entries, {}, any_changes_of_entries());
    const TreeVersion from = apply(entries, base, any_changes_of_entries());
    const TreeVersion to = apply(entries, *rc::gen::element(base, from), any_changes_of_entries());
    const std::vector<EntryChange> changes = changes_between(from, to);
    RC_ASSERT(apply(entries, from, changes).root() == to.root());
    // None is idle.
    for (const EntryChange& change : changes) {
        const auto before = find_value(from, change.key);
        RC_ASSERT(before.has_value() != change.value.has_value() ||
                  (before.has_value() && ByteVector(before->begin(), before->end()) != *change.value));
    }
    RC_ASSERT(changes_between(to, to).empty());
}

}  // namespace
}  // namespace touchstone::node::tree
