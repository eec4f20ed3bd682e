#include "reference/sync/state_entries.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reference/tree/kv_proof.h"
#include "reference/tree/test_trees.h"

namespace touchstone::reference {
namespace {

using test::filled;

const Bytes32 FIRST = filled(0);
const Bytes32 LAST = filled(0xff);

Bytes text(std::string_view content) { return {content.begin(), content.end()}; }

ConsensusState with_entries(const KvMap& entries) {
    ConsensusState state;
    state.entries = SharedEntries(entries);
    state.tree_root = kv_root(entries);
    return state;
}

KvMap accounts(int count, std::size_t value_bytes = 16) {
    KvMap entries;
    for (int i = 0; i < count; ++i)
        entries[text("account " + std::to_string(i))] = Bytes(value_bytes, static_cast<std::uint8_t>(i));
    return entries;
}

StateEntriesRequest between(const Bytes32& first, const Bytes32& last) {
    return {.block_root = {}, .first = first, .last = last};
}

std::optional<Clause> verdict(const ConsensusState& state, const StateEntriesRequest& request,
                              const StateEntries& answer) {
    const auto result = verify_state_entries(state.tree_root, request, answer);
    return result ? std::nullopt : std::optional(result.failure().clause);
}

/// An answer up to `last`, whichever entries a server takes.
StateEntries answer_up_to(const ConsensusState& state, const StateEntriesRequest& request, const Bytes32& last) {
    StateEntries answer = get_state_entries(state, between(request.first, last)).value();
    answer.last = last;
    return answer;
}

/// The path after one that is not the last.
Bytes32 after(Bytes32 path) {
    for (std::size_t i = Bytes32::SIZE; ++path.bytes[--i] == 0;) {
    }
    return path;
}

/// [SYN-17]
TEST(StateEntriesRequests, EndWhereTheyBeginOrLater) {
    EXPECT_TRUE(check_state_entries_request(between(FIRST, LAST)));
    EXPECT_TRUE(check_state_entries_request(between(LAST, LAST)));
    const auto backwards = check_state_entries_request(between(filled(2), filled(1)));
    ASSERT_FALSE(backwards);
    EXPECT_EQ(backwards.failure().clause, Clause::SYN_17);
    EXPECT_FALSE(get_state_entries(with_entries({}), between(filled(2), filled(1))));
}

/// [SYN-18]
TEST(StateEntriesAnswers, HaveAllEntriesOfFewInOrderOfPath) {
    const ConsensusState state = with_entries(accounts(20));
    const StateEntries answer = get_state_entries(state, between(FIRST, LAST)).value();
    EXPECT_EQ(answer.last, LAST);
    EXPECT_EQ(answer.entries.size(), 20U);
    EXPECT_TRUE(std::ranges::is_sorted(answer.entries, {}, [](const KvEntry& entry) { return path_of(entry.key); }));
    EXPECT_EQ(verdict(state, between(FIRST, LAST), answer), std::nullopt);
}

/// [SYN-18]
TEST(StateEntriesAnswers, OfAnEmptyTreeSayThatItIsEmpty) {
    const ConsensusState state = with_entries({});
    for (const StateEntriesRequest& request : {between(FIRST, LAST), between(filled(1), filled(2))}) {
        const StateEntries answer = get_state_entries(state, request).value();
        EXPECT_TRUE(answer.entries.empty());
        EXPECT_EQ(answer.last, request.last);
        EXPECT_EQ(verdict(state, request, answer), std::nullopt);
    }
}

/// [SYN-18] 1,048,576 bytes are allowed: two entries of 524,288 with their offsets and keys.
TEST(StateEntriesAnswers, EndBeforeTheyAreTooLong) {
    const auto count = [](std::size_t value_bytes) {
        const ConsensusState state = with_entries({{text("a"), Bytes(value_bytes)}, {text("b"), Bytes(value_bytes)}});
        const StateEntries answer = get_state_entries(state, between(FIRST, LAST)).value();
        EXPECT_EQ(verdict(state, between(FIRST, LAST), answer), std::nullopt);
        EXPECT_EQ(answer.last == LAST, answer.entries.size() == 2);
        return answer.entries.size();
    };
    EXPECT_EQ(count(STATE_PART_BYTES / 2 - 13), 2U);
    EXPECT_EQ(count(STATE_PART_BYTES / 2 - 12), 1U);
    EXPECT_EQ(count(MAX_VALUE_BYTES), 1U) << "at least one, however long";
}

/// [SYN-18], [SYN-22]
TEST(StateEntriesAnswers, BringAJoinerToTheEnd) {
    const ConsensusState state = with_entries(accounts(12, 300'000));
    KvMap joined;
    int answers = 0;
    for (StateEntriesRequest request = between(FIRST, LAST);; ++answers) {
        const StateEntries answer = get_state_entries(state, request).value();
        ASSERT_EQ(verdict(state, request, answer), std::nullopt);
        for (const KvEntry& entry : answer.entries)
            EXPECT_TRUE(joined.emplace(entry.key, entry.value).second);
        if (answer.last == request.last) break;
        request.first = after(answer.last);
    }
    EXPECT_EQ(answers, 3);
    EXPECT_EQ(joined, state.entries.map());
}

/// [SYN-18] to [SYN-21] Any interval of any tree, cut after any of its entries.
RC_GTEST_PROP(StateEntriesAnswers, CutAfterAnyEntryAreAccepted, ()) {
    const ConsensusState state = with_entries(test::random_entries());
    const Bytes32 one = test::random_bytes32();
    const Bytes32 other = test::random_bytes32();
    const StateEntriesRequest request = between(std::min(one, other), std::max(one, other));
    const StateEntries whole = get_state_entries(state, request).value();
    RC_ASSERT(!verdict(state, request, whole));
    for (const KvEntry& entry : whole.entries)
        RC_ASSERT(!verdict(state, request, answer_up_to(state, request, path_of(entry.key))));
}

/// [SYN-21] Nothing can be left out, added or changed.
RC_GTEST_PROP(StateEntriesAnswers, ThatLieAreRefused, ()) {
    KvMap entries = test::random_entries();
    entries[text("one at least")] = text("value");
    const ConsensusState state = with_entries(entries);
    const StateEntriesRequest request = between(FIRST, LAST);
    StateEntries answer = get_state_entries(state, request).value();
    const auto at = *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(answer.entries));
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            answer.entries.erase(answer.entries.begin() + at);
            break;
        case 1:
            answer.entries[static_cast<std::size_t>(at)].value.push_back(0);
            break;
        default: {
            const KvEntry forged{text("forged"), {}};
            const auto place = std::ranges::find_if(
                answer.entries, [&](const KvEntry& entry) { return path_of(forged.key) < path_of(entry.key); });
            answer.entries.insert(place, forged);
        }
    }
    RC_ASSERT(verdict(state, request, answer) == Clause::SYN_21);
}

class Answer : public testing::Test {
  protected:
    std::optional<Clause> verdict_of(const StateEntries& answer) const { return verdict(state_, request_, answer); }
    Bytes32 path(std::size_t i) const { return path_of(good_.entries[i].key); }

