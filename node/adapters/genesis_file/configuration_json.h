// A configuration as JSON: {"preset": "...", "parameters": {"NAME": "decimal", ...}}, as in genesis files and
// databases.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/adapters/files/fault.h"
#include "node/generated/parameters.h"

namespace touchstone::node::adapters {

/// The version of the specification that this program was built for.
std::string_view spec_version();

struct Configuration {
    std::string preset;  // from which the parameters were made; a name for people
    Parameters parameters{};

    friend bool operator==(const Configuration&, const Configuration&) = default;
};

/// The preset's values, or nothing if there is none of that name.
const Parameters* preset_parameters(std::string_view name);

std::string configuration_to_json(const Configuration& configuration);

/// Every parameter and no other, each a uint64 as a decimal string. [STO-06] The fault's text has no path: callers put
/// it before. Whether the values are allowed is not asked here. [TYP-06]
Outcome<Configuration> configuration_from_json(std::string_view json);

}  // namespace touchstone::node::adapters
