// Addresses of accounts and their text form, Bech32m [CRY-12], [CRY-13].
#pragma once

#include <string>
#include <string_view>

#include "crypto/ed25519.h"
#include "reference/base/basic_types.h"
#include "reference/base/result.h"

namespace touchstone::reference {

Address address_of(const crypto::Ed25519PublicKey& public_key);
std::string address_to_text(const Address& address);
Result<Address> address_from_text(std::string_view text);

}  // namespace touchstone::reference
