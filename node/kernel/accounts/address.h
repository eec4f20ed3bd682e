// Addresses and their text form. [CRY-12] [CRY-13]
#pragma once

#include <string>
#include <string_view>

#include "crypto/ed25519.h"
#include "node/base/bytes.h"
#include "node/base/result.h"

namespace touchstone::node {

Address address_of(const crypto::Ed25519PublicKey& key);

/// Bech32m with the prefix tst.
std::string address_to_text(const Address& address);
/// Rejected with CRY-13.
Result<Address> address_from_text(std::string_view text);

}  // namespace touchstone::node
