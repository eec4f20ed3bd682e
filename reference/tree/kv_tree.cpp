#include "reference/tree/kv_tree.h"

#include <algorithm>

namespace touchstone::reference {

// [KVT-01]
bool is_kv_entry(ByteView key, ByteView value) {
    return !key.empty() && key.size() <= MAX_KEY_BYTES && value.size() <= MAX_VALUE_BYTES;
}

// [KVT-18]
Result<KvMap> map_of(const KvEntries& list) {
    KvMap map;
    for (const KvEntry& entry : list.entries) {
        REQUIRE(!entry.key.empty() && (map.empty() || map.rbegin()->first < entry.key), Clause::KVT_18);
        map.emplace_hint(map.end(), entry.key, entry.value);
    }
    return map;
}

KvEntries list_of(const KvMap& map) {
    KvEntries list;
    for (const auto& [key, value] : map)
        list.entries.push_back({key, value});
    return list;
}

// [KVT-02]
Bytes32 path_of(ByteView key) { return Bytes32{hash(key).bytes}; }

bool path_bit(const Bytes32& path, unsigned i) { return (path.bytes[i / 8] >> (7 - i % 8) & 1) == 1; }

KvLeaves leaves_of(const KvMap& entries) {
    KvLeaves leaves;
    for (const auto& [key, value] : entries)
        leaves.push_back({path_of(key), Bytes32{hash(value).bytes}});
    std::ranges::sort(leaves, {}, &KvLeaf::path);
    return leaves;
}

// [KVT-03]
Hash leaf_hash(const KvLeaf& leaf) {
    const Bytes tag{0x00};
    return hash(concatenate({tag, leaf.path.bytes, leaf.value_hash.bytes}));
}

Hash inner_hash(const Hash& left, const Hash& right) {
    const Bytes tag{0x01};
    return hash(concatenate({tag, left.bytes, right.bytes}));
}

KvHalves halves_of(KvLeafView leaves, unsigned depth) {
    const auto has_zero = [depth](const KvLeaf& leaf) { return !path_bit(leaf.path, depth); };
    const auto zeros = static_cast<std::size_t>(std::ranges::partition_point(leaves, has_zero) - leaves.begin());
    return {leaves.first(zeros), leaves.subspan(zeros)};
}

// [KVT-04]
Root kv_root(const KvMap& entries) { return Root{subtree_root(leaves_of(entries), 0).bytes}; }

Hash subtree_root(KvLeafView leaves, unsigned depth) {
    if (leaves.empty()) return EMPTY_HASH;
    if (leaves.size() == 1) return leaf_hash(leaves.front());
    const auto [zero, one] = halves_of(leaves, depth);
    return inner_hash(subtree_root(zero, depth + 1), subtree_root(one, depth + 1));
}

}  // namespace touchstone::reference
