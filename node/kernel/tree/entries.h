// Keys and values over the tree: what the tree knows by path and hash alone is here with its bytes.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <utility>

#include "node/base/bytes.h"
#include "node/base/parallel.h"
#include "node/base/result.h"
#include "node/kernel/tree/tree.h"

namespace touchstone::node::tree {

/// The port behind which values are kept. A value is there under its leaf, path and hash, once for every leaf node of
/// the tree that has it: versions that share a leaf share the value, and a store needs no versions of its own.
class ValueStore {
  public:
    virtual ~ValueStore() = default;
    /// One leaf node more has the value.
    virtual void keep(const KvLeaf& leaf, Bytes value) = 0;
    /// One leaf node less; after the last the value may go.
    virtual void drop(const KvLeaf& leaf) = 0;
    virtual std::optional<ByteVector> get(const KvLeaf& leaf) const = 0;
};

/// Values in memory. One thread at a time.
class MemoryValues final : public ValueStore {
  public:
    void keep(const KvLeaf& leaf, Bytes value) override;
    void drop(const KvLeaf& leaf) override;
    std::optional<ByteVector> get(const KvLeaf& leaf) const override;
    std::size_t size() const { return kept_.size(); }

  private:
    struct Kept {
        ByteVector value;
        std::uint64_t leaves = 0;
    };
    std::map<std::pair<Path, Hash>, Kept> kept_;
};

struct EntryChange {
    ByteVector key;
    /// None removes the entry; an empty value does not. [KVT-01]
    std::optional<ByteVector> value;
};

/// The path of a key. [KVT-02]
Path path_of(Bytes key);

/// The writer's tree together with its store, which lives longer.
class Entries {
  public:
    explicit Entries(ValueStore& values);

    /// In any order; of several changes of a key the last holds. Rejected with KVT-01 if a key or a value has no length
    /// that it may have; then nothing has changed.
    Result<TreeVersion> apply(const TreeVersion& base, std::span<const EntryChange> changes,
                              const ParallelFor& parallel_for);
    /// The value of the key in a version. The store must have it, or a damaged store would pass for absence: it is
    /// looked up by `version.find` first, and what the store then does not have, or has with another hash, is
    /// `damaged`.
    struct Found {
        std::optional<ByteVector> value;
        bool damaged = false;
    };
    Found get(const TreeVersion& version, Bytes key) const;
    void reclaim() { tree_.reclaim(); }
    const Tree& tree() const { return tree_; }

  private:
    ValueStore& values_;
    Tree tree_;
};

}  // namespace touchstone::node::tree
