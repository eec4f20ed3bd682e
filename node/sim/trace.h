// What the fork choice of one node was given and what followed from it, as lines of JSON: for whoever checks that a
// simulated network behaves as the model of the specification does.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "node/sim/disk.h"
#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// The first line describes the chain; then one line for each row of the node's journal [STO-08], with the clause of
/// its event, the votes of aggregates and blocks by their validators, and the head and checkpoints that the node had
/// then. An error, for people, if the journal is not one that the fork choice can have had.
[[nodiscard]] std::optional<std::string> write_trace(std::ostream& out, const SimulatedChain& chain, const Disk& disk);

}  // namespace touchstone::node::sim
