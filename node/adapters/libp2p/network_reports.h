// What the network counts and knows of its connections, for the API and for metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace touchstone::node::adapters {

struct ConnectedPeer {
    std::string peer;     // id in base58
    std::string address;  // of the other end, a multiaddr
    bool outbound = false;
    std::string agent;                           // what the peer calls its program; empty until it has said it
    std::optional<std::uint64_t> round_trip_us;  // of the last ping
    double gossip_score = 0;
};

/// What was carried since the start for one topic or one request protocol, as it travels. Of gossip, copies that came
/// again count, and what went out counts once for each peer to which it went.
struct Traffic {
    bool topic = false;  // else a protocol
    std::string name;
    std::uint64_t messages_in = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t bytes_out = 0;
    std::uint32_t subscribed_peers = 0;  // of a topic
    std::uint32_t mesh_peers = 0;
};

}  // namespace touchstone::node::adapters
