// A fixed sequence of numbers (SplitMix64): what is made from a seed is the same on every machine.
#pragma once

#include <cstdint>
#include <vector>

namespace touchstone::fuzz {

class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31U);
    }
    /// A number below `bound`, which is not zero.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    std::uint8_t byte() { return static_cast<std::uint8_t>(next() >> 56U); }
    std::vector<std::uint8_t> bytes(std::size_t count) {
        std::vector<std::uint8_t> made(count);
        for (std::uint8_t& each : made)
            each = byte();
        return made;
    }

  private:
    std::uint64_t state_;
};

}  // namespace touchstone::fuzz
