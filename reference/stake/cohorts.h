// Page 17: cohorts, the stake that has left a pool and can still be punished.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [STK-20] Moves shares of the pool, with their value, to the cohort of the next epoch, of which the delegator holds
/// a share for each token. Gives the value.
Result<Amount> leave(ConsensusState& state, ValidatorIndex index, const Address& delegator, std::uint64_t shares);

/// [STK-23] The exit epochs of the validator's cohorts in scope of an offence, newest first. Rejected if their list
/// does not go back in time [STK-03].
Result<std::vector<Epoch>> get_cohorts_in_scope(const ConsensusState& state, ValidatorIndex index, Epoch offence);

/// Takes tokens of a cohort, and out of `unbonding`. What becomes of them is the caller's.
Result<void> decrease_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch, Wide tokens);

}  // namespace touchstone::reference
