// A simulated network and what happens to it: who takes part, what goes wrong and when, and what must come of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/sim/byzantine_peer.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// Both ends included. What a scenario leaves open is drawn from the seed.
struct Range {
    std::uint64_t least = 0;
    std::uint64_t greatest = 0;
};

/// Some of the nodes: those that are listed, or a share of all, drawn from the seed.
struct NodeChoice {
    std::vector<std::uint64_t> nodes;
    double share = 0.0;
};

enum class FaultKind : std::uint8_t {
    Partition,  // the chosen are cut off from the others
    OneWay,     // what the chosen send does not arrive; what is sent to them does
    Outage,     // the chosen are without power
    Loss,       // of that rate, on every link
    Latency,    // more of it, on every link
    Crashes     // of that rate, at every durable write of any node
};

/// Something that goes wrong from the beginning of a slot until the beginning of another.
struct ScheduledFault {
    FaultKind kind = FaultKind::Partition;
    std::uint64_t from_slot = 0;
    std::uint64_t until_slot = 0;
    NodeChoice who;
    double rate = 0.0;
    std::uint64_t more_ms = 0;
};

struct ByzantinePeers {
    PeerBehaviour behaviour = PeerBehaviour::Stall;
    std::uint64_t count = 1;
    std::uint64_t from_slot = 0;
    std::optional<std::uint64_t> until_slot;  // else to the end
};

/// Nodes without validators that begin late, from a checkpoint that is final then. [SYN-01]
struct Joiners {
    std::uint64_t count = 1;
    std::uint64_t from_slot = 0;  // as soon after it as there is a final checkpoint
    Range epochs_back{0, 0};      // how much earlier than the last final one is what they trust
};

/// Validators that somebody has who breaks the rules; no node has their keys.
struct ByzantineValidators {
    std::string behaviour;  // one of byzantine_behaviours()
    double share = 0.0;     // of all, drawn from the seed
    std::uint64_t from_slot = 1;
    std::optional<std::uint64_t> until_slot;  // else to the end
};

/// Looked at when all is over.
struct Expectations {
    /// Counted back from the last epoch; nothing: finality is not asked for.
    std::optional<std::uint64_t> finalized_within = 4;
    bool agree = true;
    std::uint64_t crashes = 0;                  // at least
    std::uint64_t slashed = 0;                  // validators, at least; never honest ones
    bool all_processed = false;                 // every transaction that was taken
    std::optional<std::uint64_t> p99_block_ms;  // of block propagation, at most
};

struct Scenario {
    std::string name = "options";
    std::string shows;
    Range nodes{4, 4};
    std::uint64_t observers = 0;
    std::uint64_t validators = 0;  // 0: as many as `validators_per_node` says
    std::uint64_t validators_per_node = 8;
    std::uint64_t epochs = 6;
    std::uint64_t calm_epochs = 0;  // after these; nothing goes wrong in them
    std::uint64_t transfers_per_second = 0;
    std::uint64_t stake_operations_per_second = 0;
    SimulationConfig simulation;  // but its seed, nodes, observers and validators
    std::vector<ScheduledFault> faults;
    std::vector<Joiners> joiners;
    std::vector<ByzantinePeers> byzantine_peers;
    std::optional<ByzantineValidators> byzantine_validators;
    Expectations expect;
};

/// What makes no sense together; for people.
[[nodiscard]] std::optional<std::string> problem_of(const Scenario& scenario);

}  // namespace touchstone::node::sim
