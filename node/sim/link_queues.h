// What the rate of links costs: one queue out of each node, and one into it. [NET-121]
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>

#include "node/sim/scheduler.h"

namespace touchstone::node::sim {

class LinkQueues {
  public:
    struct Copy {
        std::size_t to = 0;
        std::uint64_t bytes = 0;
        std::uint64_t latency_ms = 0;
        std::function<bool()> is_wanted;  // asked when its turn comes; null: always
        std::function<void()> arrive;
        std::uint64_t queued_us = 0;  // set by the queue
    };

    explicit LinkQueues(Scheduler& scheduler) : scheduler_(scheduler) {}

    /// Precondition: bits_per_second > 0.
    void send(std::size_t from, Copy copy, std::uint64_t bits_per_second);
    /// What waits at a node is lost with it.
    void clear(std::size_t node);

  private:
    struct Outbound {
        std::deque<Copy> waiting;
        std::uint64_t free_us = 0;
        bool wakes = false;
    };

    std::uint64_t now_us() const;
    void call_at_us(std::uint64_t time_us, std::function<void()> task);
    void drain(std::size_t from);
    void receive(std::size_t to, std::uint64_t first_bit_us, std::uint64_t duration_us, std::function<void()> arrive);

    Scheduler& scheduler_;
    std::uint64_t bits_per_second_ = 1;
    std::map<std::size_t, Outbound> outbound_;
    std::map<std::size_t, std::uint64_t> inbound_free_us_;
};

}  // namespace touchstone::node::sim
