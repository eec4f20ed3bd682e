// The models of the network: links, their rate, the mesh, and whom a node is deaf to.
#include "node/sim/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace touchstone::node::sim {
namespace {

constexpr std::uint64_t kStart = 1'000'000;
constexpr Topic kBlocks{TopicKind::Block};

/// A node that hears and judges as it is told.
class Listener final : public NetworkHandler {
  public:
    Listener(SimulatedNetwork& network, Scheduler& scheduler, std::size_t node)
        : scheduler_(scheduler), endpoint(network.attach(node, ForkDigest(), [](const auto& task) { task(); })) {
        endpoint->set_handler(this);
        endpoint->subscribe(kBlocks);
    }
    void on_peer_connected(const PeerId&, const PeerConnection&) override {}
    void on_peer_disconnected(const PeerId&) override {}
    void on_gossip(GossipMessage message) override {
        heard_ms.push_back(scheduler_.now_ms());
        endpoint->report(message.id, verdict);
    }
    void on_request(InboundRequest request) override {
        ++requests;
        endpoint->respond(request.id, ResponseCode::Success, {});
    }

  private:
    Scheduler& scheduler_;

  public:
    std::unique_ptr<SimulatedEndpoint> endpoint;
    std::vector<std::uint64_t> heard_ms;
    std::size_t requests = 0;
    Verdict verdict = Verdict::Accept;
};

class NetworkModel : public ::testing::Test {
  protected:
    static NetworkConditions plain() {
        NetworkConditions conditions;
        conditions.least_latency_ms = 50;
        conditions.greatest_latency_ms = 50;
        conditions.greatest_jitter_ms = 0;
        conditions.loss_ppm = 0;
        conditions.duplication_ppm = 0;
        return conditions;
    }
    void make(const NetworkConditions& conditions, std::size_t nodes) {
        network_ = std::make_unique<SimulatedNetwork>(scheduler_, log_, conditions, 7);
        for (std::size_t node = 0; node < nodes; ++node)
            add(node);
    }
    void add(std::size_t node) { listeners_.push_back(std::make_unique<Listener>(*network_, scheduler_, node)); }
    void run_ms(std::uint64_t time_ms) { scheduler_.run_until(scheduler_.now_ms() + time_ms); }
    Listener& at(std::size_t node) { return *listeners_[node]; }
    std::size_t hearers() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(listeners_, [](const auto& each) { return !each->heard_ms.empty(); }));
    }
    void ask(std::size_t from, std::size_t to, RequestOutcome& outcome) {
        at(from).endpoint->request(SimulatedNetwork::peer_id(to), Method::Ping, {}, 5'000,
                                   [&](RequestOutcome came, const ByteVector&) { outcome = came; });
    }

    Scheduler scheduler_{kStart};
    EventLog log_;
    std::unique_ptr<SimulatedNetwork> network_;
    std::vector<std::unique_ptr<Listener>> listeners_;
};

/// [NET-120]
TEST_F(NetworkModel, ALinkThatIsClosedOneWayLetsTheOtherWayPass) {
    make(plain(), 2);
    run_ms(1000);
    network_->links().close(0, 1);
    at(0).endpoint->publish(kBlocks, {1});
    at(1).endpoint->publish(kBlocks, {2});
    RequestOutcome forth = RequestOutcome::Malformed;
    RequestOutcome back = RequestOutcome::Malformed;
    ask(0, 1, forth);
    ask(1, 0, back);
    run_ms(6000);
    EXPECT_EQ(at(0).heard_ms.size(), 1U);
    EXPECT_EQ(at(1).heard_ms.size(), 0U);
    EXPECT_EQ(at(1).requests, 0U) << "the request does not arrive";
    EXPECT_EQ(at(0).requests, 1U) << "this one does, and its answer does not";
    EXPECT_EQ(forth, RequestOutcome::Timeout);
    EXPECT_EQ(back, RequestOutcome::Timeout);
    network_->links().open(0, 1);
    ask(0, 1, forth);
    run_ms(1000);
    EXPECT_EQ(forth, RequestOutcome::Success);
}

