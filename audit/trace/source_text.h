// Which letters of a C++ source are code, string or comment.
#pragma once

#include <string>
#include <vector>

namespace touchstone::audit {

enum class Part : unsigned char { code, string, comment };

// One entry for each letter. Quotes belong to their string.
[[nodiscard]] std::vector<Part> parts_of_cpp(const std::string& text);

}  // namespace touchstone::audit
