#include "node/sim/links.h"

namespace touchstone::node::sim {

std::uint64_t Links::delay_ms(std::size_t from, std::size_t to) {
    const auto [entry, added] = base_latency_.try_emplace({from, to}, 0);
    if (added) {
        const std::uint64_t range = conditions_.greatest_latency_ms - conditions_.least_latency_ms;
        entry->second = conditions_.least_latency_ms + random_.below(range + 1);
    }
    return entry->second + conditions_.more_latency_ms + random_.below(conditions_.greatest_jitter_ms + 1);
}

}  // namespace touchstone::node::sim