/// [NET-120]
TEST_F(NetworkModel, NodesThatSeekFewPeersHaveThatManyAndNotMuchMore) {
    NetworkConditions conditions = plain();
    conditions.peers = 6;
    conditions.mesh_degree = 4;
    make(conditions, 40);
    run_ms(20 * conditions.heartbeat_ms);
    for (std::size_t node = 0; node < 40; ++node) {
        EXPECT_GE(at(node).endpoint->peers().size(), 6U) << node;
        EXPECT_LE(at(node).endpoint->peers().size(), 12U) << node;
    }
    at(3).endpoint.reset();
    run_ms(20 * conditions.heartbeat_ms);
    for (std::size_t node = 0; node < 40; ++node) {
        if (node == 3) continue;
        EXPECT_GE(at(node).endpoint->peers().size(), 6U) << "who has lost a peer finds another";
    }
}

/// [NET-121]
TEST_F(NetworkModel, CopiesTakeTheTimeOfTheirBytesOneAfterTheOther) {
    NetworkConditions conditions = plain();
    conditions.bits_per_second = 100'000'000;
    make(conditions, 4);
    at(0).endpoint->publish(kBlocks, ByteVector(2'000'000, 7));  // 160 ms
    run_ms(5000);
    EXPECT_EQ(at(1).heard_ms, std::vector{kStart + 50 + 160});
    EXPECT_EQ(at(2).heard_ms, std::vector{kStart + 50 + 320});
    EXPECT_EQ(at(3).heard_ms, std::vector{kStart + 50 + 480});
}

/// [NET-121]
TEST_F(NetworkModel, WhatComesFromTwoSendersAtOnceQueuesAtTheReceiver) {
    NetworkConditions conditions = plain();
    conditions.bits_per_second = 100'000'000;
    make(conditions, 3);
    network_->links().close(0, 1);
    network_->links().close(1, 0);
    at(0).endpoint->publish(kBlocks, ByteVector(2'000'000, 7));
    at(1).endpoint->publish(kBlocks, ByteVector(2'000'000, 8));
    run_ms(5000);
    EXPECT_EQ(at(2).heard_ms, (std::vector{kStart + 50 + 160, kStart + 50 + 320}));
}

/// [NET-121]
TEST_F(NetworkModel, ABlockTakesTheTimeOfAtLeastTheBytesThatTheScenarioSays) {
    NetworkConditions conditions = plain();
    conditions.bits_per_second = 1'000'000'000;
    conditions.least_block_bytes = 2'000'000;
    make(conditions, 2);
    at(0).endpoint->publish(kBlocks, {1});
    run_ms(5000);
    EXPECT_EQ(at(1).heard_ms, std::vector{kStart + 50 + 16});
    EXPECT_EQ(network_->block_arrivals_ms(), std::vector<std::uint64_t>{66});
}

NetworkConditions meshed(NetworkConditions conditions, std::size_t degree, std::size_t peers) {
    conditions.mesh_degree = degree;
    conditions.peers = peers;
    conditions.flood_publish = false;
    return conditions;
}

