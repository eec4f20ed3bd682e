#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>

#include "audit/trace/output.h"

namespace touchstone::audit {
namespace {

// The place to show for a side: its first check, else its first citation; the folder is known from the column.
std::string short_place(const std::vector<Citation>& citations) {
    if (citations.empty()) return "-";
    const auto check =
        std::find_if(citations.begin(), citations.end(), [](const Citation& c) { return c.form == Form::check; });
    const Citation& shown = check == citations.end() ? citations.front() : *check;
    const std::string file = std::filesystem::path(shown.place.file).filename().string();
    const std::string more = citations.size() > 1 ? " +" + std::to_string(citations.size() - 1) : "";
    return file + ":" + std::to_string(shown.place.line) + more;
}

std::string verdict_text(const Row& row) {
    std::string text;
    for (const auto& [adapter, counts] : row.verdicts) {
        text += "  " + adapter + " " + std::to_string(counts.passed()) + "/" +
                std::to_string(counts.accepting() + counts.rejecting());
    }
    return text;
}

std::string missing_text(const Row& row) {
    std::string text;
    for (const Missing& missing : row.missing) {
        text += text.empty() ? "  missing " : ", ";
        text += std::string(to_text(missing.evidence)) + (missing.owed != nullptr ? " (owed)" : "");
    }
    return text;
}

std::string page_of(const ClauseText& clause) {
    return std::filesystem::path(clause.place.file).filename().string().substr(0, 2) + ":" +
           std::to_string(clause.place.line);
}

}  // namespace

void write_table(std::ostream& out, const Matrix& matrix) {
    for (const Row& row : matrix.rows) {
        out << std::left << std::setw(7) << row.clause->id << std::setw(11) << to_text(row.clause->kind) << "prose "
            << std::setw(7) << page_of(*row.clause) << "reference " << std::setw(30) << short_place(row.reference)
            << "node " << std::setw(30) << short_place(row.node) << "tests " << std::setw(4) << row.tests.size()
            << "models " << std::setw(3) << row.models.size() << "accepts " << std::setw(5) << row.vectors.accepting()
            << "rejects " << std::setw(3) << row.vectors.rejecting() << verdict_text(row) << missing_text(row) << "\n";
    }
}

void write_failures(std::ostream& out, const Matrix& matrix) {
    std::size_t whole = 0;
    std::size_t owing = 0;
    for (const Row& row : matrix.rows) {
        const bool owes = std::any_of(row.missing.begin(), row.missing.end(), [](const Missing& m) { return m.owed; });
        const bool lacks =
            std::any_of(row.missing.begin(), row.missing.end(), [](const Missing& m) { return !m.owed; });
        if (owes) ++owing;
        if (!owes && !lacks) ++whole;
    }
    for (const Failure& failure : matrix.failures)
        out << to_text(failure) << "\n";
    out << matrix.rows.size() << " clauses: " << whole << " with all evidence, " << owing << " with evidence owed, "
        << matrix.failures.size() << " failures\n";
}

}  // namespace touchstone::audit
