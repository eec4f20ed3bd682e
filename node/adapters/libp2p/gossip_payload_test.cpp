#include "node/adapters/libp2p/gossip_payload.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "crypto/sha256.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/codec/snappy.h"

namespace touchstone::node::adapters {
namespace {

constexpr const char* kTopic = "/touchstone/00000000/block/ssz_snappy";

Parameters with_limit(std::uint64_t most) {
    Parameters parameters = MINIMAL;
    parameters.GOSSIP_MAX_SIZE = most;
    return parameters;
}

/// What a payload has for an id that does not decompress. [NET-05]
GossipIdBytes id_of_what_is_no_snappy(const std::string& topic, Bytes payload) {
    ByteVector bytes{0x00};
    for (unsigned shift = 0; shift < 64; shift += 8)
        bytes.push_back(static_cast<std::uint8_t>(std::uint64_t{topic.size()} >> shift));
    bytes.insert(bytes.end(), topic.begin(), topic.end());
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    const auto digest = crypto::sha256(bytes);
    GossipIdBytes id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

/// The host's id, the simulation's, and what the services get, all of one payload.
void expect_one_view(const ByteVector& payload, const Parameters& parameters) {
    const auto content = codec::decompress(payload, parameters.GOSSIP_MAX_SIZE);
    const GossipIdBytes expected =
        content.ok() ? gossip_message_id(kTopic, *content) : id_of_what_is_no_snappy(kTopic, payload);
    RC_ASSERT(wire_message_id(kTopic, payload, parameters) == expected);
    const auto unpacked = unpack_gossip(payload, parameters);
    RC_ASSERT(unpacked.ok() == (content.ok() && payload.size() <= compressed_limit(parameters.GOSSIP_MAX_SIZE)));
    if (unpacked.ok()) RC_ASSERT(*unpacked == *content);
}

/// [NET-05] [ENC-24]
RC_GTEST_PROP(GossipPayload, TheHostAndTheNodeAgreeOnWhatDecompresses, (ByteVector content, bool repeats)) {
    if (repeats) {
        const ByteVector once = content;
        for (int i = 0; i < 20; ++i)
            content.insert(content.end(), once.begin(), once.end());
    }
    const Parameters parameters = with_limit(*rc::gen::inRange<std::uint64_t>(0, 2 * content.size() + 2));
    ByteVector payload = codec::compress(content);
    expect_one_view(payload, parameters);
    for (const auto& [place, byte] : *rc::gen::arbitrary<std::vector<std::pair<std::size_t, std::uint8_t>>>()) {
        payload[place % payload.size()] = byte;
        expect_one_view(payload, parameters);
    }
}

/// [NET-05] [ENC-24]
RC_GTEST_PROP(GossipPayload, TheHostAndTheNodeAgreeOnNoise, (const ByteVector& payload)) {
    expect_one_view(payload, with_limit(1000));
}

/// A length that fits 32 bits may be written in 5 bytes and no more. [ENC-24]
TEST(GossipPayload, ALengthIsWrittenInAtMostFiveBytes) {
    const Parameters parameters = with_limit(1000);
    const ByteVector five{0x81, 0x80, 0x80, 0x80, 0x00, 0x00, 'a'};
    ByteVector six = five;
    six.insert(six.begin() + 4, 0x80);
    EXPECT_TRUE(unpack_gossip(five, parameters).ok());
    EXPECT_EQ(wire_message_id(kTopic, five, parameters), gossip_message_id(kTopic, ByteVector{'a'}));
    EXPECT_EQ(unpack_gossip(six, parameters).rejection().clause, Clause::ENC_24);
    EXPECT_EQ(wire_message_id(kTopic, six, parameters), id_of_what_is_no_snappy(kTopic, six));
}

/// [NET-11]
TEST(GossipPayload, ALongerPayloadIsRejectedWhateverItDeclares) {
    const Parameters parameters = with_limit(60);
    ASSERT_EQ(compressed_limit(60), 102U);
    EXPECT_EQ(unpack_gossip(ByteVector(103, 0xff), parameters).rejection().clause, Clause::NET_11);
    EXPECT_EQ(unpack_gossip(ByteVector(102, 0xff), parameters).rejection().clause, Clause::ENC_24);
    EXPECT_EQ(unpack_gossip(codec::compress(ByteVector(61, 7)), parameters).rejection().clause, Clause::ENC_24);
    EXPECT_TRUE(unpack_gossip(codec::compress(ByteVector(60, 7)), parameters).ok());
}

/// Whoever fills the queue with what costs nothing to make drives out no block. [NET-114]
TEST(GossipPayload, VotesAndTransactionsGoFirst) {
    for (const TopicKind kind : {TopicKind::Attestation, TopicKind::AggregateAndProof, TopicKind::Transactions})
        EXPECT_TRUE(may_be_dropped(kind)) << short_name({kind});
    for (const TopicKind kind :
         {TopicKind::Block, TopicKind::ProposerSlashing, TopicKind::AttesterSlashing, TopicKind::VoluntaryExit}) {
        EXPECT_FALSE(may_be_dropped(kind)) << short_name({kind});
    }
}

}  // namespace
}  // namespace touchstone::node::adapters
