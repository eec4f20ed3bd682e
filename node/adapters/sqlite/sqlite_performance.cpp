#include "node/adapters/sqlite/sqlite_performance.h"

#include "node/adapters/sqlite/columns.h"

namespace touchstone::node::adapters {

void write_performance(Database& database, const StoredPerformance& performance) {
    Use row = database.statement(
        "INSERT INTO performance (epoch, content) VALUES (?1, ?2) "
        "ON CONFLICT (epoch) DO UPDATE SET content = excluded.content");
    row->bind_uint64(1, performance.epoch.value()).bind(2, performance.content).run();
}

void forget_performance_before(Database& database, Epoch epoch) {
    Use row = database.statement("DELETE FROM performance WHERE epoch < ?1");
    row->bind_uint64(1, epoch.value()).run();
}

std::optional<ByteVector> read_performance(Database& database, Epoch epoch) {
    Use row = database.statement("SELECT content FROM performance WHERE epoch = ?1");
    row->bind_uint64(1, epoch.value());
    if (!row->step()) return std::nullopt;
    return bytes(row->blob(0));
}

std::optional<std::pair<Epoch, Epoch>> read_performance_epochs(Database& database) {
    Use row = database.statement("SELECT min(epoch), max(epoch) FROM performance");
    if (!row->step() || row->is_null(0)) return std::nullopt;
    return std::pair(Epoch(row->uint64(0)), Epoch(row->uint64(1)));
}

}  // namespace touchstone::node::adapters
