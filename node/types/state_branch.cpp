#include "node/types/state_branch.h"

#include "node/codec/proof.h"
#include "node/types/schemas.h"

namespace touchstone::node {

namespace {

constexpr std::size_t kField = 29;
static_assert(std::get<kField>(schemas::schema<ConsensusState>.fields).member == &ConsensusState::tree_root);
constexpr codec::GeneralizedIndex kTreeRootIndex = ConsensusState::RootCache::kLeaves + kField;

}  // namespace

StateBranch tree_root_branch(const ConsensusState& state, const Parameters& parameters) {
    ConsensusState copy = state;
    copy.update_root(parameters);
    StateBranch branch{kTreeRootIndex, {}};
    for (std::uint64_t index = branch.generalized_index; index > 1; index /= 2)
        branch.hashes.push_back(copy.root_cache.nodes[index ^ 1U]);
    return branch;
}

Result<void> verify_tree_root(const Root& tree_root, std::span<const codec::Digest> hashes, const Root& state_root) {
    return codec::verify_proof(tree_root.bytes, kTreeRootIndex, hashes, state_root.bytes);
}

}  // namespace touchstone::node
