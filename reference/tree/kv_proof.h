// Page 15: queries of the key-value tree and their proofs.
#pragma once

#include <optional>
#include <set>

#include "reference/base/result.h"
#include "reference/tree/kv_tree.h"

namespace touchstone::reference {

/// [KVT-05]
using KvQuery = std::vector<KvInterval>;
KvQuery query_of(const std::set<Bytes>& keys);
/// [KVT-06]
Result<void> check_query(const KvQuery& query);
/// [KVT-05] Whether a path is in an interval of the query.
bool is_in_query(const KvQuery& query, const Bytes32& path);

/// [KVT-07] The bytes of `shape`.
inline constexpr std::uint8_t KV_EMPTY = 0;
inline constexpr std::uint8_t KV_OPAQUE = 1;
inline constexpr std::uint8_t KV_LEAF = 2;
inline constexpr std::uint8_t KV_INNER = 3;

/// [KVT-08] The paths from `first` to `last`: those that begin with the first `depth` bits of either.
struct KvPosition {
    unsigned depth = 0;
    Bytes32 first;
    Bytes32 last;
};
KvPosition root_position();
/// The position one bit below one whose depth is less than 256.
KvPosition child_of(const KvPosition& position, bool bit);
bool is_here(const KvPosition& position, const Bytes32& path);
/// [KVT-08] What is neither is *between*.
bool is_outside(const KvPosition& position, const KvQuery& query);
bool is_inside(const KvPosition& position, const KvQuery& query);

/// [KVT-09] Rejects a query that KVT-06 forbids. A proof longer than the limits of `KvProof` is made, but has no
/// encoding.
Result<KvProof> get_kv_proof(const KvMap& entries, const KvQuery& query);
/// [KVT-09] The same of the leaves of a tree.
Result<KvProof> get_kv_proof(const KvLeaves& tree, const KvQuery& query);
/// The leaves of a tree whose paths are in the query.
KvLeaves leaves_in_query(const KvLeaves& tree, const KvQuery& query);

/// [KVT-06], [KVT-10] to [KVT-16] Whether the tree of this root has exactly these leaves in the query.
Result<void> verify_kv_proof(const Root& root, const KvQuery& query, const KvLeaves& leaves, const KvProof& proof);

/// [KVT-17] Whether each key has this value, or is absent where there is none.
Result<void> verify_kv_values(const Root& root, const std::map<Bytes, std::optional<Bytes>>& values,
                              const KvProof& proof);

}  // namespace touchstone::reference
