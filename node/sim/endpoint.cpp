// The network as one node sees it.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "node/base/bytes.h"
#include "node/ports/topic_names.h"
#include "node/sim/network.h"

namespace touchstone::node::sim {

namespace {

/// Of a request or an answer, beside its payload.
constexpr std::uint64_t kStreamBytes = 100;

/// What the asker makes of it. [NET-56]
RequestOutcome outcome_of(ResponseCode code) {
    switch (code) {
        case ResponseCode::Success:
            return RequestOutcome::Success;
        case ResponseCode::InvalidRequest:
        case ResponseCode::ResourceUnavailable:
            return RequestOutcome::Refused;
        case ResponseCode::ServerError:
            return RequestOutcome::ServerError;
    }
    std::abort();
}

}  // namespace

SimulatedEndpoint::~SimulatedEndpoint() {
    for (const auto& [number, request] : outbound_)
        network_.scheduler_.cancel(request.timeout);
    network_.detach(node_);
}

std::optional<std::size_t> SimulatedEndpoint::node_of(const PeerId& peer) const {
    const auto node = SimulatedNetwork::number_of(peer);
    return node && peers_.contains(*node) ? node : std::nullopt;
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
    const std::uint64_t now = network_.scheduler_.now_ms();
    const MessagePointer message = SimulatedNetwork::make_message(digest_, topic, std::move(payload), now);
    if (topic.kind == TopicKind::Block) ++network_.blocks_published_;
    if (network_.observer_) network_.observer_(node_, topic, message->payload);
    router_.publish(message);
}

void SimulatedEndpoint::deliver(std::size_t receiver, const Topic& topic, ByteVector payload, std::uint64_t delay_ms) {
    const MessagePointer message = SimulatedNetwork::make_message(digest_, topic, std::move(payload), 0);
    const std::uint64_t arrival_ms = network_.scheduler_.now_ms() + delay_ms;
    network_.scheduler_.call_at(arrival_ms, [&network = network_, sender = node_, receiver, message] {
        SimulatedEndpoint* const endpoint = network.endpoint(receiver);
        if (endpoint == nullptr) return;
        ++network.delivered_;
        endpoint->on_message(sender, message);
    });
}

void SimulatedEndpoint::on_message(std::size_t sender, const MessagePointer& message) {
    if (handler_ == nullptr || network_.is_banned(node_, sender) || !router_.receive(sender, message)) return;
    const std::uint64_t now = network_.scheduler_.now_ms();
    const GossipId id = next_number_++;
    pending_[id] = {sender, message};
    const bool published = message->published_ms != 0;
    if (published && message->topic.kind == TopicKind::Block)
        network_.block_arrivals_ms_.push_back(now - message->published_ms);
    network_.log_.add(now, node_, short_name(message->topic),
                      "from n" + std::to_string(sender) + " " + to_hex(Bytes(message->id)));
    guard_([&] {
        handler_->on_gossip(GossipMessage{id, SimulatedNetwork::peer_id(sender), message->topic, message->payload});
    });
}

void SimulatedEndpoint::report(GossipId message, Verdict verdict) {
    const auto found = pending_.find(message);
    if (found == pending_.end()) return;
    const Pending judged = found->second;
    pending_.erase(found);
    if (verdict == Verdict::Accept) ++accepted_;
    if (verdict == Verdict::Reject) {
        ++rejected_;
        network_.log_.add(network_.scheduler_.now_ms(), node_, "reject", to_hex(Bytes(judged.message->id)));
    }
    router_.judged(judged.sender, judged.message, verdict);
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
    const std::uint64_t bytes = kStreamBytes + payload.size();
    network_.transmit_on_stream(
        node_, *target, bytes,
        [from = node_, number, method, content = std::move(payload)](SimulatedEndpoint& receiver) {
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
    answer(asker, number, outcome_of(code), std::move(payload));
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
    const std::uint64_t bytes = kStreamBytes + payload.size();
    network_.transmit_on_stream(node_, asker, bytes,
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
        return network_.schedule_connect(node_, *target, network_.links_.delay_ms(node_, *target));
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
