// Internal to the tree: how a batch of changes makes the nodes of a new version.
#pragma once

#include <span>
#include <vector>

#include "node/base/parallel.h"
#include "node/kernel/tree/nodes.h"
#include "node/kernel/tree/tree.h"

namespace touchstone::node::tree {

struct UpdatedTop {
    /// Owned by the caller.
    NodeRef top;
    /// Entries more than before.
    std::int64_t growth = 0;
};

/// `made` has an element for each change. Subtrees are updated in parallel; the result does not depend on how.
UpdatedTop update_tree(Nodes& nodes, NodeRef base, std::span<const LeafChange> changes, std::span<std::uint8_t> made,
                       const ParallelFor& parallel_for);

}  // namespace touchstone::node::tree
