// The stake of states that cases begin from: entries of holders, items of queues and cohorts [STK-03], put there by
// hand so that they add up [STK-04]; and the sums that have to stay what they were.
#pragma once

#include "conformance-tests/generator/transactions.h"
#include "conformance-tests/generator/vector.h"

namespace touchstone::vectors {

using reference::Cohort;
using reference::QueuedBond;
using reference::QueuedUnbond;

/// The keys of STK-03, byte by byte.
Bytes key_of_pubkey(const reference::BLSPubkey& pubkey);
Bytes key_of_pool_shares(std::uint64_t index, const Address& holder);
Bytes key_of_bond(std::uint64_t number);
Bytes key_of_unbond(std::uint64_t number);
Bytes key_of_cohort(std::uint64_t index, std::uint64_t exit_epoch);
Bytes key_of_cohort_shares(std::uint64_t index, std::uint64_t exit_epoch, const Address& holder);

/// What the address holds of the pool, by its entry.
std::uint64_t pool_shares(const ConsensusState& state, std::uint64_t index, const Address& holder);
std::uint64_t cohort_shares(const ConsensusState& state, std::uint64_t index, std::uint64_t exit_epoch,
                            const Address& holder);
std::optional<Cohort> cohort_at(const ConsensusState& state, std::uint64_t index, std::uint64_t exit_epoch);
std::optional<QueuedBond> bond_at(const ConsensusState& state, std::uint64_t number);
std::optional<QueuedUnbond> unbond_at(const ConsensusState& state, std::uint64_t number);
std::uint64_t balance_of(const ConsensusState& state, const Address& address);

/// Gives the address so many shares more of the pool, and the pool so many tokens and shares more.
void hold(ConsensusState& state, std::uint64_t index, const Address& holder, std::uint64_t shares);
/// Appends an item, whose amount is in `bonding`.
void queue_bond(ConsensusState& state, const QueuedBond& item);
/// Appends an item, whose shares leave those that the delegator holds.
void queue_unbond(ConsensusState& state, const QueuedUnbond& item);
/// A validator asks for its exit: the item of it.
void queue_exit(ConsensusState& state, std::uint64_t index, std::uint64_t request_epoch = 1);
/// A cohort and its holders, whose shares add up to its own; the newest of the validator's so far.
struct Holding {
    Address holder;
    std::uint64_t shares;
};
void put_cohort(ConsensusState& state, std::uint64_t index, std::uint64_t exit_epoch, std::uint64_t tokens,
                const std::vector<Holding>& holdings, std::uint64_t hold_epoch = 0);

/// Takes a validator of genesis back to one that was registered and never active, with this effective stake.
void make_candidate(ConsensusState& state, std::uint64_t index, std::uint64_t effective_stake);

/// With the root of its entries.
ConsensusState settled(ConsensusState state);

/// What is wrong with the sums of STK-04; empty if nothing is.
std::string stake_that_does_not_add_up(const ConsensusState& state);
/// The sum of VAL-06 less what was minted.
reference::Wide supply_of(const ConsensusState& state);

/// s · B / S and ceil(s · B / S), of exact products.
std::uint64_t quotient(std::uint64_t factor, std::uint64_t other, std::uint64_t divisor);
std::uint64_t quotient_up(std::uint64_t factor, std::uint64_t other, std::uint64_t divisor);

}  // namespace touchstone::vectors
