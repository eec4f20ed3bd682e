#include "conformance-tests/runner/report.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

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

// <runner>/<handler>/<case>
void read_id(const std::string& id, CaseResult& result) {
    const std::size_t first = id.find('/');
    const std::size_t second = first == std::string::npos ? first : id.find('/', first + 1);
    if (second == std::string::npos) throw std::runtime_error("\"" + id + "\" is not <runner>/<handler>/<case>");
    result.runner = id.substr(0, first);
    result.handler = id.substr(first + 1, second - first - 1);
    result.name = id.substr(second + 1);
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
                   {"shows", result.shows},     {"clauses", result.clauses}, {"rejected_whole", result.rejected_whole},
                   {"rejects", result.rejects}, {"passed", result.passed},   {"seconds", result.seconds}};
        if (!result.passed) entry["reason"] = result.reason;
        if (!result.observed.empty()) entry["observed"] = result.observed;
        cases.push_back(std::move(entry));
    }
    Json clauses = Json::object();
    for (const auto& [clause, entry] : report.by_clause()) {
        clauses[clause] = {{"accepting", {{"passed", entry.accepting_passed}, {"failed", entry.accepting_failed}}},
                           {"rejecting", {{"passed", entry.rejecting_passed}, {"failed", entry.rejecting_failed}}}};
    }
    const Json whole{{"cases", cases}, {"clauses", clauses}, {"passed", report.passed()}, {"failed", report.failed()}};
    // A reason may quote an adapter's line that is no UTF-8, or end within a character.
    out << whole.dump(1, ' ', false, Json::error_handler_t::replace) << "\n";
}

Report read_json(std::istream& in) {
    using Json = nlohmann::json;
    Report report;
    try {
        const Json parsed = Json::parse(in);
        for (const Json& entry : parsed.at("cases")) {
            CaseResult result;
            read_id(entry.at("case").get<std::string>(), result);
            entry.at("preset").get_to(result.preset);
            entry.at("spec_version").get_to(result.spec_version);
            entry.at("shows").get_to(result.shows);
            entry.at("clauses").get_to(result.clauses);
            entry.at("rejected_whole").get_to(result.rejected_whole);
            entry.at("rejects").get_to(result.rejects);
            entry.at("passed").get_to(result.passed);
            entry.at("seconds").get_to(result.seconds);
            result.reason = entry.value("reason", "");
            result.observed = entry.value("observed", "");
            report.cases.push_back(std::move(result));
        }
    } catch (const Json::exception& error) {
        throw std::runtime_error(std::string("not a report of touchstone-conform: ") + error.what());
    }
    return report;
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
