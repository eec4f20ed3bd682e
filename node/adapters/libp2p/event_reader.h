// Internal to this folder: events of the native host as values. The layout is that of
// native/include/touchstone_native.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/adapters/libp2p/network_reports.h"
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
struct PeerIdentified {
    std::string peer;
    std::string agent;
    std::vector<std::string> addresses;
};
struct PeerSubscribed {
    std::string peer;
    std::string topic;
    bool subscribed = false;
};
struct PeerDiscovered {
    std::string peer;
    std::vector<std::string> addresses;
};
struct DialFailed {
    std::string peer;  // empty if the address names none
    std::string address;
    bool again = false;  // a static peer, which is dialed again
    std::string explanation;
};
/// A request that declares more than its limit.
struct RequestViolation {
    std::string peer;
    std::string protocol;
    std::uint32_t declared_bytes = 0;
};
/// For the log: nothing follows from it.
struct News {
    std::string event;
    std::string subject;
    std::string explanation;
};

using NativeEvent =
    std::variant<GossipArrived, RequestArrived, ResponseArrived, RequestFailed, PeerConnected, PeerDisconnected,
                 PeerIdentified, PeerSubscribed, PeerDiscovered, DialFailed, RequestViolation, News>;

/// Nothing for bytes that are no event.
std::optional<NativeEvent> read_event(Bytes bytes);

/// Nothing for bytes that are no such list.
std::optional<std::vector<ConnectedPeer>> read_peers(Bytes bytes);
std::optional<std::vector<Traffic>> read_traffic(Bytes bytes);

}  // namespace touchstone::node::adapters
