// The block tree of the fork choice as an array in which parents stand before their children: weights, viability and
// the head in passes over it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/types/containers.h"

namespace touchstone::node {

class ProtoArray {
  public:
    using Position = std::uint32_t;
    static constexpr Position kNone = ~Position{0};

    struct Node {
        Root root;
        Position parent = kNone;
        Slot slot;
        ValidatorIndex proposer;
        bool timely = false;
        Checkpoint justified;  // of the post-state
        Checkpoint unrealized_justified;
        std::uint64_t attestation_score = 0;  // of the node and its descendants [FC-30]
    };

    /// What viability and the start of the walk depend on.
    struct View {
        Checkpoint justified;
        Checkpoint finalized;
        Epoch current_epoch;
        std::uint64_t slots_per_epoch = 1;
        Root boosted;  // zero if none
        std::uint64_t boost = 0;
    };

    /// `pruned`: the first node is not the anchor of the store, but what a pruning left as the first.
    explicit ProtoArray(Node first, bool pruned = false);
    bool pruned() const { return pruned_; }

    std::size_t size() const { return nodes_.size(); }
    const Node& node(Position position) const { return nodes_[position]; }
    std::span<const Node> nodes() const { return nodes_; }
    std::optional<Position> find(const Root& root) const;
    bool contains(const Root& root) const { return find(root).has_value(); }

    /// Precondition: the parent's position is right and the root is new.
    Position insert(Node node);
    Node& mutable_node(Position position) { return nodes_[position]; }
    /// kNone if the ancestor was forgotten. [FC-14]
    Position ancestor(Position position, Slot slot) const;

    /// Adds delta[i] to the score of node i and its ancestors; one pass. The scores stay non-negative if the deltas are
    /// those of votes that moved.
    void apply(std::vector<std::int64_t> deltas);

    /// [FC-33] [FC-34] [FC-35]; one pass over the array.
    Position head(const View& view) const;
    /// Attestation score and boost. [FC-31]
    std::uint64_t weight(Position position, const View& view) const;

    /// Forgets what is neither `root` nor descends from it; returns the new position of each old one, or kNone. [FC-04]
    std::vector<Position> prune(Position root);

  private:
    bool leaf_is_viable(const Node& node, const View& view) const;
    std::vector<std::uint8_t> viable_nodes(const View& view) const;

    std::vector<Node> nodes_;
    std::unordered_map<Root, Position> positions_;
    bool pruned_ = false;
};

}  // namespace touchstone::node
