#include "reference/sync/state_parts.h"

#include <bit>

namespace touchstone::reference {

using ssz::Chunk;

// [SYN-08]
std::optional<StateField> state_field(std::uint64_t position, const Parameters& config) {
    const ssz::Type state = ssz::type_of<ConsensusState>(config);
    if (position >= state.parts.size()) return std::nullopt;
    const ssz::Type& type = state.parts[position];
    StateField field{type, type.kind == ssz::Kind::List, ssz::fixed_size(type), 0};
    if (type.kind != ssz::Kind::List && type.kind != ssz::Kind::Vector) return field;
    field.leaf_size = ssz::is_packed_series(type) ? Chunk{}.size() : ssz::fixed_size(type.parts[0]);
    field.depth = ssz::content_tree(type, ssz::Value{}).depth;
    return field;
}

// [SYN-09]
Result<void> check_state_part_request(const StatePartRequest& request, const Parameters& config) {
    const auto field = state_field(request.field, config);
    REQUIRE(field.has_value(), Clause::SYN_09);
    const Wide capacity = Wide{1} << field->depth;
    REQUIRE(std::has_single_bit(request.count), Clause::SYN_09);
    REQUIRE(request.count <= STATE_PART_LEAVES && request.count <= capacity, Clause::SYN_09);
    REQUIRE(request.first % request.count == 0 && request.first < capacity, Clause::SYN_09);
    return {};
}

namespace {

/// The leaves that are asked for, as a node: the depth of its subtree, and its place among the nodes of that depth.
struct Node {
    unsigned depth;
    std::uint64_t place;
};
Node node_of(const StatePartRequest& request) {
    const auto depth = static_cast<unsigned>(std::countr_zero(request.count));
    return {depth, request.first >> depth};
}

/// A part of a sequence, as far as there is any of it.
template <class T>
std::span<const T> stretch(std::span<const T> all, Wide begin, Wide end) {
    const auto first = static_cast<std::size_t>(std::min<Wide>(begin, all.size()));
    const auto last = static_cast<std::size_t>(std::min<Wide>(end, all.size()));
    return all.subspan(first, last - first);
}

/// [ENC-20] The siblings on the path from a node to the root of a tree of 2^depth leaves.
void append_siblings(std::vector<Bytes32>& proof, std::span<const Chunk> leaves, unsigned depth, Node node) {
    for (; node.depth < depth; ++node.depth, node.place /= 2) {
        const Wide sibling = node.place ^ 1;
        proof.emplace_back(
            ssz::subtree_root(stretch(leaves, sibling << node.depth, (sibling + 1) << node.depth), node.depth));
    }
}

/// [ENC-17]
Bytes32 length_node(std::uint64_t length) { return Bytes32::from(little_endian(length, Bytes32::SIZE)); }

std::uint64_t value_size(const StateField& field) {
    return field.is_list ? ssz::fixed_size(field.type.parts[0]) : ssz::fixed_size(field.type);
}

/// The leaves that an encoding of a field, or a part of it, has.
Result<std::vector<Chunk>> field_leaves(const StateField& field, ByteView encoding) {
    const bool is_series = field.is_list || field.type.kind == ssz::Kind::Vector;
    const ssz::Type type = is_series ? ssz::list_type(field.type.parts[0], UINT64_MAX) : field.type;
    TRY(const ssz::Value value, ssz::deserialize(type, encoding));
    if (is_series) return ssz::content_tree(type, value).leaves;
    return std::vector<Chunk>{ssz::hash_tree_root(type, value).bytes};
}

}  // namespace

// [SYN-10]
Result<StatePart> get_state_part(const ConsensusState& state, const StatePartRequest& request) {
    CHECK(check_state_part_request(request, state.config));
    const StateField field = state_field(request.field, state.config).value();
    const ssz::Type type = ssz::type_of<ConsensusState>(state.config);
    const ssz::Value value = ssz::to_value(state, state.config);
    const Bytes encoding = ssz::serialize(field.type, value.parts[request.field]);
    const Wide end = Wide{request.first} + request.count;
    const ByteView data = stretch(ByteView(encoding), Wide{request.first} * field.leaf_size, end * field.leaf_size);

    StatePart part;
    part.length = field.is_list ? encoding.size() / value_size(field) : 0;
    part.data.assign(data.begin(), data.end());
    TRY(const std::vector<Chunk> leaves, field_leaves(field, encoding));
    append_siblings(part.proof, leaves, field.depth, node_of(request));
    if (field.is_list) part.proof.push_back(length_node(part.length));
    const ssz::ContentTree fields = ssz::content_tree(type, value);
    append_siblings(part.proof, fields.leaves, fields.depth, {0, request.field});
    return part;
}

namespace {

/// The bytes that a field of this length has before a leaf.
Wide bytes_before(const StateField& field, std::uint64_t length, Wide leaf) {
    const Wide all = field.is_list ? Wide{length} * value_size(field) : value_size(field);
    return std::min(all, leaf * field.leaf_size);
}

/// Folds a node with the siblings on its path to the root of a tree.
Chunk fold(Chunk node, std::uint64_t place, std::span<const Bytes32> siblings) {
    for (const Bytes32& sibling : siblings) {
        node = place % 2 == 1 ? ssz::inner_node(sibling.bytes, node) : ssz::inner_node(node, sibling.bytes);
        place /= 2;
    }
    return node;
}

}  // namespace

Result<void> verify_state_part(const Root& state_root, const StatePartRequest& request, const StatePart& part,
                               const Parameters& config) {
    const StateField field = state_field(request.field, config).value();
    const Node node = node_of(request);
    REQUIRE(part.length <= (field.is_list ? field.type.size : 0), Clause::SYN_11);

    const Wide begin = bytes_before(field, part.length, request.first);
    const Wide end = bytes_before(field, part.length, Wide{request.first} + request.count);
    REQUIRE(part.data.size() == end - begin, Clause::SYN_12);
    const auto leaves = field_leaves(field, part.data);
    REQUIRE(static_cast<bool>(leaves), Clause::SYN_12);

    const std::span<const Bytes32> proof(part.proof);
    const std::size_t in_field = field.depth - node.depth;
    const std::size_t in_state = ssz::tree_depth(ssz::type_of<ConsensusState>(config).parts.size());
    REQUIRE(proof.size() == in_field + std::size_t{field.is_list} + in_state, Clause::SYN_13);
    REQUIRE(!field.is_list || proof[in_field] == length_node(part.length), Clause::SYN_14);

    Chunk root = fold(ssz::merkleize(leaves.value(), request.count), node.place, proof.first(in_field));
    if (field.is_list) root = ssz::mix_in_length(root, part.length);
    REQUIRE(fold(root, request.field, proof.last(in_state)) == state_root.bytes, Clause::SYN_15);
    return {};
}

namespace {

using PartIterator = std::vector<RequestedPart>::const_iterator;

/// [SYN-16] The encoding of a field out of its parts, of which the first is `next`; `next` is the one behind them then.
Result<Bytes> join_parts(std::uint64_t position, const StateField& field, PartIterator& next, PartIterator end) {
    Bytes encoding;
    Wide reached = 0;  // leaves
    Wide whole = 0;    // bytes
    do {
        REQUIRE(next != end && next->request.field == position && next->request.first == reached, Clause::SYN_16);
        encoding.insert(encoding.end(), next->part.data.begin(), next->part.data.end());
        reached += next->request.count;
        whole = bytes_before(field, next->part.length, UINT64_MAX);
        ++next;
    } while (encoding.size() < whole);
    return encoding;
}

}  // namespace

Result<ConsensusState> assemble_state(const Root& state_root, const std::vector<RequestedPart>& parts,
                                      const Parameters& config) {
    for (const RequestedPart& part : parts) {
        CHECK(check_state_part_request(part.request, config));
        CHECK(verify_state_part(state_root, part.request, part.part, config));
    }
    const ssz::Type type = ssz::type_of<ConsensusState>(config);
    ssz::Value state;
    PartIterator next = parts.begin();
    for (std::uint64_t position = 0; position < type.parts.size(); ++position) {
        const StateField field = state_field(position, config).value();
        TRY(const Bytes encoding, join_parts(position, field, next, parts.end()));
        TRY(ssz::Value value, ssz::deserialize(field.type, encoding));
        state.parts.push_back(std::move(value));
    }
    REQUIRE(next == parts.end(), Clause::SYN_16);
    REQUIRE(ssz::hash_tree_root(type, state) == state_root, Clause::SYN_16);
    return ssz::from_value<ConsensusState>(std::move(state), config);
}

}  // namespace touchstone::reference
