// The first state and block. [GEN-01] to [GEN-11]
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "crypto/bls.h"
#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Element i: whether proof i is valid. Called with as many at a time as kProofsAtOnce, from the threads of the
/// environment's loops.
using VerifyProofs = std::function<std::vector<bool>(std::span<const crypto::bls::SignatureSet> proofs)>;
constexpr std::size_t kProofsAtOnce = 256;

/// Each proof alone: needs no randomness.
std::vector<bool> verify_each_proof(std::span<const crypto::bls::SignatureSet> proofs);

/// The configuration in the environment has passed [GEN-01] by having been made.
Result<State> initialize_state(const Environment& environment, const Genesis& genesis,
                               const VerifyProofs& verify = verify_each_proof);

/// Without a look at the proofs: for a genesis whose root is that of one whose proofs were verified. The root is over
/// every key and operator, so what was proved for the one is proved for the other.
Result<State> initialize_proved_state(const Environment& environment, const Genesis& genesis);

/// [GEN-08] without the checks: for tools that make states of registries whose keys nobody has proved. Precondition:
/// some validator has an increment of stake, as [GEN-03] and [GEN-04] ask; else there are no proposers; and no address
/// has two accounts, no key two validators.
State unchecked_genesis_state(const Environment& environment, const Genesis& genesis, PublicKeys keys = {});

/// [GEN-09]
Block genesis_block(const Environment& environment, const State& genesis_state);

/// What a proof of possession signs. [CRY-18]
Root proof_of_possession_root(const BlsPublicKey& key, const Address& operator_address, const Parameters& parameters);

}  // namespace touchstone::node
