#include "node/adapters/libp2p/libp2p_network.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "native/include/touchstone_native.h"
#include "node/adapters/libp2p/event_reader.h"
#include "node/adapters/libp2p/gossip_payload.h"
#include "node/adapters/libp2p/gossip_score.h"
#include "node/adapters/libp2p/protocol_names.h"
#include "node/codec/snappy.h"
#include "node/ports/topic_names.h"

namespace touchstone::node::adapters {

namespace {

constexpr std::uint32_t kPollMs = 1000;
constexpr std::uint32_t kStopMs = 2000;
constexpr std::uint32_t kRequestTimeoutMs = 10'000;  // [NET-58]
constexpr std::uint32_t kServedAtOnce = 2;           // of one method and peer [NET-58]
constexpr std::size_t kPostedAtOnce = 256;
constexpr std::size_t kPostedBytesAtOnce = std::size_t{64} << 20U;  // [NET-114]
constexpr std::uint64_t kErrorTextBytes = 256;                      // [NET-56]
constexpr std::uint64_t kShortestMemoryMs = 60'000;

std::string last_error() {
    std::string text(ts_last_error(nullptr, 0), '\0');
    text.resize(std::min(text.size(), ts_last_error(text.data(), text.size() + 1)));
    return text;
}

template <class Read>
std::string text_result(const Read& read) {
    const std::int64_t length = read(nullptr, 0);
    if (length <= 0) return {};
    std::string text(static_cast<std::size_t>(length), '\0');
    read(text.data(), text.size() + 1);
    return text;
}

/// The list may have grown between two looks.
template <class Read>
ByteVector list_result(const Read& read) {
    ByteVector list;
    while (true) {
        const std::int64_t length = read(list.data(), list.size());
        if (length < 0) return {};
        const bool whole = static_cast<std::size_t>(length) <= list.size();
        list.resize(static_cast<std::size_t>(length));
        if (whole) return list;
    }
}

std::uint8_t status_byte(ResponseCode code) {
    switch (code) {
        case ResponseCode::Success:
            return 0;
        case ResponseCode::InvalidRequest:
            return 1;
        case ResponseCode::ServerError:
            return 2;
        case ResponseCode::ResourceUnavailable:
            return 3;
    }
    return 2;
}

std::string_view status_text(ResponseCode code) {
    switch (code) {
        case ResponseCode::Success:
            return {};
        case ResponseCode::InvalidRequest:
            return "invalid request";
        case ResponseCode::ServerError:
            return "server error";
        case ResponseCode::ResourceUnavailable:
            return "not available";
    }
    return {};
}

RequestOutcome outcome_of(std::uint8_t reason) {
    switch (reason) {
        case TS_FAILURE_TIMEOUT:
            return RequestOutcome::Timeout;
        case TS_FAILURE_UNSUPPORTED_PROTOCOL:  // [NET-98]
            return RequestOutcome::Refused;
        case TS_FAILURE_REFUSED:
        case TS_FAILURE_IO:
            return RequestOutcome::BrokenStream;
        case TS_FAILURE_TOO_LARGE:
            return RequestOutcome::Malformed;
        default:
            return RequestOutcome::Disconnected;
    }
}

/// Of a status that is no success. [NET-56]
RequestOutcome outcome_of_status(std::uint8_t status) {
    const bool refused =
        status == status_byte(ResponseCode::InvalidRequest) || status == status_byte(ResponseCode::ResourceUnavailable);
    return refused ? RequestOutcome::Refused : RequestOutcome::ServerError;
}

/// Nothing is sent for no content; everything else, an empty encoding too, is compressed. [NET-55]
ByteVector frame_content(Bytes payload, bool has_content) {
    return has_content ? codec::compress(payload) : ByteVector();
}

/// [NET-59]
bool has_request(Method method) { return method != Method::Metadata && method != Method::StateList; }

/// `none` is an empty frame, and where a type is expected, an empty frame does not decompress. [NET-55] [ENC-24]
std::optional<ByteVector> read_frame(Bytes frame, bool has_content, std::uint64_t limit) {
    if (!has_content) return frame.empty() ? std::optional(ByteVector()) : std::nullopt;
    auto payload = codec::decompress(frame, limit);
    if (!payload.ok()) return std::nullopt;
    return std::move(payload).value();
}

bool declares_more_than(Bytes frame, std::uint64_t limit) {
    const auto declared = codec::declared_length(frame);
    return declared.ok() && declared.value() > limit;
}

/// Written by the poller and the writer, read by anybody.
class VerdictCounters {
  public:
    void add(TopicKind kind, Verdict verdict) {
        counts_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(verdict)].fetch_add(1,
                                                                                             std::memory_order_relaxed);
    }
    std::map<TopicKind, VerdictCounts> read() const {
        std::map<TopicKind, VerdictCounts> all;
        for (const TopicKind kind : kTopicKinds) {
            const auto& of_kind = counts_[static_cast<std::size_t>(kind)];
            for (std::size_t i = 0; i < of_kind.size(); ++i)
                all[kind][i] = of_kind[i].load(std::memory_order_relaxed);
        }
        return all;
    }

