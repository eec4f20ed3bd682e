// The verdicts of adapters on the vectors.
#pragma once

#include "audit/trace/matrix.h"

namespace touchstone::audit {

// Where a case lies, relative to the root of the repository.
[[nodiscard]] std::string case_place(const conform::CaseResult& one);

// Broken cases; answers that are not what a case expects, a rejection for another reason above all; and cases that a
// report leaves out or has too many, as it is the case with a report of other vectors.
void add_verdict_failures(const conform::Report& vectors, const Reports& reports, std::vector<Failure>& failures);

// Runs each adapter, or reads what touchstone-conform run --report wrote. A setting is <name>=<command> or
// <name>=<file>.
[[nodiscard]] Reports gather_reports(const std::filesystem::path& vectors, const std::vector<std::string>& adapters,
                                     const std::vector<std::string>& files);

}  // namespace touchstone::audit
