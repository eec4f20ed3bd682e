// The clause matrix: for each clause its evidence, what is missing, and every failure of the tree.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "audit/trace/declarations.h"
#include "audit/trace/sources.h"
#include "conformance-tests/runner/report.h"

namespace touchstone::audit {

// `clause: what, where to look, what to do`; the clause is empty if there is none to name.
struct Failure {
    std::string clause;
    std::string what;
    std::string where;
    std::string action;
};

[[nodiscard]] std::string to_text(const Failure& failure);

struct Missing {
    Evidence evidence = Evidence::reference;
    std::string what;
    std::string where;
    std::string action;
    const Owed* owed = nullptr;
};

struct Row {
    const ClauseText* clause = nullptr;
    const ShownByTests* shown_by_tests = nullptr;
    std::vector<Citation> prose;
    std::vector<Citation> reference;
    std::vector<Citation> node;
    std::vector<Citation> tests;
    std::vector<Citation> models;
    conform::ClauseResult vectors;       // counts only: nothing was run for them
    std::vector<std::string> accepting;  // names of cases
    std::vector<std::string> rejecting;
    std::map<std::string, conform::ClauseResult> verdicts;  // by adapter
    std::vector<Missing> missing;
};

struct Matrix {
    Matrix() = default;
    Matrix(Matrix&&) = default;  // never copied: the rows point into the index and the declarations
    Matrix& operator=(Matrix&&) = default;

    ClauseIndex index;
    Declarations declarations;
    std::vector<Row> rows;  // in the order of the prose
    std::vector<Failure> failures;
};

using Reports = std::map<std::string, conform::Report>;  // by adapter: "reference", "node"

// `vectors` lists the cases without verdicts, `reports` holds the verdicts. Throws std::runtime_error if the tree
// cannot be read; whatever else is wrong is a failure of the matrix.
[[nodiscard]] Matrix build_matrix(const std::filesystem::path& root, const conform::Report& vectors,
                                  const Reports& reports);

}  // namespace touchstone::audit
