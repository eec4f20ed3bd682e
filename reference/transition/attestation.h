// Page 08: attestations.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [ATT-01] The members of the committee whose bit is set, ascending; there are as many bits as members.
std::vector<ValidatorIndex> get_attesting_indices(const ConsensusState& state, const Attestation& attestation);
IndexedAttestation get_indexed_attestation(const ConsensusState& state, const Attestation& attestation);

/// [ATT-09] to [ATT-11]
Result<void> check_attesting_indices(const ConsensusState& state, const IndexedAttestation& indexed);
/// [ATT-09] to [ATT-12]
Result<void> is_valid_indexed_attestation(const ConsensusState& state, const IndexedAttestation& indexed);

/// [ATT-13] Bit i is flag i.
Result<ParticipationFlags> get_attestation_participation_flags(const ConsensusState& state,
                                                               const AttestationData& data);

Result<void> process_attestation(ConsensusState& state, const Attestation& attestation);

}  // namespace touchstone::reference
