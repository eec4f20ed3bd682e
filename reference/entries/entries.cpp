#include "reference/entries/entries.h"

#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"

namespace touchstone::reference {

void update_tree_root(ConsensusState& state) { state.tree_root = kv_root(state.entries.map()); }

void update_tree_root(ConsensusState& state, const SharedEntries& before) {
    if (!(state.entries == before)) update_tree_root(state);
}

// [ACC-02]
Result<void> check_entries(const KvMap& entries, const Parameters& config) {
    for (const auto& [key, value] : entries)
        REQUIRE(is_account_entry(key, value, config) || is_stake_entry(key, value, config), Clause::ACC_02);
    return {};
}

Result<void> attach_entries(ConsensusState& state, const KvEntries& list) {
    TRY(KvMap entries, map_of(list));  // [KVT-18]
    CHECK(check_entries(entries, state.config));
    REQUIRE(kv_root(entries) == state.tree_root, Clause::KVT_19);
    state.entries = SharedEntries{std::move(entries)};
    return {};
}

}  // namespace touchstone::reference
