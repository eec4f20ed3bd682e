// A fixed sequence of numbers: what is made from a seed is the same on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "conformance-tests/generator/rng.h"

namespace touchstone::fuzz {

class Random : private vectors::Rng {
  public:
    using Rng::below;
    using Rng::chance;
    using Rng::next;
    using Rng::Rng;

    /// The upper end of a number: the committed inputs and what they refer to were made so.
    std::uint8_t byte() { return static_cast<std::uint8_t>(next() >> 56U); }
    std::vector<std::uint8_t> bytes(std::size_t count) {
        std::vector<std::uint8_t> made(count);
        for (std::uint8_t& each : made)
            each = byte();
        return made;
    }
};

}  // namespace touchstone::fuzz
