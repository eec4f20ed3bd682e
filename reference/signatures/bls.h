// BLS signatures of validators [CRY-03] to [CRY-06], over signing roots.
#pragma once

#include <span>

#include "reference/base/basic_types.h"

namespace touchstone::reference {

/// [CRY-03]
bool is_valid_pubkey(const BLSPubkey& pubkey);

/// [CRY-04]
bool is_valid_signature(const BLSSignature& signature);

/// [CRY-05] False also for a key or a signature whose bytes are not valid ([CRY-03], [CRY-04]).
bool bls_verify(const BLSPubkey& pubkey, const Root& signing_root, const BLSSignature& signature);

/// [CRY-06]
bool bls_fast_aggregate_verify(std::span<const BLSPubkey> pubkeys, const Root& signing_root,
                               const BLSSignature& signature);

}  // namespace touchstone::reference
