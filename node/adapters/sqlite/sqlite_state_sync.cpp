#include "node/adapters/sqlite/sqlite_state_sync.h"

#include <string_view>

#include "node/adapters/sqlite/columns.h"
#include "node/adapters/sqlite/sqlite_entries.h"

namespace touchstone::node::adapters {

namespace {

std::string_view answer_text(Method method) {
    if (method == Method::BlocksByRoot) return "block";
    if (method == Method::StatePart) return "part";
    if (method == Method::StateEntries) return "entries";
    throw SqliteError(0, "an answer of state sync is of another method");
}

Method answer_method(const std::string& text) {
    for (const Method method : {Method::BlocksByRoot, Method::StatePart, Method::StateEntries}) {
        if (answer_text(method) == text) return method;
    }
    throw SqliteError(0, "there is an answer of kind '" + text + "'");
}

}  // namespace

void write_kept_state(Database& database, const KeptState& kept) {
    const std::uint64_t epoch = kept.checkpoint.epoch.value();
    Use row = database.statement("INSERT INTO kept_states (epoch, root, state) VALUES (?1, ?2, ?3)");
    row->bind_uint64(1, epoch).bind(2, kept.checkpoint.root.view()).bind(3, kept.state).run();
    for (const tree::EntryChange* change : in_order_of_key(kept.undo)) {
        Use entry = database.statement("INSERT INTO kept_entries (epoch, key, value) VALUES (?1, ?2, ?3)");
        entry->bind_uint64(1, epoch).bind(2, change->key);
        if (change->value) entry->bind(3, *change->value);
        entry->run();
    }
}

void drop_kept_state(Database& database, Epoch epoch) {
    Use kept = database.statement(
        "SELECT (SELECT min(epoch) FROM kept_states WHERE epoch > ?1), "
        "(SELECT max(epoch) FROM kept_states WHERE epoch < ?1)");
    kept->bind_uint64(1, epoch.value());
    if (!kept->step() || kept->is_null(0)) {
        throw SqliteError(0, "the last kept state, of epoch " + std::to_string(epoch.value()) + ", is to be dropped");
    }
    const std::uint64_t next = kept->uint64(0);
    if (kept->is_null(1)) {
        Use undo = database.statement("DELETE FROM kept_entries WHERE epoch = ?1");
        undo->bind_uint64(1, next).run();
    } else {
        Use undo = database.statement(
            "INSERT INTO kept_entries (epoch, key, value) SELECT ?2, key, value FROM kept_entries WHERE epoch = ?1 "
            "ON CONFLICT (epoch, key) DO UPDATE SET value = excluded.value");
        undo->bind_uint64(1, epoch.value()).bind_uint64(2, next).run();
    }
    Use entries = database.statement("DELETE FROM kept_entries WHERE epoch = ?1");
    entries->bind_uint64(1, epoch.value()).run();
    Use state = database.statement("DELETE FROM kept_states WHERE epoch = ?1");
    state->bind_uint64(1, epoch.value()).run();
}

std::vector<Checkpoint> read_kept_checkpoints(Database& database) {
    std::vector<Checkpoint> checkpoints;
    Use row = database.statement("SELECT epoch, root FROM kept_states ORDER BY epoch");
    while (row->step())
        checkpoints.push_back({Epoch(row->uint64(0)), fixed<Root>(row->blob(1))});
    return checkpoints;
}

std::optional<ByteVector> read_kept_state(Database& database, Epoch epoch) {
    Use row = database.statement("SELECT state FROM kept_states WHERE epoch = ?1");
    row->bind_uint64(1, epoch.value());
    if (!row->step()) return std::nullopt;
    return bytes(row->blob(0));
}

std::vector<tree::EntryChange> read_undo(Database& database, Epoch epoch) {
    std::vector<tree::EntryChange> changes;
    Use row = database.statement("SELECT key, value FROM kept_entries WHERE epoch = ?1 ORDER BY key");
    row->bind_uint64(1, epoch.value());
    while (row->step()) {
        changes.push_back({bytes(row->blob(0)), std::nullopt});
        if (!row->is_null(1)) changes.back().value = bytes(row->blob(1));
    }
    return changes;
}

void write_sync_answer(Database& database, const SyncAnswer& answer) {
    Use row = database.statement(
        "INSERT INTO sync_answers (method, request, answer) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (method, request) DO UPDATE SET answer = excluded.answer");
    row->bind(1, answer_text(answer.method)).bind(2, answer.request).bind(3, answer.answer).run();
}

void forget_sync_answers(Database& database) { database.execute("DELETE FROM sync_answers"); }

std::optional<ByteVector> read_sync_answer(Database& database, Method method, const ByteVector& request) {
    Use row = database.statement("SELECT answer FROM sync_answers WHERE method = ?1 AND request = ?2");
    row->bind(1, answer_text(method)).bind(2, request);
    if (!row->step()) return std::nullopt;
    return bytes(row->blob(0));
}

std::optional<std::pair<std::uint64_t, SyncAnswer>> read_next_sync_answer(Database& database, std::uint64_t after) {
    Use row = database.statement(
        "SELECT number, method, request, answer FROM sync_answers WHERE number > ?1 ORDER BY number LIMIT 1");
    row->bind_uint64(1, after);
    if (!row->step()) return std::nullopt;
    return std::pair(row->uint64(0), SyncAnswer{.method = answer_method(row->text(1)),
                                                .request = bytes(row->blob(2)),
                                                .answer = bytes(row->blob(3))});
}

}  // namespace touchstone::node::adapters
