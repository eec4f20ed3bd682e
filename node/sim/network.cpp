#include "node/sim/network.h"

#include <algorithm>
#include <utility>

#include "node/ports/topic_names.h"

namespace touchstone::node::sim {

// ------------------------------------------------------------------------------------------------------------ network

SimulatedEndpoint* SimulatedNetwork::endpoint(std::size_t node) const {
    const auto found = endpoints_.find(node);
    return found == endpoints_.end() ? nullptr : found->second;
}

std::unique_ptr<SimulatedEndpoint> SimulatedNetwork::attach(std::size_t node, ForkDigest digest, TaskGuard guard) {
    auto created = std::make_unique<SimulatedEndpoint>(*this, node, digest, std::move(guard));
    for (const auto& [other, endpoint] : endpoints_)
        schedule_connect(node, other, delay(node, other));
    endpoints_[node] = created.get();
    return created;
}

void SimulatedNetwork::detach(std::size_t node) {
    endpoints_.erase(node);
    std::vector<Link> ended;
    for (const auto& [each, number] : connections_) {
        if (each.first == node || each.second == node) ended.push_back(each);
    }
    for (const Link& each : ended) {
        connections_.erase(each);
        const std::size_t other = each.first == node ? each.second : each.first;
        // The other side notices when its next packet is refused, not in the middle of what it is doing now.
        scheduler_.call_at(scheduler_.now_ms() + delay(node, other), [this, other, node] {
            SimulatedEndpoint* survivor = endpoint(other);
            if (survivor != nullptr && !connected(other, node)) survivor->on_disconnected(node);
        });
    }
}

bool SimulatedNetwork::may_connect(std::size_t a, std::size_t b) const {
    if (endpoint(a) == nullptr || endpoint(b) == nullptr) return false;
    const auto banned = banned_until_.find(link(a, b));
    return banned == banned_until_.end() || banned->second <= scheduler_.now_ms();
}

void SimulatedNetwork::schedule_connect(std::size_t a, std::size_t b, std::uint64_t delay_ms) {
    scheduler_.call_at(scheduler_.now_ms() + delay_ms, [this, a, b] { connect(a, b); });
}

void SimulatedNetwork::connect(std::size_t a, std::size_t b) {
    if (connected(a, b) || !may_connect(a, b)) return;
    if (divided(a, b)) return schedule_connect(a, b, conditions_.heartbeat_ms);
    connections_[link(a, b)] = next_connection_++;
    endpoint(a)->on_connected(b, true);
    if (SimulatedEndpoint* other = endpoint(b); other != nullptr && connected(a, b)) other->on_connected(a, false);
}

void SimulatedNetwork::disconnect(std::size_t a, std::size_t b) {
    if (connections_.erase(link(a, b)) == 0) return;
    for (const auto& [node, peer] : {std::pair{a, b}, std::pair{b, a}}) {
        scheduler_.call_at(scheduler_.now_ms(), [this, node = node, peer = peer] {
            SimulatedEndpoint* here = endpoint(node);
            if (here != nullptr && !connected(node, peer)) here->on_disconnected(peer);
        });
    }
}

void SimulatedNetwork::ban(std::size_t a, std::size_t b) {
    banned_until_[link(a, b)] = scheduler_.now_ms() + conditions_.ban_ms;
    disconnect(a, b);
    schedule_connect(a, b, conditions_.ban_ms + delay(a, b));
}

void SimulatedNetwork::unban(std::size_t a, std::size_t b) {
    if (banned_until_.erase(link(a, b)) != 0) schedule_connect(a, b, delay(a, b));
}

std::optional<std::size_t> SimulatedNetwork::node_with(const PeerId& id) const {
    for (const auto& [node, endpoint] : endpoints_) {
        if (peer_id(node) == id) return node;
    }
    return std::nullopt;
}

std::uint64_t SimulatedNetwork::delay(std::size_t from, std::size_t to) {
    const auto [entry, added] = base_latency_.try_emplace({from, to}, 0);
    if (added) {
        const std::uint64_t range = conditions_.greatest_latency_ms - conditions_.least_latency_ms;
        entry->second = conditions_.least_latency_ms + random_.below(range + 1);
    }
    return entry->second + random_.below(conditions_.greatest_jitter_ms + 1);
}

void SimulatedNetwork::transmit(std::size_t from, std::size_t to, std::uint64_t delay_ms,
                                std::function<void(SimulatedEndpoint&)> arrival) {
    if (divided(from, to)) return;
    scheduler_.call_at(scheduler_.now_ms() + delay_ms, [this, from, to, run = std::move(arrival)] {
        SimulatedEndpoint* receiver = endpoint(to);
        if (receiver == nullptr || divided(from, to)) return;
        ++delivered_;
        run(*receiver);
    });
}

void SimulatedNetwork::transmit_on_stream(std::size_t from, std::size_t to,
                                          std::function<void(SimulatedEndpoint&)> arrival) {
    const auto connection = connections_.find(link(from, to));
    if (connection == connections_.end() || random_.chance(conditions_.loss_ppm)) return;
    transmit(from, to, delay(from, to),
             [this, key = connection->first, number = connection->second,
              run = std::move(arrival)](SimulatedEndpoint& receiver) {
                 const auto current = connections_.find(key);
                 if (current != connections_.end() && current->second == number) run(receiver);
             });
}

// ----------------------------------------------------------------------------------------------------------- endpoint

SimulatedEndpoint::~SimulatedEndpoint() {
    for (const auto& [number, request] : outbound_)
        network_.scheduler_.cancel(request.timeout);
    network_.detach(node_);
}

std::optional<std::size_t> SimulatedEndpoint::node_of(const PeerId& peer) const {
    for (const std::size_t node : peers_) {
        if (SimulatedNetwork::peer_id(node) == peer) return node;
    }
    return std::nullopt;
}

void SimulatedEndpoint::on_connected(std::size_t peer, bool outbound) {
    if (!peers_.insert(peer).second || handler_ == nullptr) return;
    guard_([&] {
        const PeerId id = SimulatedNetwork::peer_id(peer);
        handler_->on_peer_connected(id, PeerConnection{outbound, id.bytes});
    });
}

void SimulatedEndpoint::on_disconnected(std::size_t peer) {
    if (peers_.erase(peer) == 0) return;
    // Answers first, then the news: the peer is gone for whoever asks again from within the handler of an answer.
    const auto guard = guard_;
    guard([&] {
        std::vector<std::uint64_t> unanswered;
        for (const auto& [number, request] : outbound_) {
            if (request.peer == peer) unanswered.push_back(number);
        }
        for (const std::uint64_t number : unanswered)
            finish(number, RequestOutcome::Disconnected, {});
        if (handler_ != nullptr) handler_->on_peer_disconnected(SimulatedNetwork::peer_id(peer));
    });
}

void SimulatedEndpoint::publish(const Topic& topic, ByteVector payload) {
    const auto id = gossip_message_id(topic_name(digest_, topic), payload);
    const auto message = std::make_shared<const Message>(Message{topic, std::move(payload), id});
    seen_.insert(id);
    if (network_.observer_) network_.observer_(node_, topic, message->payload);
    for (const auto& [receiver, endpoint] : network_.endpoints_) {
        if (receiver != node_ && endpoint->digest_ == digest_) send(receiver, message);
    }
}

void SimulatedEndpoint::send(std::size_t receiver, const MessagePointer& message) {
    const NetworkConditions& conditions = network_.conditions_;
    const auto arrival = [sender = node_, message](SimulatedEndpoint& endpoint) {
        endpoint.on_message(sender, message);
    };
    std::uint64_t delay = network_.delay(node_, receiver);
    while (network_.random_.chance(conditions.loss_ppm))
        delay += conditions.heartbeat_ms;
    network_.transmit(node_, receiver, delay, arrival);
    if (!network_.random_.chance(conditions.duplication_ppm)) return;
    network_.transmit(node_, receiver, delay + network_.delay(node_, receiver), arrival);
}

void SimulatedEndpoint::deliver(std::size_t receiver, const Topic& topic, ByteVector payload, std::uint64_t delay_ms) {
    const auto id = gossip_message_id(topic_name(digest_, topic), payload);
    const auto message = std::make_shared<const Message>(Message{topic, std::move(payload), id});
    const std::uint64_t arrival_ms = network_.scheduler_.now_ms() + delay_ms;
    network_.scheduler_.call_at(arrival_ms, [&network = network_, sender = node_, receiver, message] {
        SimulatedEndpoint* const endpoint = network.endpoint(receiver);
        if (endpoint == nullptr) return;
        ++network.delivered_;
        endpoint->on_message(sender, message);
    });
}

void SimulatedEndpoint::on_message(std::size_t sender, const MessagePointer& message) {
    if (handler_ == nullptr || !subscriptions_.contains(message->topic) || !seen_.insert(message->id).second) return;
    const GossipId id = next_number_++;
    pending_[id] = message->id;
    network_.log_.add(network_.scheduler_.now_ms(), node_, short_name(message->topic),
                      "from n" + std::to_string(sender) + " " + to_hex(Bytes(message->id)));
    guard_([&] {
        handler_->on_gossip(GossipMessage{id, SimulatedNetwork::peer_id(sender), message->topic, message->payload});
    });
}

void SimulatedEndpoint::report(GossipId message, Verdict verdict) {
    const auto found = pending_.find(message);
    if (found == pending_.end()) return;
    if (verdict == Verdict::Accept) ++accepted_;
    if (verdict == Verdict::Reject) {
        ++rejected_;
        network_.log_.add(network_.scheduler_.now_ms(), node_, "reject", to_hex(Bytes(found->second)));
    }
    pending_.erase(found);
}

void SimulatedEndpoint::request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t timeout_ms,
                                ResponseHandler handler) {
    const std::uint64_t number = next_number_++;
    const auto target = node_of(peer);
    const std::uint64_t now = network_.scheduler_.now_ms();
    const auto end = [this, number, guard = guard_, target] {
        guard([&] { finish(number, target ? RequestOutcome::Timeout : RequestOutcome::Disconnected, {}); });
    };
    const auto timeout = network_.scheduler_.call_at(target ? now + timeout_ms : now, end);
    outbound_[number] = Outbound{target.value_or(node_), std::move(handler), timeout};
    if (!target) return;
    network_.transmit_on_stream(
        node_, *target, [from = node_, number, method, content = std::move(payload)](SimulatedEndpoint& receiver) {
            if (receiver.handler_ == nullptr) return;
            if (!receiver.begin_to_serve(from, method, number)) {
                return receiver.answer(from, number, RequestOutcome::Refused, {});
            }
            const InboundRequestId id = receiver.next_number_++;
            receiver.inbound_[id] = {from, number};
            receiver.guard_([&] {
                receiver.handler_->on_request(InboundRequest{id, SimulatedNetwork::peer_id(from), method, content});
            });
        });
}

