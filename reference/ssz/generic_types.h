// Types that no message has: those of the runner ssz_generic (conformance-tests/formats/README.md), by name.
#pragma once

#include <map>
#include <string>

#include "reference/ssz/type.h"

namespace touchstone::reference::ssz {

const std::map<std::string, Type>& generic_types();

}  // namespace touchstone::reference::ssz
