// Internal to this folder: SQLite's handles as objects that release themselves. Every failure is an SqliteError, caught
// in this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "node/base/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace touchstone::node::adapters {

/// `code` is SQLite's extended result code; the text is for people.
class SqliteError : public std::runtime_error {
  public:
    SqliteError(int code, const std::string& text) : std::runtime_error(text), code_(code) {}
    int code() const { return code_; }
    /// SQLITE_BUSY: somebody else has the database locked.
    bool busy() const;

  private:
    int code_;
};

/// A prepared statement, finalized with the object. Parameters are bound from 1 and must outlive the run; columns count
/// from 0.
class Statement {
  public:
    Statement(sqlite3* database, std::string_view sql);
    Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, Bytes value);
    Statement& bind(int index, std::string_view value);
    Statement& bind_null(int index);
    /// A uint64 as the integer with the same bits. [STO-02]
    Statement& bind_uint64(int index, std::uint64_t value) { return bind(index, static_cast<std::int64_t>(value)); }

    /// True while there is a row.
    bool step();
    /// Runs to the end and makes ready for the next time.
    void run();
    void reset();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::uint64_t uint64(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    /// Borrowed until the next step or reset.
    Bytes blob(int column) const;
    std::string text(int column) const;

  private:
    void check(int code);
    sqlite3_stmt* statement_ = nullptr;
};

/// Leaves a statement ready for its next use, whatever happens.
class Use {
  public:
    explicit Use(Statement& statement) : statement_(statement) {}
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use() { statement_.reset(); }
    Statement* operator->() { return &statement_; }

  private:
    Statement& statement_;
};

class Database {
  public:
    enum class Mode { OpenExisting, OpenOrCreate };
    Database(const std::filesystem::path& path, Mode mode);
    Database(Database&& other) noexcept
        : handle_(std::exchange(other.handle_, nullptr)), cached_(std::move(other.cached_)) {}
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    Database& operator=(Database&&) = delete;
    ~Database();

    void execute(const std::string& sql);
    std::int64_t pragma_integer(const std::string& name);
    /// Prepared once for each text; texts are literals.
    Use statement(const char* sql);
    Statement prepare(std::string_view sql) { return Statement(handle_, sql); }
    std::int64_t changes() const;

  private:
    sqlite3* handle_ = nullptr;
    std::map<const char*, Statement> cached_;
};

/// Rolled back unless it was committed.
class Transaction {
  public:
    explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

  private:
    Database& database_;
    bool open_ = true;
};

}  // namespace touchstone::node::adapters
