// The first state and block. [GEN-01] to [GEN-09]
#pragma once

#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// The configuration in the environment has passed [GEN-01] by having been made.
Result<State> initialize_state(const Environment& environment, const Genesis& genesis);

/// [GEN-08] without the checks: for tools that make states of registries whose keys nobody has proved.
ConsensusState genesis_consensus_state(const Config& config, const Genesis& genesis);

/// [GEN-09]
Block genesis_block(const Environment& environment, const State& genesis_state);

/// What a proof of possession signs. [CRY-18]
Root proof_of_possession_root(const BlsPublicKey& key, const Address& operator_address, const Parameters& parameters);

}  // namespace touchstone::node
