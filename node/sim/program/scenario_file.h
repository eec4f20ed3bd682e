// Scenarios as TOML files; node/sim/scenarios/README.md lists their keys.
#pragma once

#include <filesystem>

#include "node/adapters/files/fault.h"
#include "node/sim/scenario.h"

namespace touchstone::node::sim {

/// Named after the file. Refuses what is no TOML, keys that do not exist, values out of bounds, each with the line; and
/// what makes no sense together.
adapters::Outcome<Scenario> read_scenario(const std::filesystem::path& path);

}  // namespace touchstone::node::sim
