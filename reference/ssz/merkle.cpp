#include "reference/ssz/merkle.h"

#include "reference/ssz/serialize.h"

namespace touchstone::reference::ssz {

Chunk inner_node(const Chunk& left, const Chunk& right) { return crypto::sha256_pair_botan(left, right); }

namespace {

/// Roots of subtrees of zeros, by depth.
const std::vector<Chunk>& zero_subtrees() {
    static const std::vector<Chunk> ROOTS = [] {
        std::vector<Chunk> roots(65);
        for (std::size_t depth = 1; depth < roots.size(); ++depth) {
            roots[depth] = inner_node(roots[depth - 1], roots[depth - 1]);
        }
        return roots;
    }();
    return ROOTS;
}

Chunk number_chunk(std::uint64_t number) {
    Chunk chunk{};
    const Bytes encoding = little_endian(number);
    std::copy(encoding.begin(), encoding.end(), chunk.begin());
    return chunk;
}

}  // namespace

Chunk subtree_root(std::span<const Chunk> leaves, unsigned depth) {
    if (leaves.empty()) return zero_subtrees()[depth];
    if (depth == 0) return leaves[0];
    const std::size_t half = std::min(std::size_t{1} << (depth - 1), leaves.size());
    return inner_node(subtree_root(leaves.first(half), depth - 1), subtree_root(leaves.subspan(half), depth - 1));
}

unsigned tree_depth(std::uint64_t leaves) {
    unsigned depth = 0;
    while (Wide{1} << depth < leaves)
        ++depth;
    return depth;
}

// [ENC-16]
Chunk merkleize(std::span<const Chunk> chunks, std::uint64_t limit) { return subtree_root(chunks, tree_depth(limit)); }

// [ENC-15]
std::vector<Chunk> pack(ByteView encodings) {
    std::vector<Chunk> chunks((encodings.size() + 31) / 32);
    for (std::size_t i = 0; i < encodings.size(); ++i)
        chunks[i / 32][i % 32] = encodings[i];
    return chunks;
}

// [ENC-17]
Chunk mix_in_length(const Chunk& root, std::uint64_t length) { return inner_node(root, number_chunk(length)); }
Chunk mix_in_selector(const Chunk& root, std::uint8_t selector) { return inner_node(root, number_chunk(selector)); }

namespace {

std::vector<Chunk> part_roots(const Type& type, const Value& value) {
    std::vector<Chunk> roots;
    roots.reserve(value.parts.size());
    for (std::size_t i = 0; i < value.parts.size(); ++i) {
        roots.push_back(
            hash_tree_root(type.kind == Kind::Container ? type.parts[i] : type.parts[0], value.parts[i]).bytes);
    }
    return roots;
}

/// Chunks of a series of basic values at its limit.
std::uint64_t packed_limit(const Type& type) {
    return static_cast<std::uint64_t>(ceil_div(Wide{type.size} * type.parts[0].size, 32));
}

}  // namespace

// [ENC-18]
ContentTree content_tree(const Type& type, const Value& value) {
    switch (type.kind) {
        case Kind::Uint:
        case Kind::Boolean:
            return {pack(value.bytes), 0, std::nullopt};
        case Kind::Bitvector:
            return {pack(pack_bits(value.bits)), tree_depth((type.size + 255) / 256), std::nullopt};
        case Kind::Bitlist:
            return {pack(pack_bits(value.bits)), tree_depth(type.size / 256 + (type.size % 256 != 0)),
                    number_chunk(value.bits.size())};
        case Kind::Vector:
            if (is_basic(type.parts[0])) return {pack(value.bytes), tree_depth(packed_limit(type)), std::nullopt};
            return {part_roots(type, value), tree_depth(type.size), std::nullopt};
        case Kind::List:
            if (is_basic(type.parts[0])) {
                return {pack(value.bytes), tree_depth(packed_limit(type)),
                        number_chunk(value.bytes.size() / type.parts[0].size)};
            }
            return {part_roots(type, value), tree_depth(type.size), number_chunk(value.parts.size())};
        case Kind::Container:
            return {part_roots(type, value), tree_depth(type.parts.size()), std::nullopt};
        case Kind::Union:
            return {
                {hash_tree_root(type.parts[value.selector], value.parts[0]).bytes}, 0, number_chunk(value.selector)};
    }
    return {};
}

Root hash_tree_root(const Type& type, const Value& value) {
    const ContentTree tree = content_tree(type, value);
    const Chunk root = subtree_root(tree.leaves, tree.depth);
    return Root{tree.mixed_in ? inner_node(root, *tree.mixed_in) : root};
}

}  // namespace touchstone::reference::ssz
