// Networks over real sockets, for tests.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/adapters/libp2p/libp2p_network.h"
#include "node/adapters/runtime/writer_loop.h"

namespace touchstone::node::adapters {

class NoLog final : public Log {
    void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

/// Passes everything to functions that a test sets.
struct Handler final : NetworkHandler {
    void on_peer_connected(const PeerId& peer, const PeerConnection& connection) override {
        connected(peer, connection);
    }
    void on_peer_disconnected(const PeerId& peer) override { disconnected(peer); }
    void on_peer_identified(const PeerId& peer, const PeerIdentity& identity) override { identified(peer, identity); }
    void on_peer_subscription(const PeerId& peer, const Topic& topic, bool begun) override {
        subscription(peer, topic, begun);
    }
    void on_peer_discovered(const PeerId& peer, const std::vector<std::string>& addresses) override {
        discovered(peer, addresses);
    }
    void on_dial_failed(const PeerId& peer, const std::string& address) override { dial_failed(peer, address); }
    void on_gossip(GossipMessage message) override { gossip(std::move(message)); }
    void on_request(InboundRequest request) override { requested(std::move(request)); }

    std::function<void(const PeerId&, const PeerConnection&)> connected = [](const PeerId&, const PeerConnection&) {};
    std::function<void(const PeerId&)> disconnected = [](const PeerId&) {};
    std::function<void(const PeerId&, const PeerIdentity&)> identified = [](const PeerId&, const PeerIdentity&) {};
    std::function<void(const PeerId&, const Topic&, bool)> subscription = [](const PeerId&, const Topic&, bool) {};
    std::function<void(const PeerId&, const std::vector<std::string>&)> discovered =
        [](const PeerId&, const std::vector<std::string>&) {};
    std::function<void(const PeerId&, const std::string&)> dial_failed = [](const PeerId&, const std::string&) {};
    std::function<void(GossipMessage)> gossip = [](const GossipMessage&) {};
    std::function<void(InboundRequest)> requested = [](const InboundRequest&) {};
};

/// Two nodes on loopback, whose writer is this thread.
class TwoNetworks : public ::testing::Test {
  protected:
    struct Side {
        Handler handler;
        std::unique_ptr<Libp2pNetwork> network;
        std::optional<PeerId> peer;
    };

    NetworkOptions options(std::uint8_t key) const {
        NetworkOptions chosen;
        chosen.digest = ForkDigest(std::array<std::uint8_t, 4>{1, 2, 3, 4});
        chosen.parameters = MINIMAL;
        chosen.listen = {"/ip4/127.0.0.1/tcp/0"};
        chosen.node_key.fill(key);
        return chosen;
    }
    std::unique_ptr<Libp2pNetwork> start(const NetworkOptions& chosen) {
        const NetworkPorts ports{[this](std::function<void()> task) { loop_.post(std::move(task)); }, clock_,
                                 loop_.timers(), log_};
        auto started = Libp2pNetwork::start(chosen, ports);
        EXPECT_TRUE(started.ok()) << started.fault().text;
        return std::move(started).value();
    }
    void start_both() {
        first_.network = start(options(1));
        NetworkOptions second = options(2);
        second.peers = first_.network->listen_addresses();
        second_.network = start(second);
        for (Side* side : {&first_, &second_}) {
            side->handler.connected = [side](const PeerId& peer, const PeerConnection&) { side->peer = peer; };
            side->network->set_handler(&side->handler);
        }
        run_until([this] { return first_.peer && second_.peer; });
    }
    /// Runs the loop until the condition holds; fails after half a minute.
    void run_until(std::function<bool()> condition) {
        if (condition()) return;
        WriterLoop& loop = loop_;
        bool late = false;
        const std::uint64_t end = clock_.now_ms() + 30'000;
        std::function<void()> look = [&] {
            late = clock_.now_ms() > end;
            if (condition() || late) return loop.stop();
            loop.timers().call_at(clock_.now_ms() + 5, look);
        };
        look();
        loop.run();
        EXPECT_FALSE(late);
    }

    WriterLoop loop_;
    SystemClock clock_;
    NoLog log_;
    Side first_;
    Side second_;
};

}  // namespace touchstone::node::adapters
