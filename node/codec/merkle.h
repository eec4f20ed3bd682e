// Merkle trees over chunks of 32 bytes. [ENC-15] [ENC-16] [ENC-17]
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/sha256.h"
#include "node/base/bytes.h"

namespace touchstone::node::codec {

using crypto::Digest;

inline constexpr std::size_t kChunkBytes = 32;

/// The root of a tree of 2^depth zero chunks. Precondition: depth <= 64.
const Digest& zero_hash(unsigned depth);

/// The root over the chunks, filled with zero chunks to the power of two that is at least `limit` (and at least 1).
/// Precondition: limit >= chunks.size().
Digest merkleize(std::vector<Digest> chunks, std::uint64_t limit);

/// The same over packed bytes, the last chunk filled with zeros. [ENC-15]
Digest merkleize_bytes(Bytes packed, std::uint64_t limit);

/// Carries the root of a tree of 2^from leaves up to a tree of 2^to leaves whose other leaves are zero.
Digest extend_with_zeros(const Digest& root, unsigned from, unsigned to);

Digest mix_in_number(const Digest& root, std::uint64_t number);

}  // namespace touchstone::node::codec
