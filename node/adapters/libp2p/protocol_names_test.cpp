#include "node/adapters/libp2p/protocol_names.h"

#include <gtest/gtest.h>

namespace touchstone::node::adapters {
namespace {

const ForkDigest kDigest(std::array<std::uint8_t, 4>{0x0a, 0xbc, 0xde, 0xf1});

/// [NET-02] [NET-03]
TEST(ProtocolNames, TopicsAreAsTheProseWritesThem) {
    EXPECT_EQ(topic_name(kDigest, {TopicKind::Block, 0}), "/touchstone/0abcdef1/block/ssz_snappy");
    EXPECT_EQ(topic_name(kDigest, {TopicKind::Attestation, 63}), "/touchstone/0abcdef1/attestation_63/ssz_snappy");
    EXPECT_EQ(topic_name(kDigest, {TopicKind::AggregateAndProof, 0}), "/touchstone/0abcdef1/aggregate/ssz_snappy");
}

TEST(ProtocolNames, EveryTopicIsFoundAgainAndNoOther) {
    for (const Topic& topic : {Topic{TopicKind::Block, 0}, Topic{TopicKind::AggregateAndProof, 0},
                               Topic{TopicKind::Attestation, 0}, Topic{TopicKind::Attestation, 3},
                               Topic{TopicKind::ProposerSlashing, 0}, Topic{TopicKind::AttesterSlashing, 0},
                               Topic{TopicKind::VoluntaryExit, 0}, Topic{TopicKind::Transactions, 0}}) {
        EXPECT_EQ(topic_of(kDigest, topic_name(kDigest, topic), 4), topic);
    }
    EXPECT_FALSE(topic_of(kDigest, "/touchstone/0abcdef1/attestation_4/ssz_snappy", 4));
    EXPECT_FALSE(topic_of(kDigest, "/touchstone/0abcdef2/block/ssz_snappy", 4));
}

/// [NET-59]
TEST(ProtocolNames, EveryMethodIsFoundAgain) {
    EXPECT_EQ(protocol_name(kDigest, Method::BlocksByRange), "/touchstone/0abcdef1/blocks_by_range/1");
    for (const Method method : kMethods)
        EXPECT_EQ(method_of(kDigest, protocol_name(kDigest, method)), method);
    EXPECT_FALSE(method_of(kDigest, "/touchstone/0abcdef1/status/2"));
}

/// [NET-57]
TEST(ProtocolNames, LimitsAreTheGreatestEncodings) {
    EXPECT_EQ(request_limit(Method::Status, MINIMAL), 92U);
    EXPECT_EQ(request_limit(Method::Metadata, MINIMAL), 0U);
    EXPECT_EQ(request_limit(Method::BlocksByRoot, MINIMAL), 128U * 32U);
    EXPECT_EQ(response_limit(Method::Metadata, MINIMAL), 9U);
    EXPECT_EQ(response_limit(Method::BlocksByRange, MINIMAL), MINIMAL.RESPONSE_MAX_SIZE);
    EXPECT_EQ(compressed_limit(60), 102U);
    EXPECT_EQ(compressed_limit(~std::uint64_t{0}), 0xffffffffU);
}

}  // namespace
}  // namespace touchstone::node::adapters
