#include "node/kernel/fork_choice/proto_array.h"

#include <tuple>

#include "node/base/arithmetic.h"
#include "node/generated/constants.h"

namespace touchstone::node {
namespace {

constexpr Epoch kGenesis{GENESIS_EPOCH};

}  // namespace

ProtoArray::ProtoArray(Node first, bool pruned) : pruned_(pruned) {
    first.parent = kNone;
    positions_.emplace(first.root, 0);
    nodes_.push_back(std::move(first));
}

std::optional<ProtoArray::Position> ProtoArray::find(const Root& root) const {
    const auto found = positions_.find(root);
    if (found == positions_.end()) return std::nullopt;
    return found->second;
}

ProtoArray::Position ProtoArray::insert(Node node) {
    const auto position = static_cast<Position>(nodes_.size());
    positions_.emplace(node.root, position);
    nodes_.push_back(std::move(node));
    return position;
}

ProtoArray::Position ProtoArray::ancestor(Position position, Slot slot) const {
    while (nodes_[position].slot > slot) {
        const Position parent = nodes_[position].parent;
        if (parent == kNone) return pruned_ ? kNone : position;
        position = parent;
    }
    return position;
}

void ProtoArray::apply(std::vector<std::int64_t> deltas) {
    for (std::size_t i = nodes_.size(); i-- > 0;) {
        Node& node = nodes_[i];
        node.attestation_score += static_cast<std::uint64_t>(deltas[i]);
        if (node.parent != kNone) deltas[node.parent] += deltas[i];
    }
}

bool ProtoArray::leaf_is_viable(const Node& node, const View& view) const {
    if (view.justified.epoch == kGenesis) return true;
    const Epoch epoch(node.slot.value() / view.slots_per_epoch);
    // [FC-32]
    const Epoch source = (epoch < view.current_epoch ? node.unrealized_justified : node.justified).epoch;
    return source == view.justified.epoch || source + 2 >= view.current_epoch;
}

std::vector<std::uint8_t> ProtoArray::viable_nodes(const View& view) const {
    enum : std::uint8_t { kNotViable, kViable, kLeaf };
    const Slot finalized_slot(saturating_multiply(view.finalized.epoch.value(), view.slots_per_epoch));
    const bool any_branch = view.finalized.epoch == kGenesis;
    const auto finalized = find(view.finalized.root);
    // The block of each node's chain at the finalized epoch's first slot, parents before children.
    std::vector<Position> checkpoint_block(nodes_.size());
    for (Position i = 0; i < nodes_.size(); ++i) {
        const bool here = nodes_[i].slot <= finalized_slot || nodes_[i].parent == kNone;
        checkpoint_block[i] = here ? i : checkpoint_block[nodes_[i].parent];
    }
    std::vector<std::uint8_t> state(nodes_.size(), kLeaf);
    for (std::size_t i = nodes_.size(); i-- > 0;) {
        if (state[i] == kLeaf) {
            const bool on_branch = any_branch || (finalized && checkpoint_block[i] == *finalized);
            state[i] = leaf_is_viable(nodes_[i], view) && on_branch ? kViable : kNotViable;
        }
        const Position parent = nodes_[i].parent;
        if (parent == kNone) continue;
        if (state[i] == kViable) state[parent] = kViable;
        if (state[parent] == kLeaf) state[parent] = kNotViable;
    }
    return state;
}

ProtoArray::Position ProtoArray::head(const View& view) const {
    const std::vector<std::uint8_t> viable = viable_nodes(view);
    std::vector<std::uint64_t> boost(nodes_.size(), 0);
    for (auto at = find(view.boosted).value_or(kNone); at != kNone; at = nodes_[at].parent)
        boost[at] = view.boost;
    std::vector<Position> best_child(nodes_.size(), kNone);
    for (Position i = 0; i < nodes_.size(); ++i) {
        const Position parent = nodes_[i].parent;
        if (parent == kNone || viable[i] == 0) continue;
        const auto rank = [&](Position at) {
            return std::tuple(Uint128{nodes_[at].attestation_score} + boost[at], nodes_[at].root);
        };
        Position& best = best_child[parent];
        if (best == kNone || rank(i) > rank(best)) best = i;
    }
    Position head = find(view.justified.root).value_or(0);
    while (best_child[head] != kNone)
        head = best_child[head];
    return head;
}

std::uint64_t ProtoArray::weight(Position position, const View& view) const {
    const Node& node = nodes_[position];
    const auto boosted = find(view.boosted);
    const bool reached = boosted && ancestor(*boosted, node.slot) == position;
    return saturating_add(node.attestation_score, reached ? view.boost : 0);
}

std::vector<ProtoArray::Position> ProtoArray::prune(Position root) {
    std::vector<Position> moved(nodes_.size(), kNone);
    if (root == 0) {
        for (Position i = 0; i < moved.size(); ++i)
            moved[i] = i;
        return moved;
    }
    std::vector<Node> kept;
    for (Position i = root; i < nodes_.size(); ++i) {
        const Position parent = nodes_[i].parent;
        const bool descends = i == root || (parent != kNone && moved[parent] != kNone);
        if (!descends) continue;
        moved[i] = static_cast<Position>(kept.size());
        kept.push_back(std::move(nodes_[i]));
        kept.back().parent = i == root ? kNone : moved[parent];
    }
    nodes_ = std::move(kept);
    pruned_ = true;
    positions_.clear();
    for (Position i = 0; i < nodes_.size(); ++i)
        positions_.emplace(nodes_[i].root, i);
    return moved;
}

}  // namespace touchstone::node
