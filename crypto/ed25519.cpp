#include "crypto/ed25519.h"

#include <botan/ed25519.h>
#include <botan/mem_ops.h>
#include <botan/pubkey.h>
#include <botan/rng.h>

#include <algorithm>
#include <vector>

namespace touchstone::crypto {
namespace {

Botan::Ed25519_PrivateKey private_key(const Ed25519Seed& seed) {
    const auto secret = seed.secret();
    return Botan::Ed25519_PrivateKey(Botan::secure_vector<std::uint8_t>(secret.begin(), secret.end()));
}

}  // namespace

Ed25519Seed::Ed25519Seed(std::span<const std::uint8_t, 32> bytes) { std::ranges::copy(bytes, bytes_.begin()); }

Ed25519Seed::~Ed25519Seed() { Botan::secure_scrub_memory(bytes_.data(), bytes_.size()); }

Ed25519PublicKey ed25519_public_key(const Ed25519Seed& seed) {
    const std::vector<std::uint8_t> bytes = private_key(seed).get_public_key();
    Ed25519PublicKey key;
    std::ranges::copy(bytes, key.begin());
    return key;
}

Ed25519Signature ed25519_sign(const Ed25519Seed& seed, std::span<const std::uint8_t> message) {
    // Ed25519 is deterministic: the generator that the interface asks for is never drawn from.
    Botan::Null_RNG no_randomness;
    const Botan::Ed25519_PrivateKey key = private_key(seed);
    Botan::PK_Signer signer(key, no_randomness, "Pure");
    const std::vector<std::uint8_t> bytes = signer.sign_message(message.data(), message.size(), no_randomness);
    Ed25519Signature signature;
    std::ranges::copy(bytes, signature.begin());
    return signature;
}

bool ed25519_verify_botan(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                          const Ed25519Signature& signature) {
    const Botan::Ed25519_PublicKey public_key(key.data(), key.size());
    Botan::PK_Verifier verifier(public_key, "Pure");
    return verifier.verify_message(message.data(), message.size(), signature.data(), signature.size());
}

}  // namespace touchstone::crypto
