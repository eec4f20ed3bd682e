// The chain's rule for account signatures. [CRY-08] to [CRY-11]
#pragma once

#include "crypto/ed25519.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace touchstone::node {

/// Rejected with the first of CRY-08 to CRY-11 that does not hold.
Result<void> verify_ed25519(const crypto::Ed25519PublicKey& key, Bytes message,
                            const crypto::Ed25519Signature& signature);

}  // namespace touchstone::node
