// Single and multi-proofs [ENC-19] to [ENC-22], over a test type and over a genesis-like state.
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/ssz_values.h"
#include "reference/ssz/generic_types.h"
#include "reference/ssz/proof.h"
#include "reference/types/configuration.h"
#include "reference/types/containers.h"

namespace touchstone::vectors {
namespace {

namespace ssz = reference::ssz;
using Json = nlohmann::json;
using reference::to_hex;
using ssz::Chunk;
using ssz::GeneralizedIndex;

struct SingleProof {
    Chunk leaf{};
    GeneralizedIndex index = 0;
    std::vector<Chunk> branch;
    reference::Root root;
};

struct MultiProof {
    std::vector<Chunk> leaves;
    std::vector<GeneralizedIndex> indices;
    std::vector<Chunk> proof;
    reference::Root root;
};

Json hex_list(const std::vector<Chunk>& chunks) {
    Json list = Json::array();
    for (const Chunk& chunk : chunks)
        list.push_back(to_hex(chunk));
    return list;
}

void add_verdict(Suite& suite, Vector vector, const reference::Result<void>& verdict, const Expected& expected) {
    if (!verdict) vector.rejected = std::string(to_string(verdict.failure().clause));
    if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    suite.add(std::move(vector));
}

void add_single(Suite& suite, const std::string& name, const std::string& shows, const SingleProof& proof,
                const Expected& expected) {
    Vector vector{.runner = "ssz_generic",
                  .handler = "single_proof",
                  .name = name,
                  .shows = shows,
                  .clauses = {"ENC-22", "ENC-19", "ENC-20"}};
    vector.params = Json{{"leaf", to_hex(proof.leaf)},
                         {"index", std::to_string(proof.index)},
                         {"branch", hex_list(proof.branch)},
                         {"root", to_hex(proof.root.bytes)}}
                        .dump();
    add_verdict(suite, std::move(vector), ssz::verify_single_proof(proof.leaf, proof.index, proof.branch, proof.root),
                expected);
}

void add_multi(Suite& suite, const std::string& name, const std::string& shows, const MultiProof& proof,
               const Expected& expected) {
    Vector vector{.runner = "ssz_generic",
                  .handler = "multi_proof",
                  .name = name,
                  .shows = shows,
                  .clauses = {"ENC-22", "ENC-19", "ENC-21"}};
    Json indices = Json::array();
    for (const GeneralizedIndex index : proof.indices)
        indices.push_back(std::to_string(index));
    vector.params = Json{{"leaves", hex_list(proof.leaves)},
                         {"indices", indices},
                         {"proof", hex_list(proof.proof)},
                         {"root", to_hex(proof.root.bytes)}}
                        .dump();
    add_verdict(suite, std::move(vector), ssz::verify_multi_proof(proof.leaves, proof.indices, proof.proof, proof.root),
                expected);
}

struct Tree {
    ssz::Type type;
    ssz::Value value;

