// From a description to a genesis that the rules allow. [GEN-01] to [GEN-11]
#pragma once

#include <cstdint>

#include "cli/genesis/description.h"
#include "node/adapters/genesis_file/genesis_file.h"

namespace touchstone::cli {

struct GenesisChoices {
    std::uint64_t now_ms = 0;  // what a relative time is counted from
    bool derive_seed = false;  // where none is given
};

/// The same description and choices give the same bytes. A description that breaks a rule is refused with the rule, the
/// line and what to do. Development validators come first, so that their indices are those of their keys.
Outcome<node::adapters::GenesisFile> make_genesis(const GenesisDescription& description, const GenesisChoices& choices);

/// The seed of a genesis for which nobody chose one: it follows from all the rest.
node::Hash derived_seed(const node::Genesis& genesis, const node::Parameters& parameters);

}  // namespace touchstone::cli
