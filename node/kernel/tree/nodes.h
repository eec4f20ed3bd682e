// The memory of the tree's nodes: 44 bytes an inner node, 76 a leaf, named by 32 bits, counted by their owners.
//
// Why so: a tree of random paths has 1.44 inner nodes an entry, and half of a node made of pointers and an allocator's
// headers would be neither hash nor path. Slabs with 32-bit names take 140 bytes an entry, and what is freed is used
// again. The hash of a leaf is not kept (32 bytes an entry more): it is computed again when the node above it is.
// Counts are plain numbers: only the writer (see tree.h) and its loops over disjoint subtrees touch them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/kernel/tree/content.h"

namespace touchstone::node::tree {

/// Bits are counted from the most significant of the first byte. [KVT-02]
inline bool bit_of(const Path& path, unsigned index) { return ((path.bytes[index / 8] >> (7 - index % 8)) & 1U) != 0; }

constexpr unsigned kPathBits = 256;

/// Names an inner node, a leaf, or the empty subtree.
class NodeRef {
  public:
    constexpr NodeRef() = default;
    static constexpr NodeRef inner(std::uint32_t index) { return NodeRef(index); }
    static constexpr NodeRef leaf(std::uint32_t index) { return NodeRef(index | kLeafBit); }

    constexpr bool is_empty() const { return bits_ == 0; }
    constexpr bool is_leaf() const { return (bits_ & kLeafBit) != 0; }
    constexpr bool is_inner() const { return !is_empty() && !is_leaf(); }
    constexpr std::uint32_t index() const { return bits_ & ~kLeafBit; }
    friend constexpr bool operator==(NodeRef, NodeRef) = default;

  private:
    static constexpr std::uint32_t kLeafBit = 1U << 31U;
    explicit constexpr NodeRef(std::uint32_t bits) : bits_(bits) {}
    std::uint32_t bits_ = 0;
};

struct Inner {
    Hash hash;
    NodeRef left;
    NodeRef right;
    std::uint32_t owners;
};

struct Leaf {
    Path path;
    Hash value_hash;
    std::uint32_t owners;
    Content content;
};

static_assert(sizeof(Inner) == 44 && sizeof(Leaf) == 76);

/// Slots of one type. Reading is safe at any time from any thread; slots are taken through lanes, by several threads at
/// once; `settle` and `free` belong to the writer while no lane is at work.
template <class T>
class Pool {
  public:
    static constexpr std::uint32_t kBatch = 64;

    Pool() = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool() {
        for (auto& place : tables_) {
            const std::unique_ptr<Table> table(place.load(std::memory_order_acquire));
            if (!table) continue;
            for (auto& slab : *table)
                delete slab.load(std::memory_order_acquire);
        }
    }

    T& at(std::uint32_t index) {
        Table& table = *tables_[index >> (kSlabBits + kTableBits)].load(std::memory_order_acquire);
        Slab& slab = *table[(index >> kSlabBits) & ((1U << kTableBits) - 1)].load(std::memory_order_acquire);
        return slab[index & ((1U << kSlabBits) - 1)];
    }
    const T& at(std::uint32_t index) const { return const_cast<Pool*>(this)->at(index); }

    /// Appends up to kBatch slots that nobody else has, at least one.
    void take(std::vector<std::uint32_t>& slots) {
        const std::size_t taken = taken_.fetch_add(kBatch, std::memory_order_relaxed);
        if (taken < free_.size()) {
            const std::size_t end = free_.size() - taken;
            const std::size_t begin = end < kBatch ? 0 : end - kBatch;
            slots.assign(free_.begin() + static_cast<std::ptrdiff_t>(begin),
                         free_.begin() + static_cast<std::ptrdiff_t>(end));
            return;
        }
        const std::uint32_t first = fresh_.fetch_add(kBatch, std::memory_order_relaxed);
        if (first > kLast - kBatch) throw std::bad_alloc();
        make_slab(first);
        // From the back, so that the lane goes upwards. Slot 0 stays unused: its name is that of the empty subtree.
        for (std::uint32_t i = kBatch; i-- != (first == 0 ? 1U : 0U);)
            slots.push_back(first + i);
    }
    void free(std::uint32_t index) { free_.push_back(index); }
    /// After lanes were at work: forgets what they took and takes back what they have left.
    void settle(std::span<const std::vector<std::uint32_t>> rests) {
        const std::size_t taken = taken_.exchange(0, std::memory_order_relaxed);
        free_.resize(free_.size() - std::min(free_.size(), taken));
        for (const auto& rest : rests)
            free_.insert(free_.end(), rest.begin(), rest.end());
    }

    /// Calls with every slot that was ever taken, free ones too. The writer's, while no lane is at work.
    template <class Visit>
    void for_each_slot(const Visit& visit) {
        for (std::uint32_t index = 1; index <= slots(); ++index)
            visit(at(index));
    }

    std::size_t live() const { return slots() - free_.size(); }
    /// All memory that the pool holds for slots, in use or not.
    std::size_t bytes() const {
        const std::size_t slabs = (slots() + (std::size_t{1} << kSlabBits)) >> kSlabBits;
        return slabs * sizeof(Slab) + free_.capacity() * sizeof(std::uint32_t);
    }

  private:
    static constexpr unsigned kSlabBits = 10;
    static constexpr unsigned kTableBits = 10;
    static constexpr std::uint32_t kLast = (1U << 31U) - 1;
    using Slab = std::array<T, std::size_t{1} << kSlabBits>;
    using Table = std::array<std::atomic<Slab*>, std::size_t{1} << kTableBits>;

    std::size_t slots() const {
        const std::uint32_t fresh = fresh_.load(std::memory_order_relaxed);
        return fresh == 0 ? 0 : fresh - 1;
    }
    /// Whoever is first makes it.
    template <class Made>
    static Made& made(std::atomic<Made*>& place) {
        if (Made* there = place.load(std::memory_order_acquire)) return *there;
        std::unique_ptr<Made> mine(new Made());
        Made* expected = nullptr;
        if (place.compare_exchange_strong(expected, mine.get(), std::memory_order_acq_rel)) return *mine.release();
        return *expected;
    }
    void make_slab(std::uint32_t index) {
        Table& table = made(tables_[index >> (kSlabBits + kTableBits)]);
        made(table[(index >> kSlabBits) & ((1U << kTableBits) - 1)]);
    }

    std::array<std::atomic<Table*>, std::size_t{1} << (31 - kSlabBits - kTableBits)> tables_{};
    std::atomic<std::uint32_t> fresh_{0};
    std::atomic<std::size_t> taken_{0};
    std::vector<std::uint32_t> free_;
};

/// Both pools, and what is true of nodes wherever they are.
class Nodes {
  public:
    const Inner& inner(NodeRef node) const { return inners_.at(node.index()); }
    const Leaf& leaf(NodeRef node) const { return leaves_.at(node.index()); }
    /// [KVT-03]
    Hash hash(NodeRef node) const;

    Pool<Inner>& inners() { return inners_; }
    Pool<Leaf>& leaves() { return leaves_; }
    const Pool<Inner>& inners() const { return inners_; }
    const Pool<Leaf>& leaves() const { return leaves_; }

    std::uint32_t& owners(NodeRef node) {
        return node.is_leaf() ? leaves_.at(node.index()).owners : inners_.at(node.index()).owners;
    }

  private:
    Pool<Inner> inners_;
    Pool<Leaf> leaves_;
};

// The hashes of nodes. [KVT-03]
Hash leaf_hash(const Path& path, const Hash& value_hash);
Hash inner_hash(const Hash& left, const Hash& right);

}  // namespace touchstone::node::tree
