#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "node/kernel/gossip/testing/judgement.h"

namespace touchstone::node {
namespace {

/// In the fourth epoch of a chain without blocks, where evidence of all four may be gossiped.
class GossipOfEvidence : public ::testing::Test {
  protected:
    static constexpr Slot kNow{3 * MINIMAL.SLOTS_PER_EPOCH};

    ProposerSlashing proposed_twice(std::uint64_t validator, std::uint64_t epoch, std::uint64_t slot = 1) const {
        const Slot in_epoch = start_slot_of(Epoch(epoch), MINIMAL) + slot;
        return chain().proposer_slashing(state_, ValidatorIndex(validator), in_epoch);
    }
    AttesterSlashing voted_twice(const std::vector<std::uint64_t>& validators, std::uint64_t epoch) const {
        std::vector<ValidatorIndex> indices;
        for (const std::uint64_t each : validators)
            indices.emplace_back(each);
        return chain().double_vote(state_, indices, Epoch(epoch));
    }
    auto check(const ProposerSlashing& slashing) { return conditions().check_proposer_slashing(slashing, state_); }
    auto check(const AttesterSlashing& slashing) { return conditions().check_attester_slashing(slashing, state_); }
    auto judge(const auto& slashing) { return refusal(check(slashing)); }
    /// Whether it was accepted.
    auto give(const auto& slashing) { return verify(check(slashing)); }
    template <class Content>
    bool verify(GossipResult<GossipChecked<Content>> checked) {
        if (!checked.ok()) return false;
        const auto verified = std::move(checked).value().with_signatures(verify_each);
        EXPECT_TRUE(verified.ok());
        return mark_seen(seen_, *verified);
    }

    State state_ = chain().advance(chain().genesis_state(), kNow);
    SeenMessages seen_;

