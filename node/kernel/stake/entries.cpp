#include "node/kernel/stake/entries.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

namespace touchstone::node {
namespace {

/// The first byte of a key says what the entry is.
enum class EntryKind : std::uint8_t {
    account = 1,
    validator = 2,
    pool_share = 3,
    queued_bond = 4,
    queued_unbond = 5,
    cohort = 6,
    cohort_share = 7,
};

constexpr std::size_t kNumberSize = sizeof(std::uint64_t);

ByteVector key_of(EntryKind kind, Bytes rest) {
    ByteVector key{static_cast<std::uint8_t>(kind)};
    key.insert(key.end(), rest.begin(), rest.end());
    return key;
}

void append_number(ByteVector& key, std::uint64_t number) {
    for (std::size_t byte = kNumberSize; byte-- != 0;)
        key.push_back(static_cast<std::uint8_t>(number >> (8 * byte)));
}

ByteVector key_of_numbers(EntryKind kind, std::initializer_list<std::uint64_t> numbers, Bytes rest = {}) {
    ByteVector key{static_cast<std::uint8_t>(kind)};
    key.reserve(1 + numbers.size() * kNumberSize + rest.size());
    for (const std::uint64_t number : numbers)
        append_number(key, number);
    key.insert(key.end(), rest.begin(), rest.end());
    return key;
}

/// All keys and all values of a kind have one length; every string of that length decodes.
struct EntryForm {
    std::size_t key_size;
    std::size_t value_size;
    bool may_be_zero;  // whether the value that is all zero stands in an entry
};

/// Nothing if no key begins so.
std::optional<EntryForm> form_of(std::uint8_t first) {
    switch (EntryKind{first}) {
        case EntryKind::account:
            return EntryForm{1 + Address::kSize, 2 * kNumberSize, false};
        case EntryKind::validator:
            return EntryForm{1 + BlsPublicKey::kSize, kNumberSize, true};
        case EntryKind::pool_share:
            return EntryForm{1 + kNumberSize + Address::kSize, kNumberSize, false};
        case EntryKind::queued_bond:
            return EntryForm{1 + kNumberSize, 3 * kNumberSize + Address::kSize, true};
        case EntryKind::queued_unbond:
            return EntryForm{1 + kNumberSize, 2 * kNumberSize + Address::kSize, true};
        case EntryKind::cohort:
            return EntryForm{1 + 2 * kNumberSize, 4 * kNumberSize, true};
        case EntryKind::cohort_share:
            return EntryForm{1 + 2 * kNumberSize + Address::kSize, kNumberSize, false};
    }
    return std::nullopt;
}

}  // namespace

ByteVector validator_key(const BlsPublicKey& pubkey) { return key_of(EntryKind::validator, pubkey.view()); }

ByteVector pool_share_key(ValidatorIndex index, const Address& holder) {
    return key_of_numbers(EntryKind::pool_share, {index.value()}, holder.view());
}

ByteVector queued_bond_key(std::uint64_t number) { return key_of_numbers(EntryKind::queued_bond, {number}); }

ByteVector queued_unbond_key(std::uint64_t number) { return key_of_numbers(EntryKind::queued_unbond, {number}); }

ByteVector cohort_key(ValidatorIndex index, Epoch exit_epoch) {
    return key_of_numbers(EntryKind::cohort, {index.value(), exit_epoch.value()});
}

ByteVector cohort_share_key(ValidatorIndex index, Epoch exit_epoch, const Address& holder) {
    return key_of_numbers(EntryKind::cohort_share, {index.value(), exit_epoch.value()}, holder.view());
}

std::optional<PoolShareName> pool_share_of_key(Bytes key) {
    const auto size = form_of(static_cast<std::uint8_t>(EntryKind::pool_share))->key_size;
    if (key.size() != size || EntryKind{key.front()} != EntryKind::pool_share) return std::nullopt;
    std::uint64_t index = 0;
    for (const std::uint8_t byte : key.subspan(1, kNumberSize))
        index = (index << 8U) | byte;
    PoolShareName name{ValidatorIndex(index), {}};
    std::ranges::copy(key.subspan(1 + kNumberSize), name.holder.bytes.begin());
    return name;
}

Result<void> check_entries(const KvEntries& entries) {
    for (const KvEntry& entry : entries.entries) {
        const std::string name = "the entry with the key " + to_hex(entry.key);
        const auto form = entry.key.empty() ? std::nullopt : form_of(entry.key.front());
        if (!form || entry.key.size() != form->key_size) return reject(Clause::ACC_02, name + " is of no kind");
        if (entry.value.size() != form->value_size) {
            return reject(Clause::ACC_02, name + " has " + std::to_string(entry.value.size()) + " bytes");
        }
        if (!form->may_be_zero && std::ranges::all_of(entry.value, [](std::uint8_t byte) { return byte == 0; })) {
            return reject(Clause::ACC_02, name + " says what no entry says too");
        }
    }
    return {};
}

}  // namespace touchstone::node
