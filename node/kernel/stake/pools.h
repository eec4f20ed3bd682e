// Pools: shares and what they are worth, commission, and the numbering of the queues. [STK-01] to [STK-06]
#pragma once

#include <cstdint>
#include <optional>

#include "node/base/result.h"
#include "node/kernel/consensus/config.h"
#include "node/kernel/stake/ledger.h"
#include "node/types/consensus_state.h"

namespace touchstone::node {

/// Tokens and shares of a pool.
struct Pool {
    std::uint64_t tokens = 0;
    std::uint64_t shares = 0;
};

inline Pool pool_of(const ConsensusState& state, ValidatorIndex index) {
    return {state.balances[index.value()].value(), state.shares[index.value()]};
}

/// The shares for an amount; nothing if there are none. [STK-02]
std::optional<std::uint64_t> mint_shares(const Pool& pool, std::uint64_t amount);
/// The tokens for a part of the shares; 0 of a pool without shares. Precondition: the part is at most all shares; of
/// more, at most 2^64 - 1. [STK-02]
std::uint64_t share_value(const Pool& pool, std::uint64_t part);

std::optional<std::uint64_t> mint_shares(const ConsensusState& state, ValidatorIndex index, std::uint64_t amount);
std::uint64_t share_value(const ConsensusState& state, ValidatorIndex index, std::uint64_t part);

/// [STK-05]
std::uint64_t get_commission(const Validator& validator, Epoch epoch);
/// Of a reward that is in the balance. [STK-06]
Result<void> pay_commission(ConsensusState& state, ValidatorIndex index, std::uint64_t reward, Epoch current);

/// Whether stake of the validator may leave at once. [STK-14]
bool is_free(const Validator& validator, Epoch current, const Parameters& parameters);

/// A validator with this commission that nothing has happened to; the lists that run parallel get their defaults, the
/// tree the entry of its key. The state's parsed keys follow with State::parse_new_keys. [STK-09]
Result<ValidatorIndex> append_validator(ConsensusState& state, EntryAccess& entries, const BlsPublicKey& pubkey,
                                        const Address& operator_address, std::uint64_t commission,
                                        const Parameters& parameters);

/// The number of the item. [STK-03] [TYP-01]
Result<std::uint64_t> append_bond(ConsensusState& state, EntryAccess& entries, const QueuedBond& item);
Result<std::uint64_t> append_unbond(ConsensusState& state, EntryAccess& entries, const QueuedUnbond& item);

/// [VAL-08]
Result<void> initiate_validator_exit(ConsensusState& state, EntryAccess& entries, ValidatorIndex index, Epoch current);

}  // namespace touchstone::node
