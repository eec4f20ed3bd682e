// Types that only the tests know, proofs, and snappy.
#include <map>

#include "node/app/conformance/request.h"
#include "node/codec/generic_kinds.h"
#include "node/codec/proof.h"
#include "node/codec/snappy.h"

namespace touchstone::node::app {

namespace {

template <class Kind>
Runner decoder(Kind kind) {
    return [kind](const Request& request) {
        const ByteVector bytes = request.input("serialized");
        typename Kind::Value value{};
        accepted(kind.decode(bytes, request.parameters, value));
        ByteVector encoded;
        kind.encode(value, encoded);
        return Json{{"serialized", from_bytes(encoded)}, {"root", from_bytes(kind.root(value, request.parameters))}};
    };
}

const std::map<std::string, Runner>& decoders() {
    static const std::map<std::string, Runner> kDecoders = [] {
        std::map<std::string, Runner> made;
        codec::generic::for_each_kind(
            [&made](const char* name, const auto& kind) { made.emplace(name, decoder(kind)); });
        return made;
    }();
    return kDecoders;
}

crypto::Digest digest(const Json& value) { return to_fixed<Root>(value).bytes; }

std::vector<crypto::Digest> digests(const Json& list) {
    std::vector<crypto::Digest> hashes;
    for (const Json& value : list)
        hashes.push_back(digest(value));
    return hashes;
}

Json check_single_proof(const Request& request) {
    accepted(codec::verify_proof(digest(request.param("leaf")), to_uint64(request.param("index")),
                                 digests(request.param("branch")), digest(request.param("root"))));
    return Json::object();
}

Json check_multi_proof(const Request& request) {
    const Json& leaves = request.param("leaves");
    const Json& indices = request.param("indices");
    // Nodes of the codec have one leaf and one index each: what does not pair is no list of them.
    if (leaves.size() != indices.size()) throw Rejected{reject(Clause::ENC_22, "not as many leaves as indices"), {}};
    std::vector<codec::ProofNode> nodes;
    for (std::size_t i = 0; i < leaves.size(); ++i)
        nodes.push_back({to_uint64(indices[i]), digest(leaves[i])});
    accepted(codec::verify_multiproof(nodes, digests(request.param("proof")), digest(request.param("root"))));
    return Json::object();
}

}  // namespace

Json run_ssz_generic(const Request& request) {
    if (request.handler == "decode") {
        const auto type = decoders().find(request.param("type").get<std::string>());
        if (type == decoders().end()) throw Unsupported{};
        return type->second(request);
    }
    if (request.handler == "single_proof") return check_single_proof(request);
    if (request.handler == "multi_proof") return check_multi_proof(request);
    if (request.handler == "snappy") {
        const ByteVector payload = request.input("payload");
        return {{"data", from_bytes(accepted(codec::decompress(payload, to_uint64(request.param("limit")))))}};
    }
    throw Unsupported{};
}

}  // namespace touchstone::node::app
