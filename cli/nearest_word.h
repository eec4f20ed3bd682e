// The word that somebody probably meant.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace touchstone::cli {

/// The known word with the fewest edits to `word`; nothing if all are too far off to be meant.
std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> known);

/// "; did you mean NAME?", or a list of all that is known.
std::string suggestion(std::string_view word, std::span<const std::string_view> known);

}  // namespace touchstone::cli
