#include "node/adapters/libp2p/libp2p_network.h"

#include <utility>

#include "node/adapters/libp2p/gossip_payload.h"
#include "node/adapters/libp2p/gossip_score.h"
#include "node/adapters/libp2p/host_configuration.h"
#include "node/adapters/libp2p/host_results.h"
#include "node/adapters/libp2p/libp2p_network_impl.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/adapters/libp2p/request_frames.h"
#include "node/codec/snappy.h"
#include "node/ports/topic_names.h"

namespace touchstone::node::adapters {

namespace {

constexpr std::uint32_t kStopMs = 2000;

Fault start_fault(std::int32_t code, const NetworkOptions& options) {
    std::string addresses;
    for (const std::string& address : options.listen)
        addresses += (addresses.empty() ? "" : ", ") + address;
    if (code == TS_ADDRESS_IN_USE) {
        return {FaultKind::Network, "cannot listen on " + addresses + ": " + last_error() +
                                        "; stop the program that uses the port, or choose another one with `listen`"};
    }
    if (code == TS_INVALID_ARGUMENT) {
        return {FaultKind::Configuration, "the network's configuration is refused: " + last_error() +
                                              "; check `listen`, `external_addresses` and `peers`"};
    }
    return {FaultKind::Network, "cannot start the network on " + addresses + ": " + last_error()};
}

}  // namespace

std::string peer_id_of(const std::array<std::uint8_t, 32>& node_key) {
    return text_result(
        [&](char* buffer, std::size_t size) { return ts_network_peer_id_of_key(node_key.data(), buffer, size); });
}

Outcome<std::unique_ptr<Libp2pNetwork>> Libp2pNetwork::start(const NetworkOptions& options, const NetworkPorts& ports) {
    auto impl = std::make_shared<Impl>(options, ports);
    const HostConfiguration host(impl->options);
    const std::int32_t code = ts_network_start(&host.config, &impl->host);
    if (code != TS_OK) return start_fault(code, options);
    return std::unique_ptr<Libp2pNetwork>(new Libp2pNetwork(std::move(impl)));
}

Libp2pNetwork::~Libp2pNetwork() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->ending = true;
    }
    impl_->room.notify_all();
    ts_network_stop(impl_->host, kStopMs);
    if (impl_->poller.joinable()) impl_->poller.join();
    ts_network_free(impl_->host);
    impl_->closed = true;
    for (const auto& [id, own] : impl_->own_requests)
        impl_->ports.timers.cancel(own.timer);
    impl_->own_requests.clear();
}

std::vector<std::string> Libp2pNetwork::listen_addresses() const {
    const std::string lines = text_result(
        [this](char* buffer, std::size_t size) { return ts_network_listen_addresses(impl_->host, buffer, size); });
    std::vector<std::string> addresses;
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', begin), lines.size());
        if (end > begin) addresses.push_back(lines.substr(begin, end - begin));
        begin = end + 1;
    }
    return addresses;
}

std::string Libp2pNetwork::local_peer_id() const { return peer_id_of(impl_->options.node_key); }

std::vector<ConnectedPeer> Libp2pNetwork::connected_peers() const {
    const ByteVector list = list_result(
        [this](std::uint8_t* buffer, std::size_t size) { return ts_network_peers(impl_->host, buffer, size); });
    return read_peers(list).value_or(std::vector<ConnectedPeer>());
}

std::vector<Traffic> Libp2pNetwork::traffic() const {
    const ByteVector list = list_result(
        [this](std::uint8_t* buffer, std::size_t size) { return ts_network_traffic(impl_->host, buffer, size); });
    return read_traffic(list).value_or(std::vector<Traffic>());
}

NetworkReport Libp2pNetwork::report() const {
    NetworkReport report;
    for (ConnectedPeer& each : connected_peers()) {
        report.peers.push_back({PeerId{std::move(each.peer)}, std::move(each.address), each.outbound,
                                std::move(each.agent), each.round_trip_us, each.gossip_score});
    }
    for (const Traffic& each : traffic()) {
        const CarriedTraffic carried{each.messages_in, each.bytes_in, each.messages_out, each.bytes_out};
        if (const auto topic = each.topic ? impl_->topic_of_name(each.name) : std::nullopt) {
            report.topics.push_back({*topic, carried, each.subscribed_peers, each.mesh_peers});
        } else if (const auto method = each.topic ? std::nullopt : method_of(impl_->options.digest, each.name)) {
            report.methods.push_back({*method, carried});
        }
    }
    report.verdicts = impl_->verdicts.read();
    const ts_network_score score = host_score(impl_->options.parameters);
    report.thresholds = {score.gossip_threshold, score.publish_threshold, score.graylist_threshold};
    ts_network_statistics host{};
    if (ts_network_get_statistics(impl_->host, &host) != TS_OK) return report;
    report.queued_events = host.queued_events;
    report.dropped_gossip = host.dropped_gossip;
    report.dropped_news = host.dropped_events;
    report.refused_requests = host.refused_requests;
    report.refused_connections = host.refused_connections;
    return report;
}

