// Single proofs and multi-proofs: sound ones of real trees, spoilt ones, and any.
#include <array>

#include "fuzz/agreement.h"
#include "fuzz/decoders/sample_values.h"
#include "fuzz/targets.h"
#include "node/codec/proof.h"
#include "reference/ssz/proof.h"
#include "reference/types/containers.h"

namespace touchstone::fuzz {
namespace {

namespace ssz = reference::ssz;
using crypto::Digest;
using Index = std::uint64_t;

constexpr std::size_t kMostNodes = 6;
constexpr std::size_t kMostSiblings = 40;

/// What a verifier is given.
struct MultiProof {
    std::vector<Index> indices;
    std::vector<Digest> leaves;
    std::vector<Digest> siblings;
    Digest root{};
};

struct Tree {
    ssz::Type type;
    ssz::Value value;
    Digest root;
};

const std::vector<Tree>& trees() {
    static const std::vector<Tree> all = [] {
        std::vector<Tree> made;
        const auto add = [&](const ssz::Type& type) {
            SampleValues samples(made.size());
            ssz::Value value = samples.value(type);
            const Digest root = ssz::hash_tree_root(type, value).bytes;
            made.push_back({type, std::move(value), root});
        };
        add(ssz::type_of<reference::Checkpoint>(reference::MINIMAL));
        add(ssz::type_of<reference::SignedBlock>(reference::MINIMAL));
        add(ssz::type_of<reference::AttesterSlashing>(reference::MINIMAL));
        add(ssz::list_type(ssz::uint_type(64), 40));
        add(ssz::union_type({ssz::uint_type(8), ssz::bitlist_type(600)}));
        return made;
    }();
    return all;
}

void compare_multi(const MultiProof& proof) {
    const auto needed_by_reference = ssz::multi_proof_indices(proof.indices);
    const auto needed_by_node = node::codec::proof_indices(proof.indices);
    agree_on("whether these nodes can be proved together", needed_by_reference.has_value() ? 1U : 0U,
             needed_by_node.ok() ? 1U : 0U);
    if (needed_by_reference) {
        expect(*needed_by_reference == needed_by_node.value(), "both need the same nodes for a multi-proof");
    }
    std::vector<node::codec::ProofNode> nodes;
    for (std::size_t i = 0; i < proof.indices.size(); ++i)
        nodes.push_back({proof.indices[i], proof.leaves[i]});
    agree_on_verdict("a multi-proof",
                     ssz::verify_multi_proof(proof.leaves, proof.indices, proof.siblings, reference::Root{proof.root}),
                     node::codec::verify_multiproof(nodes, proof.siblings, proof.root));
}

void compare_single(Index index, const Digest& leaf, const std::vector<Digest>& siblings, const Digest& root) {
    agree_on_verdict("a single proof", ssz::verify_single_proof(leaf, index, siblings, reference::Root{root}),
                     node::codec::verify_proof(leaf, index, siblings, root));
}

/// One of few, so that equal ones meet.
Digest any_digest(Input& input) {
    Digest digest{};
    digest[0] = static_cast<std::uint8_t>(input.number(1));
    return digest;
}

MultiProof any_proof(Input& input) {
    MultiProof proof;
    const std::uint64_t nodes = input.below(kMostNodes);
    for (std::uint64_t i = 0; i < nodes; ++i) {
        proof.indices.push_back(input.flag() ? input.number(8) : input.number(1));
        proof.leaves.push_back(any_digest(input));
    }
    const std::uint64_t siblings = input.below(kMostSiblings);
    for (std::uint64_t i = 0; i < siblings; ++i)
        proof.siblings.push_back(any_digest(input));
    proof.root = any_digest(input);
    return proof;
}

void spoil(MultiProof& proof, Input& input) {
    switch (input.below(6)) {
        case 0:
            break;
        case 1:
            proof.siblings.push_back(any_digest(input));
            break;
        case 2:
            if (!proof.siblings.empty()) proof.siblings.pop_back();
            break;
        case 3:
            if (!proof.siblings.empty()) input.choose(proof.siblings)[input.below(32)] ^= 1;
            break;
        case 4:
            input.choose(proof.indices) ^= Index{1} << input.below(64);
            break;
        default:
            input.choose(proof.leaves)[input.below(32)] ^= 1;
            break;
    }
}

void compare_proofs_of_tree(Input& input) {
    const Tree& tree = input.choose(trees());
    MultiProof proof;
    proof.root = tree.root;
    const std::uint64_t nodes = 1 + input.below(kMostNodes);
    for (std::uint64_t i = 0; i < nodes; ++i) {
        const Index index = input.number(2);
        const auto node = ssz::node_at(tree.type, tree.value, index);
        if (!node) continue;
        proof.indices.push_back(index);
        proof.leaves.push_back(*node);
    }
    if (proof.indices.empty()) return;
    const auto siblings = ssz::multi_proof(tree.type, tree.value, proof.indices);
    if (siblings) {
        proof.siblings = *siblings;
        expect(static_cast<bool>(
                   ssz::verify_multi_proof(proof.leaves, proof.indices, proof.siblings, reference::Root{proof.root})),
               "the reference's multi-proof verifies");
    }
    const auto branch = ssz::single_proof(tree.type, tree.value, proof.indices[0]);
    expect(branch.has_value(), "a node that exists has a single proof");
    compare_single(proof.indices[0], proof.leaves[0], *branch, proof.root);
    spoil(proof, input);
    compare_multi(proof);
    compare_single(proof.indices[0], proof.leaves[0], *branch, proof.root);
}

}  // namespace

void fuzz_proofs(Bytes bytes) {
    Input input(bytes);
    if (input.flag()) {
        compare_proofs_of_tree(input);
        return;
    }
    const MultiProof proof = any_proof(input);
    compare_multi(proof);
    if (!proof.indices.empty()) compare_single(proof.indices[0], proof.leaves[0], proof.siblings, proof.root);
}

std::vector<ByteVector> proof_seeds() {
    return {
        {0},
        {0, 2, 0, 4, 9, 0, 5, 9, 1, 7, 0},
        {1, 0, 1, 2, 0, 3, 0, 0},
        {1, 1, 2, 4, 0, 12, 0, 7, 0, 0},
        {1, 2, 1, 8, 0, 9, 0, 3, 2, 5},
        {1, 3, 0, 2, 0, 4, 0, 63},
        {1, 4, 0, 2, 0, 2, 0},
        {1, 1, 0, 96, 0, 1, 0},
    };
}

}  // namespace touchstone::fuzz
