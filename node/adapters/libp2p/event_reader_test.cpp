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

TEST(EventReader, RefusesWhatIsCutOffOrUnknown) {
    const ByteVector whole = gossip_bytes();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(read_event(Bytes(whole).first(size))) << size;
    EXPECT_FALSE(read_event(ByteVector{99}));
    EXPECT_FALSE(read_event(ByteVector{TS_EVENT_PEER_DISCONNECTED, 0xff, 0xff, 0xff, 0xff}));
}

}  // namespace
}  // namespace touchstone::node::adapters
