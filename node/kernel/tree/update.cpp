#include "node/kernel/tree/update.h"

#include <algorithm>
#include <array>
#include <utility>

namespace touchstone::node::tree {
namespace {

using Changes = std::span<const LeafChange>;

/// Below this depth, and for so few changes, a subtree is updated by one thread.
constexpr unsigned kTaskDepth = 8;
constexpr std::size_t kTaskChanges = 32;

struct Children {
    NodeRef left;
    NodeRef right;
};

/// What one thread needs to make nodes: slots of its own, and what it counts.
struct Lane {
    Nodes* nodes;
    const LeafChange* first;
    std::uint8_t* made;
    std::vector<std::uint32_t> inner_slots{};
    std::vector<std::uint32_t> leaf_slots{};
    std::int64_t growth = 0;

    NodeRef retain(NodeRef node) const {
        if (!node.is_empty()) ++nodes->owners(node);
        return node;
    }
    /// Precondition: the node has another owner.
    void release_shared(NodeRef node) const {
        if (!node.is_empty()) --nodes->owners(node);
    }
    NodeRef make_leaf(const LeafChange& change) {
        made[&change - first] = 1;
        const std::uint32_t slot = take(nodes->leaves(), leaf_slots);
        nodes->leaves().at(slot) = {change.path, *change.value_hash, 1, change.content};
        return NodeRef::leaf(slot);
    }
    NodeRef make_inner(Children children) {
        const std::uint32_t slot = take(nodes->inners(), inner_slots);
        const Hash hash = inner_hash(nodes->hash(children.left), nodes->hash(children.right));
        nodes->inners().at(slot) = {hash, children.left, children.right, 1};
        return NodeRef::inner(slot);
    }

