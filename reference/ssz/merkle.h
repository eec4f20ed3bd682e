// Merkleization by plain recursion [ENC-15] to [ENC-18].
#pragma once

#include <span>
#include <vector>

#include "reference/base/basic_types.h"
#include "reference/ssz/type.h"
#include "reference/ssz/value.h"

namespace touchstone::reference::ssz {

/// A node of the tree: 32 bytes.
using Chunk = crypto::Digest;

/// The root of a subtree of 2^depth leaves, of which those given come first and all others are zero.
Chunk subtree_root(std::span<const Chunk> leaves, unsigned depth);

/// Levels of the smallest tree with at least `leaves` leaves (at least one).
unsigned tree_depth(std::uint64_t leaves);

Chunk merkleize(std::span<const Chunk> chunks, std::uint64_t limit);
std::vector<Chunk> pack(ByteView encodings);
Chunk mix_in_length(const Chunk& root, std::uint64_t length);
Chunk mix_in_selector(const Chunk& root, std::uint8_t selector);
Chunk inner_node(const Chunk& left, const Chunk& right);

/// The tree of a value: its leaves (packed chunks, or the roots of its parts), its depth, and the number beside it.
struct ContentTree {
    std::vector<Chunk> leaves;
    unsigned depth = 0;
    std::optional<Chunk> mixed_in;  // the length of a list, the selector of a union
};
ContentTree content_tree(const Type& type, const Value& value);

Root hash_tree_root(const Type& type, const Value& value);

}  // namespace touchstone::reference::ssz
