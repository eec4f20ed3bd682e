// Text for a terminal: what takes how many columns, and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace touchstone::cli {

/// Columns that a text takes: its characters, not its bytes.
std::size_t columns_of(std::string_view text);

/// To the right, and to the left, of so many columns; a longer text stays whole.
std::string pad_left(std::string_view text, std::size_t columns);
std::string pad_right(std::string_view text, std::size_t columns);

/// At most so many columns, so that the terminal does not wrap.
std::string cut(std::string_view text, std::size_t columns);

/// What somebody else wrote, without the characters that would steer the terminal: each becomes a question mark.
std::string printable(std::string_view text);

/// "99.9871 %": exactly, without needless zeros.
std::string percent_of_millionths(std::uint64_t millionths);

/// "2026-11-28 07:44:39 UTC"
std::string utc_text(std::uint64_t unix_ms);

struct Column {
    std::string name;
    bool right = false;  // numbers stand to the right
};

/// A table whose rows come piece by piece. Every row has a text for each column.
class TextTable {
  public:
    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)), widths_(columns_.size()) {}

    /// A line for each row; the first time the names of the columns above them. A column is as wide as what has been in
    /// it so far.
    std::string lines(const std::vector<std::vector<std::string>>& rows);

  private:
    std::vector<Column> columns_;
    std::vector<std::size_t> widths_;
    bool named_ = false;
};

/// All of one at once.
std::string table_text(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows);

}  // namespace touchstone::cli
