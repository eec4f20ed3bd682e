// Internal to this folder: the transactions that users gave this node, in the chain's database. What is written belongs
// to the caller's transaction; every failure is an SqliteError.
#pragma once

#include <vector>

#include "node/adapters/sqlite/database.h"
#include "node/ports/store.h"

namespace touchstone::node::adapters {

/// One that is there already is left as it is.
void write_own_transaction(Database& database, const OwnTransaction& transaction);
void drop_own_transaction(Database& database, const Root& id);

std::vector<OwnTransaction> read_own_transactions(Database& database);

}  // namespace touchstone::node::adapters
