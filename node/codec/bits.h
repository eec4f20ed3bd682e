// A sequence of bits whose length is known at run time: the value of a Bitvector or a Bitlist.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace touchstone::node {

class Bits {
  public:
    Bits() = default;
    explicit Bits(std::size_t size) : bytes_((size + 7) / 8), size_(size) {}

    std::size_t size() const { return size_; }
    bool get(std::size_t i) const { return ((bytes_[i / 8] >> (i % 8)) & 1U) != 0; }
    void set(std::size_t i, bool value = true) {
        const auto mask = static_cast<std::uint8_t>(1U << (i % 8));
        bytes_[i / 8] = static_cast<std::uint8_t>(value ? bytes_[i / 8] | mask : bytes_[i / 8] & ~mask);
    }
    std::size_t count() const {
        std::size_t ones = 0;
        for (const std::uint8_t byte : bytes_)
            ones += static_cast<std::size_t>(std::popcount(byte));
        return ones;
    }
    bool any() const { return count() != 0; }

    /// Both need bits of the same size.
    bool intersects(const Bits& other) const {
        for (std::size_t i = 0; i < bytes_.size(); ++i) {
            if ((bytes_[i] & other.bytes_[i]) != 0) return true;
        }
        return false;
    }
    bool contains(const Bits& other) const {
        for (std::size_t i = 0; i < bytes_.size(); ++i) {
            if ((other.bytes_[i] & ~bytes_[i]) != 0) return false;
        }
        return true;
    }
    void unite(const Bits& other) {
        for (std::size_t i = 0; i < bytes_.size(); ++i)
            bytes_[i] = static_cast<std::uint8_t>(bytes_[i] | other.bytes_[i]);
    }

    /// The packed bits, unused high bits zero.
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }
    std::vector<std::uint8_t>& mutable_bytes() { return bytes_; }

    friend bool operator==(const Bits&, const Bits&) = default;

  private:
    std::vector<std::uint8_t> bytes_;
    std::size_t size_ = 0;
};

}  // namespace touchstone::node
