#include "node/sim/gossip_router.h"

#include <algorithm>

#include "node/sim/network.h"

namespace touchstone::node::sim {

namespace {

// Of the program's gossipsub, which has the protocol's usual ones. [NET-122]
constexpr std::uint64_t kHistoryHeartbeats = 12;
constexpr std::uint64_t kOfferedHeartbeats = 3;
constexpr std::uint64_t kSeenHeartbeats = 550;  // 384 s
constexpr std::size_t kLeastOffers = 6;
constexpr std::size_t kOfferedShare = 4;  // to a fourth of the peers, if these are more
constexpr std::uint64_t kRepeatAfterMs = 3'000;
constexpr std::size_t kLargeBytes = 1'000;  // whoever has such a message says so
constexpr std::uint64_t kControlBytes = 64;
constexpr std::uint64_t kIdBytes = 22;

// [NET-123]
constexpr std::uint64_t kRejectsLastMs = 600'000;
constexpr std::uint64_t kDeafAbove = 120;

std::uint64_t control_bytes(const std::vector<MessageId>& ids) { return kControlBytes + kIdBytes * ids.size(); }

}  // namespace

/// Peers that subscribe to the topic.
std::vector<std::size_t> GossipRouter::listeners(const Topic& topic) const {
    std::vector<std::size_t> found;
    for (const std::size_t peer : network_.peers_of(node_)) {
        if (network_.listens(peer, node_, topic)) found.push_back(peer);
    }
    return found;
}

void GossipRouter::publish(const MessagePointer& message) {
    seen_[message->id] = heartbeats_;
    const NetworkConditions& conditions = network_.links_.conditions();
    if (conditions.mesh_degree == 0) {
        for (const auto& [receiver, endpoint] : network_.endpoints_) {
            if (receiver != node_ && network_.listens_at_all(receiver, node_)) send_to(receiver, message);
        }
        return;
    }
    cache_[message->id] = {message, heartbeats_};
    std::vector<std::size_t> receivers = listeners(message->topic);
    network_.links_.random().shuffle(receivers);
    if (!conditions.flood_publish) {
        const auto& mesh = network_.meshes_.of(message->topic, node_);
        std::ranges::partition(receivers, [&](std::size_t peer) { return mesh.contains(peer); });
        receivers.resize(std::min(receivers.size(), std::max(mesh.size(), conditions.mesh_degree)));
    }
    for (const std::size_t receiver : receivers)
        send_once(receiver, message);
}

/// Where hops are folded: what is lost is repeated until it arrives. [NET-74]
void GossipRouter::send_to(std::size_t receiver, const MessagePointer& message) {
    Links& links = network_.links_;
    std::uint64_t delay_ms = links.delay_ms(node_, receiver);
    while (links.loses())
        delay_ms += links.conditions().heartbeat_ms;
    const auto arrival = [sender = node_, message](SimulatedEndpoint& endpoint) {
        endpoint.on_message(sender, message);
    };
    const std::uint64_t bytes = network_.bytes_of(*message);
    network_.transmit(node_, receiver, {.delay_ms = delay_ms, .bytes = bytes, .is_wanted = {}, .arrival = arrival});
    if (!links.duplicates()) return;
    delay_ms += links.delay_ms(node_, receiver);
    network_.transmit(node_, receiver, {.delay_ms = delay_ms, .bytes = bytes, .is_wanted = {}, .arrival = arrival});
}

/// In a mesh: one copy, which is lost for good, and only to whom it is news.
void GossipRouter::send_once(std::size_t receiver, const MessagePointer& message) {
    if (!had_by_[message->id].insert(receiver).second) return;
    Links& links = network_.links_;
    if (links.loses()) return;
    const auto arrival = [sender = node_, message](SimulatedEndpoint& endpoint) {
        endpoint.on_message(sender, message);
    };
    const auto is_wanted = [&network = network_, sender = node_, receiver, id = message->id] {
        const SimulatedEndpoint* const here = network.endpoint(sender);
        return here != nullptr && !here->router_.no_more_.contains({id, receiver});
    };
    const std::uint64_t bytes = network_.bytes_of(*message);
    network_.transmit(
        node_, receiver,
        {.delay_ms = links.delay_ms(node_, receiver), .bytes = bytes, .is_wanted = is_wanted, .arrival = arrival});
    if (!links.duplicates()) return;
    const std::uint64_t again_ms = links.delay_ms(node_, receiver) + links.delay_ms(node_, receiver);
    network_.transmit(node_, receiver,
                      {.delay_ms = again_ms, .bytes = bytes, .is_wanted = is_wanted, .arrival = arrival});
}

bool GossipRouter::receive(std::size_t sender, const MessagePointer& message) {
    if (is_deaf_to(sender) || !subscribes(message->topic)) return false;
    const bool meshed = network_.links_.conditions().mesh_degree != 0;
    if (meshed) had_by_[message->id].insert(sender);
    if (!seen_.emplace(message->id, heartbeats_).second) return false;
    if (meshed && message->payload.size() > kLargeBytes) say_no_more(message, sender);
    return true;
}

void GossipRouter::judged(std::size_t sender, const MessagePointer& message, Verdict verdict) {
    if (verdict == Verdict::Reject) rejects_[sender][message->topic].push_back(network_.scheduler_.now_ms());
    if (verdict != Verdict::Accept || network_.links_.conditions().mesh_degree == 0) return;
    cache_[message->id] = {message, heartbeats_};
    forward(message);
}

void GossipRouter::forward(const MessagePointer& message) {
    const auto& mesh = network_.meshes_.of(message->topic, node_);
    std::vector<std::size_t> receivers(mesh.begin(), mesh.end());
    network_.links_.random().shuffle(receivers);
    for (const std::size_t receiver : receivers)
        send_once(receiver, message);
}

/// The sum over the topics of the square of what was rejected there lately. [NET-123]
bool GossipRouter::is_deaf_to(std::size_t sender) {
    const auto found = rejects_.find(sender);
    if (found == rejects_.end()) return false;
    const std::uint64_t now = network_.scheduler_.now_ms();
    std::uint64_t sum = 0;
    for (auto& [topic, times] : found->second) {
        std::erase_if(times, [now](std::uint64_t time) { return time + kRejectsLastMs < now; });
        sum += times.size() * times.size();
    }
    return sum > kDeafAbove;
}

void GossipRouter::say_no_more(const MessagePointer& message, std::size_t sender) {
    for (const std::size_t peer : network_.meshes_.of(message->topic, node_)) {
        if (peer == sender) continue;
        network_.send_control(node_, peer, kControlBytes + kIdBytes,
                              [from = node_, id = message->id](SimulatedEndpoint& endpoint) {
                                  endpoint.router_.had_by_[id].insert(from);
                                  endpoint.router_.no_more_.insert({id, from});
                              });
    }
}

void GossipRouter::heartbeat() {
    ++heartbeats_;
    for (const Topic& topic : subscriptions_) {
        std::vector<std::size_t> candidates = listeners(topic);
        std::erase_if(candidates, [&](std::size_t peer) {
            return network_.meshes_.contains(topic, node_, peer) || is_deaf_to(peer);
        });
        network_.meshes_.balance(topic, node_, std::move(candidates), network_.links_.conditions().mesh_degree,
                                 network_.links_.random());
    }
    offer();
    expire();
}

/// IHAVE: to some who are not in the mesh, what was accepted lately.
void GossipRouter::offer() {
    std::map<Topic, std::vector<MessageId>> recent;
    for (const auto& [id, cached] : cache_) {
        if (cached.heartbeat + kOfferedHeartbeats >= heartbeats_) recent[cached.message->topic].push_back(id);
    }
    for (const auto& [topic, ids] : recent) {
        std::vector<std::size_t> others = listeners(topic);
        std::erase_if(others,
                      [&, &topic = topic](std::size_t peer) { return network_.meshes_.contains(topic, node_, peer); });
        network_.links_.random().shuffle(others);
        others.resize(std::min(others.size(), std::max(kLeastOffers, others.size() / kOfferedShare)));
        for (const std::size_t other : others) {
            network_.send_control(node_, other, control_bytes(ids),
                                  [from = node_, ids = ids](SimulatedEndpoint& to) { to.router_.on_offer(from, ids); });
        }
    }
}

/// IWANT: what was not seen, once, and of another peer when that one does not bring it.
void GossipRouter::on_offer(std::size_t sender, const std::vector<MessageId>& ids) {
    if (is_deaf_to(sender)) return;
    const std::uint64_t now = network_.scheduler_.now_ms();
    std::vector<MessageId> wanted;
    for (const MessageId& id : ids) {
        if (seen_.contains(id)) continue;
        const auto asked = asked_ms_.find(id);
        if (asked != asked_ms_.end() && asked->second + kRepeatAfterMs > now) continue;
        asked_ms_[id] = now;
        wanted.push_back(id);
    }
    if (wanted.empty()) return;
    network_.send_control(node_, sender, control_bytes(wanted), [from = node_, wanted](SimulatedEndpoint& endpoint) {
        endpoint.router_.on_wish(from, wanted);
    });
}

void GossipRouter::on_wish(std::size_t sender, const std::vector<MessageId>& ids) {
    for (const MessageId& id : ids) {
        const auto found = cache_.find(id);
        if (found == cache_.end()) continue;
        had_by_[id].erase(sender);  // it says that it has not
        send_once(sender, MessagePointer(found->second.message));
    }
}

void GossipRouter::expire() {
    std::erase_if(cache_,
                  [this](const auto& each) { return each.second.heartbeat + kHistoryHeartbeats < heartbeats_; });
    if (heartbeats_ % kHistoryHeartbeats != 0) return;
    const auto is_past = [this](const MessageId& id) {
        const auto seen = seen_.find(id);
        return seen == seen_.end() || seen->second + kHistoryHeartbeats < heartbeats_;
    };
    std::erase_if(had_by_, [&](const auto& each) { return !cache_.contains(each.first) && is_past(each.first); });
    std::erase_if(no_more_, [&](const auto& each) { return is_past(each.first); });
    std::erase_if(seen_, [this](const auto& each) { return each.second + kSeenHeartbeats < heartbeats_; });
    const std::uint64_t now = network_.scheduler_.now_ms();
    std::erase_if(asked_ms_, [now](const auto& each) { return each.second + kRepeatAfterMs <= now; });
}

}  // namespace touchstone::node::sim
