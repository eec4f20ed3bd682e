// That a state has its tree root, as a Merkle branch. [ENC-21] [TYP-03]
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "node/base/result.h"
#include "node/types/consensus_state.h"

namespace touchstone::node {

struct StateBranch {
    std::uint64_t generalized_index = 0;
    std::vector<codec::Digest> hashes;  // siblings, from the leaf upwards
};

/// From `tree_root` to the root of the state.
StateBranch tree_root_branch(const ConsensusState& state, const Parameters& parameters);

/// Rejected with ENC-22 unless the siblings lead from the tree root to the root of a state.
Result<void> verify_tree_root(const Root& tree_root, std::span<const codec::Digest> hashes, const Root& state_root);

}  // namespace touchstone::node
