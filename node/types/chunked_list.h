// A long sequence inside a state: chunks shared between copies until they are written, and a Merkle tree of which only
// changed paths are hashed again.
//
// Copying a list copies pointers to its chunks. Writing to a chunk that another copy holds copies that chunk first. A
// chunk holds 256 leaves of the tree with all nodes above them, and remembers which leaves have changed.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/base/bytes.h"
#include "node/base/parallel.h"
#include "node/base/shared.h"
#include "node/codec/merkle.h"

namespace touchstone::node {

/// The hash tree root of an element that is not a basic value or 32 bytes; specialized for each such type.
template <class T>
struct ElementRoot;

template <class T>
class ChunkedList {
  public:
    static constexpr std::size_t kLeaves = 256;
    static constexpr unsigned kChunkDepth = 8;
    /// Basic values and roots are their own leaves; other elements need one leaf each for their root.
    static constexpr bool kPacked = !requires { &ElementRoot<T>::root; };
    static constexpr std::size_t kPerLeaf = kPacked ? codec::kChunkBytes / sizeof(T) : 1;
    static constexpr std::size_t kPerChunk = kLeaves * kPerLeaf;
    static_assert(std::is_trivially_copyable_v<T> && std::has_single_bit(kPerChunk));

    ChunkedList() = default;
    explicit ChunkedList(std::size_t size, const T& value = T{}) { assign(size, value); }
    explicit ChunkedList(std::span<const T> values) { assign(values); }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const T& operator[](std::size_t i) const { return chunks_[i / kPerChunk]->elements[i % kPerChunk]; }

    void set(std::size_t i, const T& value) {
        if (!((*this)[i] == value)) mutate(i) = value;
    }
    /// The element for writing; valid until the list is copied or changed in size.
    T& mutate(std::size_t i) {
        Chunk& chunk = writable(i / kPerChunk);
        const std::size_t within = i % kPerChunk;
        chunk.mark(within / kPerLeaf);
        return chunk.elements[within];
    }
    void push_back(const T& value) {
        if (size_ % kPerChunk == 0) append_chunk(Shared<Chunk>::make());
        ++size_;
        mutate(size_ - 1) = value;
    }
    void assign(std::span<const T> values) {
        clear();
        for (std::size_t begin = 0; begin < values.size(); begin += kPerChunk) {
            const std::span<const T> part = values.subspan(begin, std::min(kPerChunk, values.size() - begin));
            append_chunk(Shared<Chunk>::make());
            size_ += part.size();
            std::ranges::copy(part, writable_chunk(chunks_.size() - 1).begin());
        }
    }
    /// Equal chunks are one chunk, hashed once.
    void assign(std::size_t size, const T& value) {
        const std::vector<T> filled(std::min(size, kPerChunk), value);
        if (size <= kPerChunk) return assign(std::span<const T>(filled));
        ChunkedList pattern{std::span<const T>(filled)};
        pattern.chunks_.front().writable().update();
        const ChunkedList rest{std::span<const T>(filled).first(size % kPerChunk)};
        clear();
        for (std::size_t i = 0; i < size / kPerChunk; ++i)
            append_chunk(pattern.chunks_.front());
        for (const Shared<Chunk>& chunk : rest.chunks_)
            append_chunk(chunk);
        size_ = size;
    }
    void clear() { *this = ChunkedList(); }

    // Whole chunks, for passes over all elements.
    std::size_t chunk_count() const { return chunks_.size(); }
    std::span<const T> chunk(std::size_t c) const { return {chunks_[c]->elements.data(), chunk_size(c)}; }
    /// All leaves of the chunk count as changed.
    std::span<T> writable_chunk(std::size_t c) {
        Chunk& chunk = writable(c);
        chunk.mark_first(divide_up(chunk_size(c), kPerLeaf));
        return {chunk.elements.data(), chunk_size(c)};
    }

    std::vector<T> to_vector() const {
        std::vector<T> values;
        values.reserve(size_);
        for (std::size_t c = 0; c < chunk_count(); ++c)
            values.insert(values.end(), chunk(c).begin(), chunk(c).end());
        return values;
    }

