// Whom a node is connected to, under every kind of pressure.
#include "node/services/peers/connections.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "node/services/testing/peer_ports.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kHourMs = 3'600'000;
constexpr std::uint64_t kSlotMs = 12'000;
constexpr std::uint64_t kTooMany = 4;
constexpr std::uint64_t kScoreTooLow = 5;

PeerId peer(std::size_t number) { return PeerId{"peer-" + std::to_string(number)}; }

/// Each number has an address of its own, and a network of its own.
std::string address(std::size_t number) {
    return "/ip4/" + std::to_string(1 + number / 65'536) + "." + std::to_string(number / 256 % 256) + "." +
           std::to_string(number % 256) + ".7/tcp/9000";
}

class ConnectionsTest : public testing::Test {
  protected:
    ConnectionsTest() { begin({}); }

    void begin(PeerOptions options) {
        connections_ = std::make_unique<Connections>(Connections::Ports{clock_, network_, random_, log_, &memory_},
                                                     std::move(options), MAINNET);
        connections_->start();
    }
    bool connect(std::size_t number, bool outbound = false) { return connect(peer(number), outbound, address(number)); }
    bool connect(const PeerId& id, bool outbound, const std::string& at) {
        ++clock_.time_ms;
        return connections_->on_connected(id, {.outbound = outbound, .address = at});
    }
    void pass(std::uint64_t ms, std::uint64_t epochs = 0) {
        clock_.time_ms += ms;
        connections_->on_slot(epochs);
    }
    void punish(const PeerId& id, Offence offence, int times = 1) {
        for (int i = 0; i < times; ++i)
            connections_->punish(id, offence);
    }
    /// What is written of its ban.
    RememberedBan memory_of(std::size_t number) {
        connections_->remember();
        return memory_.bans[peer(number)];
    }
    bool is_connected(std::size_t number) const { return connections_->find(peer(number)) != nullptr; }

    SetClock clock_;
    PeerNetwork network_;
    CountingRandom random_;
    NoLog log_;
    KeptMemory memory_;
    std::unique_ptr<Connections> connections_;
};

// -------------------------------------------------------------------------------------------------------------- limits

/// [NET-100] [NET-101]
TEST_F(ConnectionsTest, WhoDialsInFillsNotWhatIsKeptForChosenPeers) {
    std::size_t inside = 0;
    for (std::size_t i = 0; i < 200; ++i)
        inside += connect(i) ? 1U : 0U;
    EXPECT_EQ(inside, 59U) << "75 less a third of 50";
    EXPECT_EQ(network_.goodbye_to(peer(100)), kTooMany);
    for (std::size_t i = 1000; i < 1100; ++i)
        inside += connect(i, true) ? 1U : 0U;
    EXPECT_EQ(inside, 75U);
    EXPECT_EQ(connections_->all().size(), 75U);
}

TEST_F(ConnectionsTest, ANetworkOfFewPeersHasRoomForThemToo) {
    begin({.target_peers = 3, .max_peers = 4, .trusted = {}, .denied = {}, .denied_addresses = {}, .bootstrap = {}});
    EXPECT_TRUE(connect(1));
    EXPECT_TRUE(connect(2));
    EXPECT_TRUE(connect(3));
    EXPECT_FALSE(connect(4));
    EXPECT_TRUE(connect(5, true));
    EXPECT_FALSE(connect(6, true));
}

/// [NET-102]
TEST_F(ConnectionsTest, OneAddressHasFourConnectionsAndANetworkSixteen) {
    std::size_t inside = 0;
    for (std::size_t i = 0; i < 40; ++i)
        inside += connect(peer(i), false, "/ip4/192.0.2.1/tcp/" + std::to_string(1024 + i)) ? 1U : 0U;
    EXPECT_EQ(inside, 4U);
    EXPECT_EQ(network_.goodbye_to(peer(10)), kTooMany);
    for (std::size_t i = 100; i < 140; ++i)
        inside += connect(peer(i), false, "/ip4/192.0.2." + std::to_string(i) + "/tcp/9000") ? 1U : 0U;
    EXPECT_EQ(inside, 16U);
    EXPECT_TRUE(connect(peer(200), false, "/ip4/192.0.3.1/tcp/9000")) << "the network beside it";
}

TEST_F(ConnectionsTest, TheNetworkOfAnIPv6AddressIsItsFirst48Bits) {
    std::size_t inside = 0;
    for (std::size_t i = 0; i < 40; ++i)
        inside += connect(peer(i), false, "/ip6/2001:db8:7:" + std::to_string(i) + "::1/tcp/9000") ? 1U : 0U;
    EXPECT_EQ(inside, 16U);
    EXPECT_TRUE(connect(peer(100), false, "/ip6/2001:db8:8::1/tcp/9000"));
    EXPECT_EQ(counted_ip_of("/ip6/::ffff:192.0.2.1/tcp/1"), counted_ip_of("/ip4/192.0.2.1/tcp/1"))
        << "one machine has one address";
}

TEST_F(ConnectionsTest, LoopbackAndNamesWithoutAddressAreInNoAddressLimit) {
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_TRUE(connect(peer(i), false, "/ip4/127.0.0.1/tcp/" + std::to_string(2000 + i)));
        EXPECT_TRUE(connect(peer(100 + i), false, "node-" + std::to_string(i)));
    }
    EXPECT_TRUE(connect(peer(200), false, "/ip6/::1/tcp/9000"));
}

