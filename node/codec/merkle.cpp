#include "node/codec/merkle.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "node/base/arithmetic.h"

namespace touchstone::node::codec {
namespace {

constexpr unsigned kMaxDepth = 64;

std::array<Digest, kMaxDepth + 1> make_zero_hashes() {
    std::array<Digest, kMaxDepth + 1> hashes{};
    for (unsigned depth = 1; depth <= kMaxDepth; ++depth) {
        hashes[depth] = crypto::sha256_pair(hashes[depth - 1], hashes[depth - 1]);
    }
    return hashes;
}

}  // namespace

const Digest& zero_hash(unsigned depth) {
    static const std::array<Digest, kMaxDepth + 1> hashes = make_zero_hashes();
    return hashes[depth];
}

void extend_with_zeros(std::span<Extension> extensions) {
    unsigned top = 0;
    for (const Extension& each : extensions)
        top = std::max(top, each.to);
    for (unsigned level = 0; level < top; ++level) {
        for (Extension& each : extensions) {
            if (each.from <= level && level < each.to) each.root = crypto::sha256_pair(each.root, zero_hash(level));
        }
    }
}

Digest extend_with_zeros(const Digest& root, unsigned from, unsigned to) {
    Extension extension{root, from, to};
    extend_with_zeros({&extension, 1});
    return extension.root;
}

Digest merkleize(std::vector<Digest> chunks, std::uint64_t limit) {
    const unsigned depth = tree_depth(limit);
    if (chunks.empty()) return zero_hash(depth);
    unsigned level = 0;
    while (chunks.size() > 1) {
        if (chunks.size() % 2 != 0) chunks.push_back(zero_hash(level));
        const std::size_t bytes = chunks.size() * kChunkBytes;
        crypto::sha256_pairs({chunks.front().data(), bytes}, chunks.front().data());
        chunks.resize(chunks.size() / 2);
        ++level;
    }
    return extend_with_zeros(chunks.front(), level, depth);
}

Digest merkleize_bytes(Bytes packed, std::uint64_t limit) {
    std::vector<Digest> chunks((packed.size() + kChunkBytes - 1) / kChunkBytes);
    if (!packed.empty()) std::memcpy(chunks.front().data(), packed.data(), packed.size());
    return merkleize(std::move(chunks), limit);
}

Digest mix_in_number(const Digest& root, std::uint64_t number) {
    Digest chunk{};
    for (std::size_t i = 0; i < sizeof number; ++i)
        chunk[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return crypto::sha256_pair(root, chunk);
}

}  // namespace touchstone::node::codec
