// Page 15: the key-value tree and its root.
#pragma once

#include <map>
#include <span>

#include "reference/base/result.h"
#include "reference/tree/containers.h"

namespace touchstone::reference {

/// [KVT-01] The value of each key, in the order of KVT-18.
using KvMap = std::map<Bytes, Bytes>;
/// What the tree holds of its entries [KVT-03], in ascending order of path.
using KvLeaves = std::vector<KvLeaf>;
/// A part of them.
using KvLeafView = std::span<const KvLeaf>;

/// [KVT-01] Whether a key and a value are as long as those of an entry may be.
bool is_kv_entry(ByteView key, ByteView value);

/// [KVT-18] The map that the entries of a list make.
Result<KvMap> map_of(const KvEntries& list);
/// All entries of a map.
KvEntries list_of(const KvMap& map);

/// [KVT-02]
Bytes32 path_of(ByteView key);
/// [KVT-02] Bit i, below 256, of a path.
bool path_bit(const Bytes32& path, unsigned i);
/// The leaves of entries.
KvLeaves leaves_of(const KvMap& entries);

/// [KVT-03]
inline constexpr Hash EMPTY_HASH{};
Hash leaf_hash(const KvLeaf& leaf);
Hash inner_hash(const Hash& left, const Hash& right);

/// Leaves whose paths agree in their first `depth` bits, parted by the next bit.
struct KvHalves {
    KvLeafView zero;
    KvLeafView one;
};
KvHalves halves_of(KvLeafView leaves, unsigned depth);

/// [KVT-04]
Root kv_root(const KvMap& entries);
/// [KVT-04] Of leaves whose paths agree in their first `depth` bits.
Hash subtree_root(KvLeafView leaves, unsigned depth);

}  // namespace touchstone::reference
