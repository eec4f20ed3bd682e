// Where a node of a development network is reached.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::cli {

/// On 127.0.0.1.
struct PeerAddress {
    std::uint16_t port = 0;
    std::string peer_id;

    /// "/ip4/127.0.0.1/tcp/PORT/p2p/ID"
    std::string text() const;
    bool operator==(const PeerAddress&) const = default;
};

/// Nothing if the text is no such address.
std::optional<PeerAddress> parse_peer_address(std::string_view text);

}  // namespace touchstone::cli
