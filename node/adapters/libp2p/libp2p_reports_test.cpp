// What a network counts and knows.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "node/adapters/libp2p/protocol_names.h"
#include "node/adapters/libp2p/testing/two_networks.h"
#include "node/ports/topic_names.h"

namespace touchstone::node::adapters {
namespace {

using Libp2pReportsTest = TwoNetworks;

TEST_F(Libp2pReportsTest, WhatIsCarriedIsCountedByTopicAndMethod) {
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

TEST_F(Libp2pReportsTest, AReportHasPeersTrafficAndVerdicts) {
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

}  // namespace
}  // namespace touchstone::node::adapters
