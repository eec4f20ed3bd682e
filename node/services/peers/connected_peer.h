// A peer while it is connected.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "node/ports/network.h"
#include "node/services/peers/ip_address.h"
#include "node/types/containers.h"

namespace touchstone::node {

struct ConnectedPeer {
    bool outbound = false;
    bool trusted = false;
    std::string address;          // of the other end
    std::optional<IpAddress> ip;  // where it counts for limits
    std::uint64_t since_ms = 0;
    std::string client;      // what it calls itself
    std::set<Topic> topics;  // that it subscribes to
    std::optional<Status> status;
    std::uint64_t asked_at_ms = 0;  // for its status
    bool status_is_due = false;     // it will be asked once its quota allows
    bool has_said_goodbye = false;
};

using ConnectedPeers = std::map<PeerId, ConnectedPeer>;

}  // namespace touchstone::node
