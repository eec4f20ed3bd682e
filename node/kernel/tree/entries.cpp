#include "node/kernel/tree/entries.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "crypto/sha256.h"
#include "node/generated/constants.h"
#include "node/kernel/tree/query.h"

namespace touchstone::node::tree {
namespace {

struct PlacedChange {
    LeafChange leaf;
    const EntryChange* entry = nullptr;
};

/// [KVT-01]
Result<void> check_lengths(std::span<const EntryChange> changes) {
    for (const EntryChange& change : changes) {
        if (change.key.empty() || change.key.size() > MAX_KEY_BYTES) {
            return reject(Clause::KVT_01, "a key of " + std::to_string(change.key.size()) + " bytes");
        }
        if (change.value && change.value->size() > MAX_VALUE_BYTES) {
            return reject(Clause::KVT_01, "a value of " + std::to_string(change.value->size()) + " bytes");
        }
    }
    return {};
}

/// With their hashes, in ascending order of path, the last of each key.
std::vector<LeafChange> place(std::span<const EntryChange> changes, const ParallelFor& parallel_for) {
    std::vector<PlacedChange> placed(changes.size());
    parallel_for(changes.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            placed[i].entry = &changes[i];
            placed[i].leaf.path = path_of(changes[i].key);
            if (changes[i].value) placed[i].leaf.value_hash = Hash(crypto::sha256(*changes[i].value));
        }
    });
    std::ranges::sort(placed, [](const PlacedChange& a, const PlacedChange& b) {
        return a.leaf.path != b.leaf.path ? a.leaf.path < b.leaf.path : a.entry > b.entry;
    });
    const auto earlier = std::ranges::unique(placed, {}, [](const PlacedChange& change) { return change.leaf.path; });
    placed.erase(earlier.begin(), earlier.end());
    std::vector<LeafChange> leaves(placed.size());
    parallel_for(placed.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            leaves[i] = placed[i].leaf;
            const EntryChange& entry = *placed[i].entry;
            if (entry.value) leaves[i].content = Content::make(entry.key, *entry.value);
        }
    });
    return leaves;
}

void collect_all(const Nodes& nodes, NodeRef top, const std::function<void(const Leaf&)>& visit) {
    std::vector<NodeRef> pending{top};
    while (!pending.empty()) {
        const NodeRef node = pending.back();
        pending.pop_back();
        if (node.is_empty()) continue;
        if (node.is_leaf()) {
            visit(nodes.leaf(node));
            continue;
        }
        pending.push_back(nodes.inner(node).right);
        pending.push_back(nodes.inner(node).left);
    }
}

/// Goes down one bit of a path at a time: at most 256 deep. False when `visit` has had enough.
bool visit_below(const TreeVersion& version, NodeRef node, const Position& position,
                 const std::function<bool(const Leaf&)>& visit) {
    if (node.is_empty() || position.relation() == Relation::outside) return true;
    if (node.is_leaf()) {
        const Leaf& leaf = version.nodes().leaf(node);
        return !contains(position.intervals(), leaf.path) || visit(leaf);
    }
    const Inner& inner = version.nodes().inner(node);
    return visit_below(version, inner.left, position.left(), visit) &&
           visit_below(version, inner.right, position.right(), visit);
}

ByteVector copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

struct Pair {
    NodeRef from;
    NodeRef to;
};

/// Leaves of one side that are not the same node as on the other, both in ascending order of path.
struct Differing {
    std::vector<const Leaf*> from;
    std::vector<const Leaf*> to;
};

/// Where one side has an inner node and the other does not, the lone side is compared with the leaves below.
Differing differing_leaves(const TreeVersion& from, const TreeVersion& to) {
    Differing found;
    const auto all_below = [](const TreeVersion& version, NodeRef node, std::vector<const Leaf*>& leaves) {
        if (node.is_empty()) return;
        collect_all(version.nodes(), node, [&](const Leaf& leaf) { leaves.push_back(&leaf); });
    };
    std::vector<Pair> pending{{from.top(), to.top()}};
    while (!pending.empty()) {
        const Pair pair = pending.back();
        pending.pop_back();
        if (pair.from == pair.to) continue;
        if (pair.from.is_inner() && pair.to.is_inner()) {
            const Inner& a = from.nodes().inner(pair.from);
            const Inner& b = to.nodes().inner(pair.to);
            pending.push_back({a.right, b.right});
            pending.push_back({a.left, b.left});
            continue;
        }
        all_below(from, pair.from, found.from);
        all_below(to, pair.to, found.to);
    }
    return found;
}

}  // namespace

Path path_of(Bytes key) { return Path(crypto::sha256(key)); }

std::optional<Bytes> find_value(const TreeVersion& version, const Path& path) {
    const Leaf* const leaf = version.leaf(path);
    return leaf == nullptr ? std::nullopt : std::optional(leaf->content.value());
}

std::optional<Bytes> find_value(const TreeVersion& version, Bytes key) { return find_value(version, path_of(key)); }

KvEntries all_entries(const TreeVersion& version) {
    KvEntries all;
    if (version.top().is_empty()) return all;
    all.entries.reserve(version.size());
    collect_all(version.nodes(), version.top(), [&](const Leaf& leaf) {
        all.entries.push_back({copy(leaf.content.key()), copy(leaf.content.value())});
    });
    std::ranges::sort(all.entries, {}, &KvEntry::key);
    return all;
}

void visit_leaves(const TreeVersion& version, const KvInterval& interval,
                  const std::function<bool(const Leaf& leaf)>& visit) {
    visit_below(version, version.top(), Position::root({&interval, 1}), visit);
}

std::vector<EntryChange> changes_between(const TreeVersion& from, const TreeVersion& to) {
    const Differing leaves = differing_leaves(from, to);
    std::vector<EntryChange> changes;
    auto old = leaves.from.begin();
    const auto removed_before = [&](const Path* path) {
        for (; old != leaves.from.end() && (path == nullptr || (*old)->path < *path); ++old)
            changes.push_back({copy((*old)->content.key()), std::nullopt});
    };
    for (const Leaf* leaf : leaves.to) {
        removed_before(&leaf->path);
        const bool there = old != leaves.from.end() && (*old)->path == leaf->path;
        const bool same = there && (*old)->value_hash == leaf->value_hash;
        if (there) ++old;
        if (!same) changes.push_back({copy(leaf->content.key()), copy(leaf->content.value())});
    }
    removed_before(nullptr);
    return changes;
}

Result<TreeVersion> Entries::apply(const TreeVersion& base, std::span<const EntryChange> changes,
                                   const ParallelFor& parallel_for) {
    NODE_TRY(check_lengths(changes));
    const std::vector<LeafChange> leaves = place(changes, parallel_for);
    Tree::Applied applied = tree_.apply(base, leaves, parallel_for);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (applied.made[i] == 0) leaves[i].content.free();
    }
    return std::move(applied.version);
}

Result<TreeVersion> apply_entries(Entries& tree, const KvEntries& entries, const ParallelFor& parallel_for) {
    std::vector<EntryChange> changes;
    changes.reserve(entries.entries.size());
    const ByteVector* before = nullptr;
    for (const KvEntry& entry : entries.entries) {
        if (entry.key.empty()) return reject(Clause::KVT_18, "an empty key");
        if (before != nullptr && *before >= entry.key) {
            return reject(Clause::KVT_18, "the key " + to_hex(entry.key) + " is not after the one before it");
        }
        before = &entry.key;
        changes.push_back({entry.key, entry.value});
    }
    return tree.apply({}, changes, parallel_for);
}

}  // namespace touchstone::node::tree
