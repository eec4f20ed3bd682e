#include "node/kernel/stake/ledger.h"

#include <cstring>

#include "node/base/arithmetic.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/stake/entries.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// The values of these types have no limits that a parameter sets.
constexpr Parameters kNoParameters{};

std::optional<std::uint64_t> read_number(EntryAccess& entries, const ByteVector& key) {
    const auto value = entries.read(key);
    if (!value || value->size() != sizeof(std::uint64_t)) return std::nullopt;
    std::uint64_t number = 0;
    std::memcpy(&number, value->data(), sizeof number);
    return number;
}

void write_number(EntryAccess& entries, const ByteVector& key, std::uint64_t number) {
    ByteVector value(sizeof number);
    std::memcpy(value.data(), &number, sizeof number);
    entries.write(key, std::move(value));
}

void write_some(EntryAccess& entries, const ByteVector& key, std::uint64_t number) {
    if (number == 0) return entries.write(key, std::nullopt);
    write_number(entries, key, number);
}

template <class T>
std::optional<T> read_value(EntryAccess& entries, const ByteVector& key) {
    const auto value = entries.read(key);
    if (!value) return std::nullopt;
    auto decoded = decode<T>(*value, kNoParameters);
    if (!decoded.ok()) return std::nullopt;
    return std::move(decoded).value();
}

template <class T>
void write_value(EntryAccess& entries, const ByteVector& key, const std::optional<T>& value) {
    entries.write(key, value ? std::optional(encode(*value)) : std::nullopt);
}

}  // namespace

std::optional<ByteVector> EntryOverlay::read(const ByteVector& key) {
    touched_ = true;
    const auto written = written_.find(key);
    if (written != written_.end()) return written->second;
    const auto value = tree::find_value(tree_, key);
    if (!value) return std::nullopt;
    return ByteVector(value->begin(), value->end());
}

void EntryOverlay::write(const ByteVector& key, std::optional<ByteVector> value) {
    touched_ = true;
    written_.insert_or_assign(key, std::move(value));
}

std::vector<tree::EntryChange> EntryOverlay::changes() const {
    std::vector<tree::EntryChange> changes;
    changes.reserve(written_.size());
    for (const auto& [key, value] : written_)
        changes.push_back({key, value});
    return changes;
}

Account read_account(EntryAccess& entries, const Address& address) {
    const auto value = entries.read(account_key(address));
    return value ? account_of_value(*value) : Account{};
}

void write_account(EntryAccess& entries, const Address& address, const Account& account) {
    tree::EntryChange change = account_change(address, account);
    entries.write(change.key, std::move(change.value));
}

Result<void> add_to_account(EntryAccess& entries, const Address& address, std::uint64_t grains) {
    Account account = read_account(entries, address);
    NODE_TRY(add_to(account.balance, grains));
    write_account(entries, address, account);
    return {};
}

std::optional<ValidatorIndex> read_validator(EntryAccess& entries, const BlsPublicKey& pubkey) {
    const auto number = read_number(entries, validator_key(pubkey));
    if (!number) return std::nullopt;
    return ValidatorIndex(*number);
}

void write_validator(EntryAccess& entries, const BlsPublicKey& pubkey, ValidatorIndex index) {
    write_number(entries, validator_key(pubkey), index.value());
}

std::uint64_t read_shares(EntryAccess& entries, ValidatorIndex index, const Address& holder) {
    return read_number(entries, pool_share_key(index, holder)).value_or(0);
}

void write_shares(EntryAccess& entries, ValidatorIndex index, const Address& holder, std::uint64_t shares) {
    write_some(entries, pool_share_key(index, holder), shares);
}

Result<void> add_shares(EntryAccess& entries, ValidatorIndex index, const Address& holder, std::uint64_t shares) {
    const auto sum = checked_add(read_shares(entries, index, holder), shares);
    if (!sum) return reject(Clause::TYP_01, "a number of shares exceeds 64 bits");
    write_shares(entries, index, holder, *sum);
    return {};
}

std::optional<QueuedBond> read_queued_bond(EntryAccess& entries, std::uint64_t number) {
    return read_value<QueuedBond>(entries, queued_bond_key(number));
}

void write_queued_bond(EntryAccess& entries, std::uint64_t number, const std::optional<QueuedBond>& item) {
    write_value(entries, queued_bond_key(number), item);
}

std::optional<QueuedUnbond> read_queued_unbond(EntryAccess& entries, std::uint64_t number) {
    return read_value<QueuedUnbond>(entries, queued_unbond_key(number));
}

void write_queued_unbond(EntryAccess& entries, std::uint64_t number, const std::optional<QueuedUnbond>& item) {
    write_value(entries, queued_unbond_key(number), item);
}

std::optional<Cohort> read_cohort(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch) {
    return read_value<Cohort>(entries, cohort_key(index, exit_epoch));
}

void write_cohort(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch, const std::optional<Cohort>& cohort) {
    write_value(entries, cohort_key(index, exit_epoch), cohort);
}

std::uint64_t read_cohort_shares(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch, const Address& holder) {
    return read_number(entries, cohort_share_key(index, exit_epoch, holder)).value_or(0);
}

void write_cohort_shares(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch, const Address& holder,
                         std::uint64_t shares) {
    write_some(entries, cohort_share_key(index, exit_epoch, holder), shares);
}

}  // namespace touchstone::node
