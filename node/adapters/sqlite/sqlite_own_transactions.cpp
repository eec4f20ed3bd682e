#include "node/adapters/sqlite/sqlite_own_transactions.h"

#include "node/adapters/sqlite/columns.h"

namespace touchstone::node::adapters {

void write_own_transaction(Database& database, const OwnTransaction& transaction) {
    Use row = database.statement(
        "INSERT INTO own_transactions (id, received_ms, ssz) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING");
    row->bind(1, transaction.id.view())
        .bind_uint64(2, transaction.received_ms)
        .bind(3, transaction.signed_transaction)
        .run();
}

void drop_own_transaction(Database& database, const Root& id) {
    Use row = database.statement("DELETE FROM own_transactions WHERE id = ?1");
    row->bind(1, id.view()).run();
}

std::vector<OwnTransaction> read_own_transactions(Database& database) {
    std::vector<OwnTransaction> found;
    Use row = database.statement("SELECT id, received_ms, ssz FROM own_transactions ORDER BY number");
    while (row->step()) {
        found.push_back({.id = fixed<Root>(row->blob(0)),
                         .received_ms = row->uint64(1),
                         .signed_transaction = bytes(row->blob(2))});
    }
    return found;
}

}  // namespace touchstone::node::adapters
