#include "node/adapters/libp2p/event_reader.h"

#include <cstring>

#include "native/include/touchstone_native.h"

namespace touchstone::node::adapters {

namespace {

/// Reads fields from the front; after one that is not whole, all are empty and `failed` is set.
class Fields {
  public:
    explicit Fields(Bytes bytes) : rest_(bytes) {}

    template <class Number>
    Number number() {
        Number value{};
        const Bytes field = take(sizeof(Number));
        if (!failed_) std::memcpy(&value, field.data(), sizeof(Number));
        return value;
    }
    MessageId id() {
        MessageId value{};
        const Bytes field = take(value.size());
        if (!failed_) std::memcpy(value.data(), field.data(), value.size());
        return value;
    }
    ByteVector bytes() {
        const Bytes field = take(number<std::uint32_t>());
        return {field.begin(), field.end()};
    }
    std::string text() {
        const Bytes field = take(number<std::uint32_t>());
        return {field.begin(), field.end()};
    }
    std::vector<std::string> texts() {
        return list<std::string>([this] { return text(); });
    }
    /// A count and that many elements; no memory is taken for elements that do not come.
    template <class Element, class Read>
    std::vector<Element> list(const Read& read) {
        std::vector<Element> elements;
        for (auto left = number<std::uint32_t>(); left > 0 && !failed_; --left)
            elements.push_back(read());
        return elements;
    }
    bool failed() const { return failed_; }
    bool at_end() const { return rest_.empty(); }

  private:
    Bytes take(std::size_t size) {
        failed_ = failed_ || rest_.size() < size;
        if (failed_) return {};
        const Bytes field = rest_.first(size);
        rest_ = rest_.subspan(size);
        return field;
    }

    Bytes rest_;
    bool failed_ = false;
};

GossipArrived read_gossip(Fields& fields) {
    GossipArrived event;
    event.id = fields.id();
    event.source = fields.text();
    event.topic = fields.text();
    event.payload = fields.bytes();
    return event;
}

RequestArrived read_request(Fields& fields) {
    RequestArrived event;
    event.channel = fields.number<std::uint64_t>();
    event.peer = fields.text();
    event.protocol = fields.text();
    event.payload = fields.bytes();
    return event;
}

ResponseArrived read_response(Fields& fields) {
    ResponseArrived event;
    event.request = fields.number<std::uint64_t>();
    fields.text();
    event.status = fields.number<std::uint8_t>();
    event.payload = fields.bytes();
    return event;
}

RequestFailed read_request_failed(Fields& fields) {
    RequestFailed event;
    event.request = fields.number<std::uint64_t>();
    fields.text();
    event.reason = fields.number<std::uint8_t>();
    return event;
}

News read_response_failed(Fields& fields) {
    fields.number<std::uint64_t>();
    std::string peer = fields.text();
    fields.number<std::uint8_t>();
    return {"response_failed", std::move(peer), fields.text()};
}

RequestViolation read_violation(Fields& fields) {
    RequestViolation event;
    event.peer = fields.text();
    event.protocol = fields.text();
    event.declared_bytes = fields.number<std::uint32_t>();
    return event;
}

PeerConnected read_connected(Fields& fields) {
    PeerConnected event;
    event.peer = fields.text();
    event.address = fields.text();
    event.outbound = fields.number<std::uint8_t>() != 0;
    return event;
}

News read_publish_failed(Fields& fields) {
    fields.id();
    std::string topic = fields.text();
    fields.number<std::uint8_t>();
    return {"publish_failed", std::move(topic), fields.text()};
}

PeerIdentified read_identified(Fields& fields) {
    PeerIdentified event;
    event.peer = fields.text();
    event.agent = fields.text();
    fields.text();
    event.addresses = fields.texts();
    fields.texts();
    return event;
}

PeerSubscribed read_subscription(Fields& fields, bool subscribed) {
    std::string peer = fields.text();
    return {std::move(peer), fields.text(), subscribed};
}

PeerDiscovered read_discovered(Fields& fields) {
    std::string peer = fields.text();
    return {std::move(peer), fields.texts()};
}

DialFailed read_dial_failed(Fields& fields) {
    DialFailed event;
    event.peer = fields.text();
    event.address = fields.text();
    event.again = fields.number<std::uint8_t>() != 0;
    event.explanation = fields.text();
    return event;
}

ConnectedPeer read_peer(Fields& fields) {
    ConnectedPeer peer;
    peer.peer = fields.text();
    peer.address = fields.text();
    peer.outbound = fields.number<std::uint8_t>() != 0;
    peer.agent = fields.text();
    const auto round_trip = fields.number<std::uint64_t>();
    if (round_trip != 0) peer.round_trip_us = round_trip;
    peer.gossip_score = fields.number<double>();
    return peer;
}

Traffic read_traffic_of_one(Fields& fields) {
    Traffic traffic;
    traffic.topic = fields.number<std::uint8_t>() == TS_TRAFFIC_TOPIC;
    traffic.name = fields.text();
    for (std::uint64_t* count : {&traffic.messages_in, &traffic.bytes_in, &traffic.messages_out, &traffic.bytes_out}) {
        *count = fields.number<std::uint64_t>();
    }
    traffic.subscribed_peers = fields.number<std::uint32_t>();
    traffic.mesh_peers = fields.number<std::uint32_t>();
    return traffic;
}

template <class Element>
std::optional<std::vector<Element>> read_list(Bytes bytes, Element (*read)(Fields&)) {
    Fields fields(bytes);
    auto elements = fields.list<Element>([&] { return read(fields); });
    if (fields.failed() || !fields.at_end()) return std::nullopt;
    return elements;
}

}  // namespace

std::optional<NativeEvent> read_event(Bytes bytes) {
    Fields fields(bytes);
    std::optional<NativeEvent> event;
    switch (fields.number<std::uint8_t>()) {
        case TS_EVENT_GOSSIP:
            event = read_gossip(fields);
            break;
        case TS_EVENT_REQUEST:
            event = read_request(fields);
            break;
        case TS_EVENT_RESPONSE:
            event = read_response(fields);
            break;
        case TS_EVENT_REQUEST_FAILED:
            event = read_request_failed(fields);
            break;
        case TS_EVENT_RESPONSE_FAILED:
            event = read_response_failed(fields);
            break;
        case TS_EVENT_REQUEST_VIOLATION:
            event = read_violation(fields);
            break;
        case TS_EVENT_PEER_CONNECTED:
            event = read_connected(fields);
            break;
        case TS_EVENT_PEER_DISCONNECTED:
            event = PeerDisconnected{fields.text()};
            break;
        case TS_EVENT_PEER_IDENTIFIED:
            event = read_identified(fields);
            break;
        case TS_EVENT_PEER_SUBSCRIBED:
            event = read_subscription(fields, true);
            break;
        case TS_EVENT_PEER_UNSUBSCRIBED:
            event = read_subscription(fields, false);
            break;
        case TS_EVENT_PUBLISH_FAILED:
            event = read_publish_failed(fields);
            break;
        case TS_EVENT_DIAL_FAILED:
            event = read_dial_failed(fields);
            break;
        case TS_EVENT_PEER_DISCOVERED:
            event = read_discovered(fields);
            break;
        default:
            return std::nullopt;
    }
    if (fields.failed()) return std::nullopt;
    return event;
}

std::optional<std::vector<ConnectedPeer>> read_peers(Bytes bytes) { return read_list(bytes, read_peer); }

std::optional<std::vector<Traffic>> read_traffic(Bytes bytes) { return read_list(bytes, read_traffic_of_one); }

}  // namespace touchstone::node::adapters
