#include "node/kernel/tree/nodes.h"

#include "crypto/sha256.h"

namespace touchstone::node::tree {
namespace {

constexpr std::uint8_t kLeafTag = 0;
constexpr std::uint8_t kInnerTag = 1;

template <class First>
Hash tagged_hash(std::uint8_t tag, const First& first, const Hash& second) {
    std::array<std::uint8_t, 65> message;
    message[0] = tag;
    std::memcpy(message.data() + 1, first.data(), 32);
    std::memcpy(message.data() + 33, second.data(), 32);
    return Hash(crypto::sha256(message));
}

}  // namespace

Hash leaf_hash(const Path& path, const Hash& value_hash) { return tagged_hash(kLeafTag, path, value_hash); }

Hash inner_hash(const Hash& left, const Hash& right) { return tagged_hash(kInnerTag, left, right); }

Hash Nodes::hash(NodeRef node) const {
    if (node.is_empty()) return {};
    if (node.is_inner()) return inner(node).hash;
    return leaf_hash(leaf(node).path, leaf(node).value_hash);
}

}  // namespace touchstone::node::tree
