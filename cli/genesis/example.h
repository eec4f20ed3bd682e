// The commented example that `touchstone genesis --example` prints.
#pragma once

#include <string_view>

namespace touchstone::cli {

extern const std::string_view kGenesisExample;

}  // namespace touchstone::cli
