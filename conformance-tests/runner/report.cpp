#include "conformance-tests/runner/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>

namespace touchstone::conform {
namespace {

std::string escape_xml(const std::string& text) {
    std::string escaped;
    for (const char letter : text) {
        switch (letter) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += static_cast<unsigned char>(letter) < 0x20 ? ' ' : letter;
        }
    }
    return escaped;
}

std::map<std::string, std::vector<const CaseResult*>> by_runner(const Report& report) {
    std::map<std::string, std::vector<const CaseResult*>> groups;
    for (const CaseResult& result : report.cases)
        groups[result.runner].push_back(&result);
    return groups;
}

std::size_t count_failed(const std::vector<const CaseResult*>& cases) {
    return static_cast<std::size_t>(
        std::count_if(cases.begin(), cases.end(), [](const auto* c) { return !c->passed; }));
}

double sum_seconds(const std::vector<const CaseResult*>& cases) {
    double seconds = 0;
    for (const CaseResult* result : cases)
        seconds += result->seconds;
    return seconds;
}

}  // namespace

std::size_t Report::failed() const {
    return static_cast<std::size_t>(std::count_if(cases.begin(), cases.end(), [](const auto& c) { return !c.passed; }));
}

std::map<std::string, ClauseResult> Report::by_clause() const {
    std::map<std::string, ClauseResult> clauses;
    for (const CaseResult& result : cases) {
        std::vector<std::string> all = result.rejected_whole ? std::vector<std::string>{} : result.clauses;
        for (const std::string& clause : result.rejects) {
            if (std::find(all.begin(), all.end(), clause) == all.end()) all.push_back(clause);
        }
        for (const std::string& clause : all) {
            ClauseResult& entry = clauses[clause];
            const bool rejecting =
                std::find(result.rejects.begin(), result.rejects.end(), clause) != result.rejects.end();
            if (rejecting) {
                ++(result.passed ? entry.rejecting_passed : entry.rejecting_failed);
            } else {
                ++(result.passed ? entry.accepting_passed : entry.accepting_failed);
            }
        }
    }
    return clauses;
}

void write_text(std::ostream& out, const Report& report) {
    for (const CaseResult& result : report.cases) {
        if (result.passed) continue;
        out << "FAILED " << result.id() << "\n    shows: " << result.shows << "\n    " << result.reason << "\n";
    }
    for (const auto& [runner, cases] : by_runner(report)) {
        const std::size_t failed = count_failed(cases);
        out << std::left << std::setw(18) << runner << std::right << std::setw(5) << cases.size() - failed << " passed"
            << std::setw(5) << failed << " failed" << std::setw(9) << std::fixed << std::setprecision(1)
            << sum_seconds(cases) << " s\n";
    }
    const auto clauses = report.by_clause();
    std::size_t broken = 0;
    for (const auto& [clause, entry] : clauses) {
        if (entry.accepting_failed + entry.rejecting_failed == 0) continue;
        ++broken;
        out << "clause " << clause << ": " << entry.accepting_failed << " of "
            << entry.accepting_failed + entry.accepting_passed << " accepting and " << entry.rejecting_failed << " of "
            << entry.rejecting_failed + entry.rejecting_passed << " rejecting cases failed\n";
    }
    out << clauses.size() << " clauses seen, " << broken << " with a failure\n";
    out << report.passed() << " passed, " << report.failed() << " failed\n";
}

void write_json(std::ostream& out, const Report& report) {
    using Json = nlohmann::json;
    Json cases = Json::array();
    for (const CaseResult& result : report.cases) {
        Json entry{{"case", result.id()},       {"preset", result.preset},   {"spec_version", result.spec_version},
                   {"clauses", result.clauses}, {"rejects", result.rejects}, {"passed", result.passed},
                   {"seconds", result.seconds}};
        if (!result.passed) entry["reason"] = result.reason;
        if (!result.observed.empty()) entry["observed"] = result.observed;
        cases.push_back(std::move(entry));
    }
    Json clauses = Json::object();
    for (const auto& [clause, entry] : report.by_clause()) {
        clauses[clause] = {{"accepting", {{"passed", entry.accepting_passed}, {"failed", entry.accepting_failed}}},
                           {"rejecting", {{"passed", entry.rejecting_passed}, {"failed", entry.rejecting_failed}}}};
    }
    out << Json{{"cases", cases}, {"clauses", clauses}, {"passed", report.passed()}, {"failed", report.failed()}}.dump(
               1)
        << "\n";
}

void write_junit(std::ostream& out, const Report& report) {
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"touchstone-conform\" tests=\""
        << report.cases.size() << "\" failures=\"" << report.failed() << "\">\n";
    for (const auto& [runner, cases] : by_runner(report)) {
        out << "  <testsuite name=\"" << escape_xml(runner) << "\" tests=\"" << cases.size() << "\" failures=\""
            << count_failed(cases) << "\" time=\"" << sum_seconds(cases) << "\">\n";
        for (const CaseResult* result : cases) {
            out << "    <testcase classname=\""
                << escape_xml(result->preset + "." + result->runner + "." + result->handler) << "\" name=\""
                << escape_xml(result->name) << "\" time=\"" << result->seconds << "\"";
            if (result->passed) {
                out << "/>\n";
            } else {
                out << ">\n      <failure message=\"" << escape_xml(result->reason) << "\">"
                    << escape_xml(result->shows) << "</failure>\n    </testcase>\n";
            }
        }
        out << "  </testsuite>\n";
    }
    out << "</testsuites>\n";
}

}  // namespace touchstone::conform
