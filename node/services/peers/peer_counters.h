// Figures about peers, for interfaces and metrics.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "node/ports/network.h"
#include "node/services/peers/demerits.h"
#include "node/services/request_numbers.h"

namespace touchstone::node {

/// What has happened since the start.
struct PeerEvents {
    std::uint64_t connected = 0;
    std::uint64_t dialed = 0;
    std::uint64_t dials_failed = 0;
    std::uint64_t bans = 0;
    std::map<GoodbyeReason, std::uint64_t> goodbyes;
    std::map<Offence, std::uint64_t> offences;
};

/// Upper bounds of the classes of demerits but the last, which has the rest.
inline constexpr std::array<unsigned, 3> kDemeritClasses{0, 24, 49};

struct PeerCounters {
    std::uint64_t inbound = 0;
    std::uint64_t outbound = 0;
    std::uint64_t trusted = 0;  // among both
    /// By the part of the agent before its version; of at most kMostClients, the rest under "other".
    std::map<std::string, std::uint64_t> clients;
    std::array<std::uint64_t, kDemeritClasses.size() + 1> demerits{};  // of connected peers
    std::uint64_t banned = 0;                                          // now
    std::uint64_t remembered = 0;                                      // addresses of peers
    std::uint64_t dials_under_way = 0;
    PeerEvents events;

    static constexpr std::size_t kMostClients = 16;
};

}  // namespace touchstone::node
