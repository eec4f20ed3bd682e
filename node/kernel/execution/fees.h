// The base fee. [FEE-01]
#pragma once

#include <cstdint>

#include "node/base/result.h"
#include "node/generated/parameters.h"

namespace touchstone::node {

/// Of the block after one with this base fee that used so much gas. Rejected with TYP-01 if it leaves 64 bits.
Result<std::uint64_t> next_base_fee(std::uint64_t base_fee, std::uint64_t gas_used, const Parameters& parameters);

}  // namespace touchstone::node
