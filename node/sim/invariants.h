// What must hold of every simulated network at every moment, whatever happens to it.
#pragma once

#include <string>
#include <vector>

#include "node/sim/finalized_chains.h"
#include "node/sim/offence_watch.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// The finalized chains of any two nodes agree: one is the beginning of the other. What is final at a node stays so. No
/// validator whose keys are with the nodes signs what it could be slashed for. Looked at after every event that can
/// change it.
class Invariants {
  public:
    /// Begins to watch; lives as long as the simulation runs.
    explicit Invariants(Simulation& simulation);

    /// In the order in which they were found, at most kMaxBroken; empty if all hold.
    const std::vector<std::string>& broken() const { return broken_; }
    std::size_t checks() const { return checks_; }

    static constexpr std::size_t kMaxBroken = 8;

  private:
    void on_finalized(std::size_t node, Epoch epoch);
    void on_start(std::size_t node);
    void compare(std::size_t node);
    void check_offences();
    void report(std::size_t node, const std::string& problem);

    Simulation& simulation_;
    OffenceWatch watch_;
    FinalizedChains chains_;
    std::vector<Epoch> finalized_;  // of each node
    std::size_t offences_ = 0;
    std::size_t checks_ = 0;
    std::vector<std::string> broken_;
};

}  // namespace touchstone::node::sim
