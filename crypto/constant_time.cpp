#include "crypto/constant_time.h"

#include <botan/mem_ops.h>

namespace touchstone::crypto {

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    return Botan::constant_time_compare(reinterpret_cast<const std::uint8_t*>(a.data()),
                                        reinterpret_cast<const std::uint8_t*>(b.data()), a.size());
}

}  // namespace touchstone::crypto
