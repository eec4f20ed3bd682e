// Page 07: validators, their stake, exits and slashing.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

bool is_active_validator(const Validator& validator, Epoch epoch);
/// Exact: it may be later than any epoch.
Wide withdrawable_epoch(const Validator& validator, const Parameters& config);
bool is_slashable_validator(const Validator& validator, Epoch epoch, const Parameters& config);

Result<Amount> sum_of_effective_stakes(const ConsensusState& state, const std::vector<ValidatorIndex>& indices);
/// At least one increment.
Result<Amount> get_total_stake(const ConsensusState& state, const std::vector<ValidatorIndex>& indices);
Result<Amount> get_total_active_stake(const ConsensusState& state);

Result<void> increase_balance(ConsensusState& state, ValidatorIndex index, Amount delta);
Result<void> decrease_balance(ConsensusState& state, ValidatorIndex index, Amount delta);

Result<Amount> get_exit_churn(const ConsensusState& state);
void initiate_validator_exit(ConsensusState& state, ValidatorIndex index);
Result<void> slash_validator(ConsensusState& state, ValidatorIndex index);

}  // namespace touchstone::reference
