#include "reference/execution/accounts.h"

namespace touchstone::reference {

namespace {

constexpr std::uint8_t ACCOUNT_PREFIX = 0x01;

}  // namespace

// [ACC-01]
Bytes account_key(const Address& address) {
    const Bytes prefix{ACCOUNT_PREFIX};
    return concatenate({prefix, address.bytes});
}

bool has_account(const ConsensusState& state, const Address& address) {
    return state.entries.map().contains(account_key(address));
}

Account get_account(const ConsensusState& state, const Address& address) {
    const auto entry = state.entries.map().find(account_key(address));
    if (entry == state.entries.map().end()) return Account{};
    return ssz::deserialize<Account>(entry->second, state.config).value();  // entries are checked [ACC-02]
}

void set_account(ConsensusState& state, const Address& address, const Account& account) {
    if (account == Account{}) {
        state.entries.change().erase(account_key(address));
    } else {
        state.entries.change()[account_key(address)] = ssz::serialize(account, state.config);
    }
}

void update_tree_root(ConsensusState& state) { state.tree_root = kv_root(state.entries.map()); }

// [ACC-02]
Result<void> check_accounts(const KvMap& entries, const Parameters& config) {
    for (const auto& [key, value] : entries) {
        REQUIRE(key.size() == 1 + Address::SIZE && key[0] == ACCOUNT_PREFIX, Clause::ACC_02);
        const auto account = ssz::deserialize<Account>(value, config);
        REQUIRE(account && account.value() != Account{}, Clause::ACC_02);
    }
    return {};
}

Result<void> attach_entries(ConsensusState& state, const KvEntries& list) {
    TRY(KvMap entries, map_of(list));  // [KVT-18]
    CHECK(check_accounts(entries, state.config));
    REQUIRE(kv_root(entries) == state.tree_root, Clause::KVT_19);
    state.entries = SharedEntries{std::move(entries)};
    return {};
}

}  // namespace touchstone::reference
