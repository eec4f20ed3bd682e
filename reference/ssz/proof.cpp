#include "reference/ssz/proof.h"

#include <bit>
#include <map>
#include <set>

namespace touchstone::reference::ssz {

namespace {

unsigned depth_of(GeneralizedIndex index) { return static_cast<unsigned>(std::bit_width(index)) - 1; }

bool has_mixed_in(const Type& type) {
    return type.kind == Kind::List || type.kind == Kind::Bitlist || type.kind == Kind::Union;
}

/// The leaf of a type's tree that holds a part, the depth of that tree, and the part's own type (basic values in a
/// packed chunk are not nodes of their own).
struct Position {
    std::uint64_t leaf;
    unsigned depth;
    std::optional<Type> part;
};

std::optional<Position> element_position(const Type& type, std::uint64_t position) {
    switch (type.kind) {
        case Kind::Bitvector:
        case Kind::Bitlist:
            if (position >= type.size) return std::nullopt;
            return Position{position / 256, tree_depth(type.size / 256 + (type.size % 256 != 0)), std::nullopt};
        case Kind::Vector:
        case Kind::List: {
            if (position >= type.size) return std::nullopt;
            if (!is_basic(type.parts[0])) return Position{position, tree_depth(type.size), type.parts[0]};
            const Wide size = type.parts[0].size;
            return Position{static_cast<std::uint64_t>(position * size / 32),
                            tree_depth(static_cast<std::uint64_t>(ceil_div(type.size * size, 32))), std::nullopt};
        }
        case Kind::Container:
            if (position >= type.parts.size()) return std::nullopt;
            return Position{position, tree_depth(type.parts.size()), type.parts[position]};
        case Kind::Union:
            if (position >= type.parts.size()) return std::nullopt;
            return Position{0, 0, type.parts[position]};
        case Kind::Uint:
        case Kind::Boolean:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Position> field_position(const Type& type, const std::string& name) {
    const auto found = std::find(type.names.begin(), type.names.end(), name);
    if (found == type.names.end()) return std::nullopt;
    return element_position(type, static_cast<std::uint64_t>(found - type.names.begin()));
}

}  // namespace

// [ENC-19]
std::optional<GeneralizedIndex> generalized_index(const Type& type, std::span<const PathStep> path) {
    Wide index = 1;
    std::optional<Type> current = type;
    for (const PathStep& step : path) {
        if (!current) return std::nullopt;
        std::optional<Position> position;
        if (std::holds_alternative<MixedIn>(step)) {
            if (!has_mixed_in(*current)) return std::nullopt;
            index = index * 2 + 1;
            current.reset();
        } else {
            position = std::holds_alternative<std::string>(step)
                           ? field_position(*current, std::get<std::string>(step))
                           : element_position(*current, std::get<std::uint64_t>(step));
            if (!position) return std::nullopt;
            if (has_mixed_in(*current)) index *= 2;
            index = (index << position->depth) + position->leaf;
            current = position->part;
        }
        if (index > UINT64_MAX) return std::nullopt;
    }
    return static_cast<GeneralizedIndex>(index);
}

namespace {

/// The type and value of the part that a leaf of the tree is the root of; nothing for a packed chunk or an absent part.
std::optional<std::pair<const Type*, const Value*>> part_at(const Type& type, const Value& value, std::uint64_t leaf) {
    if (leaf >= value.parts.size()) return std::nullopt;
    const std::size_t option = type.kind == Kind::Container ? leaf : type.kind == Kind::Union ? value.selector : 0;
    return std::pair{&type.parts[option], &value.parts[leaf]};
}

/// The node reached from the root of the value by the lowest `steps` bits of `index`, the highest of them first.
std::optional<Chunk> descend(const Type& type, const Value& value, GeneralizedIndex index, unsigned steps) {
    if (steps == 0) return hash_tree_root(type, value).bytes;
    const ContentTree tree = content_tree(type, value);
    if (tree.mixed_in) {
        --steps;
        if ((index >> steps & 1) != 0) return steps == 0 ? tree.mixed_in : std::nullopt;
    }
    const unsigned taken = std::min(steps, tree.depth);
    steps -= taken;
    const std::uint64_t branch = taken == 0 ? 0 : index >> steps & (~std::uint64_t{0} >> (64 - taken));
    if (steps == 0) {
        const unsigned depth = tree.depth - taken;
        const std::size_t size = tree.leaves.size();
        const auto first = static_cast<std::size_t>(std::min<Wide>(Wide{branch} << depth, size));
        const auto last = static_cast<std::size_t>(std::min<Wide>(Wide{branch + 1} << depth, size));
        return subtree_root(std::span(tree.leaves).subspan(first, last - first), depth);
    }
    const auto part = part_at(type, value, branch);
    if (!part) return std::nullopt;
    return descend(*part->first, *part->second, index, steps);
}

}  // namespace

std::optional<Chunk> node_at(const Type& type, const Value& value, GeneralizedIndex index) {
    if (index == 0) return std::nullopt;
    return descend(type, value, index, depth_of(index));
}

// [ENC-20]
std::optional<std::vector<Chunk>> single_proof(const Type& type, const Value& value, GeneralizedIndex index) {
    if (index == 0) return std::nullopt;
    std::vector<Chunk> proof;
    for (GeneralizedIndex node = index; node > 1; node /= 2) {
        const auto sibling = node_at(type, value, node ^ 1);
        if (!sibling) return std::nullopt;
        proof.push_back(*sibling);
    }
    return proof;
}

// [ENC-20], [ENC-22]
Result<void> verify_single_proof(const Chunk& leaf, GeneralizedIndex index, std::span<const Chunk> proof,
                                 const Root& root) {
    REQUIRE(index > 0, Clause::ENC_22);
    REQUIRE(proof.size() == depth_of(index), Clause::ENC_22);
    Chunk node = leaf;
    for (const Chunk& sibling : proof) {
        node = index % 2 == 1 ? inner_node(sibling, node) : inner_node(node, sibling);
        index /= 2;
    }
    REQUIRE(node == root.bytes, Clause::ENC_22);
    return {};
}

// [ENC-21]
std::optional<std::vector<GeneralizedIndex>> multi_proof_indices(std::span<const GeneralizedIndex> indices) {
    const std::set<GeneralizedIndex> proved(indices.begin(), indices.end());
    if (proved.size() != indices.size() || proved.empty() || proved.contains(0)) return std::nullopt;
    std::set<GeneralizedIndex> computable;
    for (GeneralizedIndex index : proved) {
        for (GeneralizedIndex ancestor = index / 2; ancestor > 0; ancestor /= 2) {
            if (proved.contains(ancestor)) return std::nullopt;
            computable.insert(ancestor);
        }
    }
    std::set<GeneralizedIndex, std::greater<>> siblings;
    for (GeneralizedIndex index : proved) {
        for (GeneralizedIndex node = index; node > 1; node /= 2) {
            if (!proved.contains(node ^ 1) && !computable.contains(node ^ 1)) siblings.insert(node ^ 1);
        }
    }
    return std::vector<GeneralizedIndex>(siblings.begin(), siblings.end());
}

std::optional<std::vector<Chunk>> multi_proof(const Type& type, const Value& value,
                                              std::span<const GeneralizedIndex> indices) {
    const auto siblings = multi_proof_indices(indices);
    if (!siblings) return std::nullopt;
    std::vector<Chunk> proof;
    for (GeneralizedIndex index : *siblings) {
        const auto node = node_at(type, value, index);
        if (!node) return std::nullopt;
        proof.push_back(*node);
    }
    return proof;
}

// [ENC-21], [ENC-22]
Result<void> verify_multi_proof(std::span<const Chunk> leaves, std::span<const GeneralizedIndex> indices,
                                std::span<const Chunk> proof, const Root& root) {
    REQUIRE(leaves.size() == indices.size(), Clause::ENC_22);
    const auto siblings = multi_proof_indices(indices);
    REQUIRE(siblings.has_value(), Clause::ENC_22);
    REQUIRE(proof.size() == siblings->size(), Clause::ENC_22);
    std::map<GeneralizedIndex, Chunk, std::greater<>> nodes;
    for (std::size_t i = 0; i < leaves.size(); ++i)
        nodes[indices[i]] = leaves[i];
    for (std::size_t i = 0; i < proof.size(); ++i)
        nodes[(*siblings)[i]] = proof[i];
    // In descending order both children of a node are there before the node itself is needed.
    for (auto node = nodes.begin(); node != nodes.end() && node->first > 1; ++node) {
        const GeneralizedIndex index = node->first;
        if (index % 2 == 0) nodes[index / 2] = inner_node(node->second, nodes.at(index + 1));
    }
    REQUIRE(nodes.at(1) == root.bytes, Clause::ENC_22);
    return {};
}

}  // namespace touchstone::reference::ssz
