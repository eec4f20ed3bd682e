// Signatures are collected while a message is processed and verified afterwards, all together.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "crypto/bls.h"
#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node {

/// A signature that has to be valid, and the clause that is broken if it is not. For an aggregate, `key` is the sum of
/// the signers' keys; nothing if a key is invalid or the sum is no key: then the signature is not valid.
struct SignatureSet {
    Clause clause;
    std::optional<crypto::bls::PublicKey> key;
    crypto::Digest message{};
    BlsSignature signature;
};

using SignatureSets = std::vector<SignatureSet>;

SignatureSet signature_set(Clause clause, const State& state, ValidatorIndex signer, const Root& signing_root,
                           const BlsSignature& signature);
SignatureSet aggregate_signature_set(Clause clause, const State& state, std::span<const ValidatorIndex> signers,
                                     const Root& signing_root, const BlsSignature& signature);

/// Element i: whether set i is valid. Any way to find out: inline, a pool of threads, or known from before.
using VerifySignatures = std::function<std::vector<bool>(std::span<const SignatureSet> sets)>;

/// One multi-pairing with fallback to single verification, on the calling thread. [CRY-07]
VerifySignatures verify_inline(const crypto::bls::BatchSeed& seed);

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
