#include "audit/trace/matrix.h"

#include <algorithm>
#include <set>

#include "audit/trace/evidence.h"
#include "audit/trace/verdicts.h"

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;

constexpr const char* kOwedFile = "audit/trace/owed.toml";

std::vector<Citation> citations_of(const SourceCitations::ById& column, const std::string& id) {
    const auto found = column.find(id);
    return found == column.end() ? std::vector<Citation>{} : found->second;
}

void add_unknown(const std::vector<Citation>& unknown, std::vector<Failure>& failures) {
    for (const Citation& citation : unknown) {
        failures.push_back({.clause = citation.id,
                            .what = "no clause of spec/prose has this id",
                            .where = to_text(citation.place),
                            .action = "cite a clause of spec/data/clauses.json, or write the clause first"});
    }
}

// What the index of clauses has, line by line, with nothing joined to it yet.
std::vector<Row> empty_rows(const Matrix& matrix) {
    std::vector<Row> rows;
    for (const ClauseText& clause : matrix.index.clauses)
        rows.emplace_back().clause = &clause;
    for (const ShownByTests& shown : matrix.declarations.shown_by_tests) {
        for (const std::string& id : shown.clauses)
            rows[matrix.index.by_id.at(id)].shown_by_tests = &shown;
    }
    return rows;
}

void add_sources(const SourceCitations& sources, std::vector<Row>& rows) {
    for (Row& row : rows) {
        const std::string& id = row.clause->id;
        row.prose = citations_of(sources.prose, id);
        row.reference = citations_of(sources.reference, id);
        row.node = citations_of(sources.node, id);
        row.tests = citations_of(sources.tests, id);
        row.models = citations_of(sources.models, id);
    }
}

void add_vectors(const conform::Report& vectors, Matrix& matrix) {
    for (const auto& [id, counts] : vectors.by_clause()) {
        if (matrix.index.find(id) != nullptr) matrix.rows[matrix.index.by_id.at(id)].vectors = counts;
    }
    for (const conform::CaseResult& one : vectors.cases) {
        const std::set<std::string> rejects(one.rejects.begin(), one.rejects.end());
        std::set<std::string> clauses(one.clauses.begin(), one.clauses.end());
        clauses.insert(rejects.begin(), rejects.end());
        for (const std::string& id : clauses) {
            if (matrix.index.find(id) == nullptr) {
                matrix.failures.push_back({.clause = id,
                                           .what = "no clause of spec/prose has this id",
                                           .where = case_place(one) + "/meta.json",
                                           .action = "correct the case in conformance-tests/generator/cases, then "
                                                     "./dev vectors"});
                continue;
            }
            Row& row = matrix.rows[matrix.index.by_id.at(id)];
            if (rejects.contains(id)) {
                row.rejecting.push_back(one.id());
            } else if (!one.rejected_whole) {
                row.accepting.push_back(one.id());
            }
        }
    }
}

void add_verdicts(const Reports& reports, Matrix& matrix) {
    for (const auto& [adapter, report] : reports) {
        for (const auto& [id, counts] : report.by_clause()) {
            if (matrix.index.find(id) != nullptr) matrix.rows[matrix.index.by_id.at(id)].verdicts[adapter] = counts;
        }
    }
}

// Marks what is owed; an entry for what is not missing, or that is held by nothing, is a failure.
void apply_owed(Matrix& matrix, const fs::path& root) {
    const auto fail = [&matrix](const std::string& id, const std::string& what, const Owed& owed,
                                const std::string& action) {
        matrix.failures.push_back({.clause = id, .what = what, .where = to_text(owed.place), .action = action});
    };
    for (const Owed& owed : matrix.declarations.owed) {
        std::set<std::string> held;
        for (const std::string& file : owed.held_by) {
            if (!fs::is_regular_file(root / file)) {
                fail(owed.clauses.front(), "is held by " + file + ", which is no file", owed, "name the file that is");
                continue;
            }
            for (const Citation& citation : find_citations(file, read_text(root / file), matrix.index))
                held.insert(citation.id);
        }
        for (const std::string& id : owed.clauses) {
            Row& row = matrix.rows[matrix.index.by_id.at(id)];
            for (const Evidence evidence : owed.missing) {
                const auto found = std::find_if(row.missing.begin(), row.missing.end(),
                                                [evidence](const Missing& m) { return m.evidence == evidence; });
                if (found != row.missing.end()) {
                    found->owed = &owed;
                } else {
                    fail(id, "\"" + std::string(to_text(evidence)) + "\" is not missing any more, but still owed", owed,
                         "take it out of " + std::string(kOwedFile));
                }
            }
            if (!held.contains(id))
                fail(id, "no file of held_by names it", owed, "cite it where it is held, or name another file");
        }
    }
}

void add_missing(Matrix& matrix) {
    for (const Row& row : matrix.rows) {
        for (const Missing& missing : row.missing) {
            if (missing.owed != nullptr) continue;
            matrix.failures.push_back(
                {.clause = row.clause->id, .what = missing.what, .where = missing.where, .action = missing.action});
        }
    }
}

}  // namespace

std::string to_text(const Failure& failure) {
    return (failure.clause.empty() ? "-" : failure.clause) + ": " + failure.what + "; look at " + failure.where + "; " +
           failure.action;
}

Matrix build_matrix(const fs::path& root, const conform::Report& vectors, const Reports& reports) {
    Matrix matrix;
    matrix.index = read_clause_index(root);
    matrix.declarations = read_declarations(root, matrix.index);
    const SourceCitations sources = read_sources(root, matrix.index);
    matrix.rows = empty_rows(matrix);
    add_unknown(sources.unknown, matrix.failures);
    add_unknown(matrix.declarations.unknown, matrix.failures);
    add_sources(sources, matrix.rows);
    add_vectors(vectors, matrix);
    for (Row& row : matrix.rows)
        row.missing = missing_evidence(row);
    apply_owed(matrix, root);
    add_missing(matrix);
    add_verdicts(reports, matrix);
    add_verdict_failures(vectors, reports, matrix.failures);
    return matrix;
}

}  // namespace touchstone::audit
