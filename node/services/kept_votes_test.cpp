#include "node/services/kept_votes.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

Root block(std::uint8_t number) {
    Root root;
    root.bytes[0] = number;
    return root;
}

GossipMessage vote(GossipId id, const std::string& peer) { return {id, PeerId{peer}, {TopicKind::Attestation, 0}, {}}; }

std::vector<GossipId> ids_of(const std::vector<GossipMessage>& messages) {
    std::vector<GossipId> ids;
    for (const GossipMessage& each : messages)
        ids.push_back(each.id);
    return ids;
}

TEST(KeptVotes, ComeBackInTheirOrderWhenTheBlockIsKnown) {
    KeptVotes votes(10);
    votes.keep(block(1), vote(1, "a"));
    votes.keep(block(2), vote(2, "a"));
    votes.keep(block(1), vote(3, "b"));
    EXPECT_EQ(votes.size(), 3U);
    EXPECT_EQ(ids_of(votes.take(block(1))), (std::vector<GossipId>{1, 3}));
    EXPECT_TRUE(votes.take(block(1)).empty());
    votes.drop(block(2));
    EXPECT_EQ(votes.size(), 0U);
}

/// [NET-54]
TEST(KeptVotes, TheOldestGoesWhenOnePeerSentThemAll) {
    KeptVotes votes(3);
    for (GossipId id = 1; id <= 5; ++id)
        votes.keep(block(1), vote(id, "a"));
    EXPECT_EQ(ids_of(votes.take(block(1))), (std::vector<GossipId>{3, 4, 5}));
}

/// [NET-54]
TEST(KeptVotes, AFloodDrivesOutNothingButItself) {
    constexpr std::size_t kCapacity = 1000;
    KeptVotes votes(kCapacity);
    for (GossipId id = 1; id <= 50; ++id)
        votes.keep(block(1), vote(id, "honest " + std::to_string(id % 5)));
    for (GossipId id = 100; id < 100 + 20 * kCapacity; ++id) {
        votes.keep(block(static_cast<std::uint8_t>(2 + id % 200)), vote(id, "flooder " + std::to_string(id % 3)));
        ASSERT_LE(votes.size(), kCapacity);
    }
    for (GossipId id = 51; id <= 60; ++id)
        votes.keep(block(1), vote(id, "late"));
    EXPECT_EQ(votes.size(), kCapacity);
    const std::vector<GossipId> kept = ids_of(votes.take(block(1)));
    ASSERT_EQ(kept.size(), 60U);
    EXPECT_EQ(kept.front(), 1U);
    EXPECT_EQ(kept.back(), 60U);
}

}  // namespace
}  // namespace touchstone::node
