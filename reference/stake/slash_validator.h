// Pages 07 and 17: what an offence costs.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [VAL-09], [STK-24] For an offence of an epoch, reported in a block of the proposer. `tree_root` follows.
Result<void> slash_validator(ConsensusState& state, ValidatorIndex index, Epoch offence, ValidatorIndex proposer);

/// [SLA-01] The part of its stake that a validator loses whose penalty is due now.
struct CorrelationPenalty {
    Wide a = 0;
    Amount total;
    Wide of(Amount stake) const { return ceil_div(stake * a, total.value); }
};
Result<CorrelationPenalty> get_correlation_penalty(const ConsensusState& state);

/// [SLA-01], [STK-25] `tree_root` follows.
Result<void> process_slashings(ConsensusState& state);

}  // namespace touchstone::reference
