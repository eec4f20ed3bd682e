#include "node/adapters/sqlite/sqlite_entries.h"

#include <algorithm>

#include "node/adapters/sqlite/columns.h"

namespace touchstone::node::adapters {

namespace {

void write_entry(Database& database, const tree::EntryChange& change) {
    if (!change.value) {
        Use row = database.statement("DELETE FROM entries WHERE key = ?1");
        row->bind(1, change.key).run();
        return;
    }
    Use row = database.statement(
        "INSERT INTO entries (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    row->bind(1, change.key).bind(2, *change.value).run();
}

}  // namespace

std::vector<const tree::EntryChange*> in_order_of_key(const std::vector<tree::EntryChange>& changes) {
    std::vector<const tree::EntryChange*> ordered;
    for (const tree::EntryChange& change : changes)
        ordered.push_back(&change);
    std::ranges::sort(ordered, {}, [](const tree::EntryChange* change) -> const ByteVector& { return change->key; });
    return ordered;
}

void write_entries(Database& database, const std::vector<tree::EntryChange>& changes) {
    for (const tree::EntryChange* change : in_order_of_key(changes))
        write_entry(database, *change);
}

KvEntries read_entries(Database& database) {
    KvEntries all;
    Use row = database.statement("SELECT key, value FROM entries ORDER BY key");
    while (row->step())
        all.entries.push_back({bytes(row->blob(0)), bytes(row->blob(1))});
    return all;
}

}  // namespace touchstone::node::adapters
