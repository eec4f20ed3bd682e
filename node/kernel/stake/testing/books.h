// What a look at all entries of a state says of its stake: the invariants that no single step shows. [VAL-06] [STK-04]
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node {

/// Everything that there is, and what was burnt, less what was minted: what there was at genesis.
Uint128 genesis_supply_of(const State& state);

/// What does not add up; nothing if all does.
std::optional<std::string> find_imbalance(const State& state, Uint128 genesis_supply);

}  // namespace touchstone::node
