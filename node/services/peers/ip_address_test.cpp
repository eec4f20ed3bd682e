#include "node/services/peers/ip_address.h"

#include <gtest/gtest.h>

namespace touchstone::node {
namespace {

TEST(IpAddress, IsReadFromAMultiaddr) {
    EXPECT_EQ(to_text(*ip_of_multiaddr("/ip4/192.0.2.7/tcp/9000/p2p/12D3")), "192.0.2.7");
    EXPECT_EQ(to_text(*ip_of_multiaddr("/ip6/2001:db8::7/tcp/9000")), "2001:db8::7");
    EXPECT_EQ(to_text(*ip_of_multiaddr("/ip6/::ffff:192.0.2.7/tcp/9000")), "192.0.2.7");
    for (const char* none : {"", "/", "/ip4/", "/ip4/192.0.2/tcp/1", "/ip4/192.0.2.256/tcp/1",
                             "/dns4/example.org/tcp/1", "/ip6/192.0.2.7/tcp/1", "node-3", "192.0.2.7"})
        EXPECT_FALSE(ip_of_multiaddr(none)) << none;
}

TEST(IpAddress, ThePeerIsReadFromTheEndOfAMultiaddr) {
    EXPECT_EQ(peer_of_multiaddr("/ip4/192.0.2.7/tcp/9000/p2p/12D3"), PeerId{"12D3"});
    for (const char* none : {"", "/p2p/", "/ip4/192.0.2.7/tcp/9000", "/p2p/12D3/p2p-circuit"})
        EXPECT_FALSE(peer_of_multiaddr(none)) << none;
}

TEST(IpAddress, TheNetworkIsWhatBelongsToOneOwner) {
    const auto network = [](const char* text) { return to_text(network_of(*parse_ip(text))); };
    EXPECT_EQ(network("192.0.2.255"), "192.0.2.0");
    EXPECT_EQ(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
}

TEST(IpAddress, LoopbackIsAllOf127AndOne) {
    for (const char* text : {"127.0.0.1", "127.200.3.4", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(parse_ip(text)->is_loopback()) << text;
    for (const char* text : {"128.0.0.1", "0.0.0.0", "::", "::2", "2001::1"})
        EXPECT_FALSE(parse_ip(text)->is_loopback()) << text;
}

TEST(IpAddress, ARangeHasTheAddressesThatAgreeWithItsFirstBits) {
    const auto contains = [](const char* range, const char* address) {
        return parse_ip_range(range)->contains(*parse_ip(address));
    };
    EXPECT_TRUE(contains("192.0.2.0/24", "192.0.2.200"));
    EXPECT_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
    EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.129"));
    EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
    EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:ffff::1"));
    EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(contains("192.0.2.7", "192.0.2.8"));
    for (const char* none : {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/2x", "::/129", "host"})
        EXPECT_FALSE(parse_ip_range(none)) << none;
}

}  // namespace
}  // namespace touchstone::node
