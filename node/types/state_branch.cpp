#include "node/types/state_branch.h"

#include "node/types/schemas.h"

namespace touchstone::node {

StateBranch tree_root_branch(const ConsensusState& state, const Parameters& parameters) {
    using Cache = ConsensusState::RootCache;
    constexpr std::size_t kField = 29;
    static_assert(std::get<kField>(schemas::schema<ConsensusState>.fields).member == &ConsensusState::tree_root);
    ConsensusState copy = state;
    copy.update_root(parameters);
    StateBranch branch{Cache::kLeaves + kField, {}};
    for (std::uint64_t index = branch.generalized_index; index > 1; index /= 2)
        branch.hashes.push_back(copy.root_cache.nodes[index ^ 1U]);
    return branch;
}

}  // namespace touchstone::node
