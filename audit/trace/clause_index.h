// The clauses of the prose: the committed index, and where each stands in the text.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::audit {

enum class Kind { rule, definition, duty, policy };

[[nodiscard]] std::string_view to_text(Kind kind);

// A line of a file; the path is relative to the root of the repository.
struct Place {
    std::string file;
    std::size_t line = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

[[nodiscard]] std::string to_text(const Place& place);

struct ClauseText {
    std::string id;
    Kind kind = Kind::rule;
    std::string heading;
    std::string sentence;
    Place place;
    std::string passage;  // from the clause to the next one or the next heading, as it stands
};

struct ClauseIndex {
    std::vector<ClauseText> clauses;  // in the order of the prose
    std::map<std::string, std::size_t> by_id;
    std::set<std::string> families;  // "ATT", "FC": what stands before the number

    [[nodiscard]] const ClauseText* find(const std::string& id) const;
};

// Reads spec/data/clauses.json and the pages that it names. Throws std::runtime_error, with what to do, if the index is
// damaged or does not fit the prose.
[[nodiscard]] ClauseIndex read_clause_index(const std::filesystem::path& root);

// The whole file; throws std::runtime_error if it cannot be read.
[[nodiscard]] std::string read_text(const std::filesystem::path& path);
[[nodiscard]] std::vector<std::string> split_lines(const std::string& text);

}  // namespace touchstone::audit
