// Delays in classes, for metrics: bounded, whatever comes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace touchstone::node {

struct DelayHistogram {
    /// Upper bounds of the classes but the last, which has the rest.
    static constexpr std::array<std::uint64_t, 11> kBoundsMs{100,   250,   500,   1'000, 1'500, 2'000,
                                                             3'000, 4'000, 6'000, 8'000, 12'000};

    std::array<std::uint64_t, kBoundsMs.size() + 1> counts{};
    std::uint64_t count = 0;
    std::uint64_t sum_ms = 0;

    void add(std::uint64_t delay_ms) {
        const auto* place = std::ranges::lower_bound(kBoundsMs, delay_ms);
        ++counts[static_cast<std::size_t>(place - kBoundsMs.begin())];
        ++count;
        sum_ms += delay_ms;
    }
};

}  // namespace touchstone::node
