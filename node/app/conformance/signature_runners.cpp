// BLS and Ed25519.
#include "crypto/bls.h"
#include "crypto/random.h"
#include "node/app/conformance/request.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/accounts/ed25519_strict.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/consensus/genesis.h"

namespace touchstone::node::app {

namespace {

namespace bls = crypto::bls;

bls::PublicKey public_key(const Json& value) {
    const auto key = bls::PublicKey::parse(to_bytes(value));
    if (!key) throw Rejected{reject(Clause::CRY_03), {}};
    return *key;
}

bls::Signature signature(const Json& value) {
    const auto parsed = bls::Signature::parse(to_bytes(value));
    if (!parsed) throw Rejected{reject(Clause::CRY_04, "no encoding of a signature"), {}};
    return *parsed;
}

Json verify(const Request& request) {
    const bls::PublicKey key = public_key(request.param("pubkey"));
    const bls::Signature parsed = signature(request.param("signature"));
    return {{"valid", bls::verify(key, to_bytes(request.param("message")), parsed)}};
}

Json fast_aggregate_verify(const Request& request) {
    std::vector<bls::PublicKey> keys;
    for (const Json& key : request.param("pubkeys"))
        keys.push_back(public_key(key));
    const bls::Signature parsed = signature(request.param("signature"));
    return {{"valid", bls::fast_aggregate_verify(keys, to_bytes(request.param("message")), parsed)}};
}

Json batch_verify(const Request& request) {
    std::vector<bls::SignatureSet> sets;
    for (const Json& set : request.param("sets")) {
        sets.push_back(
            {public_key(set.at("pubkey")), to_fixed<Root>(set.at("message")).bytes, signature(set.at("signature"))});
    }
    bls::BatchSeed seed{};
    crypto::secure_random(seed);
    return {{"valid", bls::verify_batch(sets, seed)}};
}

Json proof_of_possession(const Request& request) {
    const bls::PublicKey key = public_key(request.param("pubkey"));
    const bls::Signature proof = signature(request.param("proof"));
    const Root message = proof_of_possession_root(to_fixed<BlsPublicKey>(request.param("pubkey")),
                                                  to_fixed<Address>(request.param("operator")), request.parameters);
    if (!bls::pop_verify(key, message.view(), proof)) throw Rejected{reject(Clause::CRY_18), {}};
    return Json::object();
}

Json domain(const Request& request) {
    const auto type = to_fixed<DomainType>(request.param("type"));
    const auto version = to_fixed<Version>(request.param("fork_version"));
    const auto root = to_fixed<Root>(request.param("genesis_root"));
    return {{"domain", from_bytes(compute_domain(type, version, root).view())},
            {"fork_digest", from_bytes(compute_fork_digest(version, root).view())}};
}

template <std::size_t N>
std::array<std::uint8_t, N> array_of(const Json& value) {
    return to_fixed<FixedBytes<struct ArrayTag, N>>(value).bytes;
}

}  // namespace

Json run_bls(const Request& request) {
    if (request.handler == "verify") return verify(request);
    if (request.handler == "fast_aggregate_verify") return fast_aggregate_verify(request);
    if (request.handler == "batch_verify") return batch_verify(request);
    if (request.handler == "proof_of_possession") return proof_of_possession(request);
    if (request.handler == "domain") return domain(request);
    throw Unsupported{};
}

Json run_ed25519(const Request& request) {
    if (request.handler == "verify") {
        accepted(verify_ed25519(array_of<32>(request.param("public_key")), to_bytes(request.param("message")),
                                array_of<64>(request.param("signature"))));
        return Json::object();
    }
    if (request.handler == "address") {
        const Address address = address_of(array_of<32>(request.param("public_key")));
        return {{"address", from_bytes(address.view())}, {"text", address_to_text(address)}};
    }
    if (request.handler == "parse_address") {
        const Address address = accepted(address_from_text(request.param("text").get<std::string>()));
        return {{"address", from_bytes(address.view())}};
    }
    throw Unsupported{};
}

}  // namespace touchstone::node::app
