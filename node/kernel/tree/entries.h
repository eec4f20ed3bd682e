// Keys and values over the tree.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/parallel.h"
#include "node/base/result.h"
#include "node/kernel/tree/tree.h"

namespace touchstone::node::tree {

struct EntryChange {
    ByteVector key;
    /// None removes the entry; an empty value does not. [KVT-01]
    std::optional<ByteVector> value;
    friend bool operator==(const EntryChange&, const EntryChange&) = default;
};

/// The path of a key. [KVT-02]
Path path_of(Bytes key);

// Reading a version: on any thread, whatever the writer does meanwhile. Precondition of all: the version was made by
// Entries.

/// The value of the key, if it has one; good as long as the version.
std::optional<Bytes> find_value(const TreeVersion& version, Bytes key);
std::optional<Bytes> find_value(const TreeVersion& version, const Path& path);
/// All of a version, as KVT-18 asks.
KvEntries all_entries(const TreeVersion& version);
/// Calls `visit` with the leaves whose paths are in the interval, ascending, until it says false.
void visit_leaves(const TreeVersion& version, const KvInterval& interval,
                  const std::function<bool(const Leaf& leaf)>& visit);
/// What makes `to` of `from`, in ascending order of path. Both are of one tree; what they share is not visited.
std::vector<EntryChange> changes_between(const TreeVersion& from, const TreeVersion& to);

/// The writer's tree of entries. One thread at a time calls what changes it.
class Entries {
  public:
    /// In any order; of several changes of a key the last holds. Rejected with KVT-01 if a key or a value has no length
    /// that it may have; then nothing has changed.
    Result<TreeVersion> apply(const TreeVersion& base, std::span<const EntryChange> changes,
                              const ParallelFor& parallel_for);
    /// Frees what only dropped versions held; `apply` does so too.
    void reclaim() { tree_.reclaim(); }
    const Tree& tree() const { return tree_; }

  private:
    Tree tree_;
};

/// A version with exactly these entries. Rejected with KVT-18 or KVT-01.
Result<TreeVersion> apply_entries(Entries& tree, const KvEntries& entries, const ParallelFor& parallel_for);

}  // namespace touchstone::node::tree
