// The matrix as a JSON value, for the JSON output and for the page.
#pragma once

#include <nlohmann/json.hpp>

#include "audit/trace/matrix.h"

namespace touchstone::audit {

[[nodiscard]] nlohmann::json to_json(const Matrix& matrix);

}  // namespace touchstone::audit
