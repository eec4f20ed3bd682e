// Numbers of distinct meaning: no implicit conversion between them or from integers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace touchstone::node {

/// A point on a uint64 axis (a slot, an epoch). Moving beyond an end stays at the end, so comparisons against values
/// from the network need no further care; what is stored is computed by the checked functions of arithmetic.h.
template <class Tag>
class Point {
  public:
    constexpr Point() = default;
    constexpr explicit Point(std::uint64_t value) : value_(value) {}
    constexpr std::uint64_t value() const { return value_; }

    friend constexpr auto operator<=>(Point, Point) = default;
    friend constexpr Point operator+(Point point, std::uint64_t steps) {
        const std::uint64_t moved = point.value_ + steps;
        return Point(moved < steps ? std::numeric_limits<std::uint64_t>::max() : moved);
    }
    friend constexpr Point operator-(Point point, std::uint64_t steps) {
        return Point(point.value_ < steps ? 0 : point.value_ - steps);
    }
    /// The distance from `b` to `a`; 0 if `a` is not after `b`.
    friend constexpr std::uint64_t operator-(Point a, Point b) { return a.value_ < b.value_ ? 0 : a.value_ - b.value_; }
    constexpr Point& operator++() {
        *this = *this + 1;
        return *this;
    }

  private:
    std::uint64_t value_ = 0;
};

/// A number that only names something (a validator, a committee).
template <class Tag>
class Index {
  public:
    constexpr Index() = default;
    constexpr explicit Index(std::uint64_t value) : value_(value) {}
    constexpr std::uint64_t value() const { return value_; }
    friend constexpr auto operator<=>(Index, Index) = default;

  private:
    std::uint64_t value_ = 0;
};

/// Grains. Arithmetic through arithmetic.h.
class Amount {
  public:
    constexpr Amount() = default;
    constexpr explicit Amount(std::uint64_t grains) : grains_(grains) {}
    constexpr std::uint64_t value() const { return grains_; }
    friend constexpr auto operator<=>(Amount, Amount) = default;

  private:
    std::uint64_t grains_ = 0;
};

using Slot = Point<struct SlotTag>;
using Epoch = Point<struct EpochTag>;
using ValidatorIndex = Index<struct ValidatorTag>;
using CommitteeIndex = Index<struct CommitteeTag>;

}  // namespace touchstone::node

template <class Tag>
struct std::hash<touchstone::node::Point<Tag>> {
    std::size_t operator()(touchstone::node::Point<Tag> point) const {
        return std::hash<std::uint64_t>{}(point.value());
    }
};
template <class Tag>
struct std::hash<touchstone::node::Index<Tag>> {
    std::size_t operator()(touchstone::node::Index<Tag> index) const {
        return std::hash<std::uint64_t>{}(index.value());
    }
};
