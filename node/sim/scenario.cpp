#include "node/sim/scenario.h"

#include <algorithm>

namespace touchstone::node::sim {

namespace {

std::optional<std::string> problem_of_fault(const ScheduledFault& fault, const Scenario& scenario,
                                            std::uint64_t last_slot) {
    const bool chooses =
        fault.kind == FaultKind::Partition || fault.kind == FaultKind::OneWay || fault.kind == FaultKind::Outage;
    if (fault.from_slot >= fault.until_slot) return "it ends before it begins (from_slot, until_slot)";
    if (fault.until_slot > last_slot) {
        return "it lasts until slot " + std::to_string(fault.until_slot) + ", beyond the last of the epochs in which " +
               "things go wrong (" + std::to_string(last_slot) + ")";
    }
    if (chooses && fault.who.nodes.empty() == (fault.who.share == 0.0)) {
        return "it needs either the nodes that it befalls or a share of all (nodes, share)";
    }
    for (const std::uint64_t node : fault.who.nodes) {
        if (node >= scenario.nodes.least + scenario.observers)
            return "there is not always a node " + std::to_string(node) + "; they are numbered from 0";
    }
    return std::nullopt;
}

bool overlap(const ScheduledFault& a, const ScheduledFault& b) {
    return a.kind == b.kind && a.from_slot < b.until_slot && b.from_slot < a.until_slot;
}

}  // namespace

std::optional<std::string> problem_of(const Scenario& scenario) {
    const std::uint64_t last_slot = scenario.epochs * MINIMAL.SLOTS_PER_EPOCH;
    for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
        const std::string name = "fault " + std::to_string(i + 1) + ": ";
        if (const auto problem = problem_of_fault(scenario.faults[i], scenario, last_slot)) return name + *problem;
        for (std::size_t j = 0; j < i; ++j) {
            if (overlap(scenario.faults[j], scenario.faults[i]))
                return name + "it overlaps with fault " + std::to_string(j + 1) + ", which is of the same kind";
        }
    }
    for (const Joiners& group : scenario.joiners) {
        if (group.from_slot >= last_slot) {
            return "joiners begin in slot " + std::to_string(group.from_slot) +
                   ", beyond the last of the epochs in which things go wrong (" + std::to_string(last_slot) + ")";
        }
    }
    const std::uint64_t least_validators =
        scenario.validators != 0 ? scenario.validators : scenario.validators_per_node * scenario.nodes.least;
    if (least_validators < MINIMAL.SLOTS_PER_EPOCH) {
        return "a genesis needs " + std::to_string(MINIMAL.SLOTS_PER_EPOCH) + " validators at least, there are " +
               std::to_string(least_validators);
    }
    if (const auto& byzantine = scenario.byzantine_validators) {
        if (byzantine->share == 0.0) return "byzantine_validators need a share of all";
        if (byzantine->from_slot == 0) return "byzantine_validators begin in slot 1 at the earliest";
    }
    const auto& network = scenario.simulation.network;
    if (network.peers != 0 && network.mesh_degree == 0) return "nodes with few peers need a mesh (network.mesh_degree)";
    if (network.mesh_degree != 0 && network.peers == 0) return std::nullopt;
    if (network.mesh_degree > network.peers) return "the mesh is larger than the number of peers";
    return std::nullopt;
}

}  // namespace touchstone::node::sim