void SimulatedEndpoint::respond(InboundRequestId request, ResponseCode code, ByteVector payload) {
    const auto found = inbound_.find(request);
    if (found == inbound_.end()) return;
    const auto [asker, number] = found->second;
    inbound_.erase(found);
    const auto outcome = code == ResponseCode::Success ? RequestOutcome::Success : RequestOutcome::Refused;
    answer(asker, number, outcome, std::move(payload));
}

/// A request is served until its answer has come or its sender waits no more. [NET-58]
bool SimulatedEndpoint::begin_to_serve(std::size_t asker, Method method, std::uint64_t number) {
    constexpr std::size_t kServedAtOnce = 2;
    const SimulatedEndpoint* const other = network_.endpoint(asker);
    std::size_t open = 0;
    for (auto entry = serving_.lower_bound({asker, method, 0});
         entry != serving_.end() && std::get<0>(*entry) == asker && std::get<1>(*entry) == method;) {
        if (other != nullptr && other->is_waiting(std::get<2>(*entry))) {
            ++open;
            ++entry;
        } else {
            entry = serving_.erase(entry);
        }
    }
    return open < kServedAtOnce && serving_.insert({asker, method, number}).second;
}

void SimulatedEndpoint::answer(std::size_t asker, std::uint64_t number, RequestOutcome outcome, ByteVector payload) {
    network_.transmit_on_stream(node_, asker,
                                [number, outcome, content = std::move(payload)](SimulatedEndpoint& receiver) {
                                    const auto guard = receiver.guard_;
                                    guard([&] { receiver.finish(number, outcome, content); });
                                });
}

