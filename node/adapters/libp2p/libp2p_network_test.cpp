#include "node/adapters/libp2p/libp2p_network.h"

#include <gtest/gtest.h>

#include <map>

#include "node/adapters/libp2p/testing/two_networks.h"

namespace touchstone::node::adapters {
namespace {

using Libp2pNetworkTest = TwoNetworks;

/// [NET-01] [NET-80]
TEST_F(Libp2pNetworkTest, PeersFindEachOtherByTheirKeys) {
    start_both();
    EXPECT_EQ(first_.peer->bytes, second_.network->local_peer_id());
    EXPECT_EQ(second_.peer->bytes, first_.network->local_peer_id());
    EXPECT_EQ(first_.network->local_peer_id(), peer_id_of(options(1).node_key));
}

TEST_F(Libp2pNetworkTest, ABannedPeerIsGoneUntilItIsUnbanned) {
    start_both();
    bool gone = false;
    const PeerId banned = *first_.peer;
    first_.handler.disconnected = [&](const PeerId& peer) { gone = peer == banned; };
    first_.network->disconnect(banned, true);
    run_until([&] { return gone; });
    EXPECT_TRUE(first_.network->connected_peers().empty());
    first_.peer.reset();
    first_.network->unban(banned);
    run_until([&] { return first_.peer == banned; });
}

/// [NET-88] [NET-89]
TEST_F(Libp2pNetworkTest, AThirdNodeIsDiscoveredAndConnectedOnlyWhenItIsDialed) {
    start_both();
    Side third;
    third.network = start(options(3));
    PeerConnection connection;
    third.handler.connected = [&](const PeerId& peer, const PeerConnection& made) {
        third.peer = peer;
        connection = made;
    };
    std::string agent;
    third.handler.identified = [&](const PeerId&, const PeerIdentity& identity) { agent = identity.agent; };
    std::map<PeerId, std::vector<std::string>> found;
    third.handler.discovered = [&](const PeerId& peer, const std::vector<std::string>& addresses) {
        found[peer] = addresses;
    };
    third.network->set_handler(&third.handler);
    third.network->dial(first_.network->listen_addresses().front());
    run_until([&] { return third.peer && !agent.empty(); });
    EXPECT_TRUE(connection.outbound);
    EXPECT_EQ(agent, "touchstone-node");
    const PeerId wanted{second_.network->local_peer_id()};
    run_until([&] {
        third.network->discover();
        return found.contains(wanted);
    });
    EXPECT_EQ(found[wanted], second_.network->listen_addresses());
    EXPECT_EQ(third.network->connected_peers().size(), 1U);
    third.peer.reset();
    third.network->dial(found[wanted].front());
    run_until([&] { return third.peer == wanted; });
}

TEST_F(Libp2pNetworkTest, ADialThatFailsIsTold) {
    start_both();
    std::vector<std::string> failed;
    first_.handler.dial_failed = [&](const PeerId&, const std::string& address) { failed.push_back(address); };
    const std::string nobody = "/ip4/127.0.0.1/tcp/1/p2p/" + peer_id_of(options(9).node_key);
    first_.network->dial(nobody);
    run_until([&] { return !failed.empty(); });
    first_.network->dial("no address");
    run_until([&] { return failed.size() == 2; });
    EXPECT_EQ(failed, (std::vector<std::string>{nobody, "no address"}));
}

TEST_F(Libp2pNetworkTest, NoMoreConnectionsAreOpenThanAreAllowed) {
    first_.network = start([&] {
        NetworkOptions chosen = options(1);
        chosen.max_connections = 1;
        return chosen;
    }());
    first_.network->set_handler(&first_.handler);
    std::vector<PeerId> connected;
    first_.handler.connected = [&](const PeerId& peer, const PeerConnection&) { connected.push_back(peer); };
    second_.network = start(options(2));
    second_.network->set_handler(&second_.handler);
    Side third;
    third.network = start(options(3));
    third.network->set_handler(&third.handler);
    second_.network->dial(first_.network->listen_addresses().front());
    run_until([&] { return connected.size() == 1; });
    third.network->dial(first_.network->listen_addresses().front());
    run_until([&] { return first_.network->report().refused_connections > 0; });
    EXPECT_EQ(connected, std::vector{PeerId{second_.network->local_peer_id()}});
}

TEST_F(Libp2pNetworkTest, APortInUseIsNamed) {
    first_.network = start(options(1));
    NetworkOptions second = options(2);
    std::string address = first_.network->listen_addresses().front();
    second.listen = {address.substr(0, address.find("/p2p/"))};
    const auto started =
        Libp2pNetwork::start(second, {[](const std::function<void()>&) {}, clock_, loop_.timers(), log_});
    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.fault().kind, FaultKind::Network);
    EXPECT_NE(started.fault().text.find(second.listen[0]), std::string::npos) << started.fault().text;
}

TEST_F(Libp2pNetworkTest, AnAddressThatIsNoneIsAFaultOfTheConfiguration) {
    NetworkOptions chosen = options(1);
    chosen.listen = {"127.0.0.1:9000"};
    const auto started =
        Libp2pNetwork::start(chosen, {[](const std::function<void()>&) {}, clock_, loop_.timers(), log_});
    ASSERT_FALSE(started.ok());
    EXPECT_EQ(started.fault().kind, FaultKind::Configuration);
    EXPECT_NE(started.fault().text.find("127.0.0.1:9000"), std::string::npos) << started.fault().text;
}

TEST_F(Libp2pNetworkTest, EndsWithEverythingUnderWay) {
    start_both();
    for (int i = 0; i < 10; ++i) {
        second_.network->request(*second_.peer, Method::Status, ByteVector(92), 20'000,
                                 [](RequestOutcome, const ByteVector&) { ADD_FAILURE(); });
        second_.network->publish({TopicKind::Block, 0}, ByteVector(1000));
    }
    second_.network.reset();
    first_.network.reset();
}

}  // namespace
}  // namespace touchstone::node::adapters
