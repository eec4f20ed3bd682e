// Page 17: pools of stake and their shares, and commission. The pool of validator i has `balances[i]` tokens and
// `shares[i]` shares [STK-01]; who holds how many is in the entries.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [STK-02] Shares for an amount, of a pool of tokens and shares; nothing if there are none for it.
std::optional<std::uint64_t> mint_shares(Amount tokens, std::uint64_t shares, Amount amount);
std::optional<std::uint64_t> mint_shares(const ConsensusState& state, ValidatorIndex index, Amount amount);
/// [STK-02] Tokens for a part of the shares; 0 if there are no shares. Exact: it fits if there are so many shares.
Wide share_value(Amount tokens, std::uint64_t shares, std::uint64_t part);
Wide share_value(const ConsensusState& state, ValidatorIndex index, std::uint64_t part);

/// [STK-03] The address holds more, or less, shares of the pool.
Result<void> increase_pool_shares(ConsensusState& state, ValidatorIndex index, const Address& address,
                                  std::uint64_t shares);
Result<void> decrease_pool_shares(ConsensusState& state, ValidatorIndex index, const Address& address,
                                  std::uint64_t shares);
/// [STK-13], [STK-20] Takes shares and their value out of a pool; what the last shares leave behind burns. Gives the
/// value.
Result<Amount> take_from_pool(ConsensusState& state, ValidatorIndex index, std::uint64_t shares);

/// [STK-05] In basis points.
std::uint64_t get_commission(const Validator& validator, Epoch epoch);
/// [STK-06]
Result<void> pay_commission(ConsensusState& state, ValidatorIndex index, Wide reward);

/// [STK-14] Whether stake may leave the validator's pool at once.
bool is_free(const Validator& validator, Epoch epoch, const Parameters& config);

}  // namespace touchstone::reference
