#include "node/kernel/tree/walk.h"

namespace touchstone::node::tree {

std::vector<EntryView> entries_after(const TreeVersion& version, const std::optional<Path>& after, std::size_t most) {
    std::vector<EntryView> found;
    if (version.top().is_empty()) return found;
    const Nodes& nodes = version.nodes();
    std::vector<NodeRef> pending;  // subtrees with paths that are all greater, the least last
    NodeRef node = version.top();
    // Down the way of the path: what is to the right of it is greater.
    for (unsigned depth = 0; after && node.is_inner(); ++depth) {
        const Inner& inner = nodes.inner(node);
        const bool right = bit_of(*after, depth);
        if (!right) pending.push_back(inner.right);
        node = right ? inner.right : inner.left;
    }
    if (node.is_inner() || (node.is_leaf() && (!after || nodes.leaf(node).path > *after))) pending.push_back(node);
    while (!pending.empty() && found.size() < most) {
        node = pending.back();
        pending.pop_back();
        if (node.is_inner()) {
            pending.push_back(nodes.inner(node).right);
            pending.push_back(nodes.inner(node).left);
        } else if (node.is_leaf()) {
            const Leaf& leaf = nodes.leaf(node);
            found.push_back({leaf.path, leaf.content.key(), leaf.content.value()});
        }
    }
    return found;
}

}  // namespace touchstone::node::tree
