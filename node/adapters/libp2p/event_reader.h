// Internal to this folder: events of the native host as values. The layout is that of
// native/include/touchstone_native.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "node/base/bytes.h"

namespace touchstone::node::adapters {

using MessageId = std::array<std::uint8_t, 20>;

struct GossipArrived {
    MessageId id{};
    std::string source;
    std::string topic;
    ByteVector payload;
};
struct RequestArrived {
    std::uint64_t channel = 0;
    std::string peer;
    std::string protocol;
    ByteVector payload;
};
struct ResponseArrived {
    std::uint64_t request = 0;
    std::uint8_t status = 0;
    ByteVector payload;
};
struct RequestFailed {
    std::uint64_t request = 0;
    std::uint8_t reason = 0;
};
struct PeerConnected {
    std::string peer;
    std::string address;
    bool outbound = false;
};
struct PeerDisconnected {
    std::string peer;
};
/// For the log: nothing follows from it.
struct News {
    std::string event;
    std::string subject;
    std::string explanation;
};

using NativeEvent =
    std::variant<GossipArrived, RequestArrived, ResponseArrived, RequestFailed, PeerConnected, PeerDisconnected, News>;

/// Nothing for bytes that are no event.
std::optional<NativeEvent> read_event(Bytes bytes);

}  // namespace touchstone::node::adapters
