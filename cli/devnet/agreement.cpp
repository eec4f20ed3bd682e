#include "cli/devnet/agreement.h"

#include <algorithm>

namespace touchstone::cli {

namespace {

constexpr std::uint64_t kSlotsBack = 4;

std::string name(std::size_t index) { return "node " + std::to_string(index); }
std::string hex(const node::Root& root) { return "0x" + node::to_hex(root); }

node::Slot first_slot(node::Epoch epoch, std::uint64_t slots_per_epoch) {
    return node::Slot(epoch.value() * slots_per_epoch);
}

/// One sentence for each node whose block at the slot is not that of the first node.
void compare_at(std::span<const NodeChain> nodes, node::Slot slot, const std::string& what, Agreement& result) {
    const node::Root expected = nodes[0].blocks.ancestor_at(nodes[0].head, slot);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        const node::Root found = nodes[i].blocks.ancestor_at(nodes[i].head, slot);
        if (found == expected) continue;
        result.disagreements.push_back(what + " is " + hex(expected) + " at " + name(0) + " and " + hex(found) +
                                       " at " + name(i));
    }
}

}  // namespace

Agreement compare(std::span<const NodeChain> nodes, std::uint64_t slots_per_epoch) {
    Agreement result;
    if (nodes.empty()) return result;
    const auto lowest_finalized =
        std::ranges::min(nodes, {}, [](const NodeChain& node) { return node.finalized.epoch; }).finalized.epoch;
    const auto lowest_head = std::ranges::min(nodes, {}, &NodeChain::head_slot).head_slot();
    const node::Slot checkpoint_slot = first_slot(lowest_finalized, slots_per_epoch);
    result.finalized_epoch = lowest_finalized;
    result.finalized_root = nodes[0].blocks.ancestor_at(nodes[0].head, checkpoint_slot);
    result.compared_slot = lowest_head - kSlotsBack;

    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const node::Checkpoint& finalized = nodes[i].finalized;
        if (finalized.epoch == node::Epoch(0)) continue;
        const node::Root own = nodes[i].blocks.ancestor_at(nodes[i].head, first_slot(finalized.epoch, slots_per_epoch));
        if (own == finalized.root) continue;
        result.disagreements.push_back(name(i) + " has finalized " + hex(finalized.root) + " in epoch " +
                                       std::to_string(finalized.epoch.value()) + ", which is not on its own chain");
    }
    compare_at(nodes, checkpoint_slot, "the checkpoint of finalized epoch " + std::to_string(lowest_finalized.value()),
               result);
    compare_at(
        nodes, result.compared_slot,
        "the block at slot " + std::to_string(result.compared_slot.value()) + ", four slots before the lowest head,",
        result);
    return result;
}

}  // namespace touchstone::cli
