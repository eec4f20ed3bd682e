// What a run found, case by case and clause by clause, for people and for programs.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace touchstone::conform {

struct CaseResult {
    std::string preset;
    std::string spec_version;
    std::string runner;
    std::string handler;
    std::string name;
    std::string shows;
    std::vector<std::string> clauses;
    bool rejected_whole = false;       // else it, or what its steps leave, is accepted: evidence for its other clauses
    std::vector<std::string> rejects;  // clauses with which the case, or a step of it, has to be rejected
    bool passed = false;
    std::string reason;
    std::string observed;
    double seconds = 0;

    [[nodiscard]] std::string id() const { return runner + "/" + handler + "/" + name; }
};

struct ClauseResult {
    std::size_t accepting_passed = 0;
    std::size_t accepting_failed = 0;
    std::size_t rejecting_passed = 0;
    std::size_t rejecting_failed = 0;

    [[nodiscard]] std::size_t accepting() const { return accepting_passed + accepting_failed; }
    [[nodiscard]] std::size_t rejecting() const { return rejecting_passed + rejecting_failed; }
    [[nodiscard]] std::size_t passed() const { return accepting_passed + rejecting_passed; }
};

struct Report {
    std::vector<CaseResult> cases;

    [[nodiscard]] std::size_t failed() const;
    [[nodiscard]] std::size_t passed() const { return cases.size() - failed(); }
    [[nodiscard]] std::map<std::string, ClauseResult> by_clause() const;
};

// Failed cases with reasons, a line for each runner, clauses with a failure; the last line is "N passed, N failed".
void write_text(std::ostream& out, const Report& report);
void write_json(std::ostream& out, const Report& report);
// What write_json wrote. Throws std::runtime_error if the text is no such report.
[[nodiscard]] Report read_json(std::istream& in);
void write_junit(std::ostream& out, const Report& report);

}  // namespace touchstone::conform
