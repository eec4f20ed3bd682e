#include "node/services/slasher.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

SignedBlockHeader header(std::uint64_t slot, std::uint64_t proposer, std::uint8_t body) {
    SignedBlockHeader signed_header;
    signed_header.message.slot = Slot(slot);
    signed_header.message.proposer_index = ValidatorIndex(proposer);
    signed_header.message.body_root.bytes[0] = body;
    return signed_header;
}

IndexedAttestation vote(const std::vector<std::uint64_t>& voters, std::uint64_t source, std::uint64_t target,
                        std::uint8_t head = 0) {
    IndexedAttestation attestation;
    for (const std::uint64_t voter : voters)
        attestation.attesting_indices.emplace_back(voter);
    attestation.data.source.epoch = Epoch(source);
    attestation.data.target.epoch = Epoch(target);
    attestation.data.beacon_block_root.bytes[0] = head;
    return attestation;
}

/// [DUT-23]
TEST(Slasher, SeesTwoHeadersOfOneProposerAndSlotOnce) {
    Slasher slasher;
    EXPECT_FALSE(slasher.observe(header(5, 1, 1)));
    EXPECT_FALSE(slasher.observe(header(5, 1, 1)));
    EXPECT_FALSE(slasher.observe(header(5, 2, 2)));
    EXPECT_FALSE(slasher.observe(header(6, 1, 2)));
    const auto evidence = slasher.observe(header(5, 1, 2));
    ASSERT_TRUE(evidence);
    EXPECT_EQ(evidence->signed_header_1, header(5, 1, 1));
    EXPECT_EQ(evidence->signed_header_2, header(5, 1, 2));
    EXPECT_FALSE(slasher.observe(header(5, 1, 3)));
}

/// [DUT-23]
TEST(Slasher, SeesADoubleVote) {
    Slasher slasher;
    EXPECT_TRUE(slasher.observe(vote({1, 2, 3}, 0, 4, 1)).empty());
    EXPECT_TRUE(slasher.observe(vote({2}, 0, 4, 1)).empty());
    const auto evidence = slasher.observe(vote({2, 3, 9}, 0, 4, 2));
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].attestation_1, vote({1, 2, 3}, 0, 4, 1));
    EXPECT_EQ(evidence[0].attestation_2, vote({2, 3, 9}, 0, 4, 2));
    EXPECT_TRUE(slasher.observe(vote({2}, 0, 4, 7)).empty());
}

TEST(Slasher, TakesNoCopyForEvidence) {
    Slasher slasher;
    EXPECT_FALSE(slasher.observe(header(5, 1, 1)));
    SignedBlockHeader copy = header(5, 1, 1);
    copy.signature.bytes[0] ^= 1;  // another signature of the same message
    EXPECT_FALSE(slasher.observe(copy));
    EXPECT_TRUE(slasher.observe(vote({1}, 2, 3)).empty());
    EXPECT_TRUE(slasher.observe(vote({1}, 2, 3)).empty());
    EXPECT_TRUE(slasher.observe(vote({1, 2}, 2, 3)).empty()) << "the same data in an aggregate";
}

TEST(Slasher, SeesASurroundVoteInBothOrders) {
    Slasher slasher;
    slasher.observe(vote({1}, 2, 3));
    EXPECT_EQ(slasher.observe(vote({1}, 1, 4)).size(), 1U);
    slasher.observe(vote({2}, 1, 4));
    EXPECT_EQ(slasher.observe(vote({2}, 2, 3)).size(), 1U);
}

TEST(Slasher, DoesNotTakeEqualSourcesOrTouchingLinksForASurround) {
    Slasher slasher;
    slasher.observe(vote({1}, 1, 3));
    EXPECT_TRUE(slasher.observe(vote({1}, 1, 4)).empty());
    EXPECT_TRUE(slasher.observe(vote({1}, 4, 5)).empty());
}

TEST(Slasher, MakesOneSlashingForEachContradictedVote) {
    Slasher slasher;
    slasher.observe(vote({1}, 0, 4, 1));
    slasher.observe(vote({2}, 0, 4, 2));
    EXPECT_EQ(slasher.observe(vote({1, 2}, 0, 4, 3)).size(), 2U);
}

