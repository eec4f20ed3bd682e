// Many whole nodes in one process and in simulated time, from one seed. The same seed gives the same events, byte for
// byte.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bls.h"
#include "crypto/ed25519.h"
#include "node/services/node.h"
#include "node/sim/disk.h"
#include "node/sim/event_log.h"
#include "node/sim/network.h"
#include "node/sim/random.h"
#include "node/sim/scheduler.h"
#include "node/sim/verifier.h"

namespace touchstone::node::sim {

struct SimulationConfig {
    std::uint64_t seed = 1;
    std::size_t nodes = 4;
    /// Development keys, dealt out in turn: validator i belongs to node i mod nodes.
    std::size_t validators = 64;
    /// If it is not empty: owners[i] is the node that has the key of validator i; a number of no such node: nobody has.
    std::vector<std::size_t> owners;
    /// Nodes without validators of their own, after the others in number.
    std::size_t observers = 0;
    std::uint64_t crash_ppm = 0;  // chance of a loss of power at each durable write, before and after it
    std::uint64_t least_outage_ms = 500;
    std::uint64_t greatest_outage_ms = 10'000;
    std::size_t greatest_lost_commits = 0;  // of the last, that a loss of power takes from the database
    std::int64_t greatest_skew_ms = 50;     // of a clock, either way
    std::int64_t greatest_drift_ppm = 0;
    std::uint64_t verify_delay_ms = 2;
    /// The order of every operator. [WS-05] [WS-06]
    bool go_on_outside_weak_subjectivity = false;
    /// What the operators of nodes vouch for. [SYN-01]
    std::map<std::size_t, Checkpoint> checkpoints;
    NetworkConditions network;
};

struct SimulatedGenesis {
    std::size_t validators = 16;
    std::size_t accounts = 0;
    /// Keys that are not registered at genesis; those of validators come before them.
    std::size_t spare_keys = 0;
    /// Of every validator, in basis points.
    std::uint64_t commission = 0;
    /// Account i is the operator of validator i; else nobody has the keys of operators.
    bool operators_have_accounts = false;
    Parameters parameters = MINIMAL;
};

/// A chain with a configuration and a genesis of development keys; shared by simulations, since making it verifies
/// every proof of possession.
struct SimulatedChain {
    Environment environment;
    std::optional<State> genesis_state;
    std::vector<crypto::bls::SecretKey> keys;
    std::vector<crypto::Ed25519Seed> account_seeds;

    /// The accounts are the development ones, with kBalance each. Null where the rules allow no such genesis.
    static std::shared_ptr<const SimulatedChain> make(const SimulatedGenesis& choices);
    static std::shared_ptr<const SimulatedChain> make(std::size_t validators, std::size_t accounts = 0) {
        return make(SimulatedGenesis{.validators = validators, .accounts = accounts});
    }
    static constexpr Amount kBalance{1'000'000'000'000};
    static constexpr std::uint64_t kGenesisTimeMs = 1'800'000'000'000;
};

class Simulation {
  public:
    /// Chain and cache may be shared with other simulations.
    Simulation(const SimulationConfig& config, std::shared_ptr<const SimulatedChain> chain,
               std::shared_ptr<VerdictCache> verdicts);
    ~Simulation();

    void start(std::size_t node);
    void start_all();
    void stop(std::size_t node);
    /// As a user of the node; nothing if it lost its power meanwhile. Precondition: is_up(node).
    std::optional<Result<Root>> submit(std::size_t node, const SignedTransaction& transaction);
    /// Loses power now; comes back after `outage_ms`, if given.
    void crash(std::size_t node, std::optional<std::uint64_t> outage_ms);

    /// To the middle of the slot, when what happens in it has happened.
    void run_until_slot(std::uint64_t slot);
    void run_until_epoch(std::uint64_t epoch) { run_until_slot(epoch * parameters().SLOTS_PER_EPOCH); }

    std::size_t node_count() const { return machines_.size(); }
    bool is_up(std::size_t node) const { return machines_[node].node != nullptr; }
    /// Precondition: is_up(node).
    Node& node(std::size_t node) { return *machines_[node].node; }
    const Disk& disk(std::size_t node) const { return machines_[node].disk; }
    const SimulatedEndpoint& endpoint(std::size_t node) const { return *machines_[node].endpoint; }
    const SimulatedVerifier& verifier(std::size_t node) const { return *machines_[node].verifier; }
    SimulatedNetwork& network() { return network_; }
    Scheduler& scheduler() { return scheduler_; }
    EventLog& events() { return events_; }
    const Environment& environment() const { return chain_->environment; }
    const Parameters& parameters() const { return chain_->environment.parameters(); }
    const SimulatedChain& chain() const { return *chain_; }
    std::uint64_t seed() const { return config_.seed; }
    /// The node that has the validator's key; nothing: no node has it.
    std::optional<std::size_t> owner_of(std::size_t validator) const;
    ForkDigest fork_digest() const;
    std::uint64_t crashes() const { return crashes_; }
    /// What a node said when it could not be started or stopped itself; empty if none did.
    const std::vector<std::string>& faults() const { return faults_; }

    void set_crash_ppm(std::uint64_t ppm) { config_.crash_ppm = ppm; }
    /// From the node's next start on.
    void trust(std::size_t node, const Checkpoint& checkpoint) { config_.checkpoints[node] = checkpoint; }
    /// Told when a node has committed a new finalized checkpoint; and when a node starts, also again.
    using FinalizedListener = std::function<void(std::size_t node, Epoch epoch)>;
    void set_finalized_listener(FinalizedListener listener) { finalized_listener_ = std::move(listener); }
    void set_start_listener(std::function<void(std::size_t node)> listener) { start_listener_ = std::move(listener); }

    // What is asked of the whole network.
    Epoch least_finalized_epoch();
    /// Of the nodes that are up: same finalized checkpoint, and the same block four slots back.
    bool nodes_agree();
    /// Any validator that is slashed in the head's state of a node.
    bool anybody_slashed();

  private:
    class Recorder;
    struct Machine {
        Disk disk;
        ClockError clock_error;
        bool crashed = false;
        std::unique_ptr<SimulatedClock> clock;
        std::unique_ptr<SimulatedTimers> timers;
        std::unique_ptr<SimulatedStore> store;
        std::unique_ptr<SimulatedProtection> protection;
        std::unique_ptr<SimulatedEndpoint> endpoint;
        std::unique_ptr<SimulatedVerifier> verifier;
        std::unique_ptr<SeededRandom> random;
        std::unique_ptr<Recorder> recorder;
        std::unique_ptr<Node> node;
        std::uint64_t starts = 0;
    };

    TaskGuard guard_of(std::size_t node);
    PowerSwitch power_of(std::size_t node);
    void build(std::size_t node);
    void destroy(std::size_t node);
    void on_power_loss(std::size_t node, std::optional<std::uint64_t> outage_ms);
    std::vector<crypto::bls::SecretKey> keys_of(std::size_t node) const;

    SimulationConfig config_;
    std::shared_ptr<const SimulatedChain> chain_;
    std::shared_ptr<VerdictCache> verdicts_;
    Scheduler scheduler_;
    EventLog events_;
    SimulatedNetwork network_;
    SeededRandom crash_random_;
    std::vector<Machine> machines_;
    std::vector<std::string> faults_;
    FinalizedListener finalized_listener_;
    std::function<void(std::size_t node)> start_listener_;
    std::uint64_t crashes_ = 0;
};

}  // namespace touchstone::node::sim
