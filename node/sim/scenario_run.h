// Plays a scenario with a seed.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "node/sim/byzantine.h"
#include "node/sim/invariants.h"
#include "node/sim/scenario.h"
#include "node/sim/stake_load.h"
#include "node/sim/transfer_load.h"

namespace touchstone::node::sim {

/// Of the milliseconds from a block's publication to its first arrival at each other node.
struct Propagation {
    std::size_t arrivals = 0;
    std::uint64_t expected = 0;  // had every block come to every node
    std::uint64_t p50_ms = 0;
    std::uint64_t p99_ms = 0;
    std::uint64_t greatest_ms = 0;
};

class ScenarioRun {
  public:
    /// Null where the rules allow no genesis of so many validators. Precondition: no problem_of(scenario).
    static std::unique_ptr<ScenarioRun> make(const Scenario& scenario, std::uint64_t seed, bool cached_verdicts);

    void run();

    Simulation& simulation() { return *simulation_; }
    const Scenario& scenario() const { return scenario_; }
    const TransactionLoad& transfers() const { return *transfers_; }
    const TransactionLoad& stake() const { return *stake_; }
    /// Of what was taken, how much every node that is up has processed.
    std::uint64_t processed(const TransactionLoad& load) const;
    Propagation propagation() const;
    std::size_t invariant_checks() const { return invariants_->checks(); }

    /// Invariants that did not hold, nodes that failed, expectations that were not met: for people; empty if all is
    /// well.
    std::vector<std::string> complaints() const;

  private:
    ScenarioRun(const Scenario& scenario, std::uint64_t seed, std::uint64_t nodes,
                std::shared_ptr<const SimulatedChain> chain, bool cached_verdicts);

    void at_slot(std::uint64_t slot, std::function<void()> task);
    void schedule(const ScheduledFault& fault, std::size_t number);
    void begin(const ScheduledFault& fault, const std::vector<std::size_t>& chosen);
    void end(const ScheduledFault& fault, const std::vector<std::size_t>& chosen);
    void set_one_way(const std::vector<std::size_t>& chosen, bool closed);
    void schedule(const ByzantinePeers& group);
    void schedule_joiners();
    void join(std::size_t node, std::uint64_t slot, std::uint64_t epochs_back);
    std::vector<std::size_t> choose(const NodeChoice& choice, std::size_t number) const;
    /// Who acts from its first slot to its last; nobody if the scenario has none.
    void take_validators(SimulationConfig& config);
    void begin_byzantine_validators();
    void calm();
    void check_joined(std::vector<std::string>& complaints) const;
    void check_slashed(std::vector<std::string>& complaints) const;
    void check_expectations(std::vector<std::string>& complaints) const;

    Scenario scenario_;
    std::uint64_t seed_;
    std::unique_ptr<Simulation> simulation_;
    std::unique_ptr<Invariants> invariants_;
    std::unique_ptr<TransferLoad> transfers_;
    std::unique_ptr<StakeLoad> stake_;
    std::map<std::size_t, std::unique_ptr<ByzantinePeer>> byzantine_;  // by their number
    std::set<ValidatorIndex> byzantine_validators_;
    std::unique_ptr<Byzantine> validators_adversary_;
    std::size_t first_joiner_;  // a node's number, as are those after it
    std::size_t next_byzantine_;
};

}  // namespace touchstone::node::sim
