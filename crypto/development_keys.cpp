#include "crypto/development_keys.h"

#include <string_view>
#include <vector>

#include "crypto/sha256.h"

namespace touchstone::crypto {
namespace {

Digest indexed_digest(std::string_view label, std::uint64_t index) {
    std::vector<std::uint8_t> message(label.begin(), label.end());
    for (unsigned shift = 0; shift < 64; shift += 8)
        message.push_back(static_cast<std::uint8_t>(index >> shift));
    return sha256(message);
}

}  // namespace

bls::SecretKey development_validator_key(std::uint64_t index) {
    // Key generation fails only for input shorter than 32 bytes.
    return bls::SecretKey::generate(indexed_digest("touchstone development validator key", index)).value();
}

Ed25519Seed development_account_seed(std::uint64_t index) {
    return Ed25519Seed(indexed_digest("touchstone development account key", index));
}

}  // namespace touchstone::crypto
