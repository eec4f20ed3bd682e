// Values of any SSZ type.
#pragma once

#include "conformance-tests/generator/rng.h"
#include "reference/ssz/type.h"
#include "reference/ssz/value.h"

namespace touchstone::vectors {

/// Zeros, no elements; of a union the first option.
[[nodiscard]] reference::ssz::Value zero_value(const reference::ssz::Type& type);

/// Random content; lists have up to `most` elements, and never more than their limit.
[[nodiscard]] reference::ssz::Value random_value(const reference::ssz::Type& type, Rng& rng, std::uint64_t most);

/// All bits set; lists have `most` elements, or as many as their limit allows.
[[nodiscard]] reference::ssz::Value full_value(const reference::ssz::Type& type, std::uint64_t most);

}  // namespace touchstone::vectors
