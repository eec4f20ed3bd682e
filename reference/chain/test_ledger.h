// For tests: what is true of the money in every state of a chain.
#pragma once

#include <string>

#include "reference/types/containers.h"

namespace touchstone::reference::test {

/// [VAL-06] The grains that a state holds, without those that burnt.
Wide supply(const ConsensusState& state);

/// [STK-04] Which sum is not what it should be; nothing if all are. A queue's items are there, and no others.
std::string broken_ledger(const ConsensusState& state);

/// [VAL-06], [STK-04] What does not hold of a state of a chain that had so many grains at genesis; nothing if all does.
std::string broken_conservation(const ConsensusState& state, Wide at_genesis);

}  // namespace touchstone::reference::test
