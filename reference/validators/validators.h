// Page 07: validators, their stake, and exits. (`slash_validator` is in stake/.)
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

bool is_active_validator(const Validator& validator, Epoch epoch);
/// Exact: it may be later than any epoch.
Wide withdrawable_epoch(const Validator& validator, const Parameters& config);
/// In the current epoch, for an offence.
bool is_slashable_validator(const Validator& validator, Epoch current, Epoch offence, const Parameters& config);

Result<Amount> sum_of_effective_stakes(const ConsensusState& state, const std::vector<ValidatorIndex>& indices);
/// At least one increment.
Result<Amount> get_total_stake(const ConsensusState& state, const std::vector<ValidatorIndex>& indices);
Result<Amount> get_total_active_stake(const ConsensusState& state);

Result<void> increase_balance(ConsensusState& state, ValidatorIndex index, Amount delta);
Result<void> decrease_balance(ConsensusState& state, ValidatorIndex index, Amount delta);

Result<Amount> get_churn(const ConsensusState& state);
/// Gives the number of the item that was added to `unbond_queue`, 0 if none. `tree_root` follows.
Result<std::uint64_t> initiate_validator_exit(ConsensusState& state, ValidatorIndex index);

}  // namespace touchstone::reference
