// Generalized indices, single and multi-proofs. [ENC-19] [ENC-20] [ENC-21] [ENC-22]
#pragma once

#include <span>
#include <vector>

#include "crypto/sha256.h"
#include "node/base/result.h"

namespace touchstone::node::codec {

/// A node's place in a tree: the root is 1, the children of i are 2i and 2i + 1. Never 0.
using GeneralizedIndex = std::uint64_t;

struct ProofNode {
    GeneralizedIndex index;
    crypto::Digest hash;
};

/// Rejected with ENC-22 unless the branch has exactly as many entries as needed and folds to the root.
Result<void> verify_proof(const crypto::Digest& leaf, GeneralizedIndex index, std::span<const crypto::Digest> branch,
                          const crypto::Digest& root);

/// The siblings that a multi-proof of these nodes needs, in descending order of index.
Result<std::vector<GeneralizedIndex>> proof_indices(std::span<const GeneralizedIndex> indices);

/// Rejected with ENC-22 unless the nodes are distinct, none is an ancestor of another, and they fold to the root with
/// exactly the siblings given.
Result<void> verify_multiproof(std::span<const ProofNode> nodes, std::span<const crypto::Digest> siblings,
                               const crypto::Digest& root);

}  // namespace touchstone::node::codec
