#include "cli/genesis/accounts.h"

#include <algorithm>
#include <string>
#include <utility>

#include "crypto/development_keys.h"
#include "node/kernel/accounts/address.h"

namespace touchstone::cli {

namespace {

/// What a genesis file can hold.
constexpr std::uint64_t kMostAccounts = 1'000'000;

/// An account with the place that it has in the description.
struct PlacedAccount {
    node::GenesisAccount account;
    std::uint32_t line = 0;
    bool is_development = false;
    std::uint64_t index = 0;

    std::string name() const {
        const std::string number = std::to_string(index);
        return is_development ? "account " + number + " of development_accounts" : "accounts[" + number + "]";
    }
};

std::vector<PlacedAccount> placed_accounts(const GenesisDescription& description) {
    std::vector<PlacedAccount> placed;
    std::uint64_t index = 0;
    for (const DescribedAccount& each : description.accounts)
        placed.push_back({each.account, each.line, false, index++});
    if (const auto& made = description.development_accounts) {
        for (index = 0; index < made->count; ++index)
            placed.push_back({{development_address(index), made->balance}, made->line, true, index});
    }
    return placed;
}

Fault given_twice(const std::string& file, const PlacedAccount& first, const PlacedAccount& second) {
    return fault_at(file, second.line,
                    second.name() + " has the address " + node::address_to_text(second.account.address) + ", as has " +
                        first.name() + " in line " + std::to_string(first.line) + "; remove one of them [GEN-10]");
}

}  // namespace

node::Address development_address(std::uint64_t index) {
    return node::address_of(crypto::ed25519_public_key(crypto::development_account_seed(index)));
}

Outcome<std::vector<node::GenesisAccount>> genesis_accounts(const GenesisDescription& description) {
    const std::uint64_t made = description.development_accounts ? description.development_accounts->count : 0;
    if (made > kMostAccounts || description.accounts.size() > kMostAccounts - made) {
        return fault_at(description.name, 0, "a genesis file holds at most 1000000 accounts; describe fewer");
    }
    std::vector<PlacedAccount> placed = placed_accounts(description);
    for (const PlacedAccount& each : placed) {
        if (each.account.balance == node::Amount(0)) {
            return fault_at(description.name, each.line,
                            each.name() + " has a balance of 0; give it at least one grain, or remove it [GEN-10]");
        }
    }
    const auto address = [](const PlacedAccount& each) { return each.account.address; };
    // Of equal addresses the one that stands later is the one to blame.
    std::ranges::sort(placed, {}, [](const PlacedAccount& each) { return std::pair(each.account.address, each.line); });
    const auto twice = std::ranges::adjacent_find(placed, {}, address);
    if (twice != placed.end()) return given_twice(description.name, twice[0], twice[1]);
    std::vector<node::GenesisAccount> accounts;
    for (const PlacedAccount& each : placed)
        accounts.push_back(each.account);
    return accounts;
}

}  // namespace touchstone::cli
