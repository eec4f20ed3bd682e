#include "reference/cli/adapter.h"
#include "reference/tree/kv_proof.h"

namespace touchstone::reference::cli {

namespace {

KvMap parse_entries(const Json& list) {
    KvMap entries;
    for (const Json& entry : list) {
        const Bytes key = parse_bytes(entry.at("key"));
        const Bytes value = parse_bytes(entry.at("value"));
        if (!is_kv_entry(key, value)) throw BadRequest("a key or a value is too short or too long: " + entry.dump());
        if (!entries.emplace(key, value).second) throw BadRequest("a key stands twice: " + entry.dump());
    }
    return entries;
}

KvQuery parse_query(const Json& list) {
    KvQuery query;
    for (const Json& interval : list)
        query.push_back({parse_fixed<Bytes32>(interval.at("first")), parse_fixed<Bytes32>(interval.at("last"))});
    return query;
}

KvQuery parse_keys(const Json& list) {
    std::set<Bytes> keys;
    for (const Json& key : list)
        keys.insert(parse_bytes(key));
    return query_of(keys);
}

KvLeaves parse_leaves(const Json& list) {
    KvLeaves leaves;
    for (const Json& leaf : list)
        leaves.push_back({parse_fixed<Bytes32>(leaf.at("path")), parse_fixed<Bytes32>(leaf.at("value_hash"))});
    return leaves;
}

Json json_of(const KvLeaves& leaves) {
    Json list = Json::array();
    for (const KvLeaf& leaf : leaves)
        list.push_back({{"path", to_hex(leaf.path.bytes)}, {"value_hash", to_hex(leaf.value_hash.bytes)}});
    return list;
}

Answer root(const Request& request) {
    return Json{{"root", to_hex(kv_root(parse_entries(request.param("entries"))).bytes)}};
}

Answer prove(const Request& request) {
    const KvMap entries = parse_entries(request.param("entries"));
    if (request.params.contains("keys") == request.params.contains("query")) {
        throw BadRequest("either 'keys' or 'query' says what is to be proved");
    }
    const KvQuery query = request.params.contains("keys") ? parse_keys(request.param("keys"))  //
                                                          : parse_query(request.param("query"));
    TRY(const KvProof proof, get_kv_proof(entries, query));
    return Json{{"root", to_hex(kv_root(entries).bytes)},
                {"leaves", json_of(leaves_in_query(leaves_of(entries), query))},
                {"proof", encode(proof, request.config)}};
}

Answer verify(const Request& request) {
    TRY(const KvProof proof, request.decode<KvProof>("proof"));
    CHECK(verify_kv_proof(parse_fixed<Root>(request.param("root")), parse_query(request.param("query")),
                          parse_leaves(request.param("leaves")), proof));
    return Json::object();
}

}  // namespace

void add_tree_handlers(Handlers& handlers) {
    handlers[{"kv_tree", "root"}] = root;
    handlers[{"kv_tree", "prove"}] = prove;
    handlers[{"kv_tree", "verify"}] = verify;
}

}  // namespace touchstone::reference::cli
