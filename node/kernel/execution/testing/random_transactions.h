// Transactions of a block, drawn by RapidCheck: within its properties. Unsigned, for signatures are not part of what
// the executors do. Now and then one makes the block invalid.
#pragma once

#include <vector>

#include "node/kernel/execution/testing/stake_scene.h"

namespace touchstone::node::execution_test {

/// On state_at_one(): transfers that conflict in many ways, or in none.
std::vector<SignedTransaction> any_transfers(const State& state);

/// The first state with pools that are active, free, leaving, held.
State any_state();
/// On such a state: operations on stake, among transfers.
std::vector<SignedTransaction> any_operations(const State& state);

}  // namespace touchstone::node::execution_test
