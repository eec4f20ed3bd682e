// What the network below counts and knows of its connections, for interfaces and metrics.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/ports/network.h"

namespace touchstone::node {

struct PeerReport {
    PeerId peer;
    std::string address;  // of the other end, a multiaddr
    bool outbound = false;
    std::string agent;                           // what it calls its program; empty until it has said it
    std::optional<std::uint64_t> round_trip_us;  // of the last ping
    double gossip_score = 0;
};

/// As it travels, since the start. Of gossip, copies that came again count, and what went out counts once for each peer
/// to which it went.
struct CarriedTraffic {
    std::uint64_t messages_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t bytes_out = 0;

    CarriedTraffic& operator+=(const CarriedTraffic& other) {
        messages_in += other.messages_in;
        bytes_in += other.bytes_in;
        messages_out += other.messages_out;
        bytes_out += other.bytes_out;
        return *this;
    }
    friend bool operator==(const CarriedTraffic&, const CarriedTraffic&) = default;
};

struct TopicTraffic {
    Topic topic;
    CarriedTraffic carried;
    std::uint64_t subscribed_peers = 0;
    std::uint64_t mesh_peers = 0;
};

struct MethodTraffic {
    Method method = Method::Status;
    CarriedTraffic carried;
};

/// Of received messages, by Verdict.
using VerdictCounts = std::array<std::uint64_t, 3>;

/// Below which scores a peer is no longer told of messages, sent own ones, listened to.
struct GossipThresholds {
    double gossip = 0;
    double publish = 0;
    double graylist = 0;
};

struct NetworkReport {
    std::vector<PeerReport> peers;
    std::vector<TopicTraffic> topics;
    std::vector<MethodTraffic> methods;
    std::map<TopicKind, VerdictCounts> verdicts;
    GossipThresholds thresholds;
    std::uint64_t queued_events = 0;
    // Since the start:
    std::uint64_t dropped_gossip = 0;       // for want of room in the queue
    std::uint64_t dropped_news = 0;         // of peers, likewise
    std::uint64_t refused_requests = 0;     // of peers, above the limits
    std::uint64_t refused_connections = 0;  // above the limits, or of banned peers
};

inline constexpr std::array kTopicKinds{TopicKind::Block,
                                        TopicKind::AggregateAndProof,
                                        TopicKind::Attestation,
                                        TopicKind::ProposerSlashing,
                                        TopicKind::AttesterSlashing,
                                        TopicKind::VoluntaryExit,
                                        TopicKind::Transactions};

/// As in the names of topics, without a subnet.
std::string_view name_of(TopicKind kind);
/// As in the names of protocols, without a version.
std::string_view name_of(Method method);
std::string_view name_of(Verdict verdict);

/// Callable from any thread. What it tells is at most about a second old.
class NetworkCounters {
  public:
    virtual ~NetworkCounters() = default;

    virtual NetworkReport report() const = 0;
};

}  // namespace touchstone::node
