#include <algorithm>
#include <array>
#include <ostream>

#include "audit/trace/output.h"

namespace touchstone::audit {
namespace {

namespace fs = std::filesystem;

enum Means : std::size_t { proved, modelled, vectors, tests, kMeans };

constexpr std::array<const char*, kMeans> kNames{"proved", "model", "vectors", "tests"};

constexpr const char* kIntroduction =
    "# By which means each clause is held\n"
    "\n"
    "Written by `touchstone-audit trace --inventory audit/inventory.md`, and compared with the tree in CI.\n"
    "\n"
    "- *proved*: a lemma of `proofs/arithmetic` names it; z3 proves it for both presets.\n"
    "- *model*: a module of `spec/tla` has it, beside the conjunct or in the list of a run; TLC checks it within the "
    "bounds of the runs\n"
    "  ([docs/models.md](../docs/models.md)).\n"
    "- *vectors*: a vector that both implementations answer depends on it.\n"
    "- *tests*: a unit test, property test or simulation of one of the sides names it.\n"
    "\n"
    "What has no mark is only argued, by its rationale and by reading reference and node beside it.\n";

std::array<bool, kMeans> means_of(const Row& row) {
    const auto is_below = [&row](std::string_view folder) {
        return std::any_of(row.models.begin(), row.models.end(), [folder](const Citation& citation) {
            return citation.place.file.starts_with(folder) && !citation.place.file.ends_with(".md");
        });
    };
    std::array<bool, kMeans> means{};
    means[proved] = is_below("proofs/arithmetic/");
    means[modelled] = is_below("spec/tla/");
    means[vectors] = row.vectors.accepting() + row.vectors.rejecting() > 0;
    means[tests] = !row.tests.empty();
    return means;
}

struct Counts {
    std::size_t clauses = 0;
    std::array<std::size_t, kMeans> by{};
    std::size_t argued = 0;

    void add(const Row& row) {
        const auto means = means_of(row);
        ++clauses;
        for (std::size_t i = 0; i < kMeans; ++i)
            by[i] += means[i] ? 1U : 0U;
        if (std::none_of(means.begin(), means.end(), [](bool held) { return held; })) ++argued;
    }
};

std::string page_of(const Row& row) { return fs::path(row.clause->place.file).stem().string(); }

void write_counts(std::ostream& out, const std::string& name, const Counts& counts) {
    out << "| " << name << " | " << counts.clauses;
    for (const std::size_t count : counts.by)
        out << " | " << count;
    out << " | " << counts.argued << " |\n";
}

void write_summary(std::ostream& out, const Matrix& matrix) {
    out << "\n| page | clauses | proved | model | vectors | tests | only argued |\n|---|---|---|---|---|---|---|\n";
    Counts all;
    Counts page;
    for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
        page.add(matrix.rows[i]);
        all.add(matrix.rows[i]);
        if (i + 1 < matrix.rows.size() && page_of(matrix.rows[i + 1]) == page_of(matrix.rows[i])) continue;
        write_counts(out, page_of(matrix.rows[i]), page);
        page = {};
    }
    write_counts(out, "**all**", all);
}

void write_row(std::ostream& out, const Row& row) {
    out << "| " << row.clause->id << " | " << to_text(row.clause->kind) << " | " << row.clause->heading;
    for (const bool held : means_of(row))
        out << " | " << (held ? "x" : "");
    out << " |\n";
}

}  // namespace

void write_inventory(std::ostream& out, const Matrix& matrix) {
    out << kIntroduction;
    write_summary(out, matrix);
    std::string page;
    for (const Row& row : matrix.rows) {
        if (page_of(row) != page) {
            page = page_of(row);
            out << "\n## " << page << "\n\n| clause | kind | heading";
            for (const char* name : kNames)
                out << " | " << name;
            out << " |\n|---|---|---|---|---|---|---|\n";
        }
        write_row(out, row);
    }
}

}  // namespace touchstone::audit
