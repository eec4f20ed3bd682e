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

// The case and what it expects; none and a reason in the result if it is broken in itself.
std::optional<VectorCase> read_case(const CasePlace& place, CaseResult& result) {
    result = result_of(place);
    try {
        VectorCase vector = load_case(place);
        result.shows = vector.shows;
        result.clauses = vector.clauses;
        result.rejects = rejected_in_steps(vector);
        result.rejected_whole = vector.expect.rejected.has_value();
        if (result.rejected_whole) result.rejects.push_back(*vector.expect.rejected);
        return vector;
    } catch (const std::runtime_error& error) {
        result.reason = std::string("the case itself: ") + error.what();
        return std::nullopt;
    }
}

CaseResult run_case(AdapterProcess& adapter, const CasePlace& place, const std::string& id) {
    CaseResult result;
    const std::optional<VectorCase> vector = read_case(place, result);
    if (!vector) return result;
    const auto start = std::chrono::steady_clock::now();
    Verdict verdict = ask(adapter, *vector, id);
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.passed = verdict.passed;
    result.reason = std::move(verdict.reason);
    result.observed = std::move(verdict.observed);
    return result;
}

std::vector<CasePlace> fitting_cases(const RunOptions& options) {
    std::vector<CasePlace> places = find_cases(options.vectors, options.preset);
    std::erase_if(places, [&options](const CasePlace& place) { return !fits(place.id(), options.filters); });
    if (places.empty()) throw std::runtime_error("no case in " + options.vectors.string() + " fits: nothing was run");
    return places;
}

}  // namespace

Report list(const RunOptions& options) {
    Report report;
    for (const CasePlace& place : fitting_cases(options))
        (void)read_case(place, report.cases.emplace_back());
    return report;
}

Report run(const RunOptions& options) {
    AdapterProcess adapter(options.adapter, options.timeout);
    Report report;
    unsigned number = 0;
    for (const CasePlace& place : fitting_cases(options))
        report.cases.push_back(run_case(adapter, place, std::to_string(++number)));
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
