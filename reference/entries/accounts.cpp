#include "reference/entries/accounts.h"

namespace touchstone::reference {

namespace {

constexpr std::uint8_t ACCOUNT_PREFIX = 0x01;

}  // namespace

// [ACC-01]
Bytes account_key(const Address& address) {
    const Bytes prefix{ACCOUNT_PREFIX};
    return concatenate({prefix, address.bytes});
}

// [ACC-02]
bool is_account_entry(const Bytes& key, const Bytes& value, const Parameters& config) {
    if (key.size() != 1 + Address::SIZE || key[0] != ACCOUNT_PREFIX) return false;
    const auto account = ssz::deserialize<Account>(value, config);
    return account && account.value() != Account{};
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

Result<void> increase_account(ConsensusState& state, const Address& address, Wide amount) {
    Account account = get_account(state, address);
    TRY(account.balance, store<Amount>(account.balance + amount));
    set_account(state, address, account);
    return {};
}

Result<void> decrease_account(ConsensusState& state, const Address& address, Wide amount) {
    Account account = get_account(state, address);
    TRY(account.balance, store<Amount>(account.balance - amount));
    set_account(state, address, account);
    return {};
}

}  // namespace touchstone::reference
