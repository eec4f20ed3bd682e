#include "node/adapters/http/client_limits.h"

#include <gtest/gtest.h>

namespace touchstone::node::adapters {
namespace {

ClientAddress client(const char* text) { return client_address(boost::asio::ip::make_address(text)); }

TEST(ClientAddress, IsAnAddressOfIpv4OrASiteOfIpv6) {
    EXPECT_EQ(client("192.0.2.7").network, std::string("\xc0\x00\x02\x07", 4));
    EXPECT_NE(client("192.0.2.7").network, client("192.0.2.8").network);
    EXPECT_EQ(client("::ffff:192.0.2.7").network, client("192.0.2.7").network);
    EXPECT_EQ(client("2001:db8::1").network, client("2001:db8::2:3:4:5").network);
    EXPECT_NE(client("2001:db8::1").network, client("2001:db8:0:1::1").network);
    EXPECT_FALSE(client("192.0.2.7").loopback);
    for (const char* text : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(client(text).loopback) << text;
}

TEST(ClientLimits, OneAddressHasItsShareOfTheConnections) {
    ClientLimits limits({.connections = 2});
    const ClientAddress one = client("192.0.2.7");
    EXPECT_TRUE(limits.connect(one, 0));
    EXPECT_TRUE(limits.connect(one, 0));
    EXPECT_FALSE(limits.connect(one, 0));
    EXPECT_TRUE(limits.connect(client("192.0.2.8"), 0));
    limits.disconnect(one);
    EXPECT_TRUE(limits.connect(one, 0));
}

TEST(ClientLimits, RequestsComeAtTheirRateWithABurst) {
    ClientLimits limits({.connections = 9, .requests_per_second = 10, .burst = 3});
    const ClientAddress one = client("192.0.2.7");
    const ClientAddress other = client("192.0.2.8");
    ASSERT_TRUE(limits.connect(one, 0) && limits.connect(other, 0));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(limits.wait_ms(one, 5000), 0U);
    EXPECT_EQ(limits.wait_ms(one, 5000), 100U);
    EXPECT_EQ(limits.wait_ms(other, 5000), 0U) << "each has its own";
    EXPECT_EQ(limits.wait_ms(one, 5099), 1U);
    EXPECT_EQ(limits.wait_ms(one, 5100), 0U);
    limits.disconnect(one);
    ASSERT_TRUE(limits.connect(one, 5100));
    EXPECT_NE(limits.wait_ms(one, 5100), 0U) << "a new connection forgives nothing";
}

TEST(ClientLimits, LoopbackHasARateOfItsOwn) {
    ClientLimits limits({.connections = 9, .requests_per_second = 1, .burst = 1});
    const ClientAddress here = client("127.0.0.1");
    ASSERT_TRUE(limits.connect(here, 0));
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(limits.wait_ms(here, 0), 0U);
    ClientLimits bounded({.connections = 9, .loopback_requests_per_second = 1, .burst = 1});
    ASSERT_TRUE(bounded.connect(here, 0));
    EXPECT_EQ(bounded.wait_ms(here, 0), 0U);
    EXPECT_EQ(bounded.wait_ms(here, 0), 1000U);
}

TEST(ClientLimits, WhoCameOverAUnixSocketHasNoAddress) {
    ClientLimits limits({.connections = 1, .requests_per_second = 1, .burst = 1});
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(limits.connect({}, 0));
        EXPECT_EQ(limits.wait_ms({}, 0), 0U);
    }
}

TEST(ClientLimits, RemembersABoundedNumberOfAddresses) {
    ClientLimits limits({.connections = 9, .requests_per_second = 1, .burst = 1});
    const auto come_and_go = [&](std::uint32_t number, std::uint64_t now_ms) {
        const ClientAddress one = client_address(boost::asio::ip::address_v4(number));
        if (!limits.connect(one, now_ms)) return false;
        EXPECT_EQ(limits.wait_ms(one, now_ms), 0U);
        limits.disconnect(one);
        return true;
    };
    std::uint32_t number = 0xc000'0200;
    for (std::size_t i = 0; i < ClientLimits::kMostRemembered; ++i)
        EXPECT_TRUE(come_and_go(number++, 0));
    EXPECT_FALSE(come_and_go(number, 0)) << "nobody is forgotten who would be forgiven by it";
    EXPECT_TRUE(come_and_go(number, 1000));
}

TEST(RequestSlot, CountsUntilItIsGivenBackOrGone) {
    const auto all = std::make_shared<std::atomic<std::size_t>>(0);
    const auto own = std::make_shared<std::atomic<std::size_t>>(0);
    {
        RequestSlot first(all, own);
        const RequestSlot second(all);
        EXPECT_EQ(*all, 2U);
        EXPECT_EQ(*own, 1U);
        first.give_back();
        first.give_back();
        EXPECT_EQ(*all, 1U);
        EXPECT_EQ(*own, 0U);
    }
    EXPECT_EQ(*all, 0U);
}

}  // namespace
}  // namespace touchstone::node::adapters
