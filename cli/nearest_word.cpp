#include "cli/nearest_word.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

namespace touchstone::cli {

namespace {

bool same_letter(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// Insertions, deletions and replacements from one word to the other, letters of both cases being the same.
std::size_t edits(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (same_letter(from[i], to[j]) ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[to.size()];
}

}  // namespace

std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> known) {
    std::optional<std::string_view> nearest;
    std::size_t fewest = std::max<std::size_t>(word.size() / 2, 2) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t count = edits(word, candidate);
        if (count < fewest) {
            fewest = count;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
    if (const auto nearest = nearest_word(word, known)) return "; did you mean " + std::string(*nearest) + "?";
    std::string text = "; known are ";
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (i != 0) text += i + 1 == known.size() ? " and " : ", ";
        text += known[i];
    }
    return text;
}

}  // namespace touchstone::cli
