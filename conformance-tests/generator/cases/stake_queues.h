// What the cases of both queues of stake share. Every state is that of the end of epoch 3.
#pragma once

#include "conformance-tests/generator/cases/epochs.h"
#include "conformance-tests/generator/cases/stake.h"

namespace touchstone::vectors {

/// Whoever has shares, and whoever else.
const Address& holder();
const Address& other();

/// Of a chain without blocks, and without the penalties of the absent: a share is worth a token.
ConsensusState state_before_queues(const Plan& plan);

/// What has to hold of the state afterwards.
using Holds = std::function<bool(const ConsensusState&)>;
/// A case of a queue, in which that holds.
void add_queue_case(Suite& suite, const std::string& queue, Step step, const Title& title, const ConsensusState& pre,
                    const Holds& holds);

}  // namespace touchstone::vectors
