// Key and value of an entry in one block of memory, named by a handle that fits into a leaf.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "node/base/bytes.h"

namespace touchstone::node::tree {

/// A handle without an owner: the leaf that has it frees its block. Immutable, so any thread may read it while the leaf
/// lives. A default one has no block.
class Content {
  public:
    Content() = default;
    /// Precondition: the key has at most 255 bytes, the value fewer than 2^32.
    static Content make(Bytes key, Bytes value);
    void free() const;

    void prefetch() const { __builtin_prefetch(block()); }
    bool is_none() const { return block() == nullptr; }
    // Precondition of both: !is_none().
    Bytes key() const;
    Bytes value() const;

  private:
    explicit Content(const std::uint8_t* block) : halves_(std::bit_cast<Halves>(block)) {}
    const std::uint8_t* block() const { return std::bit_cast<const std::uint8_t*>(halves_); }

    /// A pointer aligned as the rest of a leaf is.
    using Halves = std::array<std::uint32_t, 2>;
    Halves halves_{};
};

}  // namespace touchstone::node::tree
