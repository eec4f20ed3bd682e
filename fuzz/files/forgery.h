// SQLite files as somebody else may have written them: values of any type and length in any place, pages with wrong
// bytes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fuzz/files/scratch.h"

struct sqlite3;

namespace touchstone::fuzz {

/// A database opened without any of our code.
class RawDatabase {
  public:
    explicit RawDatabase(const std::filesystem::path& path);
    ~RawDatabase();
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    /// Statements that fail change nothing: a forger does not mind.
    void execute(const std::string& sql);
    /// The value in a place as bytes; nothing if there is none.
    ByteVector value(const std::string& table, const std::string& column, std::uint64_t row);
    void set_blob(const std::string& table, const std::string& column, std::uint64_t row, Bytes value);
    void set_text(const std::string& table, const std::string& column, std::uint64_t row, const std::string& value);
    void set_number(const std::string& table, const std::string& column, std::uint64_t row, std::uint64_t value);
    void set_null(const std::string& table, const std::string& column, std::uint64_t row);

    /// The table without its types, checks and keys, so that it takes everything.
    void loosen(const std::string& table);

  private:
    sqlite3* handle_ = nullptr;
};

struct ForgedTable {
    std::string name;
    std::vector<std::string> columns;
    std::uint64_t rows = 1;
};

/// Changes one value, row or order of rows. The bytes come from the input, the place's own value, or `stock`.
void forge(RawDatabase& database, Input& input, std::span<const ForgedTable> tables, std::span<const ByteVector> stock);

/// Writes some wrong bytes into the file itself.
void spoil_pages(ByteVector& file, Input& input);

}  // namespace touchstone::fuzz
