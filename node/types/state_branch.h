// That a state has its tree root, as a Merkle branch. [ENC-21] [TYP-03]
#pragma once

#include <cstdint>
#include <vector>

#include "node/types/consensus_state.h"

namespace touchstone::node {

struct StateBranch {
    std::uint64_t generalized_index = 0;
    std::vector<codec::Digest> hashes;  // siblings, from the leaf upwards
};

/// From `tree_root` to the root of the state.
StateBranch tree_root_branch(const ConsensusState& state, const Parameters& parameters);

}  // namespace touchstone::node
