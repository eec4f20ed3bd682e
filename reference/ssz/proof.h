// Generalized indices, single proofs and multi-proofs [ENC-19] to [ENC-22].
#pragma once

#include <variant>

#include "reference/base/result.h"
#include "reference/ssz/merkle.h"

namespace touchstone::reference::ssz {

using GeneralizedIndex = std::uint64_t;

/// What stands for the number beside a list's or union's content in a path.
struct MixedIn {};
/// A step from a value to one of its parts: the name of a field, the position of an element, or the number beside it.
using PathStep = std::variant<std::string, std::uint64_t, MixedIn>;

/// The generalized index of what the path leads to; nothing if there is no such part, or its index has over 64 bits.
std::optional<GeneralizedIndex> generalized_index(const Type& type, std::span<const PathStep> path);

/// The node with this generalized index in the tree of a value; nothing if the tree has none.
std::optional<Chunk> node_at(const Type& type, const Value& value, GeneralizedIndex index);

/// The sibling nodes on the path to the root, from the bottom; nothing if the tree has no such node.
std::optional<std::vector<Chunk>> single_proof(const Type& type, const Value& value, GeneralizedIndex index);
Result<void> verify_single_proof(const Chunk& leaf, GeneralizedIndex index, std::span<const Chunk> proof,
                                 const Root& root);

/// The indices of the nodes of a multi-proof, in descending order; nothing unless `indices` are distinct, and none an
/// ancestor of another.
std::optional<std::vector<GeneralizedIndex>> multi_proof_indices(std::span<const GeneralizedIndex> indices);
std::optional<std::vector<Chunk>> multi_proof(const Type& type, const Value& value,
                                              std::span<const GeneralizedIndex> indices);
Result<void> verify_multi_proof(std::span<const Chunk> leaves, std::span<const GeneralizedIndex> indices,
                                std::span<const Chunk> proof, const Root& root);

}  // namespace touchstone::reference::ssz
