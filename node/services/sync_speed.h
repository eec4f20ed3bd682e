// How fast a quantity grows, over a window of time.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "node/base/arithmetic.h"

namespace touchstone::node {

class SyncSpeed {
  public:
    /// Between two samples.
    static constexpr std::uint64_t kStepMs = 1'000;

    explicit SyncSpeed(std::uint64_t window_ms) : window_ms_(window_ms) {}

    void begin(double amount, std::uint64_t now_ms) {
        samples_.clear();
        add(amount, now_ms);
    }
    /// The amount has become so much.
    void add(double amount, std::uint64_t now_ms) {
        latest_ = amount;
        if (!samples_.empty() && now_ms < saturating_add(samples_.back().time_ms, kStepMs)) return;
        samples_.push_back({now_ms, amount});
        while (samples_.size() > 2 && saturating_add(samples_[1].time_ms, window_ms_) <= now_ms)
            samples_.pop_front();
    }
    /// In a second; 0 before there is anything to tell.
    double per_second(std::uint64_t now_ms) const {
        if (samples_.empty() || now_ms <= samples_.front().time_ms) return 0;
        const auto milliseconds = static_cast<double>(now_ms - samples_.front().time_ms);
        return (latest_ - samples_.front().amount) * 1000 / milliseconds;
    }
    /// Until it has grown by so much more at this speed; nothing while it stands still.
    std::optional<std::uint64_t> seconds_until(double more, std::uint64_t now_ms) const {
        const double speed = per_second(now_ms);
        if (speed <= 0) return std::nullopt;
        const double seconds = more / speed;
        constexpr double kMost = 1e15;
        return seconds < kMost ? std::optional(static_cast<std::uint64_t>(seconds)) : std::nullopt;
    }

  private:
    struct Sample {
        std::uint64_t time_ms = 0;
        double amount = 0;
    };
    std::uint64_t window_ms_;
    std::deque<Sample> samples_;
    double latest_ = 0;
};

}  // namespace touchstone::node
