#include "cli/devnet/database_view.h"

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace touchstone::cli {

namespace {

constexpr int kBusyTimeoutMs = 5000;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Statement prepare(sqlite3* handle, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
    return Statement(statement);
}

node::Bytes blob(sqlite3_stmt* row, int column) {
    return {static_cast<const std::uint8_t*>(sqlite3_column_blob(row, column)),
            static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

std::optional<node::Root> root(sqlite3_stmt* row, int column) {
    const node::Bytes bytes = blob(row, column);
    if (bytes.size() != node::Root::kSize) return std::nullopt;
    node::Root result;
    std::ranges::copy(bytes, result.bytes.begin());
    return result;
}

std::uint64_t uint64(sqlite3_stmt* row, int column) {
    return static_cast<std::uint64_t>(sqlite3_column_int64(row, column));
}

}  // namespace

void DatabaseView::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Outcome<DatabaseView> DatabaseView::open(const std::filesystem::path& path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
    DatabaseView view(path, std::unique_ptr<sqlite3, Close>(handle));
    if (code != SQLITE_OK) return view.fault();
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    return view;
}

Outcome<std::vector<node::Root>> DatabaseView::update(NodeChain& chain) const {
    const Statement rows = prepare(handle_.get(),
                                   "SELECT j.seq, j.head_root, j.justified_epoch, j.justified_root, j.finalized_epoch, "
                                   "j.finalized_root, b.root, b.slot, b.parent_root FROM journal j "
                                   "LEFT JOIN blocks b ON j.kind = 'block' AND b.root = j.payload "
                                   "WHERE j.seq > ?1 ORDER BY j.seq");
    if (!rows) return fault();
    sqlite3_bind_int64(rows.get(), 1, chain.rows);
    std::vector<node::Root> added;
    int code = sqlite3_step(rows.get());
    for (; code == SQLITE_ROW; code = sqlite3_step(rows.get())) {
        sqlite3_stmt* row = rows.get();
        chain.rows = sqlite3_column_int64(row, 0);
        if (const auto block = root(row, 6)) {
            chain.blocks.add(*block, node::Slot(uint64(row, 7)), root(row, 8).value_or(node::Root{}));
            added.push_back(*block);
        }
        chain.head = root(row, 1).value_or(chain.head);
        chain.justified = {node::Epoch(uint64(row, 2)), root(row, 3).value_or(node::Root{})};
        chain.finalized = {node::Epoch(uint64(row, 4)), root(row, 5).value_or(node::Root{})};
    }
    if (code != SQLITE_DONE) return fault();
    return added;
}

Outcome<node::ByteVector> DatabaseView::block(const node::Root& block_root) const {
    const Statement rows = prepare(handle_.get(), "SELECT ssz FROM blocks WHERE root = ?1");
    if (!rows) return fault();
    sqlite3_bind_blob(rows.get(), 1, block_root.data(), static_cast<int>(block_root.size()), SQLITE_STATIC);
    if (sqlite3_step(rows.get()) != SQLITE_ROW) return fault();
    const node::Bytes bytes = blob(rows.get(), 0);
    return node::ByteVector(bytes.begin(), bytes.end());
}

Fault DatabaseView::fault() const {
    const char* text = handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory";
    return {FaultKind::Data, "cannot read the database " + path_.string() + ": " + text};
}

}  // namespace touchstone::cli