/// [DUT-23]
TEST(Slasher, ReportsAnOlderOffenceOfWhomItHasReportedAlready) {
    Slasher slasher;
    slasher.observe(vote({1}, 0, 3, 1));
    slasher.observe(vote({1}, 0, 4, 1));
    EXPECT_EQ(slasher.observe(vote({1}, 0, 4, 2)).size(), 1U);
    EXPECT_TRUE(slasher.observe(vote({1}, 0, 5, 1)).empty());
    EXPECT_TRUE(slasher.observe(vote({1}, 0, 5, 2)).empty()) << "a newer one tells nothing new";
    EXPECT_TRUE(slasher.observe(vote({1}, 0, 4, 3)).empty());
    const auto evidence = slasher.observe(vote({1}, 0, 3, 2));
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].attestation_1, vote({1}, 0, 3, 1));
    EXPECT_EQ(evidence[0].attestation_2, vote({1}, 0, 3, 2));
    EXPECT_TRUE(slasher.observe(vote({1}, 0, 3, 3)).empty());
}

/// [DUT-23]
TEST(Slasher, RemembersVotesOfWhomItHasReportedAlready) {
    Slasher slasher;
    slasher.observe(vote({1}, 0, 6, 1));
    EXPECT_EQ(slasher.observe(vote({1}, 0, 6, 2)).size(), 1U);
    EXPECT_TRUE(slasher.observe(vote({1}, 0, 5, 1)).empty()) << "its first vote for that target";
    EXPECT_EQ(slasher.observe(vote({1}, 0, 5, 2)).size(), 1U);
}

/// [DUT-23]
TEST(Slasher, ReportsTheOldestOfTheOffencesOfAVote) {
    Slasher slasher;
    slasher.observe(vote({1}, 3, 4));
    slasher.observe(vote({1}, 4, 5));
    slasher.observe(vote({1}, 5, 6));
    // A double vote with the last one, and around both others.
    const auto evidence = slasher.observe(vote({1}, 2, 6));
    ASSERT_EQ(evidence.size(), 1U);
    EXPECT_EQ(evidence[0].attestation_1, vote({1}, 3, 4));
}

/// Of two votes for one target the second may be the one that surrounds. [DUT-23]
TEST(Slasher, SeesWhatEitherOfTwoVotesForATargetSurrounds) {
    for (const bool surrounding_first : {false, true}) {
        Slasher slasher;
        slasher.observe(vote({1}, surrounding_first ? 1 : 5, 6));
        EXPECT_EQ(slasher.observe(vote({1}, surrounding_first ? 5 : 1, 6)).size(), 1U);
        const auto evidence = slasher.observe(vote({1}, 2, 3));
        ASSERT_EQ(evidence.size(), 1U);
        EXPECT_EQ(evidence[0].attestation_1, vote({1}, 1, 6));
    }
}

/// [DUT-23]
TEST(Slasher, JudgesEachValidatorOfAnAttestationByWhatIsReportedOfIt) {
    Slasher slasher;
    slasher.observe(vote({1, 2}, 0, 4, 1));
    slasher.observe(vote({2}, 0, 3, 1));
    EXPECT_EQ(slasher.observe(vote({2}, 0, 3, 2)).size(), 1U);
    const auto evidence = slasher.observe(vote({1, 2}, 0, 4, 2));
    ASSERT_EQ(evidence.size(), 1U) << "of 2 something older is reported, of 1 nothing";
    EXPECT_TRUE(slasher.observe(vote({2}, 0, 4, 3)).empty());
}

/// [DUT-23]
TEST(Slasher, ReportsTheHeadersOfEachSlot) {
    Slasher slasher;
    slasher.observe(header(5, 1, 1));
    slasher.observe(header(30, 1, 1));
    EXPECT_TRUE(slasher.observe(header(30, 1, 2)));
    EXPECT_TRUE(slasher.observe(header(5, 1, 2)));
}

/// [DUT-25]
TEST(Slasher, ForgetsWhatIsFinal) {
    Slasher slasher;
    slasher.observe(header(15, 1, 1));
    slasher.observe(vote({1}, 0, 1, 1));
    slasher.prune(Epoch(2), 8);
    EXPECT_FALSE(slasher.observe(header(15, 1, 2)));
    EXPECT_TRUE(slasher.observe(vote({1}, 0, 1, 2)).empty());
}

}  // namespace
}  // namespace touchstone::node
