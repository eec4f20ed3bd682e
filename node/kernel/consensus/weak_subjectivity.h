// How long a state can be trusted without having been online. [WS-01] to [WS-04]
#pragma once

#include "node/base/result.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node {

/// In epochs. [WS-01]
std::uint64_t compute_weak_subjectivity_period(const Environment& environment, const State& state);

/// [WS-02] [WS-03]
Result<void> check_weak_subjectivity(const Environment& environment, Epoch current_epoch, const State& state,
                                     const Checkpoint& checkpoint);

/// [WS-04], without what FC-05 checks: ForkChoice::from_checkpoint does both. `ordered_outside` waives WS-03 alone.
/// [WS-05]
Result<void> check_checkpoint_sync(const Environment& environment, const Root& genesis_root, Epoch current_epoch,
                                   const State& state, const Checkpoint& checkpoint, bool ordered_outside);

}  // namespace touchstone::node
