// The end of an epoch. [EPO-01]
//
// process_epoch is the whole; the steps stand alone for whoever wants to see one of them. Every step is one pass over
// flat arrays, and the queues of stake as much as they may do in an epoch. What changes of the entries is collected,
// and is part of the state at the end of process_epoch, or of the step. The state's context (committees, totals) is
// that of the ending epoch all the while; process_slots renews it.
#pragma once

#include "node/base/result.h"
#include "node/kernel/consensus/state.h"

namespace touchstone::node {

Result<void> process_epoch(const Environment& environment, State& state);

Result<void> process_proposer_lookahead(const Environment& environment, State& state);  // [EPO-02]
Result<void> process_justification_and_finalization(const Environment& environment,
                                                    State& state);                           // [JUS-02] to [JUS-04]
Result<void> process_inactivity_updates(const Environment& environment, State& state);       // [INA-03]
Result<void> process_rewards_and_penalties(const Environment& environment, State& state);    // [REW-01]
Result<void> process_slashings(const Environment& environment, State& state);                // [SLA-01]
Result<void> process_unbond_queue(const Environment& environment, State& state);             // [STK-19]
Result<void> process_bond_queue(const Environment& environment, State& state);               // [STK-21]
Result<void> process_registry_updates(const Environment& environment, State& state);         // [REG-01] to [REG-04]
Result<void> process_effective_stake_updates(const Environment& environment, State& state);  // [EFF-01]
Result<void> process_resets(const Environment& environment, State& state);                   // [RES-01]

/// Rewards and penalties of every validator under one component. [REW-03] [REW-04]
struct Deltas {
    std::vector<std::uint64_t> rewards;
    std::vector<std::uint64_t> penalties;
};
/// Flag 0, 1 or 2.
Deltas get_flag_index_deltas(const Environment& environment, const State& state, std::uint64_t flag);
Deltas get_inactivity_penalty_deltas(const Environment& environment, const State& state);

/// The checkpoints that justification would give, without changing the state: what is pulled up. [FC-26]
struct JustificationOutcome {
    JustificationBits bits;
    Checkpoint previous_justified;
    Checkpoint current_justified;
    Checkpoint finalized;
};
Result<JustificationOutcome> compute_justification(const Environment& environment, const State& state);

}  // namespace touchstone::node
