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
    bool failed() const { return failed_; }

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

News read_violation(Fields& fields) {
    std::string peer = fields.text();
    std::string protocol = fields.text();
    const auto declared = fields.number<std::uint32_t>();
    return {"request_violation", std::move(peer), protocol + " declares " + std::to_string(declared) + " bytes"};
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

News read_pair(Fields& fields, const char* event) {
    std::string subject = fields.text();
    return {event, std::move(subject), fields.text()};
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
            event = read_pair(fields, "peer_identified");
            break;
        case TS_EVENT_PEER_SUBSCRIBED:
            event = read_pair(fields, "peer_subscribed");
            break;
        case TS_EVENT_PEER_UNSUBSCRIBED:
            event = read_pair(fields, "peer_unsubscribed");
            break;
        case TS_EVENT_PUBLISH_FAILED:
            event = read_publish_failed(fields);
            break;
        case TS_EVENT_DIAL_FAILED:
            event = read_pair(fields, "dial_failed");
            break;
        default:
            return std::nullopt;
    }
    if (fields.failed()) return std::nullopt;
    return event;
}

}  // namespace touchstone::node::adapters
