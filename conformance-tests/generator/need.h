// The value of a result that cannot fail; if it does, the generator itself is wrong, and ends.
#pragma once

#include <cstdlib>
#include <iostream>

#include "reference/base/result.h"

namespace touchstone::vectors {

template <class R>
auto need(R result) {
    if (!result) {
        std::cerr << "the generator made something invalid: " << to_string(result.failure().clause) << ": "
                  << result.failure().reason << "\n";
        std::abort();
    }
    if constexpr (requires { result.value(); }) return std::move(result).value();
}

}  // namespace touchstone::vectors
