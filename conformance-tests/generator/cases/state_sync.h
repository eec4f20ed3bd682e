// What the cases of state sync share.
#pragma once

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/vector.h"

namespace touchstone::vectors {

/// A case of the runner `state_sync`.
Vector sync_case(const std::string& handler, const Title& title, const Parameters& config = reference::MINIMAL);

/// A problem unless the reference's verdict is what was expected; a rejection is written down.
template <class T>
bool is_as_expected(Suite& suite, Vector& vector, const reference::Result<T>& result, const Expected& expected) {
    if (!result) vector.rejected = std::string(to_string(result.failure().clause));
    if (vector.rejected == expected) return true;
    suite.problem(vector.id() + ": the reference says " + vector.rejected.value_or("accepted"));
    return false;
}

/// A case without outputs.
void add_verdict(Suite& suite, Vector vector, const reference::Result<void>& result, const Expected& expected);

nlohmann::json checkpoint_json(const Checkpoint& checkpoint);

}  // namespace touchstone::vectors
