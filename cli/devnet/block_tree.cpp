#include "cli/devnet/block_tree.h"

#include <algorithm>

namespace touchstone::cli {

void BlockTree::add(const node::Root& root, node::Slot slot, const node::Root& parent) {
    blocks_.emplace(root, Place{slot, parent});
    highest_slot_ = std::max(highest_slot_, slot);
}

std::vector<node::Root> BlockTree::roots() const {
    std::vector<node::Root> result;
    result.reserve(blocks_.size());
    for (const auto& [root, place] : blocks_)
        result.push_back(root);
    return result;
}

node::Slot BlockTree::slot_of(const node::Root& root) const {
    const auto found = blocks_.find(root);
    return found == blocks_.end() ? node::Slot(0) : found->second.slot;
}

node::Root BlockTree::ancestor_at(node::Root root, node::Slot slot) const {
    for (auto found = blocks_.find(root); found != blocks_.end() && found->second.slot > slot;
         found = blocks_.find(root)) {
        root = found->second.parent;
    }
    return root;
}

}  // namespace touchstone::cli