  private:
    template <class T>
    static std::uint32_t take(Pool<T>& pool, std::vector<std::uint32_t>& slots) {
        if (slots.empty()) pool.take(slots);
        const std::uint32_t slot = slots.back();
        slots.pop_back();
        return slot;
    }
};

/// An empty subtree or a leaf stands for a node with that below it: so a lone leaf can sink.
Children children_of(const Nodes& nodes, NodeRef node, unsigned depth) {
    if (node.is_empty()) return {};
    if (node.is_inner()) return {nodes.inner(node).left, nodes.inner(node).right};
    return bit_of(nodes.leaf(node).path, depth) ? Children{{}, node} : Children{node, {}};
}

/// The node above both children, which it takes over; a lone leaf rises. [KVT-04]
NodeRef join(Lane& lane, NodeRef before, Children children) {
    const auto [left, right] = children;
    if (left.is_empty() && !right.is_inner()) return right;
    if (right.is_empty() && !left.is_inner()) return left;
    if (before.is_inner()) {
        const Inner& node = lane.nodes->inner(before);
        if (node.left == left && node.right == right) {
            lane.release_shared(left);
            lane.release_shared(right);
            return lane.retain(before);
        }
    }
    return lane.make_inner(children);
}

std::pair<Changes, Changes> split(Changes changes, unsigned depth) {
    const auto middle = std::ranges::partition_point(
        changes, [depth](const LeafChange& change) { return !bit_of(change.path, depth); });
    const auto count = static_cast<std::size_t>(middle - changes.begin());
    return {changes.first(count), changes.subspan(count)};
}

bool is_single(const Nodes& nodes, NodeRef node, Changes changes) {
    if (changes.size() != 1 || node.is_inner()) return false;
    return node.is_empty() || !changes[0].value_hash || nodes.leaf(node).path == changes[0].path;
}

/// One change where there is nothing, or nothing but a leaf that need not sink.
NodeRef update_single(Lane& lane, NodeRef node, const LeafChange& change) {
    const Leaf* leaf = node.is_empty() ? nullptr : &lane.nodes->leaf(node);
    const bool there = leaf != nullptr && leaf->path == change.path;
    if (!change.value_hash) {
        if (!there) return lane.retain(node);
        --lane.growth;
        return {};
    }
    if (there && leaf->value_hash == *change.value_hash) return lane.retain(node);
    if (!there) ++lane.growth;
    return lane.make_leaf(change);
}

void prefetch(const Nodes& nodes, NodeRef node) {
    // The counter is on the next line more often than not.
    if (node.is_inner()) {
        __builtin_prefetch(&nodes.inner(node), 1);
        __builtin_prefetch(&nodes.inner(node).owners, 1);
    } else if (node.is_leaf()) {
        __builtin_prefetch(&nodes.leaf(node), 1);
        __builtin_prefetch(&nodes.leaf(node).owners, 1);
    }
}

/// So many changes are looked ahead for at once.
constexpr std::size_t kLookAhead = 32;

/// Fetches what an update of these changes will touch: all of them go down together, one step after the other, so that
/// their waits for memory pass at the same time instead of one by one.
void look_ahead(const Nodes& nodes, NodeRef node, unsigned depth, Changes changes) {
    std::array<NodeRef, kLookAhead> places;
    std::ranges::fill(places, node);
    for (bool deeper = true; deeper; ++depth) {
        deeper = false;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (!places[i].is_inner()) continue;
            const Inner& inner = nodes.inner(places[i]);
            prefetch(nodes, inner.left);
            prefetch(nodes, inner.right);
            places[i] = bit_of(changes[i].path, depth) ? inner.right : inner.left;
            deeper = true;
        }
    }
}

/// The depth of recursion is at most that of the tree: two distinct paths part at depth 255 at the latest.
NodeRef update(Lane& lane, NodeRef node, unsigned depth, Changes changes) {
    if (changes.empty()) return lane.retain(node);
    if (is_single(*lane.nodes, node, changes)) return update_single(lane, node, changes[0]);
    const Children children = children_of(*lane.nodes, node, depth);
    const auto [left, right] = split(changes, depth);
    for (const auto& [child, part] : {std::pair(children.left, left), std::pair(children.right, right)}) {
        if (changes.size() > kLookAhead && part.size() <= kLookAhead) look_ahead(*lane.nodes, child, depth + 1, part);
    }
    const NodeRef new_left = update(lane, children.left, depth + 1, left);
    const NodeRef new_right = update(lane, children.right, depth + 1, right);
    return join(lane, node, {new_left, new_right});
}

struct Task {
    NodeRef node;
    unsigned depth;
    Changes changes;
    NodeRef result{};
};

NodeRef update_task(Lane& lane, const Task& task) {
    if (task.changes.size() <= kLookAhead) look_ahead(*lane.nodes, task.node, task.depth, task.changes);
    return update(lane, task.node, task.depth, task.changes);
}

bool is_task(unsigned depth, Changes changes) { return depth == kTaskDepth || changes.size() <= kTaskChanges; }

void collect(const Nodes& nodes, NodeRef node, unsigned depth, Changes changes, std::vector<Task>& tasks) {
    if (is_task(depth, changes)) {
        tasks.push_back({node, depth, changes});
        return;
    }
    const Children children = children_of(nodes, node, depth);
    const auto [left, right] = split(changes, depth);
    collect(nodes, children.left, depth + 1, left, tasks);
    collect(nodes, children.right, depth + 1, right, tasks);
}

/// The nodes above the tasks' results, which are taken in the order of `collect`.
NodeRef fold(Lane& lane, NodeRef node, unsigned depth, Changes changes, const Task*& next) {
    if (is_task(depth, changes)) return (next++)->result;
    const Children children = children_of(*lane.nodes, node, depth);
    const auto [left, right] = split(changes, depth);
    const NodeRef new_left = fold(lane, children.left, depth + 1, left, next);
    const NodeRef new_right = fold(lane, children.right, depth + 1, right, next);
    return join(lane, node, {new_left, new_right});
}

}  // namespace

UpdatedTop update_tree(Nodes& nodes, NodeRef base, Changes changes, std::span<std::uint8_t> made,
                       const ParallelFor& parallel_for) {
    std::vector<Task> tasks;
    collect(nodes, base, 0, changes, tasks);
    const Lane empty_lane{&nodes, changes.data(), made.data()};
    // A lane for each range that a thread works through, kept where the range begins.
    std::vector<Lane> lanes(tasks.size() + 1, empty_lane);
    parallel_for(tasks.size(), [&](std::size_t begin, std::size_t end) {
        Lane lane = empty_lane;
        for (std::size_t i = begin; i < end; ++i)
            tasks[i].result = update_task(lane, tasks[i]);
        lanes[begin] = std::move(lane);
    });
    const Task* next = tasks.data();
    UpdatedTop updated;
    updated.top = fold(lanes.back(), base, 0, changes, next);
    std::vector<std::vector<std::uint32_t>> inner_rests;
    std::vector<std::vector<std::uint32_t>> leaf_rests;
    for (Lane& lane : lanes) {
        updated.growth += lane.growth;
        inner_rests.push_back(std::move(lane.inner_slots));
        leaf_rests.push_back(std::move(lane.leaf_slots));
    }
    nodes.inners().settle(inner_rests);
    nodes.leaves().settle(leaf_rests);
    return updated;
}

}  // namespace touchstone::node::tree
