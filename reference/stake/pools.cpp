#include "reference/stake/pools.h"

#include "reference/entries/stake_entries.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [STK-02]
std::optional<std::uint64_t> mint_shares(Amount tokens, std::uint64_t shares, Amount amount) {
    if (shares > 0 && tokens == 0U) return std::nullopt;
    const Wide minted = shares == 0 ? Wide{amount.value} : amount * Wide{shares} / tokens;
    if (minted == 0 || minted + shares > UINT64_MAX) return std::nullopt;
    return static_cast<std::uint64_t>(minted);
}

std::optional<std::uint64_t> mint_shares(const ConsensusState& state, ValidatorIndex index, Amount amount) {
    return mint_shares(state.balances[index.value], state.shares[index.value], amount);
}

Wide share_value(Amount tokens, std::uint64_t shares, std::uint64_t part) {
    if (shares == 0) return 0;
    return part * Wide{tokens.value} / shares;
}

Wide share_value(const ConsensusState& state, ValidatorIndex index, std::uint64_t part) {
    return share_value(state.balances[index.value], state.shares[index.value], part);
}

Result<void> increase_pool_shares(ConsensusState& state, ValidatorIndex index, const Address& address,
                                  std::uint64_t shares) {
    TRY(const auto held, store<std::uint64_t>(Wide{get_pool_shares(state, index, address)} + shares));
    set_pool_shares(state, index, address, held);
    return {};
}

Result<void> decrease_pool_shares(ConsensusState& state, ValidatorIndex index, const Address& address,
                                  std::uint64_t shares) {
    TRY(const auto held, store<std::uint64_t>(Wide{get_pool_shares(state, index, address)} - shares));
    set_pool_shares(state, index, address, held);
    return {};
}

Result<Amount> take_from_pool(ConsensusState& state, ValidatorIndex index, std::uint64_t shares) {
    Amount& tokens_of_pool = state.balances[index.value];
    std::uint64_t& shares_of_pool = state.shares[index.value];
    TRY(const Amount value, store<Amount>(share_value(state, index, shares)));
    TRY(tokens_of_pool, store<Amount>(tokens_of_pool - value));
    TRY(shares_of_pool, store<std::uint64_t>(Wide{shares_of_pool} - shares));
    if (shares_of_pool == 0) {
        TRY(state.burnt, store<Amount>(state.burnt + tokens_of_pool));
        tokens_of_pool = Amount{0};
    }
    return value;
}

// [STK-05]
std::uint64_t get_commission(const Validator& validator, Epoch epoch) {
    return validator.next_commission_epoch <= epoch ? validator.next_commission : validator.commission;
}

// [STK-06]
Result<void> pay_commission(ConsensusState& state, ValidatorIndex index, Wide reward) {
    const std::uint64_t rate = get_commission(state.validators[index.value], get_current_epoch(state));
    const Wide commission = reward * rate / BASIS_POINTS;
    Amount& tokens = state.balances[index.value];
    TRY(tokens, store<Amount>(tokens - commission));
    Amount& commissions = state.commissions[index.value];
    TRY(commissions, store<Amount>(commissions + commission));
    return {};
}

// [STK-14]
bool is_free(const Validator& validator, Epoch epoch, const Parameters& config) {
    return validator.activation_epoch == FAR_FUTURE_EPOCH || withdrawable_epoch(validator, config) <= epoch.value;
}

}  // namespace touchstone::reference