void SimulatedEndpoint::finish(std::uint64_t number, RequestOutcome outcome, ByteVector payload) {
    const auto found = outbound_.find(number);
    if (found == outbound_.end()) return;
    network_.scheduler_.cancel(found->second.timeout);
    const ResponseHandler handler = std::move(found->second.handler);
    outbound_.erase(found);
    handler(outcome, outcome == RequestOutcome::Success ? std::move(payload) : ByteVector{});
}

void SimulatedEndpoint::disconnect(const PeerId& peer, bool ban) {
    const auto target = node_of(peer);
    if (!target) return;
    if (ban) {
        network_.ban(node_, *target);
    } else {
        network_.disconnect(node_, *target);
    }
}

void SimulatedEndpoint::unban(const PeerId& peer) {
    if (const auto target = network_.node_with(peer)) network_.unban(node_, *target);
}

void SimulatedEndpoint::dial(const std::string& address) {
    const PeerId peer{address};
    const auto target = network_.node_with(peer);
    if (target && network_.connected(node_, *target)) return;
    if (target && *target != node_ && network_.may_connect(node_, *target)) {
        return network_.schedule_connect(node_, *target, network_.delay(node_, *target));
    }
    network_.scheduler_.call_at(network_.scheduler_.now_ms(), [network = &network_, node = node_, peer] {
        SimulatedEndpoint* here = network->endpoint(node);
        if (here == nullptr || here->handler_ == nullptr) return;
        here->guard_([&] { here->handler_->on_dial_failed(peer, peer.bytes); });
    });
}

void SimulatedEndpoint::discover() {
    network_.scheduler_.call_at(network_.scheduler_.now_ms(), [network = &network_, node = node_] {
        for (const auto& [other, endpoint] : std::map(network->endpoints_)) {
            SimulatedEndpoint* here = network->endpoint(node);
            if (here == nullptr || here->handler_ == nullptr) return;
            if (other == node || network->connected(node, other)) continue;
            const PeerId peer = SimulatedNetwork::peer_id(other);
            here->guard_([&] { here->handler_->on_peer_discovered(peer, {peer.bytes}); });
        }
    });
}

}  // namespace touchstone::node::sim
