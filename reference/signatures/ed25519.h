// The chain's strict rule for Ed25519 signatures of accounts [CRY-08] to [CRY-11].
#pragma once

#include "crypto/ed25519.h"
#include "reference/base/bytes.h"
#include "reference/base/result.h"

namespace touchstone::reference {

Result<void> ed25519_verify(const crypto::Ed25519PublicKey& public_key, ByteView message,
                            const crypto::Ed25519Signature& signature);

}  // namespace touchstone::reference