    /// Whether update_root has been called since the last change.
    bool clean() const { return clean_; }
    /// The root of the tree of 2^depth leaves, without the length; hashes what has changed. `depth` is the same in
    /// every call, and the elements fit into it.
    const codec::Digest& update_root(unsigned depth, const ParallelFor& parallel_for) {
        if (clean_) return root_;
        const codec::Extension extension = update_filled(depth, parallel_for);
        return set_root(codec::extend_with_zeros(extension.root, extension.from, extension.to));
    }
    /// The same in two steps, for whoever has several lists to extend with zeros. Precondition: not clean.
    codec::Extension update_filled(unsigned depth, const ParallelFor& parallel_for);
    const codec::Digest& set_root(const codec::Digest& root) {
        root_ = root;
        clean_ = true;
        return root_;
    }
    /// A node of that tree: the root over the 2^height leaves from index * 2^height on. Precondition: clean(), and the
    /// node is one of the tree.
    codec::Digest node(unsigned height, std::uint64_t index) const;
    /// The same without keeping what was computed; at once if clean.
    codec::Digest root(unsigned depth) const {
        if (clean_) return root_;
        ChunkedList copy = *this;
        return copy.update_root(depth, serial_for);
    }

    friend bool operator==(const ChunkedList& a, const ChunkedList& b) {
        if (a.size_ != b.size_) return false;
        for (std::size_t c = 0; c < a.chunks_.size(); ++c) {
            if (!a.chunks_[c].same(b.chunks_[c]) && !std::ranges::equal(a.chunk(c), b.chunk(c))) return false;
        }
        return true;
    }

  private:
    struct Chunk {
        std::array<T, kPerChunk> elements{};
        /// As a heap: node 1 is the chunk's root. Leaves stand here only if they are roots of elements.
        std::array<codec::Digest, kPacked ? kLeaves : 2 * kLeaves> nodes;
        std::array<std::uint64_t, kLeaves / 64> changed{};

        Chunk() {
            for (std::size_t i = 0; i < nodes.size(); ++i) {
                const auto level = static_cast<unsigned>(std::bit_width(i | 1U)) - 1U;
                nodes[i] = codec::zero_hash(kChunkDepth - level);
            }
        }
        void mark(std::size_t leaf) { changed[leaf / 64] |= std::uint64_t{1} << (leaf % 64); }
        void mark_first(std::size_t leaves) {
            for (std::size_t i = 0; i < leaves / 64; ++i)
                changed[i] = ~std::uint64_t{0};
            if (leaves % 64 != 0) changed[leaves / 64] |= (std::uint64_t{1} << (leaves % 64)) - 1;
        }
        /// Of the heap, leaves included.
        codec::Digest node(std::size_t i) const {
            if (i < nodes.size()) return nodes[i];
            codec::Digest leaf;
            std::memcpy(leaf.data(), elements.data() + (i - kLeaves) * kPerLeaf, leaf.size());
            return leaf;
        }
        void update();
    };

    std::size_t chunk_size(std::size_t c) const { return std::min(kPerChunk, size_ - c * kPerChunk); }
    Chunk& writable(std::size_t c) {
        clean_ = false;
        changed_chunks_[c] = 1;
        return chunks_[c].writable();
    }
    void append_chunk(Shared<Chunk> chunk) {
        chunks_.push_back(std::move(chunk));
        changed_chunks_.push_back(1);
        clean_ = false;
    }
    void update_top(std::vector<std::size_t> changed);