  private:
    GossipConditions conditions() { return {store_, seen_, chain().slot_time_ms(kNow)}; }
    ForkChoice store_ = chain().fork_choice();
};

/// [NET-48]
TEST_F(GossipOfEvidence, AnOlderOffenceOfAProposerIsNewsANewerOneIsNot) {
    EXPECT_TRUE(give(proposed_twice(3, 2)));
    EXPECT_EQ(judge(proposed_twice(3, 2)), ignored(Clause::NET_48));
    EXPECT_EQ(judge(proposed_twice(3, 2, 0)), ignored(Clause::NET_48)) << "an earlier slot of the same epoch";
    EXPECT_EQ(judge(proposed_twice(3, 3)), ignored(Clause::NET_48));
    EXPECT_EQ(judge(proposed_twice(4, 3)), accepted) << "of somebody else";
    EXPECT_TRUE(give(proposed_twice(3, 1)));
    for (const std::uint64_t epoch : {1, 2, 3})
        EXPECT_EQ(judge(proposed_twice(3, epoch)), ignored(Clause::NET_48)) << epoch;
    EXPECT_TRUE(give(proposed_twice(3, 0)));
    EXPECT_EQ(judge(voted_twice({3}, 2)), accepted) << "of the other kind nothing is known";
}

/// [NET-50]
TEST_F(GossipOfEvidence, AnOlderOffenceOfAnAttesterIsNewsANewerOneIsNot) {
    EXPECT_TRUE(give(voted_twice({1}, 2)));
    EXPECT_EQ(judge(voted_twice({1}, 2)), ignored(Clause::NET_50));
    EXPECT_EQ(judge(voted_twice({1}, 3)), ignored(Clause::NET_50));
    EXPECT_TRUE(give(voted_twice({1}, 1)));
    for (const std::uint64_t epoch : {1, 2, 3})
        EXPECT_EQ(judge(voted_twice({1}, epoch)), ignored(Clause::NET_50)) << epoch;
    EXPECT_EQ(judge(voted_twice({1}, 0)), accepted);
}

/// [NET-50]
TEST_F(GossipOfEvidence, OfASurroundVoteTheSmallerTargetIsItsEpoch) {
    AttesterSlashing surround = voted_twice({1}, 3);
    surround.attestation_1.data.target.epoch = Epoch(1);
    surround.attestation_1.data.source.epoch = Epoch(1);
    surround.attestation_1.signature = chain().sign(
        ValidatorIndex(1), attestation_signing_root(chain().environment(), state_, surround.attestation_1.data));
    seen_.add_attester_slashing(ValidatorIndex(1), Epoch(2));
    EXPECT_TRUE(give(surround));
    EXPECT_TRUE(seen_.attester_slashing(ValidatorIndex(1), Epoch(1)));
    EXPECT_FALSE(seen_.attester_slashing(ValidatorIndex(1), Epoch(0)));
}

/// [NET-50]
TEST_F(GossipOfEvidence, OneIndexOfSeveralThatIsNewIsEnough) {
    EXPECT_TRUE(give(voted_twice({1, 2}, 1)));
    EXPECT_TRUE(give(voted_twice({2, 5}, 2))) << "nothing is known of 5";
    EXPECT_EQ(judge(voted_twice({1, 2, 5}, 2)), ignored(Clause::NET_50));
    EXPECT_TRUE(give(voted_twice({1, 2, 5}, 1))) << "older for 5";
    EXPECT_EQ(judge(voted_twice({5}, 1)), ignored(Clause::NET_50));
    // What was known of 1 and 2 stays as old as it was.
    EXPECT_TRUE(give(voted_twice({2}, 0)));
    EXPECT_TRUE(give(voted_twice({2, 7}, 3)));
    EXPECT_EQ(judge(voted_twice({2}, 0)), ignored(Clause::NET_50));
    EXPECT_EQ(judge(voted_twice({1}, 1)), ignored(Clause::NET_50));
}

/// [NET-50] [ATT-10]
TEST_F(GossipOfEvidence, WhoIsInBothIsAQuestionOfSets) {
    AttesterSlashing slashing = voted_twice({1, 2, 3}, 1);
    std::ranges::reverse(slashing.attestation_1.attesting_indices);
    EXPECT_EQ(judge(slashing), rejected(Clause::ATT_10));
    AttesterSlashing nobody = voted_twice({1, 2}, 1);
    nobody.attestation_2.attesting_indices = {ValidatorIndex(3), ValidatorIndex(4)};
    EXPECT_EQ(judge(nobody), ignored(Clause::NET_50));
    EXPECT_TRUE(give(voted_twice({1, 2, 3}, 1)));
    EXPECT_EQ(judge(slashing), ignored(Clause::NET_50));
}

/// An index of one attestation only is nobody's offence. [NET-50]
TEST_F(GossipOfEvidence, OnlyWhoIsInBothAttestationsCounts) {
    AttesterSlashing slashing = voted_twice({1, 2}, 1);
    const std::vector<ValidatorIndex> both{ValidatorIndex(2), ValidatorIndex(4)};
    slashing.attestation_2.attesting_indices = both;
    slashing.attestation_2.signature = chain().sign_together(
        both, attestation_signing_root(chain().environment(), state_, slashing.attestation_2.data));
    EXPECT_TRUE(give(slashing));
    EXPECT_EQ(judge(voted_twice({2}, 1)), ignored(Clause::NET_50));
    EXPECT_EQ(judge(voted_twice({1}, 1)), accepted);
    EXPECT_EQ(judge(voted_twice({4}, 1)), accepted);
}

/// [NET-48] [NET-50]
TEST_F(GossipOfEvidence, OfTwoThatWereVerifiedAtTheSameTimeTheOlderOffenceMayComeLast) {
    const auto verified = [&](const auto& slashing) {
        return std::move(check(slashing)).value().with_signatures(verify_each);
    };
    const auto newer = verified(proposed_twice(3, 2));
    const auto older = verified(proposed_twice(3, 1));
    EXPECT_TRUE(mark_seen(seen_, *newer));
    EXPECT_TRUE(mark_seen(seen_, *older));
    EXPECT_FALSE(mark_seen(seen_, *older));
    EXPECT_FALSE(mark_seen(seen_, *newer));
    const auto newer_votes = verified(voted_twice({3, 4}, 2));
    const auto older_votes = verified(voted_twice({4}, 1));
    EXPECT_TRUE(mark_seen(seen_, *older_votes));
    EXPECT_TRUE(mark_seen(seen_, *newer_votes)) << "3 is new";
    EXPECT_FALSE(mark_seen(seen_, *newer_votes));
    EXPECT_TRUE(seen_.attester_slashing(ValidatorIndex(4), Epoch(1)));
}

}  // namespace
}  // namespace touchstone::node
