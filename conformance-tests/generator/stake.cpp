#include "conformance-tests/generator/stake.h"

#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"

namespace touchstone::vectors {

namespace ref = reference;

namespace {

Bytes key(std::uint8_t kind, std::initializer_list<std::uint64_t> numbers, std::span<const std::uint8_t> rest = {}) {
    Bytes bytes{kind};
    for (const std::uint64_t number : numbers) {
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::uint8_t>(number >> static_cast<unsigned>(shift)));
    }
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

template <class T>
std::optional<T> entry_at(const ConsensusState& state, const Bytes& at) {
    const auto found = state.entries.map().find(at);
    if (found == state.entries.map().end()) return std::nullopt;
    return need(ref::ssz::deserialize<T>(found->second, state.config));
}

std::uint64_t number_at(const ConsensusState& state, const Bytes& at) {
    const auto found = state.entries.map().find(at);
    return found == state.entries.map().end() ? 0 : ref::from_little_endian(found->second);
}

void put_number(ConsensusState& state, const Bytes& at, std::uint64_t number) {
    if (number == 0) {
        state.entries.change().erase(at);
        return;
    }
    Bytes value;
    for (unsigned shift = 0; shift < 64; shift += 8)
        value.push_back(static_cast<std::uint8_t>(number >> shift));
    state.entries.change()[at] = value;
}

// The sum of the numbers of all entries of a kind whose keys begin with a pool or a cohort.
std::map<Bytes, ref::Wide> sums_of(const ConsensusState& state, std::uint8_t kind, std::size_t length) {
    std::map<Bytes, ref::Wide> sums;
    for (const auto& [at, value] : state.entries.map()) {
        if (at[0] != kind) continue;
        sums[Bytes(at.begin() + 1, at.begin() + 1 + static_cast<std::ptrdiff_t>(length))] +=
            ref::from_little_endian(value);
    }
    return sums;
}

}  // namespace

Bytes key_of_pubkey(const ref::BLSPubkey& pubkey) { return key(2, {}, pubkey.bytes); }
Bytes key_of_pool_shares(std::uint64_t index, const Address& holder) { return key(3, {index}, holder.bytes); }
Bytes key_of_bond(std::uint64_t number) { return key(4, {number}); }
Bytes key_of_unbond(std::uint64_t number) { return key(5, {number}); }
Bytes key_of_cohort(std::uint64_t index, std::uint64_t exit_epoch) { return key(6, {index, exit_epoch}); }
Bytes key_of_cohort_shares(std::uint64_t index, std::uint64_t exit_epoch, const Address& holder) {
    return key(7, {index, exit_epoch}, holder.bytes);
}

std::uint64_t pool_shares(const ConsensusState& state, std::uint64_t index, const Address& holder) {
    return number_at(state, key_of_pool_shares(index, holder));
}

std::uint64_t cohort_shares(const ConsensusState& state, std::uint64_t index, std::uint64_t exit_epoch,
                            const Address& holder) {
    return number_at(state, key_of_cohort_shares(index, exit_epoch, holder));
}

std::optional<Cohort> cohort_at(const ConsensusState& state, std::uint64_t index, std::uint64_t exit_epoch) {
    return entry_at<Cohort>(state, key_of_cohort(index, exit_epoch));
}

std::optional<QueuedBond> bond_at(const ConsensusState& state, std::uint64_t number) {
    return entry_at<QueuedBond>(state, key_of_bond(number));
}

std::optional<QueuedUnbond> unbond_at(const ConsensusState& state, std::uint64_t number) {
    return entry_at<QueuedUnbond>(state, key_of_unbond(number));
}

std::uint64_t balance_of(const ConsensusState& state, const Address& address) {
    return ref::get_account(state, address).balance.value;
}

void hold(ConsensusState& state, std::uint64_t index, const Address& holder, std::uint64_t shares) {
    put_number(state, key_of_pool_shares(index, holder), pool_shares(state, index, holder) + shares);
    state.shares[index] += shares;
    state.balances[index].value += shares;
}

void queue_bond(ConsensusState& state, const QueuedBond& item) {
    state.entries.change()[key_of_bond(state.bond_queue.tail++)] = ref::ssz::serialize(item, state.config);
    state.bonding.value += item.amount.value;
}

void queue_unbond(ConsensusState& state, const QueuedUnbond& item) {
    const std::uint64_t held = pool_shares(state, item.validator_index.value, item.delegator);
    put_number(state, key_of_pool_shares(item.validator_index.value, item.delegator), held - item.shares);
    state.entries.change()[key_of_unbond(state.unbond_queue.tail++)] = ref::ssz::serialize(item, state.config);
}

void queue_exit(ConsensusState& state, std::uint64_t index, std::uint64_t request_epoch) {
    state.validators[index].exit_request_epoch = Epoch{request_epoch};
    queue_unbond(state, {ValidatorIndex{index}, {}, 0});
}

void put_cohort(ConsensusState& state, std::uint64_t index, std::uint64_t exit_epoch, std::uint64_t tokens,
                const std::vector<Holding>& holdings, std::uint64_t hold_epoch) {
    Cohort cohort{Amount{tokens}, 0, Epoch{hold_epoch}, state.validators[index].last_cohort};
    for (const Holding& holding : holdings) {
        put_number(state, key_of_cohort_shares(index, exit_epoch, holding.holder), holding.shares);
        cohort.shares += holding.shares;
    }
    state.entries.change()[key_of_cohort(index, exit_epoch)] = ref::ssz::serialize(cohort, state.config);
    state.validators[index].last_cohort = Epoch{exit_epoch};
    state.unbonding.value += tokens;
}

void make_candidate(ConsensusState& state, std::uint64_t index, std::uint64_t effective_stake) {
    reference::Validator& validator = state.validators[index];
    validator.activation_epoch = validator.eligibility_epoch = far_future();
    validator.effective_stake = tst(effective_stake);
}

ConsensusState settled(ConsensusState state) {
    ref::update_tree_root(state);
    return state;
}

std::string stake_that_does_not_add_up(const ConsensusState& state) {
    const auto pools = sums_of(state, 3, 8);
    const auto cohorts = sums_of(state, 7, 16);
    std::map<std::uint64_t, ref::Wide> waiting;
    ref::Wide bonding = 0;
    ref::Wide unbonding = 0;
    for (const auto& [at, value] : state.entries.map()) {
        if (at[0] == 4) bonding += entry_at<QueuedBond>(state, at)->amount.value;
        if (at[0] == 5) {
            const auto item = *entry_at<QueuedUnbond>(state, at);
            waiting[item.validator_index.value] += item.shares;
        }
        if (at[0] != 6) continue;
        const Cohort cohort = *entry_at<Cohort>(state, at);
        unbonding += cohort.tokens.value;
        const auto held = cohorts.find(Bytes(at.begin() + 1, at.end()));
        if ((held == cohorts.end() ? 0 : held->second) != cohort.shares) return "the shares of a cohort";
    }
    for (std::uint64_t i = 0; i < state.shares.size(); ++i) {
        const Bytes pool = key(3, {i});
        const auto held = pools.find(Bytes(pool.begin() + 1, pool.end()));
        if ((held == pools.end() ? 0 : held->second) + waiting[i] != state.shares[i])
            return "the shares of pool " + std::to_string(i);
    }
    if (bonding != state.bonding.value) return "bonding";
    return unbonding == state.unbonding.value ? "" : "unbonding";
}

ref::Wide supply_of(const ConsensusState& state) {
    ref::Wide sum = state.bonding.value;
    sum += state.unbonding.value;
    sum += state.burnt.value;
    for (const Amount balance : state.balances)
        sum += balance.value;
    for (const Amount commission : state.commissions)
        sum += commission.value;
    for (const auto& [at, value] : state.entries.map()) {
        if (at[0] == 1) sum += entry_at<ref::Account>(state, at)->balance.value;
    }
    return sum - state.minted.value;
}

std::uint64_t quotient(std::uint64_t factor, std::uint64_t other, std::uint64_t divisor) {
    return static_cast<std::uint64_t>(static_cast<ref::Wide>(factor) * other / divisor);
}

std::uint64_t quotient_up(std::uint64_t factor, std::uint64_t other, std::uint64_t divisor) {
    const auto product = static_cast<ref::Wide>(factor) * other;
    return static_cast<std::uint64_t>(product / divisor + (product % divisor == 0 ? 0 : 1));
}

}  // namespace touchstone::vectors
