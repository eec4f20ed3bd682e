// Page 16: accounts, which are entries of the key-value tree.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [ACC-01]
Bytes account_key(const Address& address);
/// [ACC-02] Of an entry whose key begins with 0x01.
bool is_account_entry(const Bytes& key, const Bytes& value, const Parameters& config);
bool has_account(const ConsensusState& state, const Address& address);
Account get_account(const ConsensusState& state, const Address& address);
/// Changes the entry alone: `update_tree_root` follows, once for all entries that were changed.
void set_account(ConsensusState& state, const Address& address, const Account& account);

Result<void> increase_account(ConsensusState& state, const Address& address, Wide amount);
Result<void> decrease_account(ConsensusState& state, const Address& address, Wide amount);

}  // namespace touchstone::reference
