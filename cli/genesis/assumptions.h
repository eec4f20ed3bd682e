// What each assumption about a configuration demands, in words for whoever broke it. [TYP-06]
#pragma once

#include "cli/genesis/description.h"
#include "node/base/result.h"

namespace touchstone::cli {

/// The kernel's refusal of the configuration, with the line of the override that is to blame.
Fault refused_configuration(const GenesisDescription& description, const node::Rejection& rejection);

}  // namespace touchstone::cli
