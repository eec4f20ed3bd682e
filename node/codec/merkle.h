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

/// The root of a tree of 2^from leaves, on its way to that of a tree of 2^to leaves whose other leaves are zero.
struct Extension {
    Digest root;
    unsigned from;
    unsigned to;
};
/// Carries all of them up, level by level: each step waits for the one before it, but not for those of the others,
/// which a processor does at the same time.
void extend_with_zeros(std::span<Extension> extensions);
Digest extend_with_zeros(const Digest& root, unsigned from, unsigned to);

Digest mix_in_number(const Digest& root, std::uint64_t number);

}  // namespace touchstone::node::codec
