#include "audit/trace/verdicts.h"

#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "conformance-tests/runner/run.h"

namespace touchstone::audit {
namespace {

constexpr std::chrono::minutes kLongestCase{5};

std::string key_of(const conform::CaseResult& one) { return one.preset + "/" + one.spec_version + "/" + one.id(); }

// The clause that a failed case is about: what it has to be rejected with, else the first that it lists.
std::string main_clause(const conform::CaseResult& one) {
    if (!one.rejects.empty()) return one.rejects.front();
    return one.clauses.empty() ? "" : one.clauses.front();
}

Failure wrong_answer(const std::string& adapter, const conform::CaseResult& one) {
    const bool other_reason = !one.observed.empty() && !one.rejects.empty();
    return {.clause = main_clause(one),
            .what = adapter +
                    (other_reason ? " rejects " + one.id() + " for another reason: " : " fails " + one.id() + ": ") +
                    one.reason,
            .where = case_place(one),
            .action = "read the clause, then mend " + adapter + " or the case"};
}

Failure other_vectors(const std::string& adapter, const conform::CaseResult& one, const std::string& what) {
    return {.clause = main_clause(one),
            .what = "the report of " + adapter + " " + what + " " + one.id(),
            .where = case_place(one),
            .action = "run touchstone-conform again over the vectors of this tree"};
}

void add_failures_of(const std::string& adapter, const conform::Report& report, const conform::Report& vectors,
                     std::vector<Failure>& failures) {
    std::map<std::string, const conform::CaseResult*> answers;
    for (const conform::CaseResult& one : report.cases)
        answers[key_of(one)] = &one;
    for (const conform::CaseResult& one : vectors.cases) {
        const auto found = answers.find(key_of(one));
        if (found == answers.end()) {
            failures.push_back(other_vectors(adapter, one, "has no verdict on"));
            continue;
        }
        const conform::CaseResult& answer = *found->second;
        answers.erase(found);
        if (answer.rejects != one.rejects || answer.clauses != one.clauses) {
            failures.push_back(other_vectors(adapter, one, "judged another version of"));
        } else if (!answer.passed) {
            failures.push_back(wrong_answer(adapter, answer));
        }
    }
    for (const auto& [key, answer] : answers) {
        failures.push_back(answer->passed ? other_vectors(adapter, *answer, "has a verdict on an unknown case")
                                          : wrong_answer(adapter, *answer));
    }
}

std::pair<std::string, std::string> split_setting(const std::string& setting) {
    const std::size_t equals = setting.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == setting.size())
        throw std::runtime_error("\"" + setting + "\" has to be <name>=<command or file>");
    return {setting.substr(0, equals), setting.substr(equals + 1)};
}

std::vector<std::string> split_words(const std::string& command) {
    std::istringstream in(command);
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(word);
    return words;
}

void add_report(Reports& reports, const std::string& name, conform::Report report) {
    if (!reports.emplace(name, std::move(report)).second)
        throw std::runtime_error("two adapters are called \"" + name + "\"; give each a name of its own");
}

}  // namespace

std::string case_place(const conform::CaseResult& one) { return "conformance-tests/vectors/" + key_of(one); }

void add_verdict_failures(const conform::Report& vectors, const Reports& reports, std::vector<Failure>& failures) {
    for (const conform::CaseResult& one : vectors.cases) {
        if (one.reason.empty()) continue;
        failures.push_back({.clause = main_clause(one),
                            .what = one.id() + " is broken: " + one.reason,
                            .where = case_place(one),
                            .action = "make it again by ./dev vectors"});
    }
    for (const auto& [adapter, report] : reports)
        add_failures_of(adapter, report, vectors, failures);
}

Reports gather_reports(const std::filesystem::path& vectors, const std::vector<std::string>& adapters,
                       const std::vector<std::string>& files) {
    Reports reports;
    for (const std::string& setting : adapters) {
        const auto [name, command] = split_setting(setting);
        add_report(reports, name,
                   conform::run({.vectors = vectors,
                                 .preset = {},
                                 .filters = {},
                                 .timeout = kLongestCase,
                                 .adapter = split_words(command)}));
    }
    for (const std::string& setting : files) {
        const auto [name, file] = split_setting(setting);
        std::ifstream in(file);
        if (!in) throw std::runtime_error("cannot read " + file + "; write it by touchstone-conform run --report");
        try {
            add_report(reports, name, conform::read_json(in));
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(file + ": " + error.what());
        }
    }
    return reports;
}

}  // namespace touchstone::audit
