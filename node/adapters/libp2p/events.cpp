// What the host tells, on the writer thread, and the requests of both sides.
#include <utility>

#include "node/adapters/libp2p/libp2p_network_impl.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/adapters/libp2p/request_frames.h"

namespace touchstone::node::adapters {

void Libp2pNetwork::Impl::on(GossipArrived event) {
    const auto topic = topic_of_name(event.topic);
    if (handler == nullptr || !topic) {
        ts_network_report(host, event.id.data(), event.source.c_str(), TS_IGNORE);
        return;
    }
    const GossipId id = ++last_gossip;
    received.emplace(id, ReceivedGossip{event.id, event.source, topic->kind});
    handler->on_gossip({id, PeerId{event.source}, *topic, std::move(event.payload)});
}

void Libp2pNetwork::Impl::on(RequestArrived event) {
    const auto method = method_of(options.digest, event.protocol);
    if (!method) return;
    if (handler == nullptr) {
        return send(event.channel, *method, ResponseCode::ResourceUnavailable, {});
    }
    const std::uint64_t limit = request_limit(*method, options.parameters);
    // The frame's own length was held to its limit below. [NET-57]
    if (has_request(*method) && declares_more_than(event.payload, limit)) {
        ts_network_reset_request(host, event.channel);
        return handler->on_malformed_request(PeerId{event.peer}, *method);
    }
    auto payload = read_frame(event.payload, has_request(*method), limit);
    if (!payload) {
        send(event.channel, *method, ResponseCode::InvalidRequest, {});
        return handler->on_malformed_request(PeerId{event.peer}, *method);
    }
    const InboundRequestId id = ++last_inbound;
    served.emplace(id, ServedRequest{event.channel, *method});
    handler->on_request({id, PeerId{event.peer}, *method, std::move(*payload)});
}

void Libp2pNetwork::Impl::on(ResponseArrived event) {
    const auto found = own_requests.find(static_cast<std::int64_t>(event.request));
    if (found == own_requests.end()) return;
    if (event.status != 0) return finish(found->first, outcome_of_status(event.status), {});
    auto payload = read_frame(event.payload, true, response_limit(found->second.method, options.parameters));
    if (!payload) return finish(found->first, RequestOutcome::Malformed, {});
    finish(found->first, RequestOutcome::Success, std::move(*payload));
}

void Libp2pNetwork::Impl::on(RequestFailed event) {
    finish(static_cast<std::int64_t>(event.request), outcome_of(event.reason), {});
}

void Libp2pNetwork::Impl::on(PeerConnected event) {
    ports.log.info("peer_connected", {{"peer", event.peer}, {"address", event.address}, {"outbound", event.outbound}});
    if (handler == nullptr) return;
    handler->on_peer_connected(PeerId{event.peer}, PeerConnection{event.outbound, event.address});
}

void Libp2pNetwork::Impl::on(PeerDisconnected event) {
    ports.log.info("peer_disconnected", {{"peer", event.peer}});
    if (handler != nullptr) handler->on_peer_disconnected(PeerId{event.peer});
}

void Libp2pNetwork::Impl::on(PeerIdentified event) {
    ports.log.debug("peer_identified", {{"peer", event.peer}, {"agent", event.agent}});
    if (handler == nullptr) return;
    handler->on_peer_identified(PeerId{event.peer}, PeerIdentity{event.agent, std::move(event.addresses)});
}

void Libp2pNetwork::Impl::on(const PeerSubscribed& event) {
    const auto topic = topic_of_name(event.topic);
    if (handler != nullptr && topic) {
        handler->on_peer_subscription(PeerId{event.peer}, *topic, event.subscribed);
    }
}

void Libp2pNetwork::Impl::on(const PeerDiscovered& event) {
    if (handler != nullptr) handler->on_peer_discovered(PeerId{event.peer}, event.addresses);
}

void Libp2pNetwork::Impl::on(DialFailed event) {
    ports.log.debug("dial_failed", {{"address", event.address}, {"explanation", event.explanation}});
    if (handler != nullptr && !event.again) handler->on_dial_failed(PeerId{event.peer}, event.address);
}

void Libp2pNetwork::Impl::on(RequestViolation event) {
    ports.log.debug(
        "request_violation",
        {{"peer", event.peer}, {"protocol", event.protocol}, {"declared_bytes", std::uint64_t{event.declared_bytes}}});
    const auto method = method_of(options.digest, event.protocol);
    if (handler != nullptr && method) handler->on_malformed_request(PeerId{event.peer}, *method);
}

void Libp2pNetwork::Impl::on(News event) {
    ports.log.debug(event.event, {{"subject", event.subject}, {"explanation", event.explanation}});
}

void Libp2pNetwork::Impl::finish(std::int64_t request, RequestOutcome outcome, ByteVector payload) {
    const auto found = own_requests.find(request);
    if (found == own_requests.end()) return;  // it had timed out here
    const OwnRequest own = std::move(found->second);
    own_requests.erase(found);
    ports.timers.cancel(own.timer);
    own.handler(outcome, std::move(payload));
}

void Libp2pNetwork::Impl::send(std::uint64_t channel, Method method, ResponseCode code, Bytes payload) {
    if (code == ResponseCode::Success && payload.size() > response_limit(method, options.parameters)) {
        code = ResponseCode::ServerError;
    }
    const std::string_view text = status_text(code);
    if (code != ResponseCode::Success) payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    const ByteVector content = frame_content(payload, true);
    // A channel that is gone has an impatient peer behind it.
    ts_network_send_response(host, channel, status_byte(code), content.data(), content.size());
}

}  // namespace touchstone::node::adapters
