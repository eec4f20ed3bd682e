// Internal to this folder: values of columns as the node's types.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "node/adapters/sqlite/database.h"
#include "node/base/bytes.h"

namespace touchstone::node::adapters {

/// Of a type with a fixed number of bytes; throws an SqliteError if the column has another number.
template <class Fixed>
Fixed fixed(Bytes blob) {
    Fixed value;
    if (blob.size() != Fixed::kSize) throw SqliteError(0, "a column has " + std::to_string(blob.size()) + " bytes");
    std::ranges::copy(blob, value.bytes.begin());
    return value;
}

inline ByteVector bytes(Bytes blob) { return {blob.begin(), blob.end()}; }

/// A number to compare with a column, whose numbers have 63 bits.
inline std::int64_t clamped(std::uint64_t number) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(number, kMost));
}

}  // namespace touchstone::node::adapters
