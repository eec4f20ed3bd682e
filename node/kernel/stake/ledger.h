// Accounts, pools, queues and cohorts as typed values over the entries of a state, and what was changed of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/kernel/tree/entries.h"
#include "node/types/containers.h"

namespace touchstone::node {

/// Entries by key. Whoever reads sees what was written.
class EntryAccess {
  public:
    virtual ~EntryAccess() = default;
    virtual std::optional<ByteVector> read(const ByteVector& key) = 0;
    /// None removes the entry.
    virtual void write(const ByteVector& key, std::optional<ByteVector> value) = 0;
};

/// Over a version of the tree; collects the changes and leaves the tree alone.
class EntryOverlay final : public EntryAccess {
  public:
    explicit EntryOverlay(tree::TreeVersion tree) : tree_(std::move(tree)) {}

    std::optional<ByteVector> read(const ByteVector& key) override;
    void write(const ByteVector& key, std::optional<ByteVector> value) override;

    /// Whether anything was read or written.
    bool touched() const { return touched_; }
    /// What was written, in ascending order of key: for State::change_entries.
    std::vector<tree::EntryChange> changes() const;

  private:
    tree::TreeVersion tree_;
    std::map<ByteVector, std::optional<ByteVector>> written_;
    bool touched_ = false;
};

// Typed. Where there is no entry: no shares, the default account, nothing. What is read was checked when it came into
// the tree [ACC-02]: a value always decodes. No shares and the default account are written as no entry.
Account read_account(EntryAccess& entries, const Address& address);
void write_account(EntryAccess& entries, const Address& address, const Account& account);
/// [TYP-01]
Result<void> add_to_account(EntryAccess& entries, const Address& address, std::uint64_t grains);

std::optional<ValidatorIndex> read_validator(EntryAccess& entries, const BlsPublicKey& pubkey);
void write_validator(EntryAccess& entries, const BlsPublicKey& pubkey, ValidatorIndex index);

std::uint64_t read_shares(EntryAccess& entries, ValidatorIndex index, const Address& holder);
void write_shares(EntryAccess& entries, ValidatorIndex index, const Address& holder, std::uint64_t shares);
/// [TYP-01]
Result<void> add_shares(EntryAccess& entries, ValidatorIndex index, const Address& holder, std::uint64_t shares);

std::optional<QueuedBond> read_queued_bond(EntryAccess& entries, std::uint64_t number);
void write_queued_bond(EntryAccess& entries, std::uint64_t number, const std::optional<QueuedBond>& item);
std::optional<QueuedUnbond> read_queued_unbond(EntryAccess& entries, std::uint64_t number);
void write_queued_unbond(EntryAccess& entries, std::uint64_t number, const std::optional<QueuedUnbond>& item);

std::optional<Cohort> read_cohort(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch);
void write_cohort(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch, const std::optional<Cohort>& cohort);
std::uint64_t read_cohort_shares(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch, const Address& holder);
void write_cohort_shares(EntryAccess& entries, ValidatorIndex index, Epoch exit_epoch, const Address& holder,
                         std::uint64_t shares);

}  // namespace touchstone::node
