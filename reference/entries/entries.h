// The entries of a state: what they may be, and the root that commits to them.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

/// [TYP-07] `tree_root` is the root of the entries.
void update_tree_root(ConsensusState& state);
/// The same, after steps that began with the entries `before`. Where they changed nothing, `tree_root` stays.
void update_tree_root(ConsensusState& state, const SharedEntries& before);

/// [ACC-02] The whole table: accounts, and the entries of stake [STK-03].
Result<void> check_entries(const KvMap& entries, const Parameters& config);
/// [KVT-18], [ACC-02], [KVT-19] Gives a state the entries that came with it.
Result<void> attach_entries(ConsensusState& state, const KvEntries& list);

}  // namespace touchstone::reference
