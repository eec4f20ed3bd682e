// The secret key of an account in a file of its own: 64 hexadecimal digits, for its owner's eyes only.
#pragma once

#include <filesystem>

#include "cli/outcome.h"
#include "crypto/ed25519.h"
#include "node/base/bytes.h"

namespace touchstone::cli {

/// A key and what follows from it.
struct AccountKey {
    explicit AccountKey(const crypto::Ed25519Seed& secret);

    crypto::Ed25519Seed seed;
    node::Ed25519PublicKey public_key;
    node::Address address;
};

/// Makes the file with a fresh key, mode 0600. Fails if there is something of this name already.
Outcome<AccountKey> create_key_file(const std::filesystem::path& path);

/// Refuses a file that others may read.
Outcome<AccountKey> load_key_file(const std::filesystem::path& path);

/// INSECURE: of a development account, which everybody can compute.
AccountKey development_account(std::uint64_t index);

}  // namespace touchstone::cli
