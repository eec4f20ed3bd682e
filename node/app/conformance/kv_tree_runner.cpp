// Roots and proofs of the key-value tree.
#include "node/app/conformance/request.h"
#include "node/kernel/tree/entries.h"
#include "node/kernel/tree/proof.h"

namespace touchstone::node::app {

namespace {

const Json& member(const Json& json, const char* name) {
    if (!json.is_object() || !json.contains(name)) throw BadRequest(std::string("an element has no ") + name);
    return json[name];
}

const Json& list_param(const Request& request, const char* name) {
    const Json& list = request.param(name);
    if (!list.is_array()) throw BadRequest(std::string(name) + " is no list");
    return list;
}

std::vector<tree::EntryChange> read_entries(const Request& request) {
    std::vector<tree::EntryChange> entries;
    for (const Json& entry : list_param(request, "entries"))
        entries.push_back({to_bytes(member(entry, "key")), to_bytes(member(entry, "value"))});
    return entries;
}

tree::Query read_query(const Request& request) {
    tree::Query query;
    for (const Json& interval : list_param(request, "query"))
        query.push_back({to_fixed<Path>(member(interval, "first")), to_fixed<Path>(member(interval, "last"))});
    return query;
}

tree::Query read_query_or_keys(const Request& request) {
    if (!request.params.contains("keys")) return read_query(request);
    std::vector<ByteVector> keys;
    for (const Json& key : list_param(request, "keys"))
        keys.push_back(to_bytes(key));
    return tree::query_of_keys(keys);
}

std::vector<KvLeaf> read_leaves(const Request& request) {
    std::vector<KvLeaf> leaves;
    for (const Json& leaf : list_param(request, "leaves"))
        leaves.push_back({to_fixed<Path>(member(leaf, "path")), to_fixed<Hash>(member(leaf, "value_hash"))});
    return leaves;
}

Json leaves_json(std::span<const KvLeaf> leaves) {
    Json list = Json::array();
    for (const KvLeaf& leaf : leaves) {
        list.push_back({{"path", from_bytes(leaf.path.view())}, {"value_hash", from_bytes(leaf.value_hash.view())}});
    }
    return list;
}

Json root(const Request& request) {
    tree::Entries entries;
    const tree::TreeVersion version = accepted(entries.apply({}, read_entries(request), serial_for));
    return {{"root", from_bytes(version.root().view())}};
}

Json prove(const Request& request) {
    tree::Entries entries;
    const tree::TreeVersion version = accepted(entries.apply({}, read_entries(request), serial_for));
    const tree::Query query = read_query_or_keys(request);
    const KvProof proof = accepted(tree::get_kv_proof(version, query));
    return {{"root", from_bytes(version.root().view())},
            {"leaves", leaves_json(accepted(tree::leaves_of(version, query)))},
            {"proof", from_bytes(encode(proof))}};
}

Json verify(const Request& request) {
    const auto proof = request.decoded<KvProof>("proof");
    const auto root = to_fixed<Root>(request.param("root"));
    accepted(tree::verify_kv_proof(root, read_query(request), read_leaves(request), proof));
    return Json::object();
}

}  // namespace

Json run_kv_tree(const Request& request) {
    if (request.handler == "root") return root(request);
    if (request.handler == "prove") return prove(request);
    if (request.handler == "verify") return verify(request);
    throw Unsupported{};
}

}  // namespace touchstone::node::app
