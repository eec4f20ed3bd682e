// The entries of the tree that have to do with stake, by key, and what entries there may be at all. [STK-03] [ACC-02]
#pragma once

#include <cstdint>
#include <optional>

#include "node/base/bytes.h"
#include "node/base/quantity.h"
#include "node/base/result.h"
#include "node/types/containers.h"

namespace touchstone::node {

// Keys; each belongs to nothing else. The values are a ValidatorIndex, a number of shares, a QueuedBond, a
// QueuedUnbond, a Cohort, and a number of shares of a cohort.
ByteVector validator_key(const BlsPublicKey& pubkey);
ByteVector pool_share_key(ValidatorIndex index, const Address& holder);
ByteVector queued_bond_key(std::uint64_t number);
ByteVector queued_unbond_key(std::uint64_t number);
ByteVector cohort_key(ValidatorIndex index, Epoch exit_epoch);
ByteVector cohort_share_key(ValidatorIndex index, Epoch exit_epoch, const Address& holder);

/// Of whom a pool share is, and in which pool; nothing for a key of another kind.
struct PoolShareName {
    ValidatorIndex index;
    Address holder;
};
std::optional<PoolShareName> pool_share_of_key(Bytes key);

/// Every entry is one of the table, with a value of its type, and none is the default account or no shares. [ACC-02]
Result<void> check_entries(const KvEntries& entries);

}  // namespace touchstone::node
