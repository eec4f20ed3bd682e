// How fast a range sync advances, measured over its last minute.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "node/base/quantity.h"

namespace touchstone::node {

class SyncProgress {
  public:
    static constexpr std::uint64_t kWindowMs = 60'000;
    /// Between two samples.
    static constexpr std::uint64_t kStepMs = 1'000;

    void begin(Slot from, std::uint64_t now_ms);
    /// All blocks up to that slot are in. What lies behind the position is passed over: work that is done again is no
    /// progress.
    void advance(Slot to, std::uint64_t now_ms);
    Slot position() const { return position_; }

    /// Slots per second; 0 before there is anything to tell.
    double speed(std::uint64_t now_ms) const;
    /// To go so many slots more at this speed; nothing while it is 0.
    std::optional<std::uint64_t> seconds_left(std::uint64_t slots, std::uint64_t now_ms) const;

  private:
    struct Sample {
        std::uint64_t time_ms = 0;
        Slot position;
    };

    Slot position_;
    std::deque<Sample> samples_;  // ascending, the first at the window's beginning or before
};

}  // namespace touchstone::node
