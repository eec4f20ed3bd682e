#include "node/adapters/libp2p/protocol_names.h"

#include <gtest/gtest.h>

namespace touchstone::node::adapters {
namespace {

const ForkDigest kDigest(std::array<std::uint8_t, 4>{0x0a, 0xbc, 0xde, 0xf1});

/// [NET-59] [SYN-06]
TEST(ProtocolNames, EveryMethodIsFoundAgain) {
    EXPECT_EQ(protocol_name(kDigest, Method::BlocksByRange), "/touchstone/0abcdef1/blocks_by_range/1");
    EXPECT_EQ(protocol_name(kDigest, Method::StateList), "/touchstone/0abcdef1/state_list/1");
    EXPECT_EQ(protocol_name(kDigest, Method::StatePart), "/touchstone/0abcdef1/state_part/1");
    EXPECT_EQ(protocol_name(kDigest, Method::StateEntries), "/touchstone/0abcdef1/state_entries/1");
    for (const Method method : kMethods)
        EXPECT_EQ(method_of(kDigest, protocol_name(kDigest, method)), method);
    EXPECT_FALSE(method_of(kDigest, "/touchstone/0abcdef1/status/2"));
}

/// [NET-57] [SYN-06]
TEST(ProtocolNames, LimitsAreTheGreatestEncodings) {
    EXPECT_EQ(request_limit(Method::Status, MINIMAL), 92U);
    EXPECT_EQ(request_limit(Method::Metadata, MINIMAL), 0U);
    EXPECT_EQ(request_limit(Method::BlocksByRoot, MINIMAL), 128U * 32U);
    EXPECT_EQ(response_limit(Method::Metadata, MINIMAL), 9U);
    EXPECT_EQ(response_limit(Method::BlocksByRange, MINIMAL), MINIMAL.RESPONSE_MAX_SIZE);
    EXPECT_EQ(request_limit(Method::StateList, MINIMAL), 0U);
    EXPECT_EQ(request_limit(Method::StatePart, MINIMAL), 56U);
    EXPECT_EQ(request_limit(Method::StateEntries, MINIMAL), 96U);
    EXPECT_EQ(response_limit(Method::StateList, MINIMAL), 64U * 40U);
    EXPECT_EQ(response_limit(Method::StatePart, MINIMAL), 16U + (1U << 20U) + 128U * 32U);
    EXPECT_EQ(compressed_limit(60), 102U);
    EXPECT_EQ(compressed_limit(~std::uint64_t{0}), 0xffffffffU);
}

}  // namespace
}  // namespace touchstone::node::adapters
