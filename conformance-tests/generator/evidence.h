// Which clauses a case is evidence for by its runner and handler alone.
#pragma once

#include <string>
#include <vector>

#include "conformance-tests/generator/vector.h"

namespace touchstone::vectors {

/// An accepted case has passed all checks of the function that it runs: it shows that they do not reject too much.
[[nodiscard]] std::vector<std::string> clauses_of_accepted(const Vector& vector);

}  // namespace touchstone::vectors
