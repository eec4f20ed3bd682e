#include "node/services/peers/connection_limits.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace touchstone::node {

namespace {

std::uint64_t count(const ConnectedPeers& peers) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(peers, [](const auto& each) { return !each.second.trusted; }));
}

std::uint64_t count(const ConnectedPeers& peers, bool outbound) {
    return static_cast<std::uint64_t>(std::ranges::count_if(
        peers, [outbound](const auto& each) { return !each.second.trusted && each.second.outbound == outbound; }));
}

std::map<Topic, std::size_t> subscribers(const ConnectedPeers& peers) {
    std::map<Topic, std::size_t> counts;
    for (const auto& [id, peer] : peers) {
        for (const Topic& topic : peer.topics)
            ++counts[topic];
    }
    return counts;
}

}  // namespace

bool ConnectionLimits::has_room_at(const std::optional<IpAddress>& ip, const ConnectedPeers& peers) {
    if (!ip) return true;
    std::size_t same = 0;
    std::size_t near = 0;
    const IpAddress network = network_of(*ip);
    for (const auto& [id, peer] : peers) {
        if (peer.trusted || !peer.ip) continue;
        same += peer.ip == ip ? 1U : 0U;
        near += network_of(*peer.ip) == network ? 1U : 0U;
    }
    return same < kOfAddress && near < kOfNetwork;
}

bool ConnectionLimits::has_room_for(const ConnectedPeer& candidate, const ConnectedPeers& peers) const {
    if (candidate.trusted) return true;
    if (count(peers) >= most) return false;
    if (!candidate.outbound && count(peers, false) >= most_inbound()) return false;
    return has_room_at(candidate.ip, peers);
}

std::uint64_t ConnectionLimits::missing(const ConnectedPeers& peers) const {
    return target - std::min(target, count(peers));
}

std::vector<PeerId> ConnectionLimits::excess(const ConnectedPeers& peers, const Demerits& demerits) const {
    std::vector<PeerId> gone;
    std::uint64_t left = count(peers);
    if (left <= target) return gone;
    std::uint64_t dialed = count(peers, true);
    std::map<Topic, std::size_t> counts = subscribers(peers);
    std::vector<const ConnectedPeers::value_type*> order;
    for (const auto& each : peers) {
        if (!each.second.trusted) order.push_back(&each);
    }
    // The most demerits first, then the youngest.
    std::ranges::sort(order, std::greater{}, [&demerits](const auto* each) {
        return std::tuple(demerits.of(each->first), each->second.since_ms, each->first);
    });
    for (const auto* each : order) {
        const auto& [id, peer] = *each;
        if (left <= target) break;
        if (peer.outbound && dialed <= target / 3) continue;
        const bool needed =
            std::ranges::any_of(peer.topics, [&counts](const Topic& topic) { return counts[topic] <= kMeshLow; });
        if (needed) continue;
        for (const Topic& topic : peer.topics)
            --counts[topic];
        dialed -= peer.outbound ? 1U : 0U;
        --left;
        gone.push_back(id);
    }
    return gone;
}

}  // namespace touchstone::node
