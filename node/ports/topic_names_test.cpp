#include "node/ports/topic_names.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

const ForkDigest kDigest(std::array<std::uint8_t, 4>{0x0a, 0xbc, 0xde, 0xf1});

/// [NET-02] [NET-03]
TEST(TopicNames, AreAsTheProseWritesThem) {
    EXPECT_EQ(topic_name(kDigest, {TopicKind::Block, 0}), "/touchstone/0abcdef1/block/ssz_snappy");
    EXPECT_EQ(topic_name(kDigest, {TopicKind::Attestation, 63}), "/touchstone/0abcdef1/attestation_63/ssz_snappy");
    EXPECT_EQ(topic_name(kDigest, {TopicKind::AggregateAndProof, 0}), "/touchstone/0abcdef1/aggregate/ssz_snappy");
}

/// [NET-03]
TEST(TopicNames, EveryTopicIsFoundAgainAndNoOther) {
    for (const Topic& topic : {Topic{TopicKind::Block, 0}, Topic{TopicKind::AggregateAndProof, 0},
                               Topic{TopicKind::Attestation, 0}, Topic{TopicKind::Attestation, 3},
                               Topic{TopicKind::ProposerSlashing, 0}, Topic{TopicKind::AttesterSlashing, 0},
                               Topic{TopicKind::VoluntaryExit, 0}, Topic{TopicKind::Transactions, 0}}) {
        EXPECT_EQ(topic_of(kDigest, topic_name(kDigest, topic), 4), topic);
    }
    for (const char* name :
         {"attestation_4", "attestation_03", "attestation_", "attestation", "attestation_-1", "Block", "blocks", ""}) {
        EXPECT_FALSE(topic_of(kDigest, std::string("/touchstone/0abcdef1/") + name + "/ssz_snappy", 4)) << name;
    }
    for (const char* name : {"/touchstone/0abcdef2/block/ssz_snappy", "/touchstone/0ABCDEF1/block/ssz_snappy",
                             "/touchstone/0abcdef1/block/ssz", "touchstone/0abcdef1/block/ssz_snappy",
                             "/touchstone/0abcdef1/block/ssz_snappy/"}) {
        EXPECT_FALSE(topic_of(kDigest, name, 4)) << name;
    }
}

/// H(0x01 ‖ 1 in 8 bytes ‖ "t" ‖ "abc"). [NET-05]
TEST(GossipMessageId, IsOfTopicAndContent) {
    const ByteVector content{'a', 'b', 'c'};
    EXPECT_EQ(to_hex(Bytes(gossip_message_id("t", content))), "8b3edf8a50cefa23e734c9abdeae6240f162e3d5");
    EXPECT_NE(gossip_message_id("ta", ByteVector{'b', 'c'}), gossip_message_id("t", content));
}

}  // namespace
}  // namespace touchstone::node
