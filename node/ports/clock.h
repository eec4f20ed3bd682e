// Wall time, as a port: production reads the system's clock, the simulation its own.
#pragma once

#include <cstdint>

namespace touchstone::node {

/// Called on the writer thread.
class Clock {
  public:
    virtual ~Clock() = default;

    /// Milliseconds since the Unix epoch. May step back (the system's clock was set): callers keep what must be
    /// monotone.
    virtual std::uint64_t now_ms() const = 0;
};

}  // namespace touchstone::node