  private:
    using OfKind = std::array<std::atomic<std::uint64_t>, std::tuple_size_v<VerdictCounts>>;
    std::array<OfKind, kTopicKinds.size()> counts_{};
};

/// What an event holds of a peer's bytes, decompressed.
std::size_t payload_bytes(const NativeEvent& event) {
    return std::visit(
        [](const auto& content) -> std::size_t {
            if constexpr (requires { content.payload; }) {
                return content.payload.size();
            } else {
                return 0;
            }
        },
        event);
}

}  // namespace

std::string peer_id_of(const std::array<std::uint8_t, 32>& node_key) {
    return text_result(
        [&](char* buffer, std::size_t size) { return ts_network_peer_id_of_key(node_key.data(), buffer, size); });
}

struct Libp2pNetwork::Impl : std::enable_shared_from_this<Libp2pNetwork::Impl> {
    Impl(NetworkOptions chosen, NetworkPorts given) : options(std::move(chosen)), ports(std::move(given)) {}

    NetworkOptions options;
    NetworkPorts ports;
    ts_network* host = nullptr;
    std::thread poller;
    VerdictCounters verdicts;

    // Between the poller and the writer.
    std::mutex mutex;
    std::condition_variable room;
    std::size_t posted = 0;
    std::size_t posted_bytes = 0;
    bool ending = false;

    // Of the writer thread alone.
    struct ReceivedGossip {
        MessageId id{};
        std::string source;
        TopicKind kind = TopicKind::Block;
    };
    struct OwnRequest {
        Method method = Method::Status;
        ResponseHandler handler;
        TimerId timer = 0;
    };
    struct ServedRequest {
        std::uint64_t channel = 0;
        Method method = Method::Status;
    };
    bool closed = false;
    NetworkHandler* handler = nullptr;
    GossipId last_gossip = 0;
    InboundRequestId last_inbound = 0;
    std::unordered_map<GossipId, ReceivedGossip> received;
    std::unordered_map<std::int64_t, OwnRequest> own_requests;
    std::unordered_map<InboundRequestId, ServedRequest> served;

    // ---------------------------------------------------------------------------------------------- the poller
    void poll() {
        ByteVector buffer(1U << 16U);
        while (true) {
            const std::int64_t size = ts_network_poll(host, buffer.data(), buffer.size(), kPollMs);
            if (size < 0) return;
            if (size == 0) continue;
            if (static_cast<std::size_t>(size) > buffer.size()) {
                buffer.resize(static_cast<std::size_t>(size));
                continue;
            }
            auto event = read_event({buffer.data(), static_cast<std::size_t>(size)});
            if (event && prepare(*event) && !hand_over(std::move(*event))) return;
        }
    }

    /// What needs no state of the node is done on this thread. False: the event is finished.
    bool prepare(NativeEvent& event) {
        auto* gossip = std::get_if<GossipArrived>(&event);
        if (gossip == nullptr) return true;
        auto payload = unpack_gossip(gossip->payload, options.parameters);
        if (payload.ok()) {  // [NET-11] [NET-12]
            gossip->payload = std::move(payload).value();
            return true;
        }
        const Rejection& reason = payload.rejection();
        ports.log.debug("gossip_rejected", {{"peer", gossip->source},
                                            {"topic", gossip->topic},
                                            {"clause", std::string(to_string(reason.clause))},
                                            {"detail", reason.detail}});
        ts_network_report(host, gossip->id.data(), gossip->source.c_str(), TS_REJECT);
        if (const auto topic = topic_of_name(gossip->topic)) verdicts.add(topic->kind, Verdict::Reject);
        return false;
    }

