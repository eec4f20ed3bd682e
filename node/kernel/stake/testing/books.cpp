#include "node/kernel/stake/testing/books.h"

#include <map>
#include <utility>

#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

using CohortName = std::pair<std::uint64_t, std::uint64_t>;

/// Sums over all entries.
struct Books {
    Uint128 accounts = 0;
    Uint128 bonds = 0;
    Uint128 cohort_tokens = 0;
    std::uint64_t bond_items = 0;
    std::uint64_t unbond_items = 0;
    std::uint64_t keys = 0;
    std::map<std::uint64_t, Uint128> pool_shares;  // of holders and in the queue
    std::map<CohortName, Uint128> cohort_shares;
    std::map<CohortName, Cohort> cohorts;
};

std::uint64_t number_at(Bytes bytes, std::size_t at) {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : bytes.subspan(at, 8))
        number = number << 8U | byte;
    return number;
}

std::uint64_t value_of(const KvEntry& entry) {
    std::uint64_t number = 0;
    std::memcpy(&number, entry.value.data(), sizeof number);
    return number;
}

template <class T>
T decoded(const KvEntry& entry) {
    return decode<T>(entry.value, Parameters{}).value();
}

bool is_item(const KvEntry& entry, const Queue& queue) {
    const std::uint64_t number = number_at(entry.key, 1);
    return queue.head <= number && number < queue.tail;
}

void add(Books& books, const KvEntry& entry, const ConsensusState& state) {
    switch (entry.key.front()) {
        case 1:
            books.accounts += decoded<Account>(entry).balance.value();
            break;
        case 2:
            ++books.keys;
            break;
        case 3:
            books.pool_shares[number_at(entry.key, 1)] += value_of(entry);
            break;
        case 4:
            books.bonds += decoded<QueuedBond>(entry).amount.value();
            if (is_item(entry, state.bond_queue)) ++books.bond_items;
            break;
        case 5: {
            const auto item = decoded<QueuedUnbond>(entry);
            books.pool_shares[item.validator_index.value()] += item.shares;
            if (is_item(entry, state.unbond_queue)) ++books.unbond_items;
            break;
        }
        case 6:
            books.cohort_tokens += decoded<Cohort>(entry).tokens.value();
            books.cohorts[{number_at(entry.key, 1), number_at(entry.key, 9)}] = decoded<Cohort>(entry);
            break;
        default:
            books.cohort_shares[{number_at(entry.key, 1), number_at(entry.key, 9)}] += value_of(entry);
            break;
    }
}

Books read_books(const State& state) {
    Books books;
    for (const KvEntry& entry : tree::all_entries(state.tree()).entries)
        add(books, entry, state.consensus());
    return books;
}

Uint128 supply_of(const Books& books, const ConsensusState& state) {
    Uint128 supply = books.accounts + state.bonding.value() + state.unbonding.value() + state.burnt.value();
    for (std::size_t i = 0; i < state.validators.size(); ++i)
        supply += Uint128{state.balances[i].value()} + state.commissions[i].value();
    return supply - state.minted.value();
}

}  // namespace

Uint128 genesis_supply_of(const State& state) { return supply_of(read_books(state), state.consensus()); }

std::optional<std::string> find_imbalance(const State& state, Uint128 genesis_supply) {
    const ConsensusState& consensus = state.consensus();
    if (state.tree().root() != consensus.tree_root) return "tree_root is not the tree's";
    const Books books = read_books(state);
    if (supply_of(books, consensus) != genesis_supply) return "the supply is not that of genesis and what was minted";
    if (books.bonds != consensus.bonding.value()) return "bonding is not what is queued";
    if (books.cohort_tokens != consensus.unbonding.value()) return "unbonding is not what the cohorts have";
    if (books.bond_items != consensus.bond_queue.tail - consensus.bond_queue.head) return "a bond is missing";
    if (books.unbond_items != consensus.unbond_queue.tail - consensus.unbond_queue.head) return "an unbond is missing";
    if (books.keys != consensus.validators.size()) return "not every validator has the entry of its key";
    for (std::size_t i = 0; i < consensus.validators.size(); ++i) {
        const auto held = books.pool_shares.find(i);
        const Uint128 sum = held == books.pool_shares.end() ? Uint128{0} : held->second;
        if (sum != consensus.shares[i]) return "shares of pool " + std::to_string(i);
    }
    for (const auto& [name, cohort] : books.cohorts) {
        const auto held = books.cohort_shares.find(name);
        const Uint128 sum = held == books.cohort_shares.end() ? Uint128{0} : held->second;
        if (sum != cohort.shares) return "shares of a cohort of validator " + std::to_string(name.first);
    }
    if (books.cohort_shares.size() > books.cohorts.size()) return "shares of a cohort that is not there";
    return std::nullopt;
}

}  // namespace touchstone::node
