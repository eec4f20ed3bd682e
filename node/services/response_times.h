// How long an answer may take before somebody else is asked for the same, told from how long those before it took.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace touchstone::node {

/// The mean and four times the mean deviation, both smoothed, as TCP waits before it sends again (RFC 6298). Whole
/// numbers, so that a simulation is the same on every machine.
class ResponseTimes {
  public:
    static constexpr std::uint64_t kFirstPatienceMs = 2'000;  // before anything is measured
    static constexpr std::uint64_t kLeastPatienceMs = 1'000;
    static constexpr std::uint64_t kMostPatienceMs = 4'000;

    void add(std::uint64_t took_ms) {
        const auto took = static_cast<std::int64_t>(std::min(took_ms, kLongestMs));
        if (!is_measured_) {
            is_measured_ = true;
            eight_means_ = 8 * took;
            four_deviations_ = 2 * took;
            return;
        }
        const std::int64_t error = took - eight_means_ / 8;
        eight_means_ += error;
        four_deviations_ += std::abs(error) - four_deviations_ / 4;
    }
    std::uint64_t patience_ms() const {
        if (!is_measured_) return kFirstPatienceMs;
        return std::clamp(static_cast<std::uint64_t>(eight_means_ / 8 + four_deviations_), kLeastPatienceMs,
                          kMostPatienceMs);
    }

  private:
    static constexpr std::uint64_t kLongestMs = 60'000;

    bool is_measured_ = false;
    std::int64_t eight_means_ = 0;
    std::int64_t four_deviations_ = 0;
};

}  // namespace touchstone::node
