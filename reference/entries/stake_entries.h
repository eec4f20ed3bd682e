// Page 17: the entries of stake. Setting one changes the entry alone: `update_tree_root` follows, once for all.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [STK-03]
Bytes validator_key(const BLSPubkey& pubkey);
Bytes pool_share_key(ValidatorIndex index, const Address& address);
Bytes queued_bond_key(std::uint64_t number);
Bytes queued_unbond_key(std::uint64_t number);
Bytes cohort_key(ValidatorIndex index, Epoch exit_epoch);
Bytes cohort_share_key(ValidatorIndex index, Epoch exit_epoch, const Address& address);

/// [ACC-02] Whether a key is one of the table of STK-03, and the value what belongs to it.
bool is_stake_entry(const Bytes& key, const Bytes& value, const Parameters& config);

/// Whose the public key is.
std::optional<ValidatorIndex> get_validator_index(const ConsensusState& state, const BLSPubkey& pubkey);
void set_validator_index(ConsensusState& state, const BLSPubkey& pubkey, ValidatorIndex index);

/// Shares of the pool that the address holds; no entry if none.
std::uint64_t get_pool_shares(const ConsensusState& state, ValidatorIndex index, const Address& address);
void set_pool_shares(ConsensusState& state, ValidatorIndex index, const Address& address, std::uint64_t shares);

std::optional<Cohort> get_cohort(const ConsensusState& state, ValidatorIndex index, Epoch exit_epoch);
void set_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch, const Cohort& cohort);
void remove_cohort(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch);

/// Shares of the cohort that the address holds; no entry if none.
std::uint64_t get_cohort_shares(const ConsensusState& state, ValidatorIndex index, Epoch exit_epoch,
                                const Address& address);
void set_cohort_shares(ConsensusState& state, ValidatorIndex index, Epoch exit_epoch, const Address& address,
                       std::uint64_t shares);

inline bool is_empty(const Queue& queue) { return queue.head >= queue.tail; }

/// The head of a queue that is not empty. Rejected if it has no entry, or names no registered validator.
Result<QueuedBond> get_first_bond(const ConsensusState& state);
Result<QueuedUnbond> get_first_unbond(const ConsensusState& state);
/// What is left of the head.
void set_first_bond(ConsensusState& state, const QueuedBond& bond);
void set_first_unbond(ConsensusState& state, const QueuedUnbond& unbond);
void remove_first_bond(ConsensusState& state);
void remove_first_unbond(ConsensusState& state);
/// Gives the number of the item.
Result<std::uint64_t> append_bond(ConsensusState& state, const QueuedBond& bond);
Result<std::uint64_t> append_unbond(ConsensusState& state, const QueuedUnbond& unbond);

}  // namespace touchstone::reference
