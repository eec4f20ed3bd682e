// What the nodes of a simulation have on their disks, as databases that the reference replays. [STO-01] [STO-15]
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "node/sim/simulation.h"

namespace touchstone::node::sim {

/// node-N.sqlite for each node in the folder, which is made if missing; none may be there yet. What went wrong, for
/// people.
[[nodiscard]] std::optional<std::string> write_databases(const Simulation& simulation,
                                                         const std::filesystem::path& folder);

}  // namespace touchstone::node::sim