/// [NET-103]
TEST_F(ConnectionsTest, TrustedPeersCountForNoLimitAndAreNeverLetGoOrBanned) {
    begin({.target_peers = 2,
           .max_peers = 2,
           .trusted = {{peer(7), {address(7)}}, {peer(8), {}}},
           .denied = {},
           .denied_addresses = {},
           .bootstrap = {}});
    EXPECT_TRUE(connect(1));
    EXPECT_TRUE(connect(2));
    EXPECT_TRUE(connect(peer(7), false, "/ip4/192.0.2.1/tcp/1"));
    EXPECT_TRUE(connect(8));
    EXPECT_FALSE(connect(3));
    punish(peer(7), Offence::InvalidBlock, 30);
    EXPECT_EQ(connections_->demerits(peer(7)), Demerits::kMost) << "counted all the same";
    pass(kSlotMs);
    EXPECT_EQ(connections_->all().size(), 4U);
    EXPECT_EQ(network_.goodbye_to(peer(7)), std::nullopt);
}

TEST_F(ConnectionsTest, ATrustedPeerIsDialedAgainWheneverItIsGone) {
    begin({.target_peers = 0,
           .max_peers = 1,
           .trusted = {{peer(7), {address(7)}}},
           .denied = {},
           .denied_addresses = {},
           .bootstrap = {}});
    EXPECT_EQ(network_.dialed, std::vector{address(7) + "/p2p/peer-7"});
    for (int i = 0; i < 30; ++i) {
        connections_->on_dial_failed(peer(7));
        pass(kHourMs);
    }
    EXPECT_EQ(network_.dialed.size(), 31U) << "never forgotten";
    EXPECT_TRUE(connect(7, true));
    pass(kHourMs);
    connections_->on_disconnected(peer(7));
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 32U);
}

TEST_F(ConnectionsTest, DeniedPeersAndAddressesAreRefusedAndNotDialed) {
    begin({.trusted = {},
           .denied = {peer(5)},
           .denied_addresses = {*parse_ip_range("198.51.100.0/24")},
           .bootstrap = {}});
    EXPECT_FALSE(connect(5));
    EXPECT_EQ(network_.goodbye_to(peer(5)), kScoreTooLow);
    EXPECT_FALSE(connect(peer(6), true, "/ip4/198.51.100.77/tcp/9000"));
    EXPECT_TRUE(connect(peer(9), false, "/ip4/198.51.101.77/tcp/9000"));
    connections_->on_discovered(peer(5), {address(5)});
    connections_->on_discovered(peer(6), {"/ip4/198.51.100.78/tcp/9000"});
    connections_->on_discovered(peer(8), {address(8)});
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed, std::vector{address(8) + "/p2p/peer-8"});
}

// ------------------------------------------------------------------------------------------------------------ trimming

