// The requests whose payload is one uint64: goodbye and ping. [NET-59] [NET-60]
#pragma once

#include <cstdint>
#include <optional>

#include "node/base/bytes.h"

namespace touchstone::node {

/// [NET-60]
enum class GoodbyeReason : std::uint64_t {
    ShutDown = 1,
    AnotherNetwork = 2,
    Fault = 3,
    TooManyPeers = 4,
    ScoreTooLow = 5
};

inline ByteVector encode_number(std::uint64_t number) {
    ByteVector bytes;
    for (unsigned shift = 0; shift < 64; shift += 8)
        bytes.push_back(static_cast<std::uint8_t>(number >> shift));
    return bytes;
}

/// Nothing unless there are exactly eight bytes.
inline std::optional<std::uint64_t> decode_number(Bytes bytes) {
    if (bytes.size() != sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i != 0; --i)
        number = number << 8U | bytes[i - 1];
    return number;
}

}  // namespace touchstone::node
