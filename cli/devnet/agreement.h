// Whether the nodes follow one chain.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/devnet/block_tree.h"

namespace touchstone::cli {

struct Agreement {
    node::Epoch finalized_epoch;  // the lowest of all nodes
    node::Root finalized_root;    // of the first node at that epoch
    node::Slot compared_slot;     // four slots before the lowest head
    std::vector<std::string> disagreements;

    bool agree() const { return disagreements.empty(); }
};

/// The checkpoint of the lowest finalized epoch, and the ancestor four slots before the lowest head, are the same on
/// the chains of all nodes; and each node's finalized block is on its own chain.
Agreement compare(std::span<const NodeChain> nodes, std::uint64_t slots_per_epoch);

}  // namespace touchstone::cli
