#include "node/sim/network.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "node/ports/topic_names.h"

namespace touchstone::node::sim {

// ------------------------------------------------------------------------------------------------------------ network

MessagePointer SimulatedNetwork::make_message(const ForkDigest& digest, const Topic& topic, ByteVector payload,
                                              std::uint64_t now_ms) {
    const auto id = gossip_message_id(touchstone::node::topic_name(digest, topic), payload);
    return std::make_shared<const GossipedMessage>(GossipedMessage{topic, std::move(payload), id, now_ms});
}

SimulatedEndpoint* SimulatedNetwork::endpoint(std::size_t node) const {
    const auto found = endpoints_.find(node);
    return found == endpoints_.end() ? nullptr : found->second;
}

std::unique_ptr<SimulatedEndpoint> SimulatedNetwork::attach(std::size_t node, ForkDigest digest, TaskGuard guard) {
    const std::uint64_t number = next_endpoint_++;
    auto created = std::make_unique<SimulatedEndpoint>(*this, node, number, digest, std::move(guard));
    const NetworkConditions& conditions = links_.conditions();
    if (conditions.peers == 0) {
        for (const auto& [other, endpoint] : endpoints_)
            schedule_connect(node, other, links_.delay_ms(node, other));
    }
    endpoints_[node] = created.get();
    if (conditions.peers != 0 || conditions.mesh_degree != 0) {
        schedule_heartbeat(node, number, links_.random().below(conditions.heartbeat_ms));
    }
    return created;
}

void SimulatedNetwork::schedule_heartbeat(std::size_t node, std::uint64_t number, std::uint64_t delay_ms) {
    scheduler_.call_at(scheduler_.now_ms() + delay_ms, [this, node, number] {
        SimulatedEndpoint* const here = endpoint(node);
        if (here == nullptr || here->number_ != number) return;
        if (links_.conditions().peers != 0) seek_peers(node);
        if (links_.conditions().mesh_degree != 0) here->router_.heartbeat();
        schedule_heartbeat(node, number, links_.conditions().heartbeat_ms);
    });
}

/// Dials some of the others, unless these have more than enough. [NET-120]
void SimulatedNetwork::seek_peers(std::size_t node) {
    const std::size_t sought = links_.conditions().peers;
    const std::size_t found = peers_of(node).size();
    if (found >= sought) return;
    std::vector<std::size_t> others;
    for (const auto& [other, endpoint] : endpoints_) {
        const bool has_room = endpoint->peers_.size() < sought * 3 / 2;
        if (other != node && has_room && !connected(node, other) && may_connect(node, other)) others.push_back(other);
    }
    links_.random().shuffle(others);
    others.resize(std::min(others.size(), (sought - found + 1) / 2));
    for (const std::size_t other : others)
        schedule_connect(node, other, links_.delay_ms(node, other));
}

void SimulatedNetwork::detach(std::size_t node) {
    endpoints_.erase(node);
    queues_.clear(node);
    // What is kept of bans, the node keeps. [NET-107]
    std::erase_if(bans_, [node](const auto& each) { return each.first == node; });
    std::vector<Link> ended;
    for (const auto& [each, number] : connections_) {
        if (each.first == node || each.second == node) ended.push_back(each);
    }
    for (const Link& each : ended) {
        connections_.erase(each);
        meshes_.separate(each.first, each.second);
        const std::size_t other = each.first == node ? each.second : each.first;
        // The other side notices when its next packet is refused, not in the middle of what it is doing now.
        scheduler_.call_at(scheduler_.now_ms() + links_.delay_ms(node, other), [this, other, node] {
            SimulatedEndpoint* survivor = endpoint(other);
            if (survivor != nullptr && !connected(other, node)) survivor->on_disconnected(node);
        });
    }
}

bool SimulatedNetwork::may_connect(std::size_t a, std::size_t b) const {
    return endpoint(a) != nullptr && endpoint(b) != nullptr && !is_banned(a, b) && !is_banned(b, a);
}

void SimulatedNetwork::schedule_connect(std::size_t a, std::size_t b, std::uint64_t delay_ms) {
    scheduler_.call_at(scheduler_.now_ms() + delay_ms, [this, a, b] { connect(a, b); });
}

void SimulatedNetwork::connect(std::size_t a, std::size_t b) {
    if (connected(a, b) || !may_connect(a, b)) return;
    if (!links_.passes(a, b) || !links_.passes(b, a)) {
        if (links_.conditions().peers == 0) schedule_connect(a, b, links_.conditions().heartbeat_ms);
        return;
    }
    connections_[link(a, b)] = next_connection_++;
    endpoint(a)->on_connected(b, true);
    if (SimulatedEndpoint* other = endpoint(b); other != nullptr && connected(a, b)) other->on_connected(a, false);
}

void SimulatedNetwork::disconnect(std::size_t a, std::size_t b) {
    if (connections_.erase(link(a, b)) == 0) return;
    meshes_.separate(a, b);
    for (const auto& [node, peer] : {std::pair{a, b}, std::pair{b, a}}) {
        scheduler_.call_at(scheduler_.now_ms(), [this, node = node, peer = peer] {
            SimulatedEndpoint* here = endpoint(node);
            if (here != nullptr && !connected(node, peer)) here->on_disconnected(peer);
        });
    }
}

void SimulatedNetwork::ban(std::size_t node, std::size_t peer) {
    bans_.insert({node, peer});
    disconnect(node, peer);
}

void SimulatedNetwork::unban(std::size_t node, std::size_t peer) {
    if (bans_.erase({node, peer}) != 0 && links_.conditions().peers == 0) {
        schedule_connect(node, peer, links_.delay_ms(node, peer));
    }
}

std::optional<std::size_t> SimulatedNetwork::number_of(const PeerId& id) {
    const std::size_t dash = id.bytes.find('-');
    std::size_t node = 0;
    if (dash == std::string::npos) return std::nullopt;
    std::from_chars(id.bytes.data() + dash + 1, id.bytes.data() + id.bytes.size(), node);
    return peer_id(node) == id ? std::optional(node) : std::nullopt;
}

std::optional<std::size_t> SimulatedNetwork::node_with(const PeerId& id) const {
    const auto node = number_of(id);
    return node && endpoint(*node) != nullptr ? node : std::nullopt;
}

const std::set<std::size_t>& SimulatedNetwork::peers_of(std::size_t node) const {
    static const std::set<std::size_t> none;
    const SimulatedEndpoint* const here = endpoint(node);
    return here == nullptr ? none : here->peers_;
}

bool SimulatedNetwork::listens_at_all(std::size_t node, std::size_t to) const {
    const SimulatedEndpoint* const listener = endpoint(node);
    const SimulatedEndpoint* const speaker = endpoint(to);
    return listener != nullptr && speaker != nullptr && listener->digest_ == speaker->digest_ && !is_banned(node, to);
}

bool SimulatedNetwork::listens(std::size_t node, std::size_t to, const Topic& topic) const {
    return listens_at_all(node, to) && connected(node, to) && endpoint(node)->router_.subscribes(topic);
}

std::uint64_t SimulatedNetwork::bytes_of(const GossipedMessage& message) const {
    const std::uint64_t least = message.topic.kind == TopicKind::Block ? links_.conditions().least_block_bytes : 0;
    return std::max<std::uint64_t>(least, message.payload.size());
}

void SimulatedNetwork::transmit(std::size_t from, std::size_t to, Transmission transmission) {
    if (!links_.passes(from, to)) return;
    auto arrive = [this, from, to, run = std::move(transmission.arrival)] {
        SimulatedEndpoint* receiver = endpoint(to);
        if (receiver == nullptr || !links_.passes(from, to)) return;
        ++delivered_;
        run(*receiver);
    };
    const std::uint64_t rate = links_.conditions().bits_per_second;
    if (rate == 0) {
        scheduler_.call_at(scheduler_.now_ms() + transmission.delay_ms, std::move(arrive));
    } else {
        queues_.send(from,
                     {.to = to,
                      .bytes = transmission.bytes,
                      .latency_ms = transmission.delay_ms,
                      .is_wanted = std::move(transmission.is_wanted),
                      .arrive = std::move(arrive),
                      .queued_us = 0},
                     rate);
    }
}

void SimulatedNetwork::send_control(std::size_t from, std::size_t to, std::uint64_t bytes,
                                    std::function<void(SimulatedEndpoint&)> arrival) {
    if (links_.loses()) return;
    transmit(from, to,
             {.delay_ms = links_.delay_ms(from, to), .bytes = bytes, .is_wanted = {}, .arrival = std::move(arrival)});
}

void SimulatedNetwork::transmit_on_stream(std::size_t from, std::size_t to, std::uint64_t bytes,
                                          std::function<void(SimulatedEndpoint&)> arrival) {
    const auto connection = connections_.find(link(from, to));
    if (connection == connections_.end() || links_.loses()) return;
    transmit(from, to,
             {.delay_ms = links_.delay_ms(from, to),
              .bytes = bytes,
              .is_wanted = {},
              .arrival = [this, key = connection->first, number = connection->second,
                          run = std::move(arrival)](SimulatedEndpoint& receiver) {
                  const auto current = connections_.find(key);
                  if (current != connections_.end() && current->second == number) run(receiver);
              }});
}

}  // namespace touchstone::node::sim
