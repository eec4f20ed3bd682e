// Internal to this folder: what a peer's behaviour in gossip is worth, and what follows. The figures and where they
// come from: docs/decisions/0010-gossip-scores.md. [NET-93] [NET-94]
#pragma once

#include <cstdint>

#include "native/include/touchstone_native.h"
#include "node/generated/parameters.h"
#include "node/ports/network.h"

namespace touchstone::node::adapters {

inline constexpr std::uint32_t kMeshTarget = 8;
inline constexpr std::uint32_t kMeshLow = 6;
inline constexpr std::uint32_t kMeshHigh = 12;
inline constexpr std::uint32_t kGossipHeartbeatMs = 700;

ts_network_score host_score(const Parameters& parameters);

/// How often messages come is taken from the number of validators.
ts_network_topic_score topic_score(const Topic& topic, const Parameters& parameters, std::uint64_t validators);

}  // namespace touchstone::node::adapters
