// Of the methods, as their description states it.
#pragma once

#include <string_view>

namespace touchstone::node::api {

/// MAJOR.MINOR.PATCH: MAJOR rises when a method, a parameter or a field of a result goes or changes its meaning (until
/// 1.0.0: MINOR), MINOR when something comes.
inline constexpr std::string_view kApiVersion = "0.3.0";

}  // namespace touchstone::node::api
