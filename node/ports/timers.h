// Calls in the future.
#pragma once

#include <cstdint>
#include <functional>

namespace touchstone::node {

using TimerId = std::uint64_t;

/// All calls are made on the writer thread, never from within `call_at` itself.
class Timers {
  public:
    virtual ~Timers() = default;

    /// Calls `task` once, when the clock shows `unix_ms` or later; a time that has passed means as soon as possible.
    /// Tasks of the same time run in the order in which they were asked for.
    virtual TimerId call_at(std::uint64_t unix_ms, std::function<void()> task) = 0;

    /// The task will not be called. Nothing happens if it already was.
    virtual void cancel(TimerId timer) = 0;
};

}  // namespace touchstone::node
