// Text for a terminal: what takes how many columns, and numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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

/// A line of names and one for each row, as wide as what is in them. Every row has a text for each column.
std::string table_text(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows);

}  // namespace touchstone::cli
