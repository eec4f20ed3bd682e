#include "node/codec/proof.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <set>

namespace touchstone::node::codec {
namespace {

using crypto::Digest;

/// The ancestors of all nodes, the nodes included; nothing if two are equal or one is an ancestor of another.
Result<std::set<GeneralizedIndex>> paths_of(std::span<const GeneralizedIndex> indices) {
    const std::set<GeneralizedIndex> wanted(indices.begin(), indices.end());
    if (wanted.empty() || wanted.size() != indices.size() || *wanted.begin() == 0) {
        return reject(Clause::ENC_22, "the proved nodes are none, equal, or no nodes");
    }
    std::set<GeneralizedIndex> paths;
    for (const GeneralizedIndex leaf : wanted) {
        paths.insert(leaf);
        for (GeneralizedIndex node = leaf / 2; node != 0; node /= 2) {
            if (wanted.contains(node)) return reject(Clause::ENC_22, "a proved node lies above another");
            paths.insert(node);
        }
    }
    return paths;
}

}  // namespace

Result<void> verify_proof(const Digest& leaf, GeneralizedIndex index, std::span<const Digest> branch,
                          const Digest& root) {
    const auto depth = static_cast<std::size_t>(std::bit_width(index));
    if (index == 0 || branch.size() != depth - 1) return reject(Clause::ENC_22, "number of nodes");
    Digest node = leaf;
    for (const Digest& sibling : branch) {
        node = index % 2 == 1 ? crypto::sha256_pair(sibling, node) : crypto::sha256_pair(node, sibling);
        index /= 2;
    }
    if (node != root) return reject(Clause::ENC_22, "another root");
    return {};
}

Result<std::vector<GeneralizedIndex>> proof_indices(std::span<const GeneralizedIndex> indices) {
    NODE_TRY_ASSIGN(paths, paths_of(indices));
    std::vector<GeneralizedIndex> siblings;
    for (const GeneralizedIndex node : paths) {
        if (node != 1 && !paths.contains(node ^ 1U)) siblings.push_back(node ^ 1U);
    }
    std::ranges::sort(siblings, std::greater{});
    return siblings;
}

Result<void> verify_multiproof(std::span<const ProofNode> nodes, std::span<const Digest> siblings, const Digest& root) {
    std::vector<GeneralizedIndex> indices;
    for (const ProofNode& node : nodes)
        indices.push_back(node.index);
    NODE_TRY_ASSIGN(needed, proof_indices(indices));
    if (needed.size() != siblings.size()) return reject(Clause::ENC_22, "number of nodes");

    std::vector<ProofNode> known(nodes.begin(), nodes.end());
    for (std::size_t i = 0; i < needed.size(); ++i)
        known.push_back({needed[i], siblings[i]});
    // Deepest first: each pair of siblings is adjacent in this order, and parents are appended in order as well.
    std::ranges::sort(known, std::greater{}, &ProofNode::index);
    std::size_t next = 0;
    std::vector<ProofNode> parents;
    std::size_t next_parent = 0;
    const auto take = [&]() -> ProofNode {
        const bool from_parents =
            next_parent < parents.size() && (next == known.size() || parents[next_parent].index > known[next].index);
        return from_parents ? parents[next_parent++] : known[next++];
    };
    while (true) {
        const ProofNode right = take();
        if (right.index == 1) return right.hash == root ? Result<void>{} : reject(Clause::ENC_22, "another root");
        const ProofNode left = take();
        parents.push_back({right.index / 2, crypto::sha256_pair(left.hash, right.hash)});
    }
}

}  // namespace touchstone::node::codec
