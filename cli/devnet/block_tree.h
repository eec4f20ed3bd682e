// Which block follows which: as much of a node's chain as comparing nodes needs.
#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "node/types/containers.h"

namespace touchstone::cli {

class BlockTree {
  public:
    explicit BlockTree(const node::Root& genesis_block) : genesis_block_(genesis_block) {}

    void add(const node::Root& root, node::Slot slot, const node::Root& parent);
    bool contains(const node::Root& root) const { return root == genesis_block_ || blocks_.contains(root); }
    /// Blocks besides that of genesis.
    std::size_t size() const { return blocks_.size(); }
    std::vector<node::Root> roots() const;
    node::Slot highest_slot() const { return highest_slot_; }
    /// 0 for the genesis block, and for one that is not there.
    node::Slot slot_of(const node::Root& root) const;
    /// The block itself or its nearest ancestor with at most this slot; the genesis block if there is no other.
    node::Root ancestor_at(node::Root root, node::Slot slot) const;

  private:
    struct Place {
        node::Slot slot;
        node::Root parent;
    };
    node::Root genesis_block_;
    node::Slot highest_slot_;
    std::unordered_map<node::Root, Place> blocks_;
};

/// What a node's database says of its chain.
struct NodeChain {
    explicit NodeChain(const node::Root& genesis_block) : blocks(genesis_block), head(genesis_block) {}

    BlockTree blocks;
    std::int64_t rows = 0;  // of the journal
    node::Root head;
    node::Checkpoint justified;
    node::Checkpoint finalized;

    node::Slot head_slot() const { return blocks.slot_of(head); }
};

}  // namespace touchstone::cli
