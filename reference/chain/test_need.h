// For what tests build upon: a value that has to be there.
#pragma once

#include <cstdlib>
#include <iostream>
#include <utility>

#include "reference/base/result.h"

namespace touchstone::reference::test {

/// The value of the result, if it has one. A chain or a state that cannot be made is a broken test: the program ends.
template <class R>
auto need(R result) {
    if (!result) {
        std::cerr << "test chain: " << to_string(result.failure().clause) << ": " << result.failure().reason << '\n';
        std::abort();
    }
    if constexpr (requires { result.value(); }) return std::move(result).value();
}

}  // namespace touchstone::reference::test
