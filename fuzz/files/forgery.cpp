#include "fuzz/files/forgery.h"

#include <sqlite3.h>

#include <functional>
#include <stdexcept>

namespace touchstone::fuzz {
namespace {

constexpr std::size_t kMostBytes = 200;

/// A change of one place: UPDATE with one parameter, bound by `bind`.
void update(sqlite3* handle, const std::string& table, const std::string& column, std::uint64_t row,
            const std::function<void(sqlite3_stmt*)>& bind) {
    const std::string sql = "UPDATE " + table + " SET " + column + " = ?1 WHERE rowid = " + std::to_string(row);
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK) {
        bind(statement);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
}

/// What a forger may put into the place of these bytes.
ByteVector forged_bytes(Input& input, ByteVector own, std::span<const ByteVector> stock) {
    switch (input.below(5)) {
        case 0: {
            const Bytes given = input.take(1 + input.below(kMostBytes));
            return {given.begin(), given.end()};
        }
        case 1:
            own.resize(own.size() - std::min(own.size(), std::size_t{1 + input.below(4)}));
            return own;
        case 2:
            own.resize(own.size() + 1 + input.below(kMostBytes));
            return own;
        case 3:
            if (!stock.empty()) return input.choose(stock);
            [[fallthrough]];
        default:
            if (!own.empty()) own[input.below(own.size())] ^= static_cast<std::uint8_t>(1 + input.below(255));
            return own;
    }
}

}  // namespace

RawDatabase::RawDatabase(const std::filesystem::path& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) throw std::logic_error("cannot open a scratch database");
    execute("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF");
}
RawDatabase::~RawDatabase() { sqlite3_close(handle_); }

void RawDatabase::execute(const std::string& sql) { sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr); }

ByteVector RawDatabase::value(const std::string& table, const std::string& column, std::uint64_t row) {
    const std::string sql = "SELECT " + column + " FROM " + table + " WHERE rowid = " + std::to_string(row);
    sqlite3_stmt* statement = nullptr;
    ByteVector bytes;
    if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const auto* first = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, 0));
        const int size = sqlite3_column_bytes(statement, 0);
        if (first != nullptr) bytes.assign(first, first + size);
    }
    sqlite3_finalize(statement);
    return bytes;
}

void RawDatabase::set_blob(const std::string& table, const std::string& column, std::uint64_t row, Bytes value) {
    update(handle_, table, column, row, [&](sqlite3_stmt* statement) {
        const void* const first = value.empty() ? static_cast<const void*>("") : value.data();
        sqlite3_bind_blob64(statement, 1, first, value.size(), SQLITE_TRANSIENT);
    });
}
void RawDatabase::set_text(const std::string& table, const std::string& column, std::uint64_t row,
                           const std::string& value) {
    update(handle_, table, column, row, [&](sqlite3_stmt* statement) {
        sqlite3_bind_text(statement, 1, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    });
}
void RawDatabase::set_number(const std::string& table, const std::string& column, std::uint64_t row,
                             std::uint64_t value) {
    update(handle_, table, column, row,
           [&](sqlite3_stmt* statement) { sqlite3_bind_int64(statement, 1, static_cast<sqlite3_int64>(value)); });
}
void RawDatabase::set_null(const std::string& table, const std::string& column, std::uint64_t row) {
    update(handle_, table, column, row, [](sqlite3_stmt* statement) { sqlite3_bind_null(statement, 1); });
}

void RawDatabase::loosen(const std::string& table) {
    execute("PRAGMA foreign_keys = OFF; CREATE TABLE loose AS SELECT * FROM " + table + "; DROP TABLE " + table +
            "; ALTER TABLE loose RENAME TO " + table);
}

void forge(RawDatabase& database, Input& input, std::span<const ForgedTable> tables,
           std::span<const ByteVector> stock) {
    const ForgedTable& table = input.choose(tables);
    const std::string& column = input.choose(table.columns);
    const std::uint64_t row = 1 + input.below(table.rows);
    const std::string here = " WHERE rowid = " + std::to_string(row);
    switch (input.below(7)) {
        case 0:
            return database.set_null(table.name, column, row);
        case 1:
            return database.set_number(table.name, column, row, input.flag() ? input.number(8) : input.number(1));
        case 2:
            return database.execute("UPDATE " + table.name + " SET " + column + " = " + column + " + 1" + here);
        case 3:
            return database.execute("DELETE FROM " + table.name + here);
        case 4:
            return database.execute("INSERT INTO " + table.name + " SELECT * FROM " + table.name + here);
        case 5: {
            const ByteVector text = forged_bytes(input, database.value(table.name, column, row), {});
            return database.set_text(table.name, column, row, {text.begin(), text.end()});
        }
        default:
            return database.set_blob(table.name, column, row,
                                     forged_bytes(input, database.value(table.name, column, row), stock));
    }
}

void spoil_pages(ByteVector& file, Input& input) {
    if (file.empty()) return;
    for (std::uint64_t i = 1 + input.below(8); i > 0; --i)
        file[input.number(4) % file.size()] = static_cast<std::uint8_t>(input.number(1));
    if (input.flag()) file.resize(input.number(4) % file.size());
}

}  // namespace touchstone::fuzz