    std::optional<Topic> topic_of_name(std::string_view name) const {
        return topic_of(options.digest, name, options.parameters.ATTESTATION_SUBNET_COUNT);
    }

    /// Whatever its size, one event may always go.
    bool has_room_for(std::size_t bytes) const {
        return posted == 0 || (posted < kPostedAtOnce && posted_bytes + bytes <= kPostedBytesAtOnce);
    }

    bool hand_over(NativeEvent event) {
        const std::size_t bytes = payload_bytes(event);
        {
            std::unique_lock lock(mutex);
            room.wait(lock, [this, bytes] { return ending || has_room_for(bytes); });
            if (ending) return false;
            ++posted;
            posted_bytes += bytes;
        }
        ports.post([self = shared_from_this(), bytes, event = std::make_shared<NativeEvent>(std::move(event))] {
            {
                const std::lock_guard lock(self->mutex);
                --self->posted;
                self->posted_bytes -= bytes;
            }
            self->room.notify_one();
            if (!self->closed) std::visit([&](auto& content) { self->on(std::move(content)); }, *event);
        });
        return true;
    }

    // ------------------------------------------------------------------------------------ events, on the writer
    void on(GossipArrived event) {
        const auto topic = topic_of_name(event.topic);
        if (handler == nullptr || !topic) {
            ts_network_report(host, event.id.data(), event.source.c_str(), TS_IGNORE);
            return;
        }
        const GossipId id = ++last_gossip;
        received.emplace(id, ReceivedGossip{event.id, event.source, topic->kind});
        handler->on_gossip({id, PeerId{event.source}, *topic, std::move(event.payload)});
    }