/// [NET-104]
TEST_F(ConnectionsTest, TheWorstAndThenTheYoungestGoWhenThereAreTooMany) {
    for (std::size_t i = 0; i < 55; ++i)
        EXPECT_TRUE(connect(i));
    punish(peer(3), Offence::BadSignature);
    punish(peer(20), Offence::Unresponsive);
    pass(kSlotMs);
    EXPECT_EQ(connections_->all().size(), 50U);
    for (const std::size_t gone : {3U, 20U, 54U, 53U, 52U})
        EXPECT_EQ(network_.goodbye_to(peer(gone)), kTooMany) << gone;
    pass(kSlotMs);
    EXPECT_EQ(connections_->all().size(), 50U);
    EXPECT_EQ(network_.goodbyes.size(), 5U);
}

TEST_F(ConnectionsTest, ATopicKeepsTheSubscribersThatItsMeshNeeds) {
    for (std::size_t i = 0; i < 59; ++i)
        EXPECT_TRUE(connect(i));
    // The youngest are the only ones on subnet 3.
    for (std::size_t i = 51; i < 59; ++i)
        connections_->on_subscription(peer(i), {TopicKind::Attestation, 3}, true);
    pass(kSlotMs);
    EXPECT_EQ(connections_->all().size(), 50U);
    const auto left = std::ranges::count_if(
        connections_->all(), [](const auto& each) { return each.second.topics.contains({TopicKind::Attestation, 3}); });
    EXPECT_EQ(left, 6);
}

TEST_F(ConnectionsTest, DialedPeersStayWhileTheyAreAThirdOfTheTarget) {
    for (std::size_t i = 0; i < 45; ++i)
        EXPECT_TRUE(connect(i));
    for (std::size_t i = 100; i < 130; ++i)
        EXPECT_TRUE(connect(i, true));
    pass(kSlotMs);
    EXPECT_EQ(connections_->all().size(), 50U);
    const auto dialed =
        std::ranges::count_if(connections_->all(), [](const auto& each) { return each.second.outbound; });
    EXPECT_EQ(dialed, 16) << "the youngest went, but no more of them";
}

// -------------------------------------------------------------------------------------------------- demerits and bans

/// [NET-96] [NET-105]
TEST_F(ConnectionsTest, DemeritsOutliveTheConnectionAndAreHalvedWithEachEpoch) {
    connect(1);
    punish(peer(1), Offence::BrokenProtocol);
    punish(peer(1), Offence::BadSignature);
    EXPECT_EQ(network_.scores[peer(1)], -3000.0);
    connections_->on_disconnected(peer(1));
    EXPECT_EQ(connections_->demerits(peer(1)), 75U);
    network_.scores.clear();
    EXPECT_TRUE(connect(1));
    EXPECT_EQ(network_.scores[peer(1)], -3000.0) << "the network forgets it with the connection";
    pass(kSlotMs, 1);
    EXPECT_EQ(connections_->demerits(peer(1)), 37U);
    EXPECT_EQ(network_.scores[peer(1)], -37.0 * 40);
    pass(kSlotMs, 6);
    EXPECT_EQ(connections_->demerits(peer(1)), 0U) << "a single one is forgiven too";
}

/// [NET-107]
TEST_F(ConnectionsTest, AHundredDemeritsBanForAnHourThenTwo) {
    connect(1);
    punish(peer(1), Offence::BrokenProtocol, 2);
    EXPECT_FALSE(is_connected(1));
    EXPECT_EQ(network_.goodbye_to(peer(1)), kScoreTooLow);
    network_.answer_all();
    EXPECT_TRUE(network_.refused.contains(peer(1)));
    pass(kHourMs - kSlotMs);
    EXPECT_FALSE(connect(1));
    pass(2 * kSlotMs);
    network_.answer_all();
    pass(kSlotMs);
    EXPECT_FALSE(network_.refused.contains(peer(1)));
    EXPECT_TRUE(connect(1));
    EXPECT_EQ(connections_->demerits(peer(1)), 0U) << "it has paid";
    punish(peer(1), Offence::InvalidBlock);
    pass(kHourMs + kSlotMs);
    EXPECT_FALSE(connect(1)) << "twice as long as the last time";
    pass(kHourMs);
    EXPECT_TRUE(connect(1));
}