    [[nodiscard]] SingleProof single(std::vector<ssz::PathStep> path) const {
        const GeneralizedIndex index = ssz::generalized_index(type, path).value();
        return {ssz::node_at(type, value, index).value(), index, ssz::single_proof(type, value, index).value(),
                ssz::hash_tree_root(type, value)};
    }
    [[nodiscard]] MultiProof multi(const std::vector<GeneralizedIndex>& indices) const {
        MultiProof result{
            {}, indices, ssz::multi_proof(type, value, indices).value(), ssz::hash_tree_root(type, value)};
        for (const GeneralizedIndex index : indices)
            result.leaves.push_back(ssz::node_at(type, value, index).value());
        return result;
    }
};

Tree state_tree() {
    Rng rng(77);
    const auto config = reference::preset("minimal").value();
    Tree tree{ssz::type_of<reference::ConsensusState>(config), {}};
    tree.value = random_value(tree.type, rng, 5);
    return tree;
}

Tree complex_tree() {
    const ssz::Type& type = ssz::generic_types().at("ComplexStruct");
    return {type, full_value(type, 40)};
}

void add_single_proofs(Suite& suite) {
    const Tree tree = state_tree();
    const auto accept = [&](const std::string& name, const std::string& shows, std::vector<ssz::PathStep> path) {
        add_single(suite, name, shows, tree.single(std::move(path)), std::nullopt);
    };
    accept("finalized_root", "the finalized root in a state", {"finalized_checkpoint", "root"});
    accept("slot", "a basic field of a state", {"slot"});
    accept("length_of_validators", "the length that stands beside a list", {"validators", ssz::MixedIn{}});
    accept("element_of_a_vector", "a root in the middle of a vector", {"block_roots", std::uint64_t{37}});
    accept("first_field", "the leftmost leaf", {"genesis_time_ms"});
    accept("last_field", "the rightmost field", {"gas_used"});
    const Tree complex = complex_tree();
    add_single(suite, "packed_element", "basic values in one chunk share its index",
               complex.single({"B", std::uint64_t{17}}), std::nullopt);
    SingleProof whole{complex.single({"A"}).root.bytes, 1, {}, complex.single({"A"}).root};
    add_single(suite, "root_itself", "the root is a node with index 1 and no branch", whole, std::nullopt);
    whole.leaf[0] ^= 1U;
    add_single(suite, "root_itself_of_another_value", "the root proves no other root", whole, "ENC-22");

    const SingleProof good = tree.single({"finalized_checkpoint", "root"});
    SingleProof bad = good;
    bad.branch.pop_back();
    add_single(suite, "branch_too_short", "the topmost sibling is missing", bad, "ENC-22");
    bad = good;
    bad.branch.push_back(Chunk{});
    add_single(suite, "branch_too_long", "a sibling too many", bad, "ENC-22");
    bad = good;
    bad.branch.clear();
    add_single(suite, "branch_empty", "no sibling at all", bad, "ENC-22");
    bad = good;
    bad.leaf[31] ^= 1U;
    add_single(suite, "another_leaf", "one bit of the leaf differs", bad, "ENC-22");
    bad = good;
    bad.index ^= 1U;
    add_single(suite, "index_of_the_sibling", "left and right are exchanged", bad, "ENC-22");
    bad = good;
    bad.branch[1][0] ^= 0x80U;
    add_single(suite, "another_sibling", "one bit of the branch differs", bad, "ENC-22");
    bad = good;
    bad.root.bytes[5] ^= 1U;
    add_single(suite, "another_root", "one bit of the root differs", bad, "ENC-22");
    bad = good;
    bad.index = 0;
    bad.branch.clear();
    add_single(suite, "index_zero", "no node has the index 0", bad, "ENC-22");
    bad = good;
    bad.index /= 2;
    add_single(suite, "index_of_the_parent", "the branch is one longer than the index asks", bad, "ENC-22");
}

// What is no set of distinct nodes, none an ancestor of another.
void add_overlapping(Suite& suite, const Tree& tree, const MultiProof& good) {
    const auto reject = [&](const std::string& name, const std::string& shows, const MultiProof& bad) {
        add_multi(suite, name, shows, bad, "ENC-22");
    };
    MultiProof bad = good;
    bad.indices.push_back(bad.indices[0]);
    bad.leaves.push_back(bad.leaves[0]);
    reject("index_twice", "an index twice, with the same leaf", bad);
    bad.leaves.back()[0] ^= 1U;
    reject("index_twice_other_leaf", "an index twice, with two leaves", bad);
    bad = good;
    bad.indices.push_back(bad.indices[2] / 2);
    bad.leaves.push_back(ssz::node_at(tree.type, tree.value, bad.indices.back()).value());
    reject("parent_beside_its_child", "a node and its parent, both true", bad);
    bad.leaves.back()[0] ^= 1U;
    reject("false_parent_beside_its_child", "a node and another's parent", bad);
    bad = good;
    bad.indices.push_back(1);
    bad.leaves.push_back(bad.root.bytes);
    reject("root_beside_a_node", "the root is an ancestor of every node", bad);
    bad = good;
    bad.indices[0] = 0;
    reject("index_zero", "no node has the index 0", bad);
    reject("no_index", "nothing proved", {{}, {}, {}, good.root});
    reject("no_index_but_the_root", "nothing proved, the root as helper", {{}, {}, {good.root.bytes}, good.root});
    bad = good;
    bad.leaves.pop_back();
    reject("leaf_missing", "fewer leaves than indices", bad);
    bad = good;
    bad.leaves.push_back(bad.leaves[0]);
    reject("leaf_too_many", "more leaves than indices", bad);
    add_multi(suite, "root_alone", "the root is proved by nothing but itself", {{good.root.bytes}, {1}, {}, good.root},
              std::nullopt);
}

void add_multi_proofs(Suite& suite) {
    const Tree tree = state_tree();
    const auto index = [&](std::vector<ssz::PathStep> path) { return ssz::generalized_index(tree.type, path).value(); };
    const GeneralizedIndex slot = index({"slot"});
    const GeneralizedIndex finalized = index({"finalized_checkpoint", "root"});
    const GeneralizedIndex finalized_epoch = index({"finalized_checkpoint", "epoch"});
    const GeneralizedIndex block_root = index({"block_roots", std::uint64_t{3}});
    add_multi(suite, "one_node", "a multi-proof of one node", tree.multi({slot}), std::nullopt);
    add_multi(suite, "siblings", "two siblings prove their parent without help",
              tree.multi({finalized_epoch, finalized}), std::nullopt);
    add_multi(suite, "descending_order", "the nodes may stand in any order",
              tree.multi({finalized, finalized_epoch, slot}), std::nullopt);
    add_multi(suite, "of_several_depths", "nodes of several depths", tree.multi({slot, block_root, finalized}),
              std::nullopt);
    const MultiProof good = tree.multi({slot, block_root, finalized});
    MultiProof bad = good;
    bad.proof.pop_back();
    add_multi(suite, "proof_too_short", "a helper node is missing", bad, "ENC-22");
    bad = good;
    bad.proof.push_back(Chunk{});
    add_multi(suite, "proof_too_long", "a helper node too many", bad, "ENC-22");
    bad = good;
    std::swap(bad.leaves[0], bad.leaves[1]);
    add_multi(suite, "leaves_exchanged", "two leaves are exchanged", bad, "ENC-22");
    bad = good;
    std::swap(bad.proof[0], bad.proof[1]);
    add_multi(suite, "proof_in_another_order", "two helper nodes are exchanged", bad, "ENC-22");
    bad = good;
    bad.leaves[2][0] ^= 1U;
    add_multi(suite, "another_leaf", "one bit of a leaf differs", bad, "ENC-22");
    bad = good;
    bad.root.bytes[31] ^= 1U;
    add_multi(suite, "another_root", "one bit of the root differs", bad, "ENC-22");
    add_overlapping(suite, tree, good);
}

}  // namespace

void add_ssz_proofs(Suite& suite) {
    if (!suite.wants("ssz_generic")) return;
    add_single_proofs(suite);
    add_multi_proofs(suite);
}

}  // namespace touchstone::vectors
