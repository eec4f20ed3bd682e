// The test types of the runner ssz_generic, by name (conformance-tests/formats/README.md).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "reference/ssz/type.h"

namespace touchstone::reference::cli {

std::optional<ssz::Type> generic_type(const std::string& name);

}  // namespace touchstone::reference::cli