TEST_F(ConnectionsTest, BansGrowNoLongerThanADayAndADayWithoutForgetsThem) {
    std::uint64_t length_ms = 0;
    for (int i = 0; i < 8; ++i) {
        EXPECT_TRUE(connect(1)) << i;
        punish(peer(1), Offence::InvalidBlock);
        const std::uint64_t until_ms = memory_of(1).until_ms;
        length_ms = until_ms - clock_.time_ms;
        pass(length_ms + 1);
    }
    EXPECT_EQ(length_ms, 24 * kHourMs);
    pass(24 * kHourMs);
    EXPECT_EQ(connections_->bans().size(), 0U);
    connect(1);
    punish(peer(1), Offence::InvalidBlock);
    EXPECT_EQ(memory_of(1).until_ms - clock_.time_ms, kHourMs);
}

TEST_F(ConnectionsTest, SilenceBansNobody) {
    connect(1);
    punish(peer(1), Offence::Unresponsive, 1000);
    punish(peer(1), Offence::ServerError, 1000);
    EXPECT_TRUE(is_connected(1));
    EXPECT_EQ(connections_->demerits(peer(1)), Demerits::kLastResort);
    punish(peer(1), Offence::BrokenProtocol);
    EXPECT_FALSE(is_connected(1));
}

TEST_F(ConnectionsTest, FourBannedPeersCloseTheirAddressAsLongAsTheirBansLast) {
    const std::string at = "/ip4/203.0.113.9/tcp/9000";
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(connect(peer(i), false, at)) << i;
        punish(peer(i), Offence::InvalidBlock);
    }
    EXPECT_FALSE(connect(peer(10), false, at));
    EXPECT_TRUE(connect(peer(11), false, "/ip4/203.0.113.10/tcp/9000")) << "its neighbour is not it";
    pass(kHourMs + 10);
    EXPECT_TRUE(connect(peer(12), false, at));
}

TEST_F(ConnectionsTest, BannedPeersOnLoopbackCloseItForNobodyElse) {
    for (std::size_t i = 0; i < 10; ++i) {
        connect(peer(i), false, "/ip4/127.0.0.1/tcp/1");
        punish(peer(i), Offence::InvalidBlock);
    }
    EXPECT_TRUE(connect(peer(20), false, "/ip4/127.0.0.1/tcp/2"));
}

TEST_F(ConnectionsTest, BansAreKeptWhenTheNodeEnds) {
    connect(1);
    punish(peer(1), Offence::InvalidBlock);
    connections_->say_goodbye_to_all();
    connections_->remember();
    clock_.time_ms += kHourMs / 2;
    begin({});
    EXPECT_FALSE(connect(1));
    clock_.time_ms += kHourMs;
    EXPECT_TRUE(connect(1));
}

TEST_F(ConnectionsTest, BansAreBoundedAndWhatEndsFirstGoesFirst) {
    for (std::size_t i = 0; i < Bans::kMost + 100; ++i) {
        connect(i);
        punish(peer(i), Offence::InvalidBlock);
        network_.answer_all();
    }
    EXPECT_EQ(connections_->bans().size(), Bans::kMost);
    EXPECT_FALSE(connections_->bans().is_banned(peer(0), clock_.time_ms));
    EXPECT_TRUE(connections_->bans().is_banned(peer(100), clock_.time_ms));
    pass(1);
    EXPECT_FALSE(network_.refused.contains(peer(0))) << "the network below lets it in as well";
    EXPECT_LE(network_.refused.size(), Bans::kMost);
    EXPECT_EQ(memory_.bans.size(), Bans::kMost);
}

TEST_F(ConnectionsTest, AClockThatStepsBackMakesNoBanLongerThanADay) {
    connect(1);
    punish(peer(1), Offence::InvalidBlock);
    clock_.time_ms -= 100 * 24 * kHourMs;
    EXPECT_TRUE(connect(1));
}

