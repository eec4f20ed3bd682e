#include "node/api/proof_values.h"

#include <array>

#include "node/kernel/tree/proof.h"
#include "node/types/state_branch.h"

namespace touchstone::node::api {

namespace {

Json hashes_json(const auto& hashes) {
    Json list = Json::array();
    for (const auto& hash : hashes)
        list.push_back(to_json(Hash(hash)));
    return list;
}

Json kv_proof_json(const KvProof& proof) {
    Json leaves = Json::array();
    for (const KvLeaf& leaf : proof.leaves)
        leaves.push_back({{"path", to_json(leaf.path)}, {"value_hash", to_json(leaf.value_hash)}});
    return {{"shape", bytes_json(proof.shape)}, {"hashes", hashes_json(proof.hashes)}, {"leaves", std::move(leaves)}};
}

}  // namespace

rpc::Type entry_proof_type() {
    const rpc::Type leaf =
        rpc::object("KvLeaf", "an entry of the tree by its hashes", {{"path", kRoot}, {"value_hash", kRoot}});
    const rpc::Type kv_proof =
        rpc::object("KvProof", "KVT-07 of the specification",
                    {{"shape", kBytes}, {"hashes", rpc::list_of(kRoot)}, {"leaves", rpc::list_of(leaf)}});
    const rpc::Type branch = rpc::object("Branch", "that the state's root has this tree root",
                                         {{"generalized_index", kUint64, "ENC-19 of the specification"},
                                          {"hashes", rpc::list_of(kRoot), "siblings from the leaf upwards"}});
    return rpc::object("EntryProof", "what an entry of the tree is, and why",
                       {{"key", kBytes},
                        {"value", rpc::nullable(kBytes), "null: there is no entry with this key"},
                        {"tree_root", kRoot},
                        {"tree_proof", kv_proof, "of the entry against tree_root"},
                        {"tree_root_branch", branch, "of tree_root against the state_root of the header"}});
}

Result<Json> entry_proof_json(const State& state, const ByteVector& key, const Parameters& parameters) {
    const std::array keys{key};
    NODE_TRY_ASSIGN(proof, tree::get_kv_proof(state.tree(), tree::query_of_keys(keys)));
    const auto value = tree::find_value(state.tree(), key);
    const StateBranch branch = tree_root_branch(state.consensus(), parameters);
    return Json{{"key", bytes_json(key)},
                {"value", value ? bytes_json(*value) : Json(nullptr)},
                {"tree_root", to_json(state.consensus().tree_root)},
                {"tree_proof", kv_proof_json(proof)},
                {"tree_root_branch",
                 {{"generalized_index", to_json(branch.generalized_index)}, {"hashes", hashes_json(branch.hashes)}}}};
}

}  // namespace touchstone::node::api