    void on(RequestArrived event) {
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

    void on(ResponseArrived event) {
        const auto found = own_requests.find(static_cast<std::int64_t>(event.request));
        if (found == own_requests.end()) return;
        if (event.status != 0) return finish(found->first, outcome_of_status(event.status), {});
        auto payload = read_frame(event.payload, true, response_limit(found->second.method, options.parameters));
        if (!payload) return finish(found->first, RequestOutcome::Malformed, {});
        finish(found->first, RequestOutcome::Success, std::move(*payload));
    }

    void on(RequestFailed event) { finish(static_cast<std::int64_t>(event.request), outcome_of(event.reason), {}); }

    void on(PeerConnected event) {
        ports.log.info("peer_connected",
                       {{"peer", event.peer}, {"address", event.address}, {"outbound", event.outbound}});
        if (handler == nullptr) return;
        handler->on_peer_connected(PeerId{event.peer}, PeerConnection{event.outbound, event.address});
    }

    void on(PeerDisconnected event) {
        ports.log.info("peer_disconnected", {{"peer", event.peer}});
        if (handler != nullptr) handler->on_peer_disconnected(PeerId{event.peer});
    }

    void on(PeerIdentified event) {
        ports.log.debug("peer_identified", {{"peer", event.peer}, {"agent", event.agent}});
        if (handler == nullptr) return;
        handler->on_peer_identified(PeerId{event.peer}, PeerIdentity{event.agent, std::move(event.addresses)});
    }

    void on(const PeerSubscribed& event) {
        const auto topic = topic_of_name(event.topic);
        if (handler != nullptr && topic) {
            handler->on_peer_subscription(PeerId{event.peer}, *topic, event.subscribed);
        }
    }

    void on(const PeerDiscovered& event) {
        if (handler != nullptr) handler->on_peer_discovered(PeerId{event.peer}, event.addresses);
    }

    void on(DialFailed event) {
        ports.log.debug("dial_failed", {{"address", event.address}, {"explanation", event.explanation}});
        if (handler != nullptr && !event.again) handler->on_dial_failed(PeerId{event.peer}, event.address);
    }

    void on(RequestViolation event) {
        ports.log.debug("request_violation", {{"peer", event.peer},
                                              {"protocol", event.protocol},
                                              {"declared_bytes", std::uint64_t{event.declared_bytes}}});
        const auto method = method_of(options.digest, event.protocol);
        if (handler != nullptr && method) handler->on_malformed_request(PeerId{event.peer}, *method);
    }

    void on(News event) {
        ports.log.debug(event.event, {{"subject", event.subject}, {"explanation", event.explanation}});
    }

    // ------------------------------------------------------------------------------------------------- requests
    void finish(std::int64_t request, RequestOutcome outcome, ByteVector payload) {
        const auto found = own_requests.find(request);
        if (found == own_requests.end()) return;  // it had timed out here
        const OwnRequest own = std::move(found->second);
        own_requests.erase(found);
        ports.timers.cancel(own.timer);
        own.handler(outcome, std::move(payload));
    }

    void send(std::uint64_t channel, Method method, ResponseCode code, Bytes payload) {
        if (code == ResponseCode::Success && payload.size() > response_limit(method, options.parameters)) {
            code = ResponseCode::ServerError;
        }
        const std::string_view text = status_text(code);
        if (code != ResponseCode::Success) payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
        const ByteVector content = frame_content(payload, true);
        // A channel that is gone has an impatient peer behind it.
        ts_network_send_response(host, channel, status_byte(code), content.data(), content.size());
    }
};

namespace {

/// The configuration of the host and what its pointers point at.
class HostConfiguration {
  public:
    explicit HostConfiguration(const NetworkOptions& options) {
        const Parameters& parameters = options.parameters;
        ts_network_config_default(&config);
        for (const std::string& address : options.listen)
            listen_.push_back(address.c_str());
        for (const std::string& address : options.external)
            external_.push_back(address.c_str());
        for (const std::string& address : options.peers)
            peers_.push_back(address.c_str());
        for (const Method method : kMethods)
            names_[method] = protocol_name(options.digest, method);
        for (const Method method : kMethods) {
            protocols_.push_back({names_[method].c_str(), compressed_limit(request_limit(method, parameters)),
                                  compressed_limit(std::max(response_limit(method, parameters), kErrorTextBytes)),
                                  kRequestTimeoutMs});
        }
        const std::string_view busy = status_text(ResponseCode::ResourceUnavailable);
        busy_ = frame_content({reinterpret_cast<const std::uint8_t*>(busy.data()), busy.size()}, true);
        config.max_served_per_peer = kServedAtOnce;
        config.busy_status = status_byte(ResponseCode::ResourceUnavailable);
        config.busy_payload = busy_.data();
        config.busy_payload_length = busy_.size();
        config.listen_addresses = listen_.data();
        config.listen_address_count = listen_.size();
        config.external_addresses = external_.data();
        config.external_address_count = external_.size();
        config.static_peers = peers_.data();
        config.static_peer_count = peers_.size();
        config.protocols = protocols_.data();
        config.protocol_count = protocols_.size();
        std::ranges::copy(options.node_key, config.node_key);
        config.agent = options.agent.c_str();
        discovery_ = discovery_protocol_name(options.digest);
        if (options.discovery) config.discovery_protocol = discovery_.c_str();
        config.allow_private_addresses = options.private_peers ? 1 : 0;
        config.max_connections = options.max_connections;
        config.score = host_score(parameters);
        config.mesh_target = kMeshTarget;
        config.mesh_low = kMeshLow;
        config.mesh_high = kMeshHigh;
        config.heartbeat_ms = kGossipHeartbeatMs;
        config.max_message_bytes = compressed_limit(parameters.GOSSIP_MAX_SIZE);
        config.max_decompressed_bytes = static_cast<std::uint32_t>(parameters.GOSSIP_MAX_SIZE);
        config.max_queued_gossip_bytes =
            std::max<std::uint64_t>(config.max_queued_gossip_bytes, 4ULL * config.max_message_bytes);
        // A message is of interest for two epochs. [NET-25]
        const std::uint64_t two_epochs_ms = 2 * parameters.SLOTS_PER_EPOCH * parameters.SLOT_DURATION_MS;
        config.duplicate_cache_ms = static_cast<std::uint32_t>(
            std::clamp<std::uint64_t>(two_epochs_ms, kShortestMemoryMs, std::numeric_limits<std::uint32_t>::max()));
    }

    ts_network_config config{};

  private:
    std::vector<const char*> listen_;
    std::vector<const char*> external_;
    std::vector<const char*> peers_;
    std::map<Method, std::string> names_;
    std::vector<ts_network_protocol> protocols_;
    std::string discovery_;
    ByteVector busy_;
};

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
