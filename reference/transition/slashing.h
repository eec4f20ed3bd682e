// Page 08: evidence of offences in a block.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

Result<void> process_proposer_slashing(ConsensusState& state, const ProposerSlashing& slashing);

/// [ASL-01]
bool is_slashable_attestation_data(const AttestationData& d1, const AttestationData& d2);
Result<void> process_attester_slashing(ConsensusState& state, const AttesterSlashing& slashing);

/// The indices that are in both attestations, ascending.
std::vector<ValidatorIndex> common_indices(const AttesterSlashing& slashing);

}  // namespace touchstone::reference