    ConsensusState state_ = with_entries(accounts(20));
    StateEntriesRequest request_ = between(filled(0x10), filled(0xf0));
    StateEntries good_ = get_state_entries(state_, request_).value();
};

/// [SYN-19]
TEST_F(Answer, OutsideOfTheRequestIsRefused) {
    EXPECT_EQ(verdict_of(answer_up_to(state_, request_, LAST)), Clause::SYN_19);
    StateEntries none{.last = filled(0x0f), .entries = {}, .proof = good_.proof};
    EXPECT_EQ(verdict_of(none), Clause::SYN_19);
}

/// [SYN-19]
TEST_F(Answer, OutOfOrderIsRefused) {
    StateEntries bad = good_;
    std::swap(bad.entries[3], bad.entries[4]);
    EXPECT_EQ(verdict_of(bad), Clause::SYN_19);
    bad = good_;
    bad.entries.insert(bad.entries.begin(), bad.entries.front());
    EXPECT_EQ(verdict_of(bad), Clause::SYN_19) << "twice";
    bad = good_;
    bad.entries[3].key.clear();
    EXPECT_EQ(verdict_of(bad), Clause::SYN_19) << "no key";
}

/// [SYN-20]
TEST_F(Answer, ThatEndsWhereNoEntryIsIsRefused) {
    EXPECT_EQ(verdict_of(answer_up_to(state_, request_, path(5))), std::nullopt);
    EXPECT_EQ(verdict_of(answer_up_to(state_, request_, after(path(5)))), Clause::SYN_20);
    EXPECT_EQ(verdict_of(answer_up_to(state_, request_, request_.first)), Clause::SYN_20) << "an empty sliver";
}

/// [SYN-21]
TEST_F(Answer, WithAnotherProofIsRefused) {
    StateEntries bad = good_;
    bad.proof.hashes.front().bytes[7] ^= 1U;
    EXPECT_EQ(verdict_of(bad), Clause::SYN_21);
    bad = good_;
    bad.proof.shape.push_back(0);
    EXPECT_EQ(verdict_of(bad), Clause::SYN_21);
    bad = good_;
    bad.proof = {};
    EXPECT_EQ(verdict_of(bad), Clause::SYN_21);
}

}  // namespace
}  // namespace touchstone::reference
