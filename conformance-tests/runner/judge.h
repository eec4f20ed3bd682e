// A case becomes a request; a response, held against what the case expects, becomes a verdict.
#pragma once

#include <optional>
#include <string>

#include "conformance-tests/runner/vector_case.h"

namespace touchstone::conform {

struct Verdict {
    bool passed = false;
    std::string reason;        // why not, for a person
    std::string observed;      // the clause with which the adapter rejected, if it did
    bool out_of_step = false;  // the line was no response to this request: the process cannot be trusted any more
};

// One line. It holds nothing that the case expects.
[[nodiscard]] std::string make_request(const VectorCase& vector, const std::string& id);

[[nodiscard]] Verdict judge(const VectorCase& vector, const std::string& id, const std::string& response);

// Clauses with which the steps of a scenario have to be rejected, or ignored.
[[nodiscard]] std::vector<std::string> rejected_in_steps(const VectorCase& vector);

}  // namespace touchstone::conform