/// [NET-122]
TEST_F(NetworkModel, AMeshBringsAMessageToEverybodyInFewCopies) {
    make(meshed(plain(), 8, 20), 60);
    run_ms(20'000);
    const std::uint64_t before = network_->delivered();
    at(5).endpoint->publish(kBlocks, {1});
    run_ms(400);
    EXPECT_EQ(hearers(), 59U);
    EXPECT_LE(network_->delivered() - before, 60U * 12U);
    for (std::size_t node = 0; node < 60; ++node)
        EXPECT_LE(at(node).heard_ms.size(), 1U) << "a copy is no news";
}

/// [NET-122]
TEST_F(NetworkModel, AMessageIsPassedOnWhenItIsAcceptedAndOnlyThen) {
    NetworkConditions conditions = meshed(plain(), 8, 0);
    network_ = std::make_unique<SimulatedNetwork>(scheduler_, log_, conditions, 7);
    network_->links().close(0, 2);
    network_->links().close(2, 0);
    for (std::size_t node = 0; node < 3; ++node)
        add(node);
    run_ms(5000);
    for (const Verdict verdict : {Verdict::Ignore, Verdict::Reject, Verdict::Accept}) {
        at(1).verdict = verdict;
        at(0).endpoint->publish(kBlocks, {static_cast<std::uint8_t>(verdict)});
        run_ms(5000);
        EXPECT_EQ(at(2).heard_ms.size(), verdict == Verdict::Accept ? 1U : 0U);
    }
    EXPECT_EQ(at(1).heard_ms.size(), 3U);
    EXPECT_TRUE(at(0).heard_ms.empty()) << "it does not come back";
}

/// [NET-122]
TEST_F(NetworkModel, WhoIsInNobodysMeshIsOfferedTheMessageAndAsksForIt) {
    make(meshed(plain(), 1, 0), 6);  // a mesh of one is too small to be sought
    run_ms(5000);
    at(0).endpoint->publish(kBlocks, {1});
    run_ms(100);
    EXPECT_EQ(hearers(), 1U) << "it is pushed to one";
    run_ms(4000);
    EXPECT_EQ(hearers(), 5U);
}

/// [NET-122]
TEST_F(NetworkModel, ACopyThatWaitsForTheLinkIsDroppedWhenItsReceiverHasIt) {
    NetworkConditions conditions = meshed(plain(), 10, 0);  // all are in it, so that nothing is offered
    conditions.bits_per_second = 10'000'000;
    conditions.least_block_bytes = 1'000'000;  // 800 ms for a copy
    make(conditions, 8);
    run_ms(5000);
    const auto sent_for = [&](std::size_t payload_bytes) {
        const std::uint64_t before = network_->delivered();
        at(0).endpoint->publish(kBlocks, ByteVector(payload_bytes, 7));
        run_ms(60'000);
        return network_->delivered() - before;
    };
    // Seven copies go out from where it began; each of seven passes it on to those of six from whom it has not come.
    const std::uint64_t copies = sent_for(1'000);
    EXPECT_GT(copies, 7U + 6U);
    EXPECT_LE(copies, 7U + 7U * 6U);
    constexpr std::uint64_t kWords = 42;  // each of seven says to six others that it has it, which is counted as well
    const std::uint64_t with_words = sent_for(1'001);
    EXPECT_EQ(hearers(), 7U);
    EXPECT_LT(with_words - kWords, copies * 2 / 3);
}

/// [NET-123]
TEST_F(NetworkModel, WhoseMessagesAreRejectedAgainAndAgainIsNotHeardForTenMinutes) {
    make(plain(), 2);
    run_ms(1000);
    at(1).verdict = Verdict::Reject;
    for (std::uint8_t i = 0; i < 15; ++i) {
        at(0).endpoint->publish(kBlocks, {i});
        run_ms(1000);
    }
    EXPECT_EQ(at(1).heard_ms.size(), 11U);
    run_ms(580'000);
    at(0).endpoint->publish(kBlocks, {20});
    run_ms(20'000);
    at(0).endpoint->publish(kBlocks, {21});
    run_ms(1000);
    EXPECT_EQ(at(1).heard_ms.size(), 12U);
}

TEST_F(NetworkModel, WhatIsDeliveredReachesOneAloneAtItsTimeAcrossAPartition) {
    make(plain(), 4);
    network_->partition({0, 1, 1, 1});
    at(0).endpoint->deliver(2, kBlocks, {1}, 7);
    run_ms(1000);
    EXPECT_EQ(at(2).heard_ms, std::vector{kStart + 7});
    EXPECT_EQ(hearers(), 1U);
    EXPECT_TRUE(network_->block_arrivals_ms().empty());
}

}  // namespace
}  // namespace touchstone::node::sim
