#include "node/kernel/consensus/signatures.h"

#include <algorithm>

#include "node/kernel/accounts/ed25519_strict.h"

namespace touchstone::node {
namespace {

namespace bls = crypto::bls;

bool verify_account(const AccountCheck& check, const crypto::Digest& message) {
    return verify_ed25519(check.key.bytes, message, check.signature.bytes).ok();
}

}  // namespace

bool verify_one(const SignatureSet& set) {
    if (const auto* account = std::get_if<AccountCheck>(&set.check)) return verify_account(*account, set.message);
    const auto* const check = std::get_if<BlsCheck>(&set.check);
    if (!check->key) return false;
    const auto signature = bls::Signature::parse(check->signature.view());
    return signature && bls::verify(*check->key, set.message, *signature);
}

SignatureSet signature_set(Clause clause, const State& state, ValidatorIndex signer, const Root& signing_root,
                           const BlsSignature& signature) {
    const bls::PublicKey* const key = state.public_key(signer);
    return {clause, signing_root.bytes, BlsCheck{key == nullptr ? std::nullopt : std::optional(*key), signature}};
}

SignatureSet aggregate_signature_set(Clause clause, const State& state, std::span<const ValidatorIndex> signers,
                                     const Root& signing_root, const BlsSignature& signature) {
    std::vector<const bls::PublicKey*> keys;
    keys.reserve(signers.size());
    for (const ValidatorIndex signer : signers)
        keys.push_back(state.public_key(signer));
    std::optional<bls::PublicKey> sum;
    if (std::ranges::find(keys, nullptr) == keys.end()) sum = bls::aggregate_public_keys(keys);
    return {clause, signing_root.bytes, BlsCheck{sum, signature}};
}

VerifySignatures verify_inline(const bls::BatchSeed& seed) {
    return [seed](std::span<const SignatureSet> sets) {
        std::vector<bool> valid(sets.size(), false);
        std::vector<bls::SignatureSet> batch;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (const auto* account = std::get_if<AccountCheck>(&sets[i].check)) {
                valid[i] = verify_account(*account, sets[i].message);
                continue;
            }
            const auto* const check = std::get_if<BlsCheck>(&sets[i].check);
            const auto signature = bls::Signature::parse(check->signature.view());
            if (!check->key || !signature) continue;
            batch.push_back({*check->key, sets[i].message, *signature});
            places.push_back(i);
        }
        const std::vector<bool> verdicts = bls::verify_batch(batch, seed);
        for (std::size_t i = 0; i < places.size(); ++i)
            valid[places[i]] = verdicts[i];
        return valid;
    };
}

std::vector<bool> verify_each(std::span<const SignatureSet> sets) {
    std::vector<bool> valid;
    valid.reserve(sets.size());
    for (const SignatureSet& set : sets)
        valid.push_back(verify_one(set));
    return valid;
}

std::vector<bool> trust_all(std::span<const SignatureSet> sets) { return std::vector<bool>(sets.size(), true); }

Result<void> first_invalid(std::span<const SignatureSet> sets, const std::vector<bool>& valid) {
    for (std::size_t i = 0; i < sets.size(); ++i) {
        if (i >= valid.size() || !valid[i]) return reject(sets[i].clause, "the signature does not verify");
    }
    return {};
}

Result<void> conclude(Result<void> rest, std::span<const SignatureSet> sets, const VerifySignatures& verify) {
    NODE_TRY(first_invalid(sets, verify(sets)));
    return rest;
}

}  // namespace touchstone::node