void Libp2pNetwork::set_handler(NetworkHandler* handler) {
    impl_->handler = handler;
    if (handler != nullptr && !impl_->poller.joinable()) {
        impl_->poller = std::thread([impl = impl_.get()] { impl->poll(); });
    }
}

void Libp2pNetwork::subscribe(const Topic& topic) {
    const std::string name = topic_name(impl_->options.digest, topic);
    const ts_network_topic_score score = topic_score(topic, impl_->options.parameters, impl_->options.validators);
    const std::uint8_t importance = may_be_dropped(topic.kind) ? TS_DROPPABLE : TS_IMPORTANT;
    if (ts_network_subscribe(impl_->host, name.c_str(), importance, &score) != TS_OK) {
        impl_->ports.log.error("subscribe_failed", {{"topic", name}, {"reason", last_error()}});
    }
}

void Libp2pNetwork::publish(const Topic& topic, ByteVector payload) {
    const std::string name = topic_name(impl_->options.digest, topic);
    const ByteVector content = codec::compress(payload);
    if (ts_network_publish(impl_->host, name.c_str(), content.data(), content.size(), nullptr) != TS_OK) {
        impl_->ports.log.warning("publish_failed", {{"topic", name}, {"reason", last_error()}});
    }
}

void Libp2pNetwork::report(GossipId message, Verdict verdict) {
    const auto found = impl_->received.find(message);
    if (found == impl_->received.end()) return;
    const auto code = static_cast<std::uint8_t>(verdict == Verdict::Accept   ? TS_ACCEPT
                                                : verdict == Verdict::Reject ? TS_REJECT
                                                                             : TS_IGNORE);
    ts_network_report(impl_->host, found->second.id.data(), found->second.source.c_str(), code);
    impl_->verdicts.add(found->second.kind, verdict);
    impl_->received.erase(found);
}

void Libp2pNetwork::request(const PeerId& peer, Method method, ByteVector payload, std::uint64_t timeout_ms,
                            ResponseHandler handler) {
    const std::string protocol = protocol_name(impl_->options.digest, method);
    const ByteVector content = frame_content(payload, has_request(method));
    const std::int64_t id =
        ts_network_send_request(impl_->host, peer.bytes.c_str(), protocol.c_str(), content.data(), content.size());
    if (id <= 0) {
        impl_->ports.log.debug("request_failed", {{"peer", peer.bytes}, {"reason", last_error()}});
        impl_->ports.post([impl = impl_, handler = std::move(handler)] {
            if (!impl->closed) handler(RequestOutcome::Disconnected, {});
        });
        return;
    }
    const TimerId timer =
        impl_->ports.timers.call_at(impl_->ports.clock.now_ms() + timeout_ms,
                                    [impl = impl_.get(), id] { impl->finish(id, RequestOutcome::Timeout, {}); });
    impl_->own_requests.emplace(id, Impl::OwnRequest{method, std::move(handler), timer});
}

void Libp2pNetwork::respond(InboundRequestId request, ResponseCode code, ByteVector payload) {
    const auto found = impl_->served.find(request);
    if (found == impl_->served.end()) return;
    const Impl::ServedRequest served = std::move(found->second);
    impl_->served.erase(found);
    impl_->send(served.channel, served.method, code, payload);
}

void Libp2pNetwork::disconnect(const PeerId& peer, bool ban) {
    if (ban) {
        ts_network_ban(impl_->host, peer.bytes.c_str());
    } else {
        ts_network_disconnect(impl_->host, peer.bytes.c_str());
    }
}

void Libp2pNetwork::unban(const PeerId& peer) { ts_network_unban(impl_->host, peer.bytes.c_str()); }

void Libp2pNetwork::dial(const std::string& address) {
    if (ts_network_dial(impl_->host, address.c_str()) == TS_OK) return;
    impl_->ports.log.debug("dial_failed", {{"address", address}, {"explanation", last_error()}});
    impl_->ports.post([impl = impl_, address] {
        if (impl->closed || impl->handler == nullptr) return;
        const std::size_t id = address.find("/p2p/");
        impl->handler->on_dial_failed(PeerId{id == std::string::npos ? "" : address.substr(id + 5)}, address);
    });
}

void Libp2pNetwork::discover() { ts_network_discover(impl_->host); }

void Libp2pNetwork::set_peer_score(const PeerId& peer, double score) {
    if (ts_network_set_score(impl_->host, peer.bytes.c_str(), score) != TS_OK) {
        impl_->ports.log.warning("score_refused", {{"peer", peer.bytes}, {"reason", last_error()}});
    }
}

}  // namespace touchstone::node::adapters
