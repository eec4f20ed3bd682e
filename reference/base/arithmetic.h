// Arithmetic over the integers [TYP-01]: sums and products of 64-bit values are exact (`Wide`, 128 bits); what is
// stored goes back through `store`, which rejects what does not fit. A difference below zero wraps to a number that
// does not fit.
#pragma once

#include <compare>
#include <cstdint>

#include "reference/base/result.h"

namespace touchstone::reference {

__extension__ typedef unsigned __int128 Wide;

/// A number with a meaning. No implicit conversion from or to other numbers; compares with integers exactly.
template <class Tag>
struct Quantity {
    std::uint64_t value = 0;

    constexpr Quantity() = default;
    constexpr explicit Quantity(std::uint64_t number) : value(number) {}
    friend constexpr bool operator==(Quantity, Quantity) = default;
    friend constexpr auto operator<=>(Quantity, Quantity) = default;

    friend constexpr bool operator==(Quantity a, Wide b) { return a.value == b; }
    friend constexpr std::strong_ordering operator<=>(Quantity a, Wide b) { return Wide{a.value} <=> b; }

    friend constexpr Wide operator+(Quantity a, Quantity b) { return Wide{a.value} + b.value; }
    friend constexpr Wide operator-(Quantity a, Quantity b) { return Wide{a.value} - b.value; }
    friend constexpr Wide operator*(Quantity a, Quantity b) { return Wide{a.value} * b.value; }
    friend constexpr Wide operator+(Quantity a, Wide b) { return a.value + b; }
    friend constexpr Wide operator+(Wide a, Quantity b) { return a + b.value; }
    friend constexpr Wide operator-(Quantity a, Wide b) { return a.value - b; }
    friend constexpr Wide operator-(Wide a, Quantity b) { return a - b.value; }
    friend constexpr Wide operator*(Quantity a, Wide b) { return a.value * b; }
    friend constexpr Wide operator*(Wide a, Quantity b) { return a * b.value; }
    friend constexpr Wide operator/(Wide a, Quantity b) { return a / b.value; }
    friend constexpr Quantity operator/(Quantity a, std::uint64_t b) { return Quantity{a.value / b}; }
    friend constexpr std::uint64_t operator%(Quantity a, std::uint64_t b) { return a.value % b; }
    constexpr Quantity& operator++() {
        ++value;
        return *this;
    }
};

constexpr std::uint64_t raw(std::uint64_t number) { return number; }
template <class Tag>
constexpr std::uint64_t raw(Quantity<Tag> quantity) {
    return quantity.value;
}

/// [TYP-01] The number as a stored value, if it is one.
template <class T>
Result<T> store(Wide number) {
    REQUIRE(number <= UINT64_MAX, Clause::TYP_01);
    return T{static_cast<std::uint64_t>(number)};
}

/// a - b, at least 0.
template <class T>
constexpr T saturating_sub(T a, T b) {
    return a > b ? T{raw(a) - raw(b)} : T{0};
}

/// ceil(a / b).
constexpr Wide ceil_div(Wide a, Wide b) { return (a + b - 1) / b; }

/// The largest integer whose square is at most n.
std::uint64_t integer_squareroot(std::uint64_t n);

}  // namespace touchstone::reference
