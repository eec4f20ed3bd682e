#include "crypto/random.h"

#include <botan/system_rng.h>

namespace touchstone::crypto {

void secure_random(std::span<std::uint8_t> out) { Botan::system_rng().randomize(out.data(), out.size()); }

}  // namespace touchstone::crypto
