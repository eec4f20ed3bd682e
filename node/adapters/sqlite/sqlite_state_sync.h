// Internal to this folder: states that are kept to be served, and what a node that begins from a checkpoint has
// received, in the chain's database. What is written belongs to the caller's transaction; every failure is an
// SqliteError.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "node/adapters/sqlite/database.h"
#include "node/ports/store.h"

namespace touchstone::node::adapters {

void write_kept_state(Database& database, const KeptState& kept);
/// What led from it to the state before it, is added to what leads from the state after it to it. Without a state
/// before it, neither leads anywhere.
void drop_kept_state(Database& database, Epoch epoch);

std::vector<Checkpoint> read_kept_checkpoints(Database& database);
std::optional<ByteVector> read_kept_state(Database& database, Epoch epoch);
std::vector<tree::EntryChange> read_undo(Database& database, Epoch epoch);

/// In place of the answer to the same request.
void write_sync_answer(Database& database, const SyncAnswer& answer);
void forget_sync_answers(Database& database);

std::optional<ByteVector> read_sync_answer(Database& database, Method method, const ByteVector& request);
std::optional<std::pair<std::uint64_t, SyncAnswer>> read_next_sync_answer(Database& database, std::uint64_t after);

}  // namespace touchstone::node::adapters
