#include "node/adapters/libp2p/event_reader.h"

#include <gtest/gtest.h>

#include "native/include/touchstone_native.h"

namespace touchstone::node::adapters {
namespace {

ByteVector gossip_bytes() {
    ByteVector bytes{TS_EVENT_GOSSIP};
    bytes.insert(bytes.end(), 20, 9);
    for (const int byte : {1, 0, 0, 0, int{'p'}, 2, 0, 0, 0, int{'t'}, int{'t'}, 3, 0, 0, 0, 1, 2, 3})
        bytes.push_back(static_cast<std::uint8_t>(byte));
    return bytes;
}

TEST(EventReader, ReadsTheDocumentedLayout) {
    const auto event = read_event(gossip_bytes());
    ASSERT_TRUE(event);
    const auto& gossip = std::get<GossipArrived>(*event);
    EXPECT_EQ(gossip.id[19], 9);
    EXPECT_EQ(gossip.source, "p");
    EXPECT_EQ(gossip.topic, "tt");
    EXPECT_EQ(gossip.payload, (ByteVector{1, 2, 3}));

    const auto failed = read_event(
        ByteVector{TS_EVENT_REQUEST_FAILED, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, TS_FAILURE_TIMEOUT, 1, 0, 0, 0, 't'});
    ASSERT_TRUE(failed);
    EXPECT_EQ(std::get<RequestFailed>(*failed).request, 7U);
    EXPECT_EQ(std::get<RequestFailed>(*failed).reason, TS_FAILURE_TIMEOUT);
}

void add_text(ByteVector& bytes, std::string_view text) {
    bytes.insert(bytes.end(), {static_cast<std::uint8_t>(text.size()), 0, 0, 0});
    bytes.insert(bytes.end(), text.begin(), text.end());
}

TEST(EventReader, ReadsWhatPeersSayOfThemselvesAndOfOthers) {
    ByteVector bytes{TS_EVENT_PEER_DISCOVERED};
    add_text(bytes, "p");
    bytes.insert(bytes.end(), {2, 0, 0, 0});
    add_text(bytes, "/a");
    add_text(bytes, "/b");
    const auto discovered = read_event(bytes);
    ASSERT_TRUE(discovered);
    EXPECT_EQ(std::get<PeerDiscovered>(*discovered).addresses, (std::vector<std::string>{"/a", "/b"}));

    bytes = {TS_EVENT_DIAL_FAILED};
    add_text(bytes, "");
    add_text(bytes, "/a");
    bytes.push_back(1);
    add_text(bytes, "why");
    const auto failed = read_event(bytes);
    ASSERT_TRUE(failed);
    EXPECT_EQ(std::get<DialFailed>(*failed).address, "/a");
    EXPECT_TRUE(std::get<DialFailed>(*failed).again);

    bytes = {TS_EVENT_PEER_DISCOVERED, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};
    EXPECT_FALSE(read_event(bytes)) << "more addresses than bytes";
}

TEST(EventReader, ReadsTheListsOfPeersAndTraffic) {
    ByteVector bytes{1, 0, 0, 0};
    add_text(bytes, "p");
    add_text(bytes, "/a");
    bytes.push_back(1);
    add_text(bytes, "agent");
    bytes.insert(bytes.end(), {0xe8, 3, 0, 0, 0, 0, 0, 0});
    bytes.insert(bytes.end(), {0, 0, 0, 0, 0, 0, 0xe0, 0xbf});  // -0.5
    const auto peers = read_peers(bytes);
    ASSERT_TRUE(peers);
    ASSERT_EQ(peers->size(), 1U);
    EXPECT_EQ(peers->front().agent, "agent");
    EXPECT_EQ(peers->front().round_trip_us, 1000U);
    EXPECT_EQ(peers->front().gossip_score, -0.5);
    EXPECT_FALSE(read_peers(Bytes(bytes).first(bytes.size() - 1)));
    bytes.push_back(0);
    EXPECT_FALSE(read_peers(bytes)) << "more than a list";

    bytes = {1, 0, 0, 0, TS_TRAFFIC_TOPIC};
    add_text(bytes, "t");
    for (std::uint8_t count = 1; count <= 4; ++count)
        bytes.insert(bytes.end(), {count, 0, 0, 0, 0, 0, 0, 0});
    bytes.insert(bytes.end(), {5, 0, 0, 0, 6, 0, 0, 0});
    const auto traffic = read_traffic(bytes);
    ASSERT_TRUE(traffic);
    ASSERT_EQ(traffic->size(), 1U);
    EXPECT_TRUE(traffic->front().topic);
    EXPECT_EQ(traffic->front().bytes_out, 4U);
    EXPECT_EQ(traffic->front().mesh_peers, 6U);
}

TEST(EventReader, RefusesWhatIsCutOffOrUnknown) {
    const ByteVector whole = gossip_bytes();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(read_event(Bytes(whole).first(size))) << size;
    EXPECT_FALSE(read_event(ByteVector{99}));
    EXPECT_FALSE(read_event(ByteVector{TS_EVENT_PEER_DISCONNECTED, 0xff, 0xff, 0xff, 0xff}));
}

}  // namespace
}  // namespace touchstone::node::adapters
