// How many messages of each kind got which verdict. Written by the poller and the writer, read by anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <tuple>

#include "node/ports/network.h"
#include "node/ports/network_counters.h"

namespace touchstone::node::adapters {

class VerdictCounters {
  public:
    void add(TopicKind kind, Verdict verdict) {
        counts_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(verdict)].fetch_add(1,
                                                                                             std::memory_order_relaxed);
    }
    std::map<TopicKind, VerdictCounts> read() const {
        std::map<TopicKind, VerdictCounts> all;
        for (const TopicKind kind : kTopicKinds) {
            const auto& of_kind = counts_[static_cast<std::size_t>(kind)];
            for (std::size_t i = 0; i < of_kind.size(); ++i)
                all[kind][i] = of_kind[i].load(std::memory_order_relaxed);
        }
        return all;
    }

  private:
    using OfKind = std::array<std::atomic<std::uint64_t>, std::tuple_size_v<VerdictCounts>>;
    std::array<OfKind, kTopicKinds.size()> counts_{};
};

}  // namespace touchstone::node::adapters
