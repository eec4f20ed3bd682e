// What the operator says about peers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/ports/network.h"
#include "node/services/peers/ip_address.h"

namespace touchstone::node {

struct NamedPeer {
    PeerId peer;
    std::vector<std::string> addresses;  // multiaddrs; none: it has to come by itself
};

struct PeerOptions {
    std::uint64_t target_peers = 50;  // [NET-100]
    std::uint64_t max_peers = 75;
    std::vector<NamedPeer> trusted;  // [NET-103]
    std::vector<PeerId> denied;
    std::vector<IpRange> denied_addresses;
    /// Dialed when nobody else can be.
    std::vector<NamedPeer> bootstrap;
    /// False: nobody is dialed but those whom the operator named, and no address of others is kept.
    bool discovery = true;
};

}  // namespace touchstone::node
