// How many connections there are, and whose. [NET-100] to [NET-104]
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "node/services/peers/connected_peer.h"
#include "node/services/peers/demerits.h"

namespace touchstone::node {

/// Trusted peers count for none of it.
struct ConnectionLimits {
    static constexpr std::size_t kOfAddress = 4;
    static constexpr std::size_t kOfNetwork = 16;
    /// As many subscribers does a topic need for its mesh.
    static constexpr std::size_t kMeshLow = 6;

    std::uint64_t target = 50;
    std::uint64_t most = 75;

    /// A third of the target is kept for peers that the node chose.
    std::uint64_t most_inbound() const { return most - std::min(most, target / 3); }
    bool has_room_for(const ConnectedPeer& candidate, const ConnectedPeers& peers) const;
    static bool has_room_at(const std::optional<IpAddress>& ip, const ConnectedPeers& peers);
    /// How many more the node seeks.
    std::uint64_t missing(const ConnectedPeers& peers) const;
    /// Who is let go at the beginning of a slot, in this order. [NET-104]
    std::vector<PeerId> excess(const ConnectedPeers& peers, const Demerits& demerits) const;
};

}  // namespace touchstone::node
