// What people declare about evidence: which clauses are shown by tests in place of vectors, and what is still owed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "audit/trace/citations.h"

namespace touchstone::audit {

enum class Evidence { reference, node, accepts, rejects, vector, test };

[[nodiscard]] std::string_view to_text(Evidence evidence);

// Clauses that no message of a vector can show or violate, only a database or a peer: spec/data/evidence.toml.
struct ShownByTests {
    std::vector<std::string> clauses;
    std::vector<Evidence> sides;  // whose code it is: reference, node, both; none if no line of code is it
    std::string by;
    Place place;
};

// Evidence that is missing today, with what holds the clause in its place: audit/trace/owed.toml.
struct Owed {
    std::vector<std::string> clauses;
    std::vector<Evidence> missing;
    std::string reason;
    std::vector<std::string> held_by;  // files that name each of the clauses
    Place place;
};

struct Declarations {
    std::vector<ShownByTests> shown_by_tests;
    std::vector<Owed> owed;
    std::vector<Citation> unknown;
};

// A file that is not there declares nothing. Throws std::runtime_error, with the line, for one that is damaged.
[[nodiscard]] Declarations read_declarations(const std::filesystem::path& root, const ClauseIndex& index);

}  // namespace touchstone::audit
