#include "reference/signatures/bls.h"

#include "crypto/bls.h"

namespace touchstone::reference {

namespace bls = crypto::bls;

// [CRY-03]
bool is_valid_pubkey(const BLSPubkey& pubkey) { return bls::PublicKey::parse(pubkey.bytes).has_value(); }

// [CRY-04]
bool is_valid_signature(const BLSSignature& signature) { return bls::Signature::parse(signature.bytes).has_value(); }

// [CRY-05]
bool bls_verify(const BLSPubkey& pubkey, const Root& signing_root, const BLSSignature& signature) {
    return bls_fast_aggregate_verify(std::span(&pubkey, 1), signing_root, signature);
}

// [CRY-06]
bool bls_fast_aggregate_verify(std::span<const BLSPubkey> pubkeys, const Root& signing_root,
                               const BLSSignature& signature) {
    const auto point = bls::Signature::parse(signature.bytes);  // [CRY-04]
    if (!point) return false;
    std::vector<bls::PublicKey> keys;
    for (const BLSPubkey& pubkey : pubkeys) {
        const auto key = bls::PublicKey::parse(pubkey.bytes);  // [CRY-03]
        if (!key) return false;
        keys.push_back(*key);
    }
    return bls::fast_aggregate_verify(keys, signing_root.bytes, *point);
}

}  // namespace touchstone::reference
