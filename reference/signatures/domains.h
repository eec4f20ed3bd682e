// What a signature is over, and for: domains and signing roots [CRY-14] to [CRY-18].
#pragma once

#include "reference/types/containers.h"

namespace touchstone::reference {

/// [TYP-02] A version is the parameter's four bytes, little-endian.
Version version_of(std::uint64_t parameter);

Domain compute_domain(const std::array<std::uint8_t, 4>& type, const Version& fork_version, const Root& genesis_root);

/// [CRY-15]
template <class T>
Root compute_signing_root(const T& object, const Domain& domain, const Parameters& config) {
    return hash_tree_root(SigningData{hash_tree_root(object, config), domain}, ssz::NO_LIMITS);
}

Domain get_domain(const ConsensusState& state, const std::array<std::uint8_t, 4>& type, Epoch epoch);
ForkDigest compute_fork_digest(const Version& fork_version, const Root& genesis_root);

/// The root that a proof of possession signs.
Root proof_of_possession_root(const BLSPubkey& pubkey, const Address& operator_address, const Parameters& config);

/// [CRY-18]
Result<void> verify_proof_of_possession(const BLSPubkey& pubkey, const Address& operator_address,
                                        const BLSSignature& proof, const Parameters& config);

}  // namespace touchstone::reference