/// [NET-108]
TEST_F(ConnectionsTest, APeerOfAnotherNetworkIsLeftAloneForAnHourButNotBanned) {
    connections_->on_discovered(peer(1), {address(1)});
    pass(kSlotMs);
    ASSERT_EQ(network_.dialed.size(), 1U);
    connect(1, true);
    connections_->say_goodbye(peer(1), GoodbyeReason::AnotherNetwork);
    EXPECT_EQ(network_.goodbye_to(peer(1)), 2U);
    for (std::uint64_t passed = 0; passed < kHourMs - kSlotMs; passed += kSlotMs)
        pass(kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 1U);
    pass(2 * kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 2U);
    EXPECT_TRUE(connect(1)) << "it may come by itself";
}

// --------------------------------------------------------------------------------------------------- memory, dialing

/// [NET-100] [NET-109]
TEST_F(ConnectionsTest, WhoWasMetIsDialedBeforeWhoWasHeardOfAndBootstrapPeersLast) {
    memory_.peers[peer(1)] = {.peer = peer(1),
                              .addresses = {address(1)},
                              .heard_ms = 5,
                              .connected_ms = 5,
                              .not_before_ms = 0,
                              .failures = 0};
    memory_.peers[peer(2)] = {.peer = peer(2),
                              .addresses = {address(2)},
                              .heard_ms = 5,
                              .connected_ms = 0,
                              .not_before_ms = 0,
                              .failures = 0};
    begin({.target_peers = 20,
           .max_peers = 75,
           .trusted = {{peer(4), {address(4)}}},
           .denied = {},
           .denied_addresses = {},
           .bootstrap = {{peer(3), {address(3)}}}});
    EXPECT_EQ(network_.dialed, (std::vector{address(4) + "/p2p/peer-4", address(1) + "/p2p/peer-1",
                                            address(2) + "/p2p/peer-2", address(3) + "/p2p/peer-3"}));
}

TEST_F(ConnectionsTest, NoMoreAreDialedThanAreMissing) {
    for (std::size_t i = 0; i < 48; ++i)
        connect(i);
    for (std::size_t i = 100; i < 200; ++i)
        connections_->on_discovered(peer(i), {address(i)});
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 2U);
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 2U) << "those are still under way";
    pass(Dialer::kPatienceMs);
    EXPECT_EQ(network_.dialed.size(), 4U) << "of which nothing is heard has failed";
}

TEST_F(ConnectionsTest, AFailureIsFollowedByAPauseThatDoublesAndTenAreTheEnd) {
    connections_->on_discovered(peer(1), {address(1)});
    std::vector<std::uint64_t> times;
    for (std::uint64_t second = 0; second < 40'000; ++second) {
        clock_.time_ms += 1000;
        connections_->dial();
        if (network_.dialed.size() == times.size()) continue;
        times.push_back(second);
        connections_->on_dial_failed(peer(1));
    }
    ASSERT_EQ(times.size(), 10U);
    EXPECT_EQ(times[1] - times[0], 30U);
    EXPECT_EQ(times[2] - times[1], 60U);
    EXPECT_EQ(times[7] - times[6], 1920U);
    EXPECT_EQ(times[9] - times[8], 3600U);
    EXPECT_EQ(connections_->addresses().find(peer(1)), nullptr);
}

TEST_F(ConnectionsTest, APeerThatSoonHangsUpIsNotDialedAgainAtOnce) {
    connections_->on_discovered(peer(1), {address(1)});
    pass(kSlotMs);
    connect(1, true);
    connections_->on_disconnected(peer(1));
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 1U);
    pass(30'000);
    EXPECT_EQ(network_.dialed.size(), 2U);
    connect(1, true);
    pass(Connections::kSettledMs);
    connections_->on_disconnected(peer(1));
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed.size(), 3U) << "a connection that lasted was a success";
}

