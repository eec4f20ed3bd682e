// Internal to this folder: the entries of the recovery point's anchor in the chain's database. What is written belongs
// to the caller's transaction; every failure is an SqliteError.
#pragma once

#include <vector>

#include "node/adapters/sqlite/database.h"
#include "node/kernel/tree/entries.h"
#include "node/types/containers.h"

namespace touchstone::node::adapters {

/// So every page of the table is looked for once.
std::vector<const tree::EntryChange*> in_order_of_key(const std::vector<tree::EntryChange>& changes);

void write_entries(Database& database, const std::vector<tree::EntryChange>& changes);
/// In ascending order of key.
KvEntries read_entries(Database& database);

}  // namespace touchstone::node::adapters
