#include "node/adapters/sqlite/database.h"

#include <sqlite3.h>

namespace touchstone::node::adapters {

namespace {

[[noreturn]] void fail(sqlite3* database, int code) {
    std::string text = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
    if (database != nullptr && code != sqlite3_extended_errcode(database)) text = sqlite3_errstr(code);
    throw SqliteError(code, text);
}

}  // namespace

bool SqliteError::busy() const { return (code_ & 0xff) == SQLITE_BUSY || (code_ & 0xff) == SQLITE_LOCKED; }

Statement::Statement(sqlite3* database, std::string_view sql) {
    const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement_, nullptr);
    if (code != SQLITE_OK) fail(database, code);
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check(int code) {
    if (code != SQLITE_OK) fail(sqlite3_db_handle(statement_), code);
}

Statement& Statement::bind(int index, std::int64_t value) {
    check(sqlite3_bind_int64(statement_, index, value));
    return *this;
}

Statement& Statement::bind(int index, Bytes value) {
    // A null pointer would bind NULL instead of an empty BLOB.
    static const std::uint8_t kEmpty = 0;
    check(sqlite3_bind_blob64(statement_, index, value.empty() ? &kEmpty : value.data(), value.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
    check(sqlite3_bind_text64(statement_, index, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_null(int index) {
    check(sqlite3_bind_null(statement_, index));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(sqlite3_db_handle(statement_), code);
}

void Statement::run() {
    while (step()) {
    }
    reset();
}

void Statement::reset() {
    // The code repeats what step() has reported.
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

Bytes Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string Statement::text(int column) const {
    const unsigned char* data = sqlite3_column_text(statement_, column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(const std::filesystem::path& path, Mode mode) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (mode == Mode::OpenOrCreate ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    if (code == SQLITE_OK) return;
    const std::string text = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw SqliteError(code, text);
}

Database::~Database() {
    cached_.clear();
    sqlite3_close(handle_);
}

void Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle_, code);
}

std::int64_t Database::pragma_integer(const std::string& name) {
    Statement statement(handle_, "PRAGMA " + name);
    return statement.step() ? statement.integer(0) : 0;
}

Use Database::statement(const char* sql) {
    auto found = cached_.find(sql);
    if (found == cached_.end()) found = cached_.emplace(sql, Statement(handle_, sql)).first;
    return Use(found->second);
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.execute("ROLLBACK");
    } catch (const SqliteError&) {  // NOLINT(bugprone-empty-catch): nothing is left to roll back
        // SQLite had rolled back by itself, as it does when a disk is full.
    }
}

void Transaction::commit() {
    database_.execute("COMMIT");
    open_ = false;
}

}  // namespace touchstone::node::adapters
