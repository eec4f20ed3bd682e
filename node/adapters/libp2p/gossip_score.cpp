#include "node/adapters/libp2p/gossip_score.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace touchstone::node::adapters {

namespace {

/// What a topic weighs, for how many epochs its first deliveries are remembered, and how many messages come in a slot.
struct TopicFigures {
    double weight = 0;
    double epochs_remembered = 0;
    double messages_per_slot = 0;
};

constexpr double kMostForTimeInMesh = 10;
constexpr double kMostForDeliveries = 40;
constexpr double kHourMs = 3'600'000;
constexpr double kRejectEpochs = 50;
constexpr double kBehaviourEpochs = 10;
constexpr double kBehaviourThreshold = 6;
constexpr double kForgotten = 0.01;

constexpr double kBlockWeight = 0.5;
constexpr double kAggregateWeight = 0.5;
constexpr double kAttestationWeight = 1;  // of all subnets together
constexpr double kTransactionsWeight = 0.5;
constexpr double kOperationWeight = 0.05;  // of each of three
constexpr double kAllWeights =
    kBlockWeight + kAggregateWeight + kAttestationWeight + kTransactionsWeight + 3 * kOperationWeight;
constexpr double kMostOfAll = (kMostForTimeInMesh + kMostForDeliveries) * kAllWeights;

double decimal(std::uint64_t value) { return static_cast<double>(value); }

/// The library counts no faster than once a second.
double decay_interval_ms(const Parameters& parameters) {
    return std::max(1000.0, decimal(parameters.SLOT_DURATION_MS));
}

double epoch_ms(const Parameters& parameters) {
    return decimal(parameters.SLOTS_PER_EPOCH) * decimal(parameters.SLOT_DURATION_MS);
}

/// The factor of each interval by which a count of 1 is forgotten after so many epochs.
double decay(double epochs, const Parameters& parameters) {
    const double intervals = std::max(1.0, epochs * epoch_ms(parameters) / decay_interval_ms(parameters));
    return std::pow(kForgotten, 1 / intervals);
}

/// Where a count settles that grows by `rate` in each interval.
double settled(double factor, double rate) { return rate / (1 - factor); }

TopicFigures figures(const Topic& topic, const Parameters& parameters, std::uint64_t validators) {
    const double voters = std::max(1.0, decimal(validators) / decimal(parameters.SLOTS_PER_EPOCH));
    switch (topic.kind) {
        case TopicKind::Block:
            return {kBlockWeight, 20, 1};
        case TopicKind::AggregateAndProof: {
            const double committees = std::clamp(std::floor(voters / decimal(parameters.TARGET_COMMITTEE_SIZE)), 1.0,
                                                 decimal(parameters.MAX_COMMITTEES_PER_SLOT));
            const double aggregators = committees * decimal(parameters.TARGET_AGGREGATORS_PER_COMMITTEE);
            return {kAggregateWeight, 1, std::min(voters, aggregators)};
        }
        case TopicKind::Attestation: {
            const double subnets = decimal(parameters.ATTESTATION_SUBNET_COUNT);
            return {kAttestationWeight / subnets, 4, voters / subnets};
        }
        case TopicKind::Transactions:
            return {kTransactionsWeight, 1, decimal(parameters.SLOT_DURATION_MS) / 1000};
        case TopicKind::VoluntaryExit:
            return {kOperationWeight, 100, 4 / decimal(parameters.SLOTS_PER_EPOCH)};
        case TopicKind::ProposerSlashing:
        case TopicKind::AttesterSlashing:
            return {kOperationWeight, 100, 0.2 / decimal(parameters.SLOTS_PER_EPOCH)};
    }
    return {};
}

std::uint32_t milliseconds(double value) {
    return static_cast<std::uint32_t>(std::min(value, decimal(std::numeric_limits<std::uint32_t>::max())));
}

}  // namespace

ts_network_score host_score(const Parameters& parameters) {
    ts_network_score score{};
    score.topics_cap = kMostOfAll / 2;
    score.application_weight = 1;  // [NET-96]
    score.colocation_weight = -score.topics_cap;
    score.colocation_threshold = 8;
    score.gossip_threshold = -4000;  // [NET-94]
    score.publish_threshold = -8000;
    score.graylist_threshold = -16000;
    score.graft_threshold = 5;
    score.decay_interval_ms = milliseconds(decay_interval_ms(parameters));
    score.decay_to_zero = kForgotten;
    score.retain_ms = milliseconds(100 * epoch_ms(parameters));  // [NET-95]
    score.behaviour_threshold = kBehaviourThreshold;
    score.behaviour_decay = decay(kBehaviourEpochs, parameters);
    // Ten faults in an epoch, kept up, silence gossip.
    const double per_interval = 10 * decay_interval_ms(parameters) / epoch_ms(parameters);
    const double excess = std::max(1.0, settled(score.behaviour_decay, per_interval) - kBehaviourThreshold);
    score.behaviour_weight = score.gossip_threshold / (excess * excess);
    return score;
}

// [NET-93]
ts_network_topic_score topic_score(const Topic& topic, const Parameters& parameters, std::uint64_t validators) {
    const TopicFigures chosen = figures(topic, parameters, validators);
    const double interval_ms = decay_interval_ms(parameters);
    const double rate = chosen.messages_per_slot * interval_ms / decimal(parameters.SLOT_DURATION_MS);
    ts_network_topic_score score{};
    score.weight = chosen.weight;
    score.time_in_mesh_unit_ms = milliseconds(interval_ms);
    score.time_in_mesh_cap = kHourMs / interval_ms;
    score.time_in_mesh_weight = kMostForTimeInMesh / score.time_in_mesh_cap;
    score.deliveries_decay = decay(chosen.epochs_remembered, parameters);
    // Twice the share of one peer of the mesh.
    score.deliveries_cap = settled(score.deliveries_decay, 2 * rate / kMeshTarget);
    score.deliveries_weight = kMostForDeliveries / score.deliveries_cap;
    score.rejects_weight = -kMostOfAll / chosen.weight;
    score.rejects_decay = decay(kRejectEpochs, parameters);
    return score;
}

}  // namespace touchstone::node::adapters
