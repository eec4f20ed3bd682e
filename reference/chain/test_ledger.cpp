#include "reference/chain/test_ledger.h"

#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"

namespace touchstone::reference::test {

namespace {

std::uint64_t big_endian_at(const Bytes& key, std::size_t position) {
    std::uint64_t number = 0;
    for (std::size_t i = position; i < position + 8; ++i)
        number = number << 8 | key[i];
    return number;
}

/// The sums of STK-04, from all entries one by one.
struct Sums {
    std::map<std::uint64_t, Wide> pool_shares;
    std::map<std::pair<std::uint64_t, std::uint64_t>, Wide> cohort_shares;
    std::map<std::pair<std::uint64_t, std::uint64_t>, Cohort> cohorts;
    Wide bonds = 0;
    Wide unbonding = 0;
    std::uint64_t bond_items = 0;
    std::uint64_t unbond_items = 0;
};

Sums sums_of(const ConsensusState& state) {
    Sums sums;
    for (const auto& [key, value] : state.entries.map()) {
        const auto decode = [&]<class T>(T) { return ssz::deserialize<T>(value, state.config).value(); };
        if (key[0] == 0x03) sums.pool_shares[big_endian_at(key, 1)] += decode(std::uint64_t{});
        if (key[0] == 0x04) {
            sums.bonds += decode(QueuedBond{}).amount.value;
            ++sums.bond_items;
        }
        if (key[0] == 0x05) {
            const auto unbond = decode(QueuedUnbond{});
            sums.pool_shares[unbond.validator_index.value] += unbond.shares;
            ++sums.unbond_items;
        }
        if (key[0] == 0x06) {
            const auto cohort = decode(Cohort{});
            sums.cohorts[{big_endian_at(key, 1), big_endian_at(key, 9)}] = cohort;
            sums.unbonding += cohort.tokens.value;
        }
        if (key[0] == 0x07)
            sums.cohort_shares[{big_endian_at(key, 1), big_endian_at(key, 9)}] += decode(std::uint64_t{});
    }
    return sums;
}

}  // namespace

Wide supply(const ConsensusState& state) {
    Wide sum = state.bonding + state.unbonding;
    for (std::size_t i = 0; i < state.validators.size(); ++i)
        sum += state.balances[i] + state.commissions[i];
    for (const auto& [key, value] : state.entries.map()) {
        if (is_account_entry(key, value, state.config))
            sum += ssz::deserialize<Account>(value, state.config).value().balance.value;
    }
    return sum;
}

std::string broken_ledger(const ConsensusState& state) {
    Sums sums = sums_of(state);
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        if (sums.pool_shares[i] != state.shares[i]) return "the shares of pool " + std::to_string(i);
        if (state.shares[i] == 0 && state.balances[i] > 0U) return "tokens without shares in pool " + std::to_string(i);
    }
    for (const auto& [place, cohort] : sums.cohorts) {
        if (sums.cohort_shares[place] != cohort.shares || cohort.shares == 0)
            return "the shares of cohort " + std::to_string(place.second) + " of " + std::to_string(place.first);
    }
    if (sums.cohort_shares.size() != sums.cohorts.size()) return "shares of a cohort that is not there";
    if (sums.bonds != state.bonding) return "bonding";
    if (sums.unbonding != state.unbonding) return "unbonding";
    if (sums.bond_items != state.bond_queue.tail - state.bond_queue.head) return "the items of bond_queue";
    if (sums.unbond_items != state.unbond_queue.tail - state.unbond_queue.head) return "the items of unbond_queue";
    return "";
}

std::string broken_conservation(const ConsensusState& state, Wide at_genesis) {
    if (supply(state) + state.burnt != at_genesis + state.minted) return "the sum of all grains";
    return broken_ledger(state);
}

}  // namespace touchstone::reference::test
