// Notices a network that stands still.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/devnet/progress.h"

namespace touchstone::cli {

/// A node has stalled when its head has not moved for a while of the clock after genesis.
class StallWatch {
  public:
    /// `limit_ms`: how long a head may stay.
    explicit StallWatch(std::int64_t limit_ms) : limit_ms_(limit_ms) {}

    /// What stands still and what is missing, if anything does.
    std::optional<std::string> observe(const Progress& progress);

  private:
    struct Moved {
        node::Slot slot;
        std::int64_t at_ms = 0;
    };
    std::int64_t limit_ms_;
    std::vector<Moved> moved_;
};

/// Twelve slots, at least half a minute.
std::int64_t stall_limit_ms(std::uint64_t slot_ms);

}  // namespace touchstone::cli
