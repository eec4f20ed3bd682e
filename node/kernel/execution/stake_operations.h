// Internal to execution: what the payloads of selectors 1 to 7 do. [STK-07] to [STK-18]
#pragma once

#include <cstdint>
#include <optional>

#include "node/base/result.h"
#include "node/kernel/execution/block_stake.h"
#include "node/kernel/execution/execution.h"
#include "node/kernel/execution/processing.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// What an operation did besides what the sender's account and the stake show.
struct StakeOutcome {
    TransactionStatus status = TransactionStatus::success;
    StakeEvent event;  // of a success
    std::uint64_t burnt = 0;
};

/// `sender` is the account after what TXN-12 took of it. Unless the status is success, nothing is changed; after a
/// rejection (TYP-01) something may have been. `proved` is what proves_possession says, if that was found out before.
/// Precondition: the payload is a stake operation.
Result<StakeOutcome> process_stake_operation(const PreparedTransaction& prepared, const BlockTerms& terms,
                                             std::optional<bool> proved, Account& sender, BlockStake& stake);

/// [STK-08]
Event stake_event(std::size_t selector, const StakeEvent& event);

/// Whether the registration of the sender proves that he has the key; a pairing, which needs nothing but the
/// transaction. False for all other payloads. [CRY-18]
bool proves_possession(const PreparedTransaction& prepared, const BlockTerms& terms);

}  // namespace touchstone::node