    std::vector<Shared<Chunk>> chunks_;
    std::vector<std::uint8_t> changed_chunks_;
    /// The tree above the chunks, as a heap.
    std::vector<codec::Digest> top_;
    codec::Digest root_{};
    std::size_t size_ = 0;
    bool clean_ = false;
};

template <class T>
void ChunkedList<T>::Chunk::update() {
    std::array<std::uint64_t, kLeaves / 64> bits = changed;
    changed = {};
    const auto for_each_bit = [&bits](auto&& visit) {
        for (std::size_t word = 0; word < bits.size(); ++word) {
            for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
                visit(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
            }
        }
    };
    if constexpr (!kPacked) {
        for_each_bit([&](std::size_t leaf) { nodes[kLeaves + leaf] = ElementRoot<T>::root(elements[leaf]); });
    }
    for (std::size_t width = kLeaves / 2; width != 0; width /= 2) {
        std::array<std::uint64_t, kLeaves / 64> parents{};
        for_each_bit([&](std::size_t child) { parents[child / 128] |= std::uint64_t{1} << (child / 2 % 64); });
        bits = parents;
        const bool on_elements = kPacked && width == kLeaves / 2;
        const auto* children =
            on_elements ? reinterpret_cast<const std::uint8_t*>(elements.data()) : nodes[2 * width].data();
        for_each_bit([&](std::size_t parent) {
            crypto::sha256_pairs({children + parent * 2 * codec::kChunkBytes, 2 * codec::kChunkBytes},
                                 nodes[width + parent].data());
        });
    }
}

template <class T>
void ChunkedList<T>::update_top(std::vector<std::size_t> changed) {
    const std::size_t width = std::bit_ceil(std::max<std::size_t>(1, chunks_.size()));
    if (top_.size() != 2 * width) {
        // The tree has another height: everything above the chunks is new.
        top_.assign(2 * width, codec::zero_hash(kChunkDepth));
        changed.resize(width);
        std::iota(changed.begin(), changed.end(), std::size_t{0});
    }
    for (const std::size_t c : changed) {
        if (c < chunks_.size()) top_[width + c] = chunks_[c]->nodes[1];
    }
    for (std::size_t level = width / 2; level != 0; level /= 2) {
        std::size_t parents = 0;
        for (const std::size_t child : changed) {
            const std::size_t parent = child / 2;
            if (parents != 0 && changed[parents - 1] == parent) continue;
            changed[parents++] = parent;
            crypto::sha256_pairs({top_[2 * (level + parent)].data(), 2 * codec::kChunkBytes},
                                 top_[level + parent].data());
        }
        changed.resize(parents);
    }
}

template <class T>
codec::Extension ChunkedList<T>::update_filled(unsigned depth, const ParallelFor& parallel_for) {
    std::vector<std::size_t> changed;  // ascending
    std::vector<Chunk*> stale;
    for (std::size_t c = 0; c < chunks_.size(); ++c) {
        if (changed_chunks_[c] == 0) continue;
        changed_chunks_[c] = 0;
        changed.push_back(c);
        // Chunks of equal elements come hashed.
        if (std::ranges::any_of(chunks_[c]->changed, std::identity{})) stale.push_back(&chunks_[c].writable());
    }
    parallel_for(stale.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            stale[i]->update();
    });
    update_top(std::move(changed));
    if (chunks_.empty()) return {codec::zero_hash(depth), depth, depth};
    // All leaves of the value may lie in the left part of the only chunk.
    if (depth < kChunkDepth) return {chunks_.front()->node(std::size_t{1} << (kChunkDepth - depth)), depth, depth};
    const auto height = static_cast<unsigned>(std::bit_width(top_.size() / 2)) - 1U;
    return {top_[1], kChunkDepth + height, depth};
}

template <class T>
codec::Digest ChunkedList<T>::node(unsigned height, std::uint64_t index) const {
    if (chunks_.empty()) return codec::zero_hash(height);
    if (height <= kChunkDepth) {
        const std::uint64_t width = std::uint64_t{1} << (kChunkDepth - height);
        const std::uint64_t c = index / width;
        return c < chunks_.size() ? chunks_[c]->node(width + index % width) : codec::zero_hash(height);
    }
    const auto top = static_cast<unsigned>(std::bit_width(top_.size() / 2)) - 1U;
    const unsigned above = height - kChunkDepth;
    if (above > top) {
        return index == 0 ? codec::extend_with_zeros(top_[1], kChunkDepth + top, height) : codec::zero_hash(height);
    }
    const std::uint64_t width = std::uint64_t{1} << (top - above);
    return index < width ? top_[width + index] : codec::zero_hash(height);
}

}  // namespace touchstone::node
