// What lies between two nodes: latency, loss, partitions, links that are closed one way. [NET-74] [NET-120]
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "node/sim/random.h"

namespace touchstone::node::sim {

/// The figures of [NET-74] and [NET-120] to [NET-122].
struct NetworkConditions {
    std::uint64_t least_latency_ms = 5;  // of a pair of nodes, drawn once for each direction
    std::uint64_t greatest_latency_ms = 100;
    std::uint64_t greatest_jitter_ms = 50;
    std::uint64_t more_latency_ms = 0;  // on every link, while it lasts
    std::uint64_t loss_ppm = 10'000;    // parts per million
    std::uint64_t duplication_ppm = 50'000;
    std::uint64_t heartbeat_ms = 700;
    std::size_t peers = 0;                // that a node seeks; 0: it is connected to all
    std::uint64_t bits_per_second = 0;    // out of a node and into it; 0: no limit
    std::uint64_t least_block_bytes = 0;  // a gossiped block takes the time of so many at least
    std::size_t mesh_degree = 0;          // 0: hops are folded into the latency [NET-74]
    bool flood_publish = false;           // own messages go to all peers, not to the mesh alone
};

class Links {
  public:
    Links(const NetworkConditions& conditions, std::uint64_t seed)
        : conditions_(conditions), random_(SeededRandom::stream(seed, "network", 0)) {}

    const NetworkConditions& conditions() const { return conditions_; }
    void set_conditions(const NetworkConditions& conditions) { conditions_ = conditions; }
    SeededRandom& random() { return random_; }

    /// While it lasts, nothing passes between different groups. A node beyond the list is in group 0.
    void partition(std::vector<std::size_t> group_of_node) { groups_ = std::move(group_of_node); }
    void heal() { groups_.clear(); }
    /// Nothing passes from the one to the other until it is opened again.
    void close(std::size_t from, std::size_t to) { closed_.insert({from, to}); }
    void open(std::size_t from, std::size_t to) { closed_.erase({from, to}); }

    bool passes(std::size_t from, std::size_t to) const {
        return group(from) == group(to) && !closed_.contains({from, to});
    }
    /// Latency of the pair plus jitter.
    std::uint64_t delay_ms(std::size_t from, std::size_t to);
    bool loses() { return random_.chance(conditions_.loss_ppm); }
    bool duplicates() { return random_.chance(conditions_.duplication_ppm); }

  private:
    std::size_t group(std::size_t node) const { return node < groups_.size() ? groups_[node] : 0; }

    NetworkConditions conditions_;
    SeededRandom random_;
    std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> base_latency_;  // from, to
    std::vector<std::size_t> groups_;
    std::set<std::pair<std::size_t, std::size_t>> closed_;  // from, to
};

}  // namespace touchstone::node::sim
