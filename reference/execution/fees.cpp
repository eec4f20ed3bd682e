#include "reference/execution/fees.h"

#include "reference/entries/accounts.h"

namespace touchstone::reference {

// [FEE-01]
Result<std::uint64_t> next_base_fee(std::uint64_t base_fee, std::uint64_t gas_used, const Parameters& config) {
    const std::uint64_t target = config.BLOCK_GAS_LIMIT / GAS_ELASTICITY;
    const Wide f = base_fee;
    const std::uint64_t denominator = config.BASE_FEE_CHANGE_DENOMINATOR;
    if (gas_used == target) return base_fee;
    if (gas_used > target) {
        return store<std::uint64_t>(f + std::max<Wide>(1, f * (gas_used - target) / target / denominator));
    }
    return store<std::uint64_t>(
        std::max<Wide>(config.MIN_BASE_FEE, f - f * (target - gas_used) / target / denominator));
}

// [FEE-02]
Result<void> credit_tips(ConsensusState& state, ValidatorIndex proposer, Wide tips) {
    if (tips == 0) return {};
    REQUIRE(proposer < state.validators.size(), Clause::BLK_04);
    const Address operator_address = state.validators[proposer.value].operator_address;
    Account account = get_account(state, operator_address);
    TRY(account.balance, store<Amount>(account.balance + tips));
    set_account(state, operator_address, account);
    return {};
}

}  // namespace touchstone::reference
