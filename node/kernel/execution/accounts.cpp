#include "node/kernel/execution/accounts.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace touchstone::node {
namespace {

constexpr std::uint8_t kAccountTag = 1;
constexpr std::size_t kKeySize = 1 + Address::kSize;
constexpr std::size_t kValueSize = 16;

std::array<std::uint8_t, kKeySize> key_of(const Address& address) {
    std::array<std::uint8_t, kKeySize> key;
    key[0] = kAccountTag;
    std::ranges::copy(address.bytes, key.begin() + 1);
    return key;
}

ByteVector value_of_account(const Account& account) {
    const std::uint64_t balance = account.balance.value();
    ByteVector value(kValueSize);
    std::memcpy(value.data(), &account.nonce, sizeof account.nonce);
    std::memcpy(value.data() + sizeof account.nonce, &balance, sizeof balance);
    return value;
}

}  // namespace

ByteVector account_key(const Address& address) {
    const auto key = key_of(address);
    return {key.begin(), key.end()};
}

Path account_path(const Address& address) { return tree::path_of(key_of(address)); }

std::optional<Address> address_of_key(Bytes key) {
    if (key.size() != kKeySize || key[0] != kAccountTag) return std::nullopt;
    Address address;
    std::ranges::copy(key.subspan(1), address.bytes.begin());
    return address;
}

Account account_of_value(Bytes value) {
    std::uint64_t balance = 0;
    Account account;
    std::memcpy(&account.nonce, value.data(), sizeof account.nonce);
    std::memcpy(&balance, value.data() + sizeof account.nonce, sizeof balance);
    account.balance = Amount(balance);
    return account;
}

Account get_account(const tree::TreeVersion& tree, const Path& path) {
    const auto value = tree::find_value(tree, path);
    return value ? account_of_value(*value) : Account{};
}

Account get_account(const State& state, const Address& address) {
    return get_account(state.tree(), account_path(address));
}

tree::EntryChange account_change(const Address& address, const Account& account) {
    tree::EntryChange change{account_key(address), std::nullopt};
    if (has_entry(account)) change.value = value_of_account(account);
    return change;
}

}  // namespace touchstone::node
