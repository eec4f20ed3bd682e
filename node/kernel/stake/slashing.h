// What an offence costs: the pool, and the stake that has left it since. [VAL-09] [STK-23] to [STK-25]
#pragma once

#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/stake/ledger.h"

namespace touchstone::node {

/// [VAL-09], or [STK-24] if the validator is slashed already. Precondition: it is slashable for the offence. The caller
/// makes the changed entries part of the state.
Result<void> slash_validator(const Environment& environment, State& state, EntryAccess& entries, ValidatorIndex index,
                             Epoch offence_epoch, ValidatorIndex proposer);

/// a / total of [SLA-01].
struct CorrelationFraction {
    std::uint64_t adjusted = 0;
    std::uint64_t total = 1;
};
CorrelationFraction correlation_fraction(const State& state, const Parameters& parameters);

/// Of a slashed validator whose time has come: of its pool and of its cohorts in scope. [SLA-01] [STK-25]
Result<void> take_correlation_penalty(const Environment& environment, State& state, EntryAccess& entries,
                                      ValidatorIndex index, const CorrelationFraction& fraction);

}  // namespace touchstone::node
