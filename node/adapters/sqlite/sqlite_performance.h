// Internal to this folder: how validators did, by epoch, in the chain's database. What is written belongs to the
// caller's transaction; every failure is an SqliteError.
#pragma once

#include <optional>
#include <utility>

#include "node/adapters/sqlite/database.h"
#include "node/ports/store.h"

namespace touchstone::node::adapters {

/// In place of what there is of its epoch.
void write_performance(Database& database, const StoredPerformance& performance);
void forget_performance_before(Database& database, Epoch epoch);

std::optional<ByteVector> read_performance(Database& database, Epoch epoch);
std::optional<std::pair<Epoch, Epoch>> read_performance_epochs(Database& database);

}  // namespace touchstone::node::adapters
