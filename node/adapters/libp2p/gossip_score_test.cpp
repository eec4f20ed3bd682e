#include "node/adapters/libp2p/gossip_score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace touchstone::node::adapters {
namespace {

constexpr std::uint64_t kValidators = 100'000;

std::vector<Topic> all_topics(const Parameters& parameters) {
    std::vector<Topic> topics{{TopicKind::Block, 0},
                              {TopicKind::AggregateAndProof, 0},
                              {TopicKind::ProposerSlashing, 0},
                              {TopicKind::AttesterSlashing, 0},
                              {TopicKind::VoluntaryExit, 0},
                              {TopicKind::Transactions, 0}};
    for (std::uint64_t subnet = 0; subnet < parameters.ATTESTATION_SUBNET_COUNT; ++subnet)
        topics.push_back({TopicKind::Attestation, subnet});
    return topics;
}

double cost_of_rejects(double count) {
    const ts_network_topic_score score = topic_score({TopicKind::Block, 0}, MAINNET, kValidators);
    return score.weight * score.rejects_weight * count * count;
}

/// [NET-94]
TEST(GossipScore, RejectsOfAnyTopicSilenceGossipAfterSixPublishingAfterEightAndAllAfterEleven) {
    const ts_network_score host = host_score(MAINNET);
    EXPECT_GE(cost_of_rejects(5), host.gossip_threshold);
    EXPECT_LT(cost_of_rejects(6), host.gossip_threshold);
    EXPECT_GE(cost_of_rejects(7), host.publish_threshold);
    EXPECT_LT(cost_of_rejects(8), host.publish_threshold);
    EXPECT_GE(cost_of_rejects(10), host.graylist_threshold);
    EXPECT_LT(cost_of_rejects(11), host.graylist_threshold);
    for (const Topic& topic : all_topics(MAINNET)) {
        const ts_network_topic_score score = topic_score(topic, MAINNET, kValidators);
        EXPECT_NEAR(score.weight * score.rejects_weight, cost_of_rejects(1), 1e-9);
    }
}

/// [NET-95]
TEST(GossipScore, IsRememberedForAHundredEpochs) {
    EXPECT_EQ(host_score(MAINNET).retain_ms, 100U * 32 * 12'000);
    EXPECT_EQ(host_score(MINIMAL).retain_ms, 100U * 8 * 2'000);
}

/// [NET-93] Whoever has earned all there is to earn is still silenced by rejects, and earns at most half of what one
/// costs.
TEST(GossipScore, WhatCanBeEarnedPaysForNoReject) {
    for (const Parameters& parameters : {MAINNET, MINIMAL}) {
        double most = 0;
        for (const Topic& topic : all_topics(parameters)) {
            const ts_network_topic_score score = topic_score(topic, parameters, kValidators);
            most += score.weight * (score.time_in_mesh_weight * score.time_in_mesh_cap +
                                    score.deliveries_weight * score.deliveries_cap);
        }
        EXPECT_NEAR(most, -cost_of_rejects(1), 1e-6);
        EXPECT_NEAR(host_score(parameters).topics_cap, most / 2, 1e-6);
    }
}

TEST(GossipScore, TheHostTakesTheFiguresOfEveryPresetAndSize) {
    for (const Parameters& parameters : {MAINNET, MINIMAL}) {
        ts_network_config config;
        ts_network_config_default(&config);
        config.node_key[0] = 1;
        config.score = host_score(parameters);
        ts_network* network = nullptr;
        ASSERT_EQ(ts_network_start(&config, &network), TS_OK);
        for (const std::uint64_t validators : {std::uint64_t{0}, std::uint64_t{64}, std::uint64_t{1} << 40U}) {
            for (const Topic& topic : all_topics(parameters)) {
                const ts_network_topic_score score = topic_score(topic, parameters, validators);
                EXPECT_EQ(ts_network_subscribe(network, "topic", TS_IMPORTANT, &score), TS_OK);
            }
        }
        ts_network_free(network);
    }
}

/// A slot of half a second, as on test networks, is shorter than the library's interval.
TEST(GossipScore, ShortSlotsAreCountedBySeconds) {
    Parameters quick = MINIMAL;
    quick.SLOT_DURATION_MS = 500;
    EXPECT_EQ(host_score(quick).decay_interval_ms, 1000U);
    const ts_network_topic_score score = topic_score({TopicKind::Block, 0}, quick, kValidators);
    // Two blocks in an interval, of which a peer's double share is half a message.
    EXPECT_NEAR(score.deliveries_cap * (1 - score.deliveries_decay), 0.5, 1e-9);
    // 20 epochs of 8 slots are 80 intervals.
    EXPECT_NEAR(std::pow(score.deliveries_decay, 80), 0.01, 1e-9);
}

}  // namespace
}  // namespace touchstone::node::adapters
