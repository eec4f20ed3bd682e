// Internal to execution: one transaction, on whatever gives it accounts and stake. [TXN-10] to [TXN-14]
#pragma once

#include <cstdint>
#include <optional>

#include "node/base/result.h"
#include "node/kernel/execution/account_table.h"
#include "node/kernel/execution/block_stake.h"
#include "node/kernel/execution/transaction.h"

namespace touchstone::node {

/// What is the same for all transactions of a block.
struct BlockTerms {
    const Parameters& parameters;
    std::uint64_t base_fee;
    Domain domain;
    Slot slot;
    Epoch epoch;

    BlockTerms(const ConsensusState& state, const Parameters& block_parameters);
};

/// What follows from the message alone, computed once.
struct PreparedTransaction {
    const SignedTransaction* transaction = nullptr;
    Root id;
    Root signing_root;
    std::uint64_t gas = 0;  // intrinsic
    AccountName sender;
    AccountName recipient;  // of a transfer
};

PreparedTransaction prepare(const SignedTransaction& transaction, const Root& id, const BlockTerms& terms);
PreparedTransaction prepare(const SignedTransaction& transaction, const BlockTerms& terms);

/// [TXN-04] to [TXN-08]
Result<void> check_message(const PreparedTransaction& prepared, const BlockTerms& terms, std::uint64_t gas_before);

/// What a transaction reads and writes accounts by.
class AccountAccess {
  public:
    virtual ~AccountAccess() = default;
    virtual Account read(const AccountName& name) = 0;
    virtual void write(const AccountName& name, const Account& account) = 0;
};

struct TransactionEffects {
    Receipt receipt;
    std::uint64_t tip = 0;
    std::uint64_t burnt = 0;
};

// TXN-10, TXN-11 and what follows. Precondition: check_message holds. After a rejection something may have been
// written; of stake only if it is by TYP-01.

/// Of a transfer: reads and writes accounts, and nothing else.
Result<TransactionEffects> execute_transfer(const PreparedTransaction& prepared, const BlockTerms& terms,
                                            AccountAccess& accounts);
/// Of a stake operation: of accounts it touches the sender's alone. `proved` is what proves_possession says, if that
/// was found out before. [STK-09] to [STK-16]
Result<TransactionEffects> execute_stake_operation(const PreparedTransaction& prepared, const BlockTerms& terms,
                                                   AccountAccess& accounts, BlockStake& stake,
                                                   std::optional<bool> proved = std::nullopt);

}  // namespace touchstone::node
