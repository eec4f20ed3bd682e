// Durations in classes, for metrics: bounded, whatever comes.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace touchstone::node::adapters {

/// What is known of a distribution.
struct HistogramValues {
    std::vector<double> bounds;         // upper ones, ascending, those included
    std::vector<std::uint64_t> counts;  // of the classes; one more, which has the rest
    double sum = 0;
};

/// Written by any number of threads, read by others.
class DurationHistogram {
  public:
    /// From half a millisecond to twelve seconds, a mainnet slot.
    static constexpr std::array<std::uint64_t, 15> kBoundsUs{500,     1'000,     2'500,     5'000,     10'000,
                                                             25'000,  50'000,    100'000,   250'000,   500'000,
                                                             750'000, 1'000'000, 2'500'000, 5'000'000, 12'000'000};

    void add(std::uint64_t duration_us) {
        const auto* const place = std::ranges::lower_bound(kBoundsUs, duration_us);
        counts_[static_cast<std::size_t>(place - kBoundsUs.begin())].fetch_add(1, std::memory_order_relaxed);
        sum_us_.fetch_add(duration_us, std::memory_order_relaxed);
    }

    /// The sum may lack a duration that the counts have, or the other way round, if it is added meanwhile.
    HistogramValues read() const {
        constexpr double kUsPerSecond = 1e6;
        HistogramValues values;
        for (const std::uint64_t bound : kBoundsUs)
            values.bounds.push_back(static_cast<double>(bound) / kUsPerSecond);
        for (const auto& count : counts_)
            values.counts.push_back(count.load(std::memory_order_relaxed));
        values.sum = static_cast<double>(sum_us_.load(std::memory_order_relaxed)) / kUsPerSecond;
        return values;
    }

  private:
    std::array<std::atomic<std::uint64_t>, kBoundsUs.size() + 1> counts_{};
    std::atomic<std::uint64_t> sum_us_ = 0;
};

}  // namespace touchstone::node::adapters
