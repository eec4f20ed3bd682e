// Signatures are collected while a message is processed and verified afterwards, all together.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "crypto/bls.h"
#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node {

/// Of a validator. For an aggregate, `key` is the sum of the signers' keys; nothing if a key is invalid or the sum is
/// no key: then the signature is not valid.
struct BlsCheck {
    std::optional<crypto::bls::PublicKey> key;
    BlsSignature signature;
};

/// Of an account; CRY-08 to CRY-11 have to hold.
struct AccountCheck {
    Ed25519PublicKey key;
    Ed25519Signature signature;
};

/// A signature that has to be valid, and the clause that is broken if it is not.
struct SignatureSet {
    Clause clause;
    crypto::Digest message{};
    std::variant<BlsCheck, AccountCheck> check;
};

using SignatureSets = std::vector<SignatureSet>;

SignatureSet signature_set(Clause clause, const State& state, ValidatorIndex signer, const Root& signing_root,
                           const BlsSignature& signature);
SignatureSet aggregate_signature_set(Clause clause, const State& state, std::span<const ValidatorIndex> signers,
                                     const Root& signing_root, const BlsSignature& signature);

/// Element i: whether set i is valid. Any way to find out: inline, a pool of threads, or known from before.
using VerifySignatures = std::function<std::vector<bool>(std::span<const SignatureSet> sets)>;

/// One multi-pairing with fallback to single verification, on the calling thread; account signatures one by one.
/// [CRY-07]
VerifySignatures verify_inline(const crypto::bls::BatchSeed& seed);

/// One set alone.
bool verify_one(const SignatureSet& set);
/// Each set alone: for tools that verify what nobody chose against a seed, and need no randomness.
std::vector<bool> verify_each(std::span<const SignatureSet> sets);

/// All valid without looking: for blocks that were verified before (from the own database).
std::vector<bool> trust_all(std::span<const SignatureSet> sets);

/// The outcome of a message whose checks ended with `rest`, when the signatures collected up to there are taken into
/// account in their places: the first check that fails, in the order of the prose, names the rejection.
Result<void> conclude(Result<void> rest, std::span<const SignatureSet> sets, const VerifySignatures& verify);

/// The first set that is not valid, as a rejection.
Result<void> first_invalid(std::span<const SignatureSet> sets, const std::vector<bool>& valid);

}  // namespace touchstone::node
