#include "node/adapters/runtime/secure_random.h"

#include <array>
#include <cstring>

#include "crypto/random.h"

namespace touchstone::node::adapters {

std::uint64_t SecureRandom::next() {
    std::array<std::uint8_t, 8> bytes{};
    crypto::secure_random(bytes);
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), bytes.size());
    return number;
}

}  // namespace touchstone::node::adapters
