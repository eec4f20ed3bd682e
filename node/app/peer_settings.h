// Internal to this folder: what the settings say about peers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/adapters/files/fault.h"
#include "node/services/peers/peer_options.h"

namespace touchstone::node::app {

/// As they stand in the settings.
struct PeerTexts {
    std::uint64_t target_peers = 0;
    std::uint64_t max_peers = 0;
    std::vector<std::string> trusted;
    std::vector<std::string> denied;
    std::vector<std::string> bootstrap;
    bool discovery = true;
};

/// Multiaddrs under which others reach the node, without a peer id. The value of external_addresses.
std::optional<adapters::Fault> check_external_addresses(const std::vector<std::string>& addresses);

/// In base58, as libp2p writes them.
bool is_peer_id(std::string_view text);

/// Of a multiaddr of an IP address and a port of TCP that names a peer at its end; nothing for other text.
std::optional<NamedPeer> read_peer_address(const std::string& text);

/// As many connections as the host below may have open: room to say goodbye to who is too much, and for the second
/// connection of two nodes that dial each other.
std::uint32_t most_connections(const PeerOptions& options);

/// Refuses what makes no sense, by the key.
adapters::Outcome<PeerOptions> read_peer_options(const PeerTexts& texts);

}  // namespace touchstone::node::app
