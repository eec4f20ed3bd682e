// Ed25519 (RFC 8032, no pre-hash, no context): signing, and the raw verification of two libraries.
//
// The raw verifiers differ at the edges and none of them is the chain's rule: Botan takes an S that is not reduced,
// both take a public key that is not encoded canonically. The rule (range of S, canonical encodings, no small order,
// then the cofactorless equation) belongs to each side, which checks its conditions before it asks a library for the
// equation.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace touchstone::crypto {

using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

// The 32 secret bytes that RFC 8032 calls the private key. Wiped on destruction; has no way to be printed or compared.
class Ed25519Seed {
  public:
    explicit Ed25519Seed(std::span<const std::uint8_t, 32> bytes);
    Ed25519Seed(const Ed25519Seed&) = default;
    Ed25519Seed& operator=(const Ed25519Seed&) = default;
    ~Ed25519Seed();

    // The secret itself, for a keystore: the caller wipes his copies.
    [[nodiscard]] std::span<const std::uint8_t, 32> secret() const { return bytes_; }

  private:
    std::array<std::uint8_t, 32> bytes_;
};

[[nodiscard]] Ed25519PublicKey ed25519_public_key(const Ed25519Seed& seed);
[[nodiscard]] Ed25519Signature ed25519_sign(const Ed25519Seed& seed, std::span<const std::uint8_t> message);

// The cofactorless equation by Botan. Refuses an A that is no point; takes S up to 2^253 and a non-canonical A.
[[nodiscard]] bool ed25519_verify_botan(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                                        const Ed25519Signature& signature);

// The cofactorless equation by dalek. Refuses an A that is no point and S ≥ L; takes a non-canonical A.
[[nodiscard]] bool ed25519_verify_dalek(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                                        const Ed25519Signature& signature);

// dalek's `verify_strict`: as above, and refuses A and R of small order.
[[nodiscard]] bool ed25519_verify_dalek_strict(const Ed25519PublicKey& key, std::span<const std::uint8_t> message,
                                               const Ed25519Signature& signature);

}  // namespace touchstone::crypto
