#include "audit/trace/evidence.h"

#include <algorithm>

namespace touchstone::audit {
namespace {

constexpr const char* kCases = "conformance-tests/generator/cases";

std::vector<Evidence> needed(const Row& row) {
    const bool by_tests = row.shown_by_tests != nullptr;
    std::vector<Evidence> all{Evidence::reference, Evidence::node};
    if (by_tests) all = row.shown_by_tests->sides;
    switch (row.clause->kind) {
        case Kind::rule:
            if (!by_tests) all.insert(all.end(), {Evidence::accepts, Evidence::rejects});
            break;
        case Kind::definition:
            if (!by_tests) all.push_back(Evidence::vector);
            break;
        case Kind::duty:
        case Kind::policy:
            return {Evidence::node, Evidence::test};
    }
    if (by_tests) all.push_back(Evidence::test);
    return all;
}

bool has_check(const std::vector<Citation>& citations) {
    return std::any_of(citations.begin(), citations.end(),
                       [](const Citation& c) { return c.form == Form::check || c.form == Form::beside; });
}

bool has_code(const Row& row, const std::vector<Citation>& citations) {
    // A peer or a reader is told no clause; there the test has to name it.
    const bool needs_check = row.clause->kind == Kind::rule && row.shown_by_tests == nullptr;
    return needs_check ? has_check(citations) : !citations.empty();
}

bool is_there(const Row& row, Evidence evidence) {
    switch (evidence) {
        case Evidence::reference:
            return has_code(row, row.reference);
        case Evidence::node:
            return has_code(row, row.node);
        case Evidence::accepts:
            return row.vectors.accepting() > 0;
        case Evidence::rejects:
            return row.vectors.rejecting() > 0;
        case Evidence::vector:
            return row.vectors.accepting() + row.vectors.rejecting() > 0;
        case Evidence::test:
            return !row.tests.empty();
    }
    return false;
}

std::string enum_name(std::string id) {
    std::replace(id.begin(), id.end(), '-', '_');
    return "Clause::" + id;
}

Missing missing_code(const Row& row, Evidence side, const std::vector<Citation>& citations) {
    const std::string folder = std::string(to_text(side)) + "/";
    if (row.clause->kind != Kind::rule || row.shown_by_tests != nullptr) {
        return {.evidence = side,
                .what = "nothing in " + folder + " cites it",
                .where = to_text(row.clause->place),
                .action = "cite [" + row.clause->id + "] at the code that does what it says"};
    }
    return {.evidence = side,
            .what = "no check in " + folder + " refuses with it",
            .where = citations.empty() ? to_text(row.clause->place)
                                       : to_text(citations.front().place) + ", which only mentions it",
            .action =
                "refuse with " + enum_name(row.clause->id) + " where the rule is checked, or cite it beside the check"};
}

Missing missing_vector(const Row& row, Evidence evidence, const std::string& what, const std::string& action) {
    return {.evidence = evidence, .what = what, .where = kCases, .action = action + " " + row.clause->id};
}

Missing describe(const Row& row, Evidence evidence) {
    switch (evidence) {
        case Evidence::reference:
            return missing_code(row, evidence, row.reference);
        case Evidence::node:
            return missing_code(row, evidence, row.node);
        case Evidence::accepts:
            return missing_vector(row, evidence, "no vector that passes lists it", "add a case that passes because of");
        case Evidence::rejects:
            return missing_vector(row, evidence, "no vector violates it", "add a case that has to be rejected with");
        case Evidence::vector:
            return missing_vector(row, evidence, "no vector lists it", "add or name a case whose outcome depends on");
        case Evidence::test:
            break;
    }
    return {.evidence = evidence,
            .what = row.shown_by_tests == nullptr
                        ? "no test or simulation cites it"
                        : "no test cites it, which has to show it by " + row.shown_by_tests->by,
            .where = row.node.empty() ? to_text(row.clause->place) : to_text(row.node.front().place),
            .action = "cite [" + row.clause->id + "] in the test that would fail without it"};
}

}  // namespace

std::vector<Missing> missing_evidence(const Row& row) {
    std::vector<Missing> missing;
    for (const Evidence evidence : needed(row)) {
        if (!is_there(row, evidence)) missing.push_back(describe(row, evidence));
    }
    return missing;
}

}  // namespace touchstone::audit
