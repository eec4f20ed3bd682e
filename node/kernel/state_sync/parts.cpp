#include "node/kernel/state_sync/parts.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <vector>

#include "crypto/sha256.h"
#include "node/kernel/state_sync/field_leaves.h"

namespace touchstone::node {

namespace {

using codec::Digest;
using state_sync::FieldLeaves;
using state_sync::with_field;

/// Bytes of a field's values that lie in these leaves. Limits may have 64 bits, and so may what a request says.
struct ByteRange {
    Uint128 begin = 0;
    Uint128 end = 0;
    Uint128 size() const { return end - begin; }
};

ByteRange bytes_of(const StateFieldShape& shape, const StatePartRequest& request, std::uint64_t length) {
    const Uint128 all = wide_multiply(length, shape.value_bytes);
    const Uint128 begin = wide_multiply(request.first, shape.leaf_bytes);
    const Uint128 end = begin + wide_multiply(request.count, shape.leaf_bytes);
    return {std::min(begin, all), std::min(end, all)};
}

constexpr std::size_t kTopDepth = 5;
static_assert(ConsensusState::RootCache::kLeaves == std::size_t{1} << kTopDepth);

unsigned height_of(std::uint64_t count) { return static_cast<unsigned>(std::countr_zero(count)); }

Digest length_chunk(std::uint64_t length) {
    Digest chunk{};
    std::memcpy(chunk.data(), &length, sizeof length);
    return chunk;
}

/// Up from the node of that index, as many levels as there are siblings.
Digest fold(Digest node, std::uint64_t index, std::span<const Hash> siblings) {
    for (const Hash& sibling : siblings) {
        node = index % 2 == 1 ? crypto::sha256_pair(sibling.bytes, node) : crypto::sha256_pair(node, sibling.bytes);
        index /= 2;
    }
    return node;
}

Rejection wrong(Clause clause, const StatePartRequest& request, const std::string& what) {
    return reject(clause,
                  "field " + std::to_string(request.field) + ", leaf " + std::to_string(request.first) + ": " + what);
}

/// The siblings on the way from the field's node up to the state's root.
void append_top(const ConsensusState& state, std::uint64_t field, std::vector<Hash>& proof) {
    for (std::uint64_t node = ConsensusState::RootCache::kLeaves + field; node != 1; node /= 2)
        proof.emplace_back(state.root_cache.nodes[node ^ 1U]);
}

}  // namespace

std::uint64_t StateFieldShape::leaves(std::uint64_t length) const {
    return divide_up(length, leaf_bytes / value_bytes);
}

std::uint64_t StateFieldShape::most_of_request() const {
    return has_leaf(STATE_PART_LEAVES - 1) ? STATE_PART_LEAVES : std::uint64_t{1} << depth;
}

std::optional<StateFieldShape> state_field_shape(std::uint64_t field, const Parameters& parameters) {
    std::optional<StateFieldShape> shape;
    with_field(field, [&](const auto& each) { shape = FieldLeaves(each.kind).shape(parameters); });
    return shape;
}

Result<void> check_state_part_request(const StatePartRequest& request, const Parameters& parameters) {
    const auto shape = state_field_shape(request.field, parameters);
    if (!shape) return reject(Clause::SYN_09, "no field " + std::to_string(request.field));
    if (!std::has_single_bit(request.count) || request.count > shape->most_of_request()) {
        return wrong(Clause::SYN_09, request, std::to_string(request.count) + " leaves");
    }
    if (request.first % request.count != 0 || !shape->has_leaf(request.first)) {
        return wrong(Clause::SYN_09, request, "no leaf from which " + std::to_string(request.count) + " may begin");
    }
    return {};
}

Result<StatePart> get_state_part(const ConsensusState& state, const StatePartRequest& request,
                                 const Parameters& parameters) {
    NODE_TRY(check_state_part_request(request, parameters));
    StatePart part;
    with_field(request.field, [&](const auto& each) {
        const FieldLeaves leaves(each.kind);
        const StateFieldShape shape = leaves.shape(parameters);
        const auto& value = state.*each.member;
        const std::uint64_t length = leaves.length(value);
        const ByteRange range = bytes_of(shape, request, length);
        part.data.reserve(static_cast<std::size_t>(range.size()));
        leaves.append(value, static_cast<std::uint64_t>(range.begin / shape.value_bytes),
                      static_cast<std::uint64_t>(range.end / shape.value_bytes), part.data);
        std::uint64_t index = request.first / request.count;
        for (unsigned height = height_of(request.count); height < shape.depth; ++height, index /= 2)
            part.proof.emplace_back(leaves.node(value, height, index ^ 1U, parameters));
        if (shape.is_list) {
            part.length = length;
            part.proof.emplace_back(length_chunk(length));
        }
    });
    append_top(state, request.field, part.proof);
    return part;
}

Result<void> verify_state_part(const Root& state_root, const StatePartRequest& request, const StatePart& part,
                               const Parameters& parameters) {
    NODE_TRY(check_state_part_request(request, parameters));
    const StateFieldShape shape = *state_field_shape(request.field, parameters);
    if (part.length > (shape.is_list ? shape.limit : 0)) {
        return wrong(Clause::SYN_11, request, "a length of " + std::to_string(part.length));
    }
    const ByteRange range = bytes_of(shape, request, shape.is_list ? part.length : shape.limit);
    if (part.data.size() != range.size()) {
        return wrong(Clause::SYN_12, request, std::to_string(part.data.size()) + " bytes are not what lies there");
    }
    Result<Digest> root = Digest{};
    with_field(request.field,
               [&](const auto& each) { root = FieldLeaves(each.kind).root(part.data, request.count, parameters); });
    if (!root.ok()) return wrong(Clause::SYN_12, request, root.rejection().detail);

    const std::size_t below = shape.depth - height_of(request.count);
    const std::size_t inside = below + (shape.is_list ? 1 : 0);
    if (part.proof.size() != inside + kTopDepth) {
        return wrong(Clause::SYN_13, request, "a proof of " + std::to_string(part.proof.size()) + " nodes");
    }
    if (shape.is_list && part.proof[below].bytes != length_chunk(part.length)) {
        return wrong(Clause::SYN_14, request, "another length is proved");
    }
    const std::span<const Hash> proof(part.proof);
    const Digest content = fold(*root, request.first / request.count, proof.first(below));
    const Digest field = fold(content, 0, proof.subspan(below, inside - below));
    if (fold(field, request.field, proof.subspan(inside)) != state_root.bytes) {
        return wrong(Clause::SYN_15, request, "it is of another state");
    }
    return {};
}

}  // namespace touchstone::node
