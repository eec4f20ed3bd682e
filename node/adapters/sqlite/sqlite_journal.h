// Internal to this folder: the journal in the chain's database. What is written belongs to the caller's transaction;
// every failure is an SqliteError. [STO-08] [STO-09] [STO-11]
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/adapters/sqlite/database.h"
#include "node/ports/store.h"

namespace touchstone::node::adapters {

/// The caller sees to it that no number is left out.
void write_journal_row(Database& database, const JournalRow& row);

/// 0 if there is no row.
std::uint64_t read_last_sequence(Database& database);
std::vector<JournalRow> read_journal_after(Database& database, std::uint64_t sequence, std::size_t limit);

}  // namespace touchstone::node::adapters
