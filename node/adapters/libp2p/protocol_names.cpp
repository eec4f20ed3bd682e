#include "node/adapters/libp2p/protocol_names.h"

#include <algorithm>
#include <limits>

#include "node/base/arithmetic.h"
#include "node/generated/constants.h"
#include "node/ports/network_counters.h"

namespace touchstone::node::adapters {

namespace {

std::string prefix(const ForkDigest& digest) { return "/touchstone/" + to_hex(digest) + "/"; }

constexpr std::uint64_t kNumberBytes = 8;
constexpr std::uint64_t kRootBytes = 32;
constexpr std::uint64_t kCheckpointBytes = 8 + kRootBytes;
constexpr std::uint64_t kStatusBytes = 4 + kCheckpointBytes + kRootBytes + 8 + 8;
constexpr std::uint64_t kOffsetBytes = 4;

}  // namespace

std::string protocol_name(const ForkDigest& digest, Method method) {
    return prefix(digest) + std::string(name_of(method)) + "/1";
}

std::string discovery_protocol_name(const ForkDigest& digest) { return prefix(digest) + "kad/1.0.0"; }

std::optional<Method> method_of(const ForkDigest& digest, std::string_view name) {
    for (const Method method : kMethods) {
        if (protocol_name(digest, method) == name) return method;
    }
    return std::nullopt;
}

std::uint64_t request_limit(Method method, const Parameters& parameters) {
    switch (method) {
        case Method::Status:
            return kStatusBytes;
        case Method::Goodbye:
        case Method::Ping:
            return kNumberBytes;
        case Method::Metadata:
        case Method::StateList:
            return 0;
        case Method::BlocksByRange:
            return 2 * kNumberBytes;
        case Method::BlocksByRoot:
            return std::min(saturating_multiply(kRootBytes, parameters.MAX_REQUEST_BLOCKS),
                            parameters.RESPONSE_MAX_SIZE);
        case Method::StatePart:
            return kRootBytes + 3 * kNumberBytes;
        case Method::StateEntries:
            return 3 * kRootBytes;
    }
    return 0;
}

std::uint64_t response_limit(Method method, const Parameters& parameters) {
    switch (method) {
        case Method::Status:
            return kStatusBytes;
        case Method::Goodbye:
        case Method::Ping:
            return kNumberBytes;
        case Method::Metadata:
            return kNumberBytes + divide_up(parameters.ATTESTATION_SUBNET_COUNT, 8);
        case Method::BlocksByRange:
        case Method::BlocksByRoot:
            return std::min(
                saturating_multiply(saturating_add(4, parameters.MAX_BLOCK_BYTES), parameters.MAX_REQUEST_BLOCKS),
                parameters.RESPONSE_MAX_SIZE);
        case Method::StateList:
            return std::min(MAX_SERVED_STATES * kCheckpointBytes, parameters.RESPONSE_MAX_SIZE);
        case Method::StatePart:
            return std::min(kNumberBytes + 2 * kOffsetBytes + STATE_PART_BYTES + MAX_STATE_PROOF_NODES * kRootBytes,
                            parameters.RESPONSE_MAX_SIZE);
        case Method::StateEntries:
            return parameters.RESPONSE_MAX_SIZE;
    }
    return 0;
}

std::uint32_t compressed_limit(std::uint64_t n) {
    const std::uint64_t limit = saturating_add(saturating_add(n, n / 6), 32);
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(limit, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace touchstone::node::adapters
