// Page 16: accounts, which are entries of the key-value tree.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [ACC-01]
Bytes account_key(const Address& address);
bool has_account(const ConsensusState& state, const Address& address);
Account get_account(const ConsensusState& state, const Address& address);
/// Changes the entry alone: `update_tree_root` follows, once for all accounts that were changed.
void set_account(ConsensusState& state, const Address& address, const Account& account);
/// [TYP-07] `tree_root` is the root of the entries.
void update_tree_root(ConsensusState& state);

/// [ACC-02]
Result<void> check_accounts(const KvMap& entries, const Parameters& config);
/// [KVT-18], [ACC-02], [KVT-19] Gives a state the entries that came with it.
Result<void> attach_entries(ConsensusState& state, const KvEntries& list);

}  // namespace touchstone::reference
