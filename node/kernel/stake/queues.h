// What an epoch's end does to the queues of stake. [STK-19] to [STK-22]
//
// Each works on the consensus data and on entries that the caller then makes part of the state. The work is bounded by
// MAX_QUEUE_ITEMS, whatever the length of a queue.
#pragma once

#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/stake/ledger.h"

namespace touchstone::node {

/// [STK-19] [STK-20]
Result<void> process_unbond_queue(const Environment& environment, State& state, EntryAccess& entries);
/// [STK-21] [STK-22]
Result<void> process_bond_queue(const Environment& environment, State& state, EntryAccess& entries);

/// [REG-05]
Result<void> make_eligible(ConsensusState& state, EntryAccess& entries, ValidatorIndex index, Epoch current,
                           const Parameters& parameters);

}  // namespace touchstone::node
