#include "node/api/subscriptions/subscription.h"

namespace touchstone::node::api {

std::optional<Slot> NodeChain::slot_of(const Root& root) const {
    if (root == chain_->genesis_block_root()) return Slot(GENESIS_SLOT);
    if (const auto slot = chain_->fork_choice().block_slot(root)) return slot;
    const auto stored = chain_->stored_block(root);
    return stored ? std::optional(stored->slot) : std::nullopt;
}

/// Finality makes the fork choice forget blocks, the database never.
std::optional<ChainPoint> NodeChain::parent_of(const Root& root) const {
    if (root == chain_->genesis_block_root()) return std::nullopt;
    auto parent = chain_->fork_choice().parent_of(root);
    if (!parent) {
        const auto stored = chain_->stored_block(root);
        if (!stored) return std::nullopt;
        parent = stored->parent_root;
    }
    const auto slot = slot_of(*parent);
    return slot ? std::optional(ChainPoint{*parent, *slot}) : std::nullopt;
}

}  // namespace touchstone::node::api
