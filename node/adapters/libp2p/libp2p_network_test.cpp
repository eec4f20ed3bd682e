#include "node/adapters/libp2p/libp2p_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/event_reader.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/adapters/runtime/writer_loop.h"
#include "node/codec/snappy.h"
#include "node/ports/topic_names.h"

namespace touchstone::node::adapters {
namespace {

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

class Libp2pNetworkTest : public ::testing::Test {
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

/// [NET-01] [NET-80]
TEST_F(Libp2pNetworkTest, PeersFindEachOtherByTheirKeys) {
    start_both();
    EXPECT_EQ(first_.peer->bytes, second_.network->local_peer_id());
    EXPECT_EQ(second_.peer->bytes, first_.network->local_peer_id());
    EXPECT_EQ(first_.network->local_peer_id(), peer_id_of(options(1).node_key));
}

TEST_F(Libp2pNetworkTest, GossipArrivesDecompressedAndIsReported) {
    const Topic topic{TopicKind::Attestation, 2};
    const ByteVector payload(5000, 7);
    start_both();
    std::optional<GossipMessage> received;
    second_.handler.gossip = [&](GossipMessage message) { received = std::move(message); };
    for (Side* side : {&first_, &second_})
        side->network->subscribe(topic);
    // Until the mesh stands nobody is there to be told.
    std::uint64_t next = 0;
    std::uint8_t attempt = 0;
    run_until([&] {
        if (clock_.now_ms() >= next) {
            next = clock_.now_ms() + 300;
            ByteVector content = payload;
            content[0] = attempt++;
            first_.network->publish(topic, content);
        }
        return received.has_value();
    });
    EXPECT_EQ(received->sender, *second_.peer);
    EXPECT_EQ(received->topic, topic);
    EXPECT_EQ(received->payload.size(), payload.size());
    second_.network->report(received->id, Verdict::Accept);
    second_.network->report(received->id, Verdict::Accept);
}

/// A host that speaks the protocol below the compression, with limits of its own.
class RawHost {
  public:
    explicit RawHost(const std::string& address) {
        for (const Method method : kMethods)
            names_.push_back(protocol_name(ForkDigest(std::array<std::uint8_t, 4>{1, 2, 3, 4}), method));
        std::vector<ts_network_protocol> protocols;
        for (const std::string& name : names_)
            protocols.push_back({name.c_str(), 10'000, 10'000, 10'000});
        ts_network_config config{};
        ts_network_config_default(&config);
        config.node_key[0] = 3;
        const char* const peer = address.c_str();
        config.static_peers = &peer;
        config.static_peer_count = 1;
        config.protocols = protocols.data();
        config.protocol_count = protocols.size();
        EXPECT_EQ(ts_network_start(&config, &host_), TS_OK);
    }
    ~RawHost() { ts_network_free(host_); }
    RawHost(const RawHost&) = delete;
    RawHost& operator=(const RawHost&) = delete;

    ts_network* host() { return host_; }
    /// False if it is not sent; what comes back is in `answers` under the name.
    bool ask(const std::string& name, const PeerId& peer, Method method, const ByteVector& frame) {
        const std::string protocol = names_[static_cast<std::size_t>(method)];
        const std::int64_t id =
            ts_network_send_request(host_, peer.bytes.c_str(), protocol.c_str(), frame.data(), frame.size());
        if (id > 0) requests_[static_cast<std::uint64_t>(id)] = name;
        return id > 0;
    }
    void poll() {
        ByteVector buffer(1U << 16U);
        while (true) {
            const std::int64_t size = ts_network_poll(host_, buffer.data(), buffer.size(), 0);
            if (size <= 0) return;
            const auto event = read_event({buffer.data(), static_cast<std::size_t>(size)});
            if (!event) continue;
            if (const auto* response = std::get_if<ResponseArrived>(&*event)) {
                answers[requests_[response->request]] = response->status;
            } else if (const auto* failed = std::get_if<RequestFailed>(&*event)) {
                answers[requests_[failed->request]] = std::nullopt;
            } else if (const auto* request = std::get_if<RequestArrived>(&*event)) {
                ts_network_send_response(host_, request->channel, 0, response_frame.data(), response_frame.size());
            } else if (std::holds_alternative<PeerDisconnected>(*event)) {
                ++lost_connections;
            }
        }
    }

    std::map<std::string, std::optional<std::uint8_t>> answers;  // status, or nothing: it failed
    ByteVector response_frame;                                   // with status 0, to whatever it is asked
    int lost_connections = 0;

  private:
    ts_network* host_ = nullptr;
    std::vector<std::string> names_;
    std::map<std::uint64_t, std::string> requests_;
};

TEST_F(Libp2pNetworkTest, AFrameIsEmptyOnlyWhereNothingIsExpectedAndWhoDeclaresTooMuchIsReset) {
    first_.network = start(options(1));
    first_.handler.connected = [this](const PeerId& peer, const PeerConnection&) { first_.peer = peer; };
    std::vector<std::pair<Method, std::size_t>> requests;
    first_.handler.requested = [&](const InboundRequest& request) {
        requests.emplace_back(request.method, request.payload.size());
        first_.network->respond(request.id, ResponseCode::Success, ByteVector(8));
    };
    first_.network->set_handler(&first_.handler);
    RawHost raw(first_.network->listen_addresses().front());
    run_until([&] { return first_.peer.has_value(); });
    const PeerId peer{first_.network->local_peer_id()};
    const ByteVector nothing = codec::compress({});
    const ByteVector long_frame(compressed_limit(8) + 1, 1);
    ASSERT_TRUE(raw.ask("none", peer, Method::Metadata, {}));
    ASSERT_TRUE(raw.ask("none, compressed", peer, Method::Metadata, nothing));
    ASSERT_TRUE(raw.ask("empty list", peer, Method::BlocksByRoot, nothing));
    ASSERT_TRUE(raw.ask("empty frame", peer, Method::BlocksByRoot, {}));
    ASSERT_TRUE(raw.ask("declares too much", peer, Method::Ping, codec::compress(ByteVector(9))));
    ASSERT_TRUE(raw.ask("frame too long", peer, Method::Goodbye, long_frame));
    run_until([&] {
        raw.poll();
        return raw.answers.size() == 6;
    });
    EXPECT_EQ(raw.answers["none"], 0);
    EXPECT_EQ(raw.answers["none, compressed"], 1);
    EXPECT_EQ(raw.answers["empty list"], 0);
    EXPECT_EQ(raw.answers["empty frame"], 1);
    EXPECT_EQ(raw.answers["declares too much"], std::nullopt);
    EXPECT_EQ(raw.answers["frame too long"], std::nullopt);
    std::ranges::sort(requests);
    EXPECT_EQ(requests,
              (std::vector<std::pair<Method, std::size_t>>{{Method::Metadata, 0}, {Method::BlocksByRoot, 0}}));
    ASSERT_TRUE(raw.ask("afterwards", peer, Method::Ping, codec::compress(ByteVector(8))));
    run_until([&] {
        raw.poll();
        return raw.answers.contains("afterwards");
    });
    EXPECT_EQ(raw.answers["afterwards"], 0);
    EXPECT_EQ(raw.lost_connections, 0);
}

TEST_F(Libp2pNetworkTest, AResponseThatIsEmptyOrTooLongIsNone) {
    first_.network = start(options(1));
    first_.handler.connected = [this](const PeerId& peer, const PeerConnection&) { first_.peer = peer; };
    first_.network->set_handler(&first_.handler);
    RawHost raw(first_.network->listen_addresses().front());
    run_until([&] { return first_.peer.has_value(); });
    const auto answer = [&](const ByteVector& frame) {
        raw.response_frame = frame;
        std::optional<RequestOutcome> outcome;
        first_.network->request(*first_.peer, Method::Ping, ByteVector(8), 20'000,
                                [&](RequestOutcome result, const ByteVector&) { outcome = result; });
        run_until([&] {
            raw.poll();
            return outcome.has_value();
        });
        return *outcome;
    };
    EXPECT_EQ(answer({}), RequestOutcome::Malformed) << "an empty frame does not decompress";
    EXPECT_EQ(answer(codec::compress(ByteVector(9))), RequestOutcome::Malformed) << "declares more than a number has";
    EXPECT_EQ(answer(ByteVector(1000)), RequestOutcome::Malformed) << "a frame over the limit";
    EXPECT_EQ(answer(codec::compress(ByteVector(8))), RequestOutcome::Success) << "on the same connection";
    EXPECT_EQ(raw.lost_connections, 0);
}

TEST_F(Libp2pNetworkTest, GossipThatDoesNotDecompressNeverReachesTheNode) {
    const Topic topic{TopicKind::Block, 0};
    start_both();
    std::vector<ByteVector> received;
    first_.handler.gossip = [&](const GossipMessage& message) {
        received.push_back(message.payload);
        first_.network->report(message.id, Verdict::Ignore);
    };
    first_.network->subscribe(topic);
    RawHost raw(first_.network->listen_addresses().front());
    const char* const name = "/touchstone/01020304/block/ssz_snappy";
    const ByteVector bomb{0xff, 0xff, 0xff, 0xff, 0x0f, 0x00};  // declares 4 GiB
    std::uint64_t next = 0;
    std::uint8_t attempt = 0;
    run_until([&] {
        if (clock_.now_ms() >= next) {
            next = clock_.now_ms() + 300;
            ByteVector bad = bomb;
            bad.push_back(attempt);
            const ByteVector good = codec::compress(ByteVector{attempt++});
            if (attempt == 1) ts_network_publish(raw.host(), name, bad.data(), bad.size(), nullptr);
            ts_network_publish(raw.host(), name, good.data(), good.size(), nullptr);
        }
        return !received.empty();
    });
    for (const ByteVector& payload : received)
        EXPECT_EQ(payload.size(), 1U);
}

/// [NET-55] [NET-56]
TEST_F(Libp2pNetworkTest, RequestsAreAnswered) {
    start_both();
    std::vector<InboundRequest> requests;
    first_.handler.requested = [&](const InboundRequest& request) {
        requests.push_back(request);
        const bool big = request.method == Method::BlocksByRange;
        const ByteVector answer(big ? 3'000'000 : request.payload.size(), 5);
        first_.network->respond(request.id, ResponseCode::Success, answer);
    };
    std::vector<std::pair<RequestOutcome, std::size_t>> answers;
    const auto keep = [&](RequestOutcome outcome, const ByteVector& payload) {
        answers.emplace_back(outcome, payload.size());
    };
    second_.network->request(*second_.peer, Method::BlocksByRange, ByteVector(16, 1), 20'000, keep);
    run_until([&] { return answers.size() == 1; });
    second_.network->request(*second_.peer, Method::Metadata, {}, 20'000, keep);
    run_until([&] { return answers.size() == 2; });
    EXPECT_EQ(answers[0], (std::pair(RequestOutcome::Success, std::size_t{3'000'000})));
    EXPECT_EQ(answers[1], (std::pair(RequestOutcome::Success, std::size_t{0})));
    EXPECT_EQ(requests[0].payload, ByteVector(16, 1));
    EXPECT_EQ(requests[0].peer, *first_.peer);
    EXPECT_TRUE(requests[1].payload.empty());
}

/// [NET-56] [NET-58]
TEST_F(Libp2pNetworkTest, RefusalsTimeoutsAndStrangersAreTold) {
    start_both();
    std::vector<InboundRequestId> unanswered;
    first_.handler.requested = [&](const InboundRequest& request) {
        if (request.method == Method::Ping) return unanswered.push_back(request.id);
        first_.network->respond(request.id, ResponseCode::ResourceUnavailable, {});
    };
    std::map<std::string, RequestOutcome> outcomes;
    const auto keep = [&](const char* name) {
        return [&outcomes, name](RequestOutcome outcome, const ByteVector&) { outcomes[name] = outcome; };
    };
    second_.network->request(*second_.peer, Method::BlocksByRoot, ByteVector(32), 20'000, keep("refused"));
    second_.network->request(*second_.peer, Method::Goodbye, ByteVector(9), 20'000, keep("too long"));
    second_.network->request(PeerId{peer_id_of(options(9).node_key)}, Method::Ping, ByteVector(8), 20'000,
                             keep("stranger"));
    second_.network->request(PeerId{"nobody"}, Method::Ping, ByteVector(8), 20'000, keep("no id"));
    second_.network->request(*second_.peer, Method::Ping, ByteVector(8), 300, keep("timeout"));
    EXPECT_TRUE(outcomes.empty()) << "no answer from within the call";
    run_until([&] { return outcomes.size() == 5; });
    EXPECT_EQ(outcomes["refused"], RequestOutcome::Refused);
    EXPECT_EQ(outcomes["too long"], RequestOutcome::BrokenStream);
    EXPECT_EQ(outcomes["stranger"], RequestOutcome::Disconnected);
    EXPECT_EQ(outcomes["no id"], RequestOutcome::Disconnected);
    EXPECT_EQ(outcomes["timeout"], RequestOutcome::Timeout);
    ASSERT_EQ(unanswered.size(), 1U);
    first_.network->respond(unanswered[0], ResponseCode::Success, ByteVector(8));
}

/// [NET-58]
TEST_F(Libp2pNetworkTest, AThirdRequestOfOneMethodIsTurnedAway) {
    start_both();
    std::vector<InboundRequestId> open;
    first_.handler.requested = [&](const InboundRequest& request) { open.push_back(request.id); };
    std::vector<RequestOutcome> outcomes;
    for (int i = 0; i < 3; ++i) {
        second_.network->request(*second_.peer, Method::Ping, ByteVector(8), 20'000,
                                 [&](RequestOutcome outcome, const ByteVector&) { outcomes.push_back(outcome); });
    }
    run_until([&] { return open.size() == 2 && outcomes.size() == 1; });
    EXPECT_EQ(outcomes[0], RequestOutcome::Refused);
    for (const InboundRequestId id : open)
        first_.network->respond(id, ResponseCode::Success, ByteVector(8));
    run_until([&] { return outcomes.size() == 3; });
    EXPECT_EQ(outcomes[2], RequestOutcome::Success);
}

TEST_F(Libp2pNetworkTest, AFloodIsServedTwoAtATimeAndOnlyTheFlooderIsTurnedAway) {
    start_both();
    std::vector<InboundRequestId> open;
    first_.handler.requested = [&](const InboundRequest& request) {
        if (request.method != Method::BlocksByRange) {
            return first_.network->respond(request.id, ResponseCode::Success, ByteVector(8));
        }
        open.push_back(request.id);
        EXPECT_LE(open.size(), 2U);
    };
    constexpr int kFlood = 12;
    std::map<RequestOutcome, int> outcomes;
    for (int i = 0; i < kFlood; ++i) {
        second_.network->request(*second_.peer, Method::BlocksByRange, ByteVector(16), 20'000,
                                 [&](RequestOutcome outcome, const ByteVector&) { ++outcomes[outcome]; });
    }
    run_until([&] { return open.size() == 2 && outcomes[RequestOutcome::Refused] == kFlood - 2; });
    std::optional<RequestOutcome> ping;
    second_.network->request(*second_.peer, Method::Ping, ByteVector(8), 20'000,
                             [&](RequestOutcome outcome, const ByteVector&) { ping = outcome; });
    run_until([&] { return ping.has_value(); });
    EXPECT_EQ(*ping, RequestOutcome::Success) << "another method";
    for (const InboundRequestId id : open)
        first_.network->respond(id, ResponseCode::Success, ByteVector(2'000'000));
    run_until([&] { return outcomes[RequestOutcome::Success] == 2; });
    EXPECT_EQ(outcomes[RequestOutcome::Refused], kFlood - 2);
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

TEST_F(Libp2pNetworkTest, WhatIsCarriedIsCountedByTopicAndMethod) {
    const Topic topic{TopicKind::Block, 0};
    start_both();
    bool subscribed = false;
    first_.handler.subscription = [&](const PeerId&, const Topic& which, bool begun) {
        subscribed = which == topic && begun;
    };
    bool received = false;
    second_.handler.gossip = [&](const GossipMessage&) { received = true; };
    second_.network->subscribe(topic);
    run_until([&] { return subscribed; });
    first_.network->publish(topic, ByteVector(5000, 7));
    run_until([&] { return received; });
    std::map<std::string, Traffic> traffic;
    for (const Traffic& each : second_.network->traffic())
        traffic[each.name] = each;
    const Traffic& blocks = traffic[topic_name(options(1).digest, topic)];
    EXPECT_TRUE(blocks.topic);
    EXPECT_EQ(blocks.messages_in, 1U);
    EXPECT_GT(blocks.bytes_in, 100U);
    EXPECT_EQ(blocks.messages_out, 0U);
    EXPECT_FALSE(traffic.at(protocol_name(options(1).digest, Method::Ping)).topic);
}

TEST_F(Libp2pNetworkTest, AReportHasPeersTrafficAndVerdicts) {
    const Topic topic{TopicKind::Attestation, 1};
    start_both();
    bool subscribed = false;
    first_.handler.subscription = [&](const PeerId&, const Topic& which, bool) { subscribed = which == topic; };
    std::vector<GossipId> received;
    second_.handler.gossip = [&](const GossipMessage& message) { received.push_back(message.id); };
    second_.network->subscribe(topic);
    run_until([&] { return subscribed; });
    first_.network->publish(topic, ByteVector(50, 7));
    first_.network->publish(topic, ByteVector(50, 8));
    run_until([&] { return received.size() == 2; });
    second_.network->report(received[0], Verdict::Accept);
    second_.network->report(received[1], Verdict::Ignore);
    second_.network->report(received[1], Verdict::Reject);  // was answered already
    std::optional<RequestOutcome> pinged;
    second_.network->request(*second_.peer, Method::Status, ByteVector(84), 20'000,
                             [&](RequestOutcome outcome, const ByteVector&) { pinged = outcome; });
    first_.handler.requested = [&](const InboundRequest& request) {
        first_.network->respond(request.id, ResponseCode::Success, ByteVector(84));
    };
    run_until([&] { return pinged.has_value(); });

    NetworkReport report;
    run_until([&] {
        report = second_.network->report();
        return report.topics.size() == 1 && report.topics[0].carried.messages_in == 2 && report.peers.size() == 1 &&
               std::ranges::any_of(report.methods, [](const auto& each) { return each.carried.messages_out == 1; });
    });
    EXPECT_EQ(report.topics[0].topic, topic);
    EXPECT_EQ(report.peers[0].peer, *second_.peer);
    EXPECT_TRUE(report.peers[0].outbound);
    EXPECT_EQ(report.verdicts.at(TopicKind::Attestation), (VerdictCounts{1, 1, 0}));
    EXPECT_EQ(report.verdicts.at(TopicKind::Block), VerdictCounts{});
    EXPECT_EQ(report.methods.size(), kMethods.size());
    for (const MethodTraffic& each : report.methods)
        EXPECT_EQ(each.carried.messages_out, each.method == Method::Status ? 1U : 0U) << name_of(each.method);
    EXPECT_LT(report.thresholds.graylist, report.thresholds.gossip);
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

/// Small messages that decompress to large ones do not pile up before a slow writer, and none is lost. [NET-114]
TEST_F(Libp2pNetworkTest, ASlowWriterHoldsAtMost64MiBOfPayloads) {
    const Topic topic{TopicKind::Block, 0};
    constexpr std::size_t kMessages = 10;
    const std::size_t size = options(1).parameters.GOSSIP_MAX_SIZE;
    const std::size_t most = (std::size_t{64} << 20U) / size;
    ASSERT_LT(most, kMessages);
    std::mutex mutex;
    std::vector<std::function<void()>> waiting;
    std::size_t largest_batch = 0;
    int looks = 0;
    std::size_t received = 0;
    bool subscribed = false;
    first_.network = start(options(1));
    first_.handler.subscription = [&](const PeerId&, const Topic&, bool) { subscribed = true; };
    first_.network->set_handler(&first_.handler);
    NetworkOptions second = options(2);
    second.peers = first_.network->listen_addresses();
    const NetworkPorts slow{[&](std::function<void()> task) {
                                const std::lock_guard lock(mutex);
                                waiting.push_back(std::move(task));
                            },
                            clock_, loop_.timers(), log_};
    second_.network = std::move(Libp2pNetwork::start(second, slow)).value();
    second_.handler.gossip = [&](const GossipMessage& message) {
        ++received;
        EXPECT_EQ(message.payload.size(), size);
    };
    second_.network->set_handler(&second_.handler);
    second_.network->subscribe(topic);
    run_until([&] { return subscribed; });
    // The news of the connection.
    std::vector<std::function<void()>> news;
    {
        const std::lock_guard lock(mutex);
        news.swap(waiting);
    }
    for (const auto& task : news)
        task();
    for (std::size_t number = 0; number < kMessages; ++number) {
        ByteVector payload(size);
        payload[0] = static_cast<std::uint8_t>(number);
        first_.network->publish(topic, std::move(payload));
    }
    run_until([&] {
        std::vector<std::function<void()>> batch;
        {
            const std::lock_guard lock(mutex);
            // The first batch has time to grow beyond its bound.
            if (largest_batch == 0 && (waiting.size() < most || ++looks < 40)) return false;
            batch.swap(waiting);
        }
        const std::size_t before = received;
        for (const auto& task : batch)
            task();
        largest_batch = std::max(largest_batch, received - before);
        return received == kMessages;
    });
    EXPECT_LE(largest_batch, most);
    second_.network.reset();
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
