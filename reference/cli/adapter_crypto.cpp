#include "reference/cli/adapter.h"
#include "reference/signatures/address.h"
#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/signatures/ed25519.h"

namespace touchstone::reference::cli {

namespace {

/// A param of another length than its type is no valid encoding of it.
Result<BLSPubkey> parse_pubkey(const Json& text) {
    const Bytes bytes = parse_bytes(text);
    REQUIRE(bytes.size() == BLSPubkey::SIZE && is_valid_pubkey(BLSPubkey::from(bytes)), Clause::CRY_03);
    return BLSPubkey::from(bytes);
}

Result<BLSSignature> parse_signature(const Json& text) {
    const Bytes bytes = parse_bytes(text);
    REQUIRE(bytes.size() == BLSSignature::SIZE && is_valid_signature(BLSSignature::from(bytes)), Clause::CRY_04);
    return BLSSignature::from(bytes);
}

Answer verify(const Request& request) {
    TRY(const BLSPubkey pubkey, parse_pubkey(request.param("pubkey")));
    TRY(const BLSSignature signature, parse_signature(request.param("signature")));
    return Json{{"valid", bls_verify(pubkey, parse_fixed<Root>(request.param("message")), signature)}};
}

Answer fast_aggregate_verify(const Request& request) {
    std::vector<BLSPubkey> pubkeys;
    for (const Json& text : request.param("pubkeys")) {
        TRY(const BLSPubkey pubkey, parse_pubkey(text));
        pubkeys.push_back(pubkey);
    }
    TRY(const BLSSignature signature, parse_signature(request.param("signature")));
    return Json{{"valid", bls_fast_aggregate_verify(pubkeys, parse_fixed<Root>(request.param("message")), signature)}};
}

// [CRY-07] A batch is an optimization: each signature is valid or not by itself.
Answer batch_verify(const Request& request) {
    Json valid = Json::array();
    for (const Json& set : request.param("sets")) {
        valid.push_back(bls_verify(parse_fixed<BLSPubkey>(set.at("pubkey")), parse_fixed<Root>(set.at("message")),
                                   parse_fixed<BLSSignature>(set.at("signature"))));
    }
    return Json{{"valid", valid}};
}

Answer proof_of_possession(const Request& request) {
    CHECK(verify_proof_of_possession(parse_fixed<BLSPubkey>(request.param("pubkey")),
                                     parse_fixed<Address>(request.param("operator")),
                                     parse_fixed<BLSSignature>(request.param("proof")), request.config));
    return Json::object();
}

Answer domain(const Request& request) {
    const auto type = parse_fixed<DomainType>(request.param("type"));
    const auto version = parse_fixed<Version>(request.param("fork_version"));
    const auto genesis_root = parse_fixed<Root>(request.param("genesis_root"));
    return Json{{"domain", to_hex(compute_domain(type.bytes, version, genesis_root).bytes)},
                {"fork_digest", to_hex(compute_fork_digest(version, genesis_root).bytes)}};
}

Answer ed25519_verify(const Request& request) {
    const auto public_key = parse_fixed<Bytes32>(request.param("public_key"));
    const auto signature = parse_fixed<FixedBytes<64, struct Ed25519SignatureTag>>(request.param("signature"));
    CHECK(reference::ed25519_verify(public_key.bytes, parse_bytes(request.param("message")), signature.bytes));
    return Json::object();
}

Answer address(const Request& request) {
    const Address found = address_of(parse_fixed<Bytes32>(request.param("public_key")).bytes);
    return Json{{"address", to_hex(found.bytes)}, {"text", address_to_text(found)}};
}

Answer parse_address(const Request& request) {
    TRY(const Address found, address_from_text(request.param("text").get<std::string>()));
    return Json{{"address", to_hex(found.bytes)}};
}

}  // namespace

void add_crypto_handlers(Handlers& handlers) {
    handlers[{"bls", "verify"}] = verify;
    handlers[{"bls", "fast_aggregate_verify"}] = fast_aggregate_verify;
    handlers[{"bls", "batch_verify"}] = batch_verify;
    handlers[{"bls", "proof_of_possession"}] = proof_of_possession;
    handlers[{"bls", "domain"}] = domain;
    handlers[{"ed25519", "verify"}] = ed25519_verify;
    handlers[{"ed25519", "address"}] = address;
    handlers[{"ed25519", "parse_address"}] = parse_address;
}

}  // namespace touchstone::reference::cli
