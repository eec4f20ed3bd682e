// Internal to this folder: methods as text, and the limits of what goes over the wire. [NET-57] [NET-59] [SYN-06]
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/generated/parameters.h"
#include "node/ports/network.h"

namespace touchstone::node::adapters {

inline constexpr std::array kMethods{Method::Status,    Method::Goodbye,       Method::Ping,
                                     Method::Metadata,  Method::BlocksByRange, Method::BlocksByRoot,
                                     Method::StateList, Method::StatePart,     Method::StateEntries};
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
