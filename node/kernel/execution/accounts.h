// Accounts as entries of the key-value tree. [ACC-01] [ACC-02]
#pragma once

#include <optional>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/tree/entries.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// The key of an account's entry, and of nothing else.
ByteVector account_key(const Address& address);
Path account_path(const Address& address);
/// Nothing for a key of another form.
std::optional<Address> address_of_key(Bytes key);

/// The default account where there is no entry. Of a StatePointer, on any thread.
Account get_account(const State& state, const Address& address);
Account get_account(const tree::TreeVersion& tree, const Path& path);

inline bool has_entry(const Account& account) { return account != Account{}; }

/// What sets the entry of an account.
tree::EntryChange account_change(const Address& address, const Account& account);

/// The value of an account's entry. Precondition: 16 bytes, as [ACC-02] asks.
Account account_of_value(Bytes value);

}  // namespace touchstone::node
