// The figure that tells people how the network is doing.
#pragma once

#include <optional>

#include "node/kernel/consensus/state.h"

namespace touchstone::node {

/// Stake of the unslashed validators that voted for the right target of the state's previous epoch, over all stake that
/// was active in it; 0 to 1. Nothing in the first epoch, which has no previous one.
std::optional<double> previous_target_participation(const Environment& environment, const State& state);

}  // namespace touchstone::node
