// Internal to this folder: the transactions of the chain's database by the accounts that they concern. What is written
// belongs to the caller's transaction; every failure is an SqliteError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "node/adapters/sqlite/database.h"
#include "node/ports/store.h"

namespace touchstone::node::adapters {

/// Of the block with that number, at that slot.
void write_accounts(Database& database, const StoredReceipts& receipts, std::int64_t number, Slot slot);

std::vector<AccountTransaction> read_account_transactions(Database& database, const Address& account,
                                                          const std::optional<ChainPosition>& before,
                                                          std::size_t limit);

Slot read_accounts_kept_from(Database& database);

}  // namespace touchstone::node::adapters
