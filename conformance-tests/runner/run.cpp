#include "conformance-tests/runner/run.h"

#include <fnmatch.h>

#include <algorithm>
#include <stdexcept>

#include "conformance-tests/runner/adapter_process.h"
#include "conformance-tests/runner/judge.h"
#include "conformance-tests/runner/vector_case.h"

namespace touchstone::conform {
namespace {

bool fits(const std::string& id, const std::vector<std::string>& filters) {
    return filters.empty() || std::any_of(filters.begin(), filters.end(), [&id](const std::string& filter) {
               return id.find(filter) != std::string::npos || ::fnmatch(filter.c_str(), id.c_str(), 0) == 0;
           });
}

CaseResult result_of(const CasePlace& place) {
    CaseResult result;
    result.preset = place.preset;
    result.spec_version = place.spec_version;
    result.runner = place.runner;
    result.handler = place.handler;
    result.name = place.name;
    return result;
}

Verdict ask(AdapterProcess& adapter, const VectorCase& vector, const std::string& id) {
    const Exchange exchange = adapter.ask(make_request(vector, id));
    if (!exchange.answered) return {.passed = false, .reason = exchange.problem, .observed = {}};
    Verdict verdict = judge(vector, id, exchange.line);
    if (verdict.out_of_step) adapter.stop();
    return verdict;
}

CaseResult run_case(AdapterProcess& adapter, const CasePlace& place, const std::string& id) {
    CaseResult result = result_of(place);
    std::optional<VectorCase> vector;
    try {
        vector = load_case(place);
    } catch (const std::runtime_error& error) {
        result.reason = std::string("the case itself: ") + error.what();
        return result;
    }
    result.shows = vector->shows;
    result.clauses = vector->clauses;
    result.rejects = rejected_in_steps(*vector);
    result.rejected_whole = vector->expect.rejected.has_value();
    if (result.rejected_whole) result.rejects.push_back(*vector->expect.rejected);
    const auto start = std::chrono::steady_clock::now();
    Verdict verdict = ask(adapter, *vector, id);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.passed = verdict.passed;
    result.reason = std::move(verdict.reason);
    result.observed = std::move(verdict.observed);
    return result;
}

}  // namespace

Report run(const RunOptions& options) {
    AdapterProcess adapter(options.adapter, options.timeout);
    Report report;
    unsigned number = 0;
    for (const CasePlace& place : find_cases(options.vectors, options.preset)) {
        if (!fits(place.id(), options.filters)) continue;
        report.cases.push_back(run_case(adapter, place, std::to_string(++number)));
    }
    if (report.cases.empty())
        throw std::runtime_error("no case in " + options.vectors.string() + " fits: nothing was run");
    if (const std::string problem = adapter.finish(); !problem.empty()) {
        CaseResult result;
        result.runner = "adapter";
        result.handler = "end";
        result.name = "ends_with_0";
        result.shows = "an adapter ends with 0 at the end of its input";
        result.reason = problem;
        report.cases.push_back(std::move(result));
    }
    return report;
}

}  // namespace touchstone::conform
