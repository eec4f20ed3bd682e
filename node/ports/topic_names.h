// Topics as text, and the id of a gossip message, for all networks alike. [NET-03] [NET-05]
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/ports/network.h"

namespace touchstone::node {

/// The name within the topic, with the subnet.
std::string short_name(const Topic& topic);
std::string topic_name(const ForkDigest& digest, const Topic& topic);
/// Nothing for a text that is no topic of this chain.
std::optional<Topic> topic_of(const ForkDigest& digest, std::string_view name, std::uint64_t subnets);

inline constexpr std::size_t kGossipIdBytes = 20;
using GossipIdBytes = std::array<std::uint8_t, kGossipIdBytes>;

/// Of a payload that decompressed within its limit; what did not has its id from the network below, which saw it.
GossipIdBytes gossip_message_id(std::string_view topic, Bytes decompressed);

}  // namespace touchstone::node
