#include "cli/terminal/text.h"

#include <algorithm>
#include <ctime>

namespace touchstone::cli {

namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

/// A control character of ASCII.
bool steers(char byte) { return static_cast<unsigned char>(byte) < 0x20U || byte == 0x7f; }

std::string row_text(const std::vector<Column>& columns, const std::vector<std::size_t>& widths,
                     const std::vector<std::string>& row) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i != 0) text += "  ";
        text += columns[i].right ? pad_left(row[i], widths[i]) : pad_right(row[i], widths[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

std::string pad_left(std::string_view text, std::size_t columns) {
    return std::string(columns - std::min(columns, columns_of(text)), ' ') + std::string(text);
}

std::string pad_right(std::string_view text, std::size_t columns) {
    return std::string(text) + std::string(columns - std::min(columns, columns_of(text)), ' ');
}

std::string cut(std::string_view text, std::size_t columns) {
    std::size_t taken = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (begins_character(text[i]) && ++taken > columns) return std::string(text.substr(0, i));
    }
    return std::string(text);
}

std::string printable(std::string_view text) {
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        // U+0080 to U+009F steer as well: C2 80 to C2 9F.
        const bool second = text[i] == '\xc2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0U;
        shown += second || steers(text[i]) ? '?' : text[i];
        if (second) ++i;
    }
    return shown;
}

std::string percent_of_millionths(std::uint64_t millionths) {
    constexpr std::uint64_t kPercent = 10'000;
    std::string decimals = std::to_string(millionths % kPercent);
    decimals.insert(0, 4 - decimals.size(), '0');
    decimals.erase(decimals.find_last_not_of('0') + 1);
    return std::to_string(millionths / kPercent) + (decimals.empty() ? "" : "." + decimals) + " %";
}

std::string utc_text(std::uint64_t unix_ms) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm parts{};
    char text[64];
    if (::gmtime_r(&seconds, &parts) == nullptr) return std::to_string(unix_ms) + " ms since 1970";
    const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
    return {text, length};
}

std::string TextTable::lines(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        names.push_back(columns_[i].name);
        widths_[i] = std::max(widths_[i], columns_of(columns_[i].name));
        for (const auto& row : rows)
            widths_[i] = std::max(widths_[i], columns_of(row[i]));
    }
    std::string text = named_ ? "" : row_text(columns_, widths_, names);
    named_ = true;
    for (const auto& row : rows)
        text += row_text(columns_, widths_, row);
    return text;
}

std::string table_text(const std::vector<Column>& columns, const std::vector<std::vector<std::string>>& rows) {
    return TextTable(columns).lines(rows);
}

}  // namespace touchstone::cli
