// Page 16: the base fee, and the tips of a block.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [FEE-01]
Result<std::uint64_t> next_base_fee(std::uint64_t base_fee, std::uint64_t gas_used, const Parameters& config);
/// [FEE-02] Gives the tips of a block to its proposer's operator. `tree_root` follows at the end of the block.
Result<void> credit_tips(ConsensusState& state, ValidatorIndex proposer, Wide tips);

}  // namespace touchstone::reference
