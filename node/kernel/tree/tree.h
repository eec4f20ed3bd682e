// The key-value tree, incremental and persistent: a version is immutable, and a batch of changes makes a new one that
// shares with the old one all that has not changed. Hashes are those of the spec's kv_root, whatever the history.
//
// A leaf holds path and hash of an entry and a handle of its bytes, which the tree frees with the leaf.
// Roles: one writer at a time calls `apply` and `reclaim`; versions are read, copied and dropped on any thread, without
// a lock. Dropping the last handle of a version hands it back to the writer, which frees what only that version held,
// at its next batch at the latest. So readers never touch the counts of nodes, and the counts need not be atomic.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/parallel.h"
#include "node/kernel/tree/nodes.h"
#include "node/types/containers.h"

namespace touchstone::node::tree {

struct LeafChange {
    Path path;
    /// None removes the leaf.
    std::optional<Hash> value_hash;
    /// Belongs to the tree where the change makes a leaf.
    Content content{};
};

struct TreeCore;
struct VersionRecord;

/// A handle of one version. A default one is the empty tree, of no Tree.
class TreeVersion {
  public:
    TreeVersion() = default;
    TreeVersion(const TreeVersion& other);
    TreeVersion(TreeVersion&& other) noexcept;
    TreeVersion& operator=(TreeVersion other) noexcept;
    ~TreeVersion();

    /// `kv_root`. [KVT-04]
    Root root() const;
    /// Entries.
    std::uint64_t size() const;
    /// The leaf of the path, null if there is none. It lives as long as the version.
    const Leaf* leaf(const Path& path) const;
    std::optional<Hash> find(const Path& path) const;
    /// Fetches what finding these paths will read: all of them go down together, so that their waits for memory pass at
    /// the same time. Worth it for some dozens.
    void look_ahead(std::span<const Path> paths) const;

    // For walks over the nodes. Precondition of nodes(): the top is not empty.
    NodeRef top() const;
    const Nodes& nodes() const;

  private:
    friend class Tree;
    explicit TreeVersion(VersionRecord* record) : record_(record) {}
    VersionRecord* record_ = nullptr;
};

class Tree {
  public:
    Tree();
    ~Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    struct Applied {
        TreeVersion version;
        /// For each change whether it made a leaf node: not if it removes, and not if the value was the same.
        std::vector<std::uint8_t> made;
    };
    /// `base` is a version of this tree, or a default one. Removing what is absent changes nothing. The changes are in
    /// strictly ascending order of path; another order is a programming error and ends the process.
    Applied apply(const TreeVersion& base, std::span<const LeafChange> changes, const ParallelFor& parallel_for);
    /// Frees what only dropped versions held.
    void reclaim();

    /// Nodes in use, inner and leaf, and all memory held for nodes.
    std::size_t live_inners() const;
    std::size_t live_leaves() const;
    std::size_t bytes() const;

  private:
    void release(NodeRef top);
    std::shared_ptr<TreeCore> core_;
};

}  // namespace touchstone::node::tree
