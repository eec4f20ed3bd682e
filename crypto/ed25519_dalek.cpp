#include "crypto/ed25519.h"
#include "native/include/touchstone_native.h"

namespace touchstone::crypto {
namespace {

constexpr int kValid = 1;

}  // namespace

bool ed25519_verify_dalek(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                          const Ed25519Signature& signature) {
    return ts_ed25519_verify_cofactorless(key.data(), signature.data(), message.data(), message.size()) == kValid;
}

bool ed25519_verify_dalek_strict(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                                 const Ed25519Signature& signature) {
    return ts_ed25519_verify_strict(key.data(), signature.data(), message.data(), message.size()) == kValid;
}

}  // namespace touchstone::crypto
