// Proofs of which entries a tree has where a query asks.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/kernel/tree/query.h"
#include "node/kernel/tree/tree.h"
#include "node/types/containers.h"

namespace touchstone::node::tree {

/// The entries of the version whose paths are in the query, ascending. Rejected with KVT-06.
Result<std::vector<KvLeaf>> leaves_of(const TreeVersion& version, Intervals query);

/// Rejected with KVT-06; or with ENC-11, if the proof would be longer than a KvProof can be. [KVT-09]
Result<KvProof> get_kv_proof(const TreeVersion& version, Intervals query);

/// Whether `leaves` are all entries in the query of the tree with this root. Work and memory grow with the proof and
/// the leaves given: at most 256 hashes for each leaf, and two for each byte of the shape.
Result<void> verify_kv_proof(const Root& root, Intervals query, std::span<const KvLeaf> leaves, const KvProof& proof);

/// Whether the key has this value, or, without one, is absent. [KVT-17]
Result<void> verify_key(const Root& root, Bytes key, const std::optional<ByteVector>& value, const KvProof& proof);

}  // namespace touchstone::node::tree
