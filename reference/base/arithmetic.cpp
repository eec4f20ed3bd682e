#include "reference/base/arithmetic.h"

namespace touchstone::reference {

std::uint64_t integer_squareroot(std::uint64_t n) {
    Wide x = n;
    Wide y = (x + 1) / 2;
    while (y < x) {
        x = y;
        y = (x + n / x) / 2;
    }
    return static_cast<std::uint64_t>(x);
}

}  // namespace touchstone::reference
