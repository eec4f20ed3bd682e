// The same value for the node's side, by way of its encoding.
#pragma once

#include "fuzz/agreement.h"
#include "node/types/encoding.h"
#include "reference/types/containers.h"

namespace touchstone::fuzz {

template <class NodeType, class ReferenceType>
NodeType translate(const ReferenceType& value, const reference::Parameters& config) {
    auto decoded = node::decode<NodeType>(reference::ssz::serialize(value, config), to_node(config));
    if (!decoded.ok()) throw Disagreement("the node refuses to decode what the reference encodes: " + reason(decoded));
    return std::move(decoded).value();
}

inline node::Root translate(const reference::Root& root) { return node::Root(root.bytes); }
inline node::Checkpoint translate(const reference::Checkpoint& checkpoint) {
    return {node::Epoch(checkpoint.epoch.value), translate(checkpoint.root)};
}

/// Throws unless the reference accepts what the pool is made of.
template <class T>
T need(reference::Result<T> result) {
    if (!result) throw std::logic_error("this cannot be made: " + reason(result));
    return std::move(result).value();
}
inline void need(const reference::Result<void>& result) {
    if (!result) throw std::logic_error("this cannot be made: " + reason(result));
}

}  // namespace touchstone::fuzz
