// INSECURE: secret keys that anybody can compute from their index, for development networks, tests and benchmarks.
// A chain that holds value must refuse them; the tools that use them say so in their names and output.
#pragma once

#include <cstdint>

#include "crypto/bls.h"
#include "crypto/ed25519.h"

namespace touchstone::crypto {

// BLS key of validator `index`: key generation from SHA-256("touchstone development validator key" ‖ index as u64-LE).
[[nodiscard]] bls::SecretKey development_validator_key(std::uint64_t index);

// Ed25519 seed of account `index`: SHA-256("touchstone development account key" ‖ index as u64-LE). Its address is the
// operator of development validator `index`, so that anybody can spend what that validator earns.
[[nodiscard]] Ed25519Seed development_account_seed(std::uint64_t index);

}  // namespace touchstone::crypto
