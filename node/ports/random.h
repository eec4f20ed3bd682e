// Random numbers for choices that must not be foreseen by others (peers, jitter); never for consensus.
#pragma once

#include <cstdint>

namespace touchstone::node {

/// Called on the writer thread.
class Random {
  public:
    virtual ~Random() = default;

    /// Uniform over all 64-bit numbers.
    virtual std::uint64_t next() = 0;
};

}  // namespace touchstone::node
