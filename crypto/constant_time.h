// Comparison of secrets.
#pragma once

#include <string_view>

namespace touchstone::crypto {

/// In a time that depends on the lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace touchstone::crypto