TEST_F(ConnectionsTest, WhoSaidGoodbyeIsNotDialedAgainAtOnce) {
    connect(1);
    connections_->on_identified(peer(1), {"", {address(1)}});
    pass(Connections::kSettledMs);
    connections_->on_goodbye(peer(1));
    connections_->on_disconnected(peer(1));
    pass(kSlotMs);
    EXPECT_TRUE(network_.dialed.empty());
    pass(30'000);
    EXPECT_EQ(network_.dialed.size(), 1U);
}

TEST_F(ConnectionsTest, WhoWasMetIsRememberedWhenTheNodeEnds) {
    connect(1, true);
    connect(2);
    connections_->on_identified(peer(2), {"other-node/1.2", {address(2)}});
    pass(kSlotMs);
    network_.dialed.clear();
    begin({});
    EXPECT_EQ(network_.dialed, (std::vector{address(1) + "/p2p/peer-1", address(2) + "/p2p/peer-2"}));
}

TEST_F(ConnectionsTest, RecordsThatMakeNoSenseAreLeftOut) {
    memory_.peers[peer(1)] = {.peer = peer(1),
                              .addresses = {std::string(10'000, 'x')},
                              .heard_ms = 1,
                              .connected_ms = 0,
                              .not_before_ms = 0,
                              .failures = 0};
    memory_.peers[peer(2)] = {.peer = peer(2),
                              .addresses = {address(2) + "/p2p/somebody-else"},
                              .heard_ms = 1,
                              .connected_ms = 0,
                              .not_before_ms = 0,
                              .failures = 0};
    memory_.peers[peer(3)] = {.peer = peer(3),
                              .addresses = {address(3)},
                              .heard_ms = UINT64_MAX,
                              .connected_ms = UINT64_MAX,
                              .not_before_ms = UINT64_MAX,
                              .failures = 1};
    memory_.bans[peer(4)] = {.peer = peer(4), .ip = "nowhere", .until_ms = UINT64_MAX, .length_ms = UINT64_MAX};
    begin({});
    EXPECT_TRUE(network_.dialed.empty());
    EXPECT_TRUE(connect(4));
    pass(kSlotMs);
    EXPECT_TRUE(memory_.peers.empty());
}

TEST_F(ConnectionsTest, WithoutDiscoveryNobodyIsDialedButWhomTheOperatorNamed) {
    memory_.peers[peer(1)] = {.peer = peer(1),
                              .addresses = {address(1)},
                              .heard_ms = 5,
                              .connected_ms = 5,
                              .not_before_ms = 0,
                              .failures = 0};
    PeerOptions options;
    options.bootstrap = {{peer(3), {address(3)}}};
    options.discovery = false;
    network_.discoveries = 0;
    begin(std::move(options));
    connections_->on_discovered(peer(2), {address(2)});
    connect(5);
    connections_->on_identified(peer(5), {"", {address(5)}});
    connections_->on_disconnected(peer(5));
    pass(kSlotMs);
    EXPECT_EQ(network_.dialed, std::vector{address(3) + "/p2p/peer-3"});
    EXPECT_EQ(network_.discoveries, 0U);
}

// -------------------------------------------------------------------------------------------------------------- floods

TEST_F(ConnectionsTest, AFloodOfConnectionsFromOneNetworkLeavesRoomForOthers) {
    for (std::size_t i = 0; i < 5'000; ++i) {
        const std::string at = "/ip4/192.0.2." + std::to_string(i % 256) + "/tcp/9000";
        if (connect(peer(i), false, at) && i % 3 == 0) punish(peer(i), Offence::BrokenProtocol, 2);
        EXPECT_LE(connections_->farewells(), Connections::kMostFarewells);
        if (i % 1000 == 0) pass(1);
    }
    EXPECT_TRUE(connect(30'000)) << "an honest peer";
    EXPECT_LE(connections_->all().size(), 17U);
    EXPECT_LE(connections_->bans().size(), Bans::kMost);
    EXPECT_LE(network_.open.size(), Connections::kMostFarewells);
}

TEST_F(ConnectionsTest, AFloodOfAddressesDrivesOutNobodyWhoWasMet) {
    for (std::size_t i = 0; i < 40; ++i)
        connect(i, true);
    for (std::size_t i = 0; i < 40; ++i)
        connections_->on_disconnected(peer(i));
    for (std::size_t i = 1000; i < 30'000; ++i)
        connections_->on_discovered(peer(i), {address(i)});
    for (std::size_t i = 40'000; i < 50'000; ++i)
        connections_->on_discovered(peer(i), {"/ip4/203.0.113." + std::to_string(i % 256) + "/tcp/9000"});
    EXPECT_LE(connections_->addresses().all().size(), AddressBook::kMostPeers);
    for (std::size_t i = 0; i < 40; ++i)
        EXPECT_NE(connections_->addresses().find(peer(i)), nullptr) << i;
    const auto of_network = std::ranges::count_if(connections_->addresses().all(), [](const auto& each) {
        return each.second.known.addresses.front().starts_with("/ip4/203.0.113.");
    });
    EXPECT_LE(of_network, 16);
}

TEST_F(ConnectionsTest, DemeritsAreKeptForTheLastPeersThatHaveSome) {
    for (std::size_t i = 0; i < 5000; ++i)
        punish(peer(i), Offence::BadSignature);
    EXPECT_EQ(connections_->demerits(peer(4999)), 25U);
    EXPECT_EQ(connections_->demerits(peer(5000 - Demerits::kMostPeers)), 25U);
    EXPECT_EQ(connections_->demerits(peer(4999 - Demerits::kMostPeers)), 0U);
}

/// [NET-112]
TEST_F(ConnectionsTest, ItAsksAPeerForNoMoreThanHalfOfWhatTheQuotaAllows) {
    std::uint64_t asked = 0;
    for (int i = 0; i < 200; ++i)
        asked += connections_->wait_before_asking(peer(1), Method::BlocksByRange, 64) ? 0U : 64U;
    EXPECT_EQ(asked, 32 * MAINNET.MAX_REQUEST_BLOCKS);
    const auto at_ms = connections_->wait_before_asking(peer(1), Method::BlocksByRange, 64);
    ASSERT_TRUE(at_ms);
    EXPECT_EQ(*at_ms - clock_.time_ms, 157U) << "64 of 4096 in 10 s";
    EXPECT_FALSE(connections_->wait_before_asking(peer(2), Method::BlocksByRange, 64)) << "another peer";
    clock_.time_ms = *at_ms;
    EXPECT_FALSE(connections_->wait_before_asking(peer(1), Method::BlocksByRange, 64));
}

TEST_F(ConnectionsTest, ThePeersAreCountedByDirectionClientAndDemerits) {
    connect(1);
    connect(2, true);
    connect(3);
    connections_->on_identified(peer(1), {"touchstone-node/0.1", {}});
    connections_->on_identified(peer(2), {"touchstone-node/0.2", {}});
    connections_->on_identified(peer(3), {"other\n\x1b[31m/7" + std::string(500, 'x'), {}});
    punish(peer(3), Offence::BadSignature);
    const PeerCounters counters = connections_->counters();
    EXPECT_EQ(counters.inbound, 2U);
    EXPECT_EQ(counters.outbound, 1U);
    EXPECT_EQ(counters.clients, (std::map<std::string, std::uint64_t>{{"touchstone-node", 2}, {"other??[31m", 1}}));
    EXPECT_EQ(counters.demerits, (std::array<std::uint64_t, 4>{2, 0, 1, 0}));
    EXPECT_LE(connections_->find(peer(3))->client.size(), Connections::kMostClientBytes);
    for (std::size_t i = 10; i < 60; ++i) {
        connect(i);
        connections_->on_identified(peer(i), {"client-" + std::to_string(i), {}});
    }
    EXPECT_LE(connections_->counters().clients.size(), PeerCounters::kMostClients + 1);
}

TEST_F(ConnectionsTest, WhereNobodyRemembersNothingPilesUpToBeRemembered) {
    connections_ =
        std::make_unique<Connections>(Connections::Ports{clock_, network_, random_, log_}, PeerOptions{}, MAINNET);
    connections_->start();
    for (std::size_t i = 0; i < 100; ++i) {
        connections_->on_discovered(peer(i), {address(i)});
        connect(1000 + i);
        punish(peer(1000 + i), Offence::BrokenProtocol, 2);
    }
    EXPECT_GT(connections_->addresses().unsaved() + connections_->bans().unsaved(), 0U);
    pass(kSlotMs);
    EXPECT_EQ(connections_->addresses().unsaved(), 0U);
    EXPECT_EQ(connections_->bans().unsaved(), 0U);
}

}  // namespace
}  // namespace touchstone::node
