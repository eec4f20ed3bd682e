#include "node/adapters/sqlite/sqlite_accounts.h"

#include <limits>

#include "node/adapters/sqlite/columns.h"

namespace touchstone::node::adapters {

namespace {

/// After every position that a block can have.
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void write_accounts(Database& database, const StoredReceipts& receipts, std::int64_t number, Slot slot) {
    for (const ConcernedAccount& each : receipts.accounts) {
        Use row = database.statement(
            "INSERT INTO account_transactions (account, slot, position, number, sent, id) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        row->bind(1, each.account.view())
            .bind_uint64(2, slot.value())
            .bind_uint64(3, each.index)
            .bind(4, number)
            .bind_uint64(5, each.sent ? 1 : 0)
            .bind(6, receipts.transactions.at(each.index).view())
            .run();
    }
}

std::vector<AccountTransaction> read_account_transactions(Database& database, const Address& account,
                                                          const std::optional<ChainPosition>& before,
                                                          std::size_t limit) {
    const ChainPosition end = before.value_or(ChainPosition{Slot(kNever), kNever});
    std::vector<AccountTransaction> found;
    Use row = database.statement(
        "SELECT a.id, b.root, a.slot, a.position, a.sent FROM account_transactions a "
        "JOIN blocks b ON b.number = a.number WHERE a.account = ?1 AND (a.slot, a.position) < (?2, ?3) "
        "ORDER BY a.slot DESC, a.position DESC, a.number DESC LIMIT ?4");
    row->bind(1, account.view()).bind(2, clamped(end.slot.value())).bind(3, clamped(end.index)).bind(4, clamped(limit));
    while (row->step()) {
        found.push_back({.id = fixed<Root>(row->blob(0)),
                         .place = {fixed<Root>(row->blob(1)), Slot(row->uint64(2)), row->uint64(3)},
                         .sent = row->integer(4) != 0});
    }
    return found;
}

Slot read_accounts_kept_from(Database& database) {
    Use row = database.statement("SELECT from_slot FROM accounts_kept");
    return row->step() ? Slot(row->uint64(0)) : Slot();
}

}  // namespace touchstone::node::adapters
