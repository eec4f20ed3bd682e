#include "conformance-tests/generator/vector.h"

#include <algorithm>

#include "conformance-tests/generator/evidence.h"

namespace touchstone::vectors {

void Suite::add(Vector vector) {
    if (!ids_.insert(vector.id()).second) return problem(vector.id() + " is made twice");
    const auto clean = [](const std::string& name) {
        return !name.empty() && std::all_of(name.begin(), name.end(), [](char letter) {
            return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
        });
    };
    if (!clean(vector.name)) return problem(vector.id() + ": a case is named in lower case, digits and _");
    if (vector.clauses.empty()) return problem(vector.id() + " is evidence for no clause");
    if (!vector.rejected) {
        const auto more = clauses_of_accepted(vector);
        vector.clauses.insert(vector.clauses.end(), more.begin(), more.end());
    }
    std::set<std::string> seen;
    std::erase_if(vector.clauses, [&seen](const std::string& clause) { return !seen.insert(clause).second; });
    if (vector.rejected && vector.clauses.front() != *vector.rejected) {
        return problem(vector.id() + ": the clause of the rejection has to come first");
    }
    vectors_.push_back(std::move(vector));
}

}  // namespace touchstone::vectors
