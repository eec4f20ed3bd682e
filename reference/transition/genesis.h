// Page 04: how a chain begins.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [GEN-01] to [GEN-08], [GEN-10], [GEN-11] The state of slot 0.
Result<ConsensusState> initialize_state(const Parameters& config, const Genesis& genesis);

/// [GEN-09] The genesis block of a genesis state.
Block genesis_block(const ConsensusState& genesis_state);

}  // namespace touchstone::reference
