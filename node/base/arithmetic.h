// Arithmetic that says when it does not fit. [TYP-01]
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>

#include "node/base/quantity.h"
#include "node/base/result.h"

namespace touchstone::node {

__extension__ using Uint128 = unsigned __int128;

inline constexpr std::uint64_t kUint64Max = std::numeric_limits<std::uint64_t>::max();

constexpr std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}

constexpr std::optional<std::uint64_t> checked_subtract(std::uint64_t a, std::uint64_t b) {
    if (a < b) return std::nullopt;
    return a - b;
}

constexpr std::optional<std::uint64_t> narrow(Uint128 value) {
    if (value > kUint64Max) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

/// a - b, at least 0.
constexpr std::uint64_t saturating_subtract(std::uint64_t a, std::uint64_t b) { return a < b ? 0 : a - b; }
constexpr std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) { return a + b < a ? kUint64Max : a + b; }
constexpr std::uint64_t saturating_multiply(std::uint64_t a, std::uint64_t b) {
    const Uint128 product = Uint128{a} * b;
    return product > kUint64Max ? kUint64Max : static_cast<std::uint64_t>(product);
}

/// a * b in 128 bits.
constexpr Uint128 wide_multiply(std::uint64_t a, std::uint64_t b) { return Uint128{a} * b; }

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return a / b + (a % b == 0 ? 0 : 1); }

/// The largest r with r * r <= n; right for 0 and for the greatest n.
constexpr std::uint64_t integer_square_root(std::uint64_t n) {
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 31U; bit != 0; bit >>= 1U) {
        const std::uint64_t candidate = root | bit;
        if (candidate * candidate <= n) root = candidate;
    }
    return root;
}

/// ceil(log2(n)) with 0 for n <= 1: the depth of the smallest tree of n leaves.
constexpr unsigned tree_depth(std::uint64_t leaves) {
    return leaves <= 1 ? 0U : static_cast<unsigned>(std::bit_width(leaves - 1));
}

/// Adds to a stored amount; the transition is invalid if it does not fit. [TYP-01]
inline Result<void> add_to(Amount& amount, std::uint64_t grains) {
    const auto sum = checked_add(amount.value(), grains);
    if (!sum) return reject(Clause::TYP_01, "an amount exceeds 64 bits");
    amount = Amount(*sum);
    return {};
}

}  // namespace touchstone::node
