// Entries of a state in an interval of paths. [SYN-17] to [SYN-21]
#include "node/kernel/state_sync/entries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "node/generated/constants.h"
#include "node/kernel/tree/entries.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

ByteVector text(const std::string& content) { return {content.begin(), content.end()}; }

Path lowest() { return {}; }
Path highest() {
    Path path;
    path.bytes.fill(0xff);
    return path;
}
Path after(Path path) {
    for (std::size_t i = Path::kSize; i-- > 0;) {
        if (++path.bytes[i] != 0) break;
    }
    return path;
}

/// So many entries, each with a value of that size.
class StateEntriesTest : public ::testing::Test {
  protected:
    void fill(std::size_t count, std::size_t value_bytes) {
        std::vector<tree::EntryChange> changes;
        for (std::size_t i = 0; i < count; ++i)
            changes.push_back(
                {text("key " + std::to_string(i)), ByteVector(value_bytes, static_cast<std::uint8_t>(i))});
        version_ = *tree_.apply({}, changes, serial_for);
    }
    StateEntries get(const Path& first, const Path& last) const {
        auto answer = get_state_entries(version_, {Root{}, first, last});
        EXPECT_TRUE(answer.ok());
        return answer.ok() ? *std::move(answer) : StateEntries{};
    }
    std::optional<Clause> refusal(const Path& first, const Path& last, const StateEntries& answer) const {
        const auto verified = verify_state_entries(version_.root(), {Root{}, first, last}, answer);
        return verified.ok() ? std::nullopt : std::optional(verified.rejection().clause);
    }

    tree::Entries tree_;
    tree::TreeVersion version_;
};

TEST_F(StateEntriesTest, AreAllOfASmallTreeAtOnce) {
    fill(50, 40);
    const StateEntries all = get(lowest(), highest());
    EXPECT_EQ(all.entries.size(), 50U);
    EXPECT_EQ(all.last, highest());
    EXPECT_EQ(refusal(lowest(), highest(), all), std::nullopt);
}

TEST_F(StateEntriesTest, OfAnEmptyTreeAreNone) {
    const StateEntries none = get(lowest(), highest());
    EXPECT_TRUE(none.entries.empty());
    EXPECT_EQ(refusal(lowest(), highest(), none), std::nullopt);
}

TEST_F(StateEntriesTest, OfALargeTreeComeInAnswersThatFit) {
    constexpr std::size_t kCount = 100;
    constexpr std::size_t kBytes = 50'000;
    fill(kCount, kBytes);
    std::vector<KvEntry> had;
    Path first = lowest();
    for (int answers = 0;; ++answers) {
        ASSERT_LT(answers, 10);
        const StateEntries part = get(first, highest());
        EXPECT_EQ(refusal(first, highest(), part), std::nullopt);
        EXPECT_LE(encode(KvEntries{part.entries}).size(), STATE_PART_BYTES);
        had.insert(had.end(), part.entries.begin(), part.entries.end());
        if (part.last == highest()) break;
        EXPECT_EQ(part.last, tree::path_of(part.entries.back().key));
        EXPECT_GT(encode(KvEntries{part.entries}).size() + kBytes + 50, STATE_PART_BYTES) << "one more does not fit";
        first = after(part.last);
    }
    EXPECT_EQ(had.size(), kCount);
    std::ranges::sort(had, {}, &KvEntry::key);
    EXPECT_EQ(had, tree::all_entries(version_).entries);
}

TEST_F(StateEntriesTest, HaveAtLeastOneHoweverLongItIs) {
    fill(3, MAX_VALUE_BYTES);
    const StateEntries part = get(lowest(), highest());
    EXPECT_EQ(part.entries.size(), 1U);
    EXPECT_EQ(refusal(lowest(), highest(), part), std::nullopt);
}

TEST_F(StateEntriesTest, AreRefusedByTheFirstRuleThatTheyBreak) {
    fill(60, 20);
    Path first;
    first.bytes[0] = 0x20;
    Path last;
    last.bytes[0] = 0xd0;
    const StateEntries good = get(first, last);
    ASSERT_GT(good.entries.size(), 10U);
    ASSERT_LT(good.entries.size(), 60U);
    EXPECT_EQ(refusal(first, last, good), std::nullopt);
    const auto changed = [&](const auto& change) {
        StateEntries answer = good;
        change(answer);
        return refusal(first, last, answer);
    };
    EXPECT_EQ(get_state_entries(version_, {Root{}, last, first}).rejection().clause, Clause::SYN_17);
    EXPECT_EQ(changed([](StateEntries& answer) { answer.last = lowest(); }), Clause::SYN_19);
    EXPECT_EQ(changed([](StateEntries& answer) { answer.last = highest(); }), Clause::SYN_19);
    EXPECT_EQ(changed([](StateEntries& answer) { answer.entries[3].key.clear(); }), Clause::SYN_19);
    EXPECT_EQ(changed([](StateEntries& answer) { std::swap(answer.entries[0], answer.entries[1]); }), Clause::SYN_19);
    EXPECT_EQ(changed([&](StateEntries& answer) { answer.last = first; }), Clause::SYN_20) << "a sliver";
    EXPECT_EQ(changed([](StateEntries& answer) { answer.entries.erase(answer.entries.begin() + 4); }), Clause::SYN_21);
    EXPECT_EQ(changed([](StateEntries& answer) { answer.entries[4].value[0] ^= 1U; }), Clause::SYN_21);
    EXPECT_EQ(changed([](StateEntries& answer) { answer.proof.shape.pop_back(); }), Clause::SYN_21);
}

}  // namespace
}  // namespace touchstone::node
