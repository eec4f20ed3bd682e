// Internal to this folder: topics and methods as text, and the limits of what they carry. [NET-03] [NET-57] [NET-59]
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/generated/parameters.h"
#include "node/ports/network.h"

namespace touchstone::node::adapters {

std::string topic_name(const ForkDigest& digest, const Topic& topic);
/// Nothing for a text that is no topic of this chain.
std::optional<Topic> topic_of(const ForkDigest& digest, std::string_view name, std::uint64_t subnets);

inline constexpr std::array kMethods{Method::Status,   Method::Goodbye,       Method::Ping,
                                     Method::Metadata, Method::BlocksByRange, Method::BlocksByRoot};
std::string protocol_name(const ForkDigest& digest, Method method);
/// Of Kademlia. [NET-81]
std::string discovery_protocol_name(const ForkDigest& digest);
std::optional<Method> method_of(const ForkDigest& digest, std::string_view name);

/// The greatest encoding of the method's request, uncompressed.
std::uint64_t request_limit(Method method, const Parameters& parameters);
/// The greatest encoding of its response with success.
std::uint64_t response_limit(Method method, const Parameters& parameters);

/// The greatest length of `n` bytes compressed. [NET-11] [NET-57]
std::uint32_t compressed_limit(std::uint64_t n);

}  // namespace touchstone::node::adapters
