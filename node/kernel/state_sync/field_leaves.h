// Internal to this folder: the leaves of a field, whatever its kind. [SYN-08]
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/kernel/state_sync/parts.h"
#include "node/types/schemas.h"

namespace touchstone::node::state_sync {

/// Calls `visit` with the field's schema; does nothing if there is no such field.
template <class Visit>
void with_field(std::uint64_t field, const Visit& visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        const auto visit_if = [&](std::size_t i, const auto& each) {
            if (i == field) visit(each);
        };
        (visit_if(I, std::get<I>(schemas::schema<ConsensusState>.fields)), ...);
    }(std::make_index_sequence<ConsensusState::kFields>{});
}

/// Of a field that is no sequence: the one value is the leaf. Specialized for sequences. Each offers
///   shape(parameters)
///   length(value)                             in values
///   append(value, begin, end, out)            the encodings of these values
///   root(data, count, parameters)             over `count` leaves with that content [SYN-15]
///   node(value, height, index, parameters)    of the tree of all leaves
template <class Kind>
class FieldLeaves {
  public:
    using Value = typename Kind::Value;
    explicit FieldLeaves(const Kind& kind) : kind_(kind) {}

    StateFieldShape shape(const Parameters& parameters) const {
        const std::uint64_t size = kind_.fixed_size(parameters);
        return {.is_list = false, .depth = 0, .value_bytes = size, .leaf_bytes = size, .limit = 1};
    }
    std::uint64_t length(const Value&) const { return 1; }
    void append(const Value& value, std::uint64_t, std::uint64_t, ByteVector& out) const { kind_.encode(value, out); }
    Result<codec::Digest> root(Bytes data, std::uint64_t, const Parameters& parameters) const {
        Value value{};
        NODE_TRY(kind_.decode(data, parameters, value));
        return kind_.root(value, parameters);
    }
    codec::Digest node(const Value& value, unsigned, std::uint64_t, const Parameters& parameters) const {
        return kind_.root(value, parameters);
    }

  private:
    const Kind& kind_;
};

/// The root over the elements in these bytes, in a tree of `count` leaves. The bytes are of whole elements.
template <class Element, class RootOf>
Result<codec::Digest> elements_root(const Element& element, Bytes data, std::uint64_t count,
                                    const Parameters& parameters, const RootOf& root_of) {
    const std::size_t size = element.fixed_size(parameters);
    std::vector<codec::Digest> roots;
    roots.reserve(data.size() / size);
    for (std::size_t at = 0; at < data.size(); at += size) {
        typename Element::Value value{};
        NODE_TRY(element.decode(data.subspan(at, size), parameters, value));
        roots.push_back(root_of(value));
    }
    return codec::merkleize(std::move(roots), count);
}

template <class Element, bool IsList>
class FieldLeaves<schemas::Chunked<Element, IsList>> {
  public:
    using Kind = schemas::Chunked<Element, IsList>;
    using Value = typename Kind::Value;
    using T = typename Element::Value;
    explicit FieldLeaves(const Kind& kind) : kind_(kind) {}

    StateFieldShape shape(const Parameters& parameters) const {
        const std::uint64_t size = kind_.element.fixed_size(parameters);
        return {.is_list = IsList,
                .depth = kind_.depth(parameters),
                .value_bytes = size,
                .leaf_bytes = size * Value::kPerLeaf,
                .limit = kind_.limit.value(parameters)};
    }
    std::uint64_t length(const Value& list) const { return list.size(); }
    void append(const Value& list, std::uint64_t begin, std::uint64_t end, ByteVector& out) const {
        while (begin < end) {
            const std::uint64_t within = begin % Value::kPerChunk;
            const std::uint64_t count = std::min(end - begin, Value::kPerChunk - within);
            codec::encode_parts(kind_.element, list.chunk(begin / Value::kPerChunk).subspan(within, count), out);
            begin += count;
        }
    }
    Result<codec::Digest> root(Bytes data, std::uint64_t count, const Parameters& parameters) const {
        if constexpr (Value::kPacked) {
            return codec::merkleize_bytes(data, count);
        } else {
            return elements_root(kind_.element, data, count, parameters, &ElementRoot<T>::root);
        }
    }
    codec::Digest node(const Value& list, unsigned height, std::uint64_t index, const Parameters&) const {
        return list.node(height, index);
    }

  private:
    const Kind& kind_;
};

/// A short list of elements of fixed size: hashed anew each time.
template <class Element>
class FieldLeaves<codec::List<Element>> {
  public:
    using Kind = codec::List<Element>;
    using Value = typename Kind::Value;
    static_assert(!Element::kVariable && !Element::kBasic);
    explicit FieldLeaves(const Kind& kind) : kind_(kind) {}

    StateFieldShape shape(const Parameters& parameters) const {
        const std::uint64_t size = kind_.element.fixed_size(parameters);
        const std::uint64_t limit = kind_.limit.value(parameters);
        return {.is_list = true, .depth = tree_depth(limit), .value_bytes = size, .leaf_bytes = size, .limit = limit};
    }
    std::uint64_t length(const Value& list) const { return list.size(); }
    void append(const Value& list, std::uint64_t begin, std::uint64_t end, ByteVector& out) const {
        codec::encode_parts(kind_.element, std::span(list).subspan(begin, end - begin), out);
    }
    Result<codec::Digest> root(Bytes data, std::uint64_t count, const Parameters& parameters) const {
        return elements_root(kind_.element, data, count, parameters,
                             [&](const auto& element) { return kind_.element.root(element, parameters); });
    }
    codec::Digest node(const Value& list, unsigned height, std::uint64_t index, const Parameters& parameters) const {
        const std::uint64_t width = std::uint64_t{1} << height;
        const std::uint64_t begin = std::min<std::uint64_t>(index * width, list.size());
        const std::uint64_t end = std::min<std::uint64_t>(begin + width, list.size());
        std::vector<codec::Digest> roots;
        for (std::uint64_t i = begin; i < end; ++i)
            roots.push_back(kind_.element.root(list[i], parameters));
        return codec::merkleize(std::move(roots), width);
    }

  private:
    const Kind& kind_;
};

}  // namespace touchstone::node::state_sync
