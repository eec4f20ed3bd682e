// What a crash leaves behind: each node's database and slashing protection, in memory, changed only whole transactions
// at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "node/ports/slashing_protection.h"
#include "node/ports/store.h"

namespace touchstone::node::sim {

/// Thrown through the node when its power goes; only the simulation catches it.
struct SimulatedCrash {};

/// Called immediately before and after each durable write; may throw SimulatedCrash.
using PowerSwitch = std::function<void()>;

/// Shared with what takes commits back.
using KeptStateMap = std::map<Epoch, std::shared_ptr<const KeptState>>;

/// The last is the block's root.
using AccountKey = std::tuple<Address, ChainPosition, Root>;

/// What takes a commit back.
struct StoreUndo {
    bool genesis = false;
    std::vector<Root> blocks;        // that it added, as the receipts
    std::vector<Root> receipts;      // of blocks
    std::vector<Root> transactions;  // that it found a place for, in order
    std::vector<AccountKey> accounts;
    std::size_t journal_rows = 0;
    std::optional<std::optional<RecoveryPoint>> recovery_point;             // before, if it was replaced
    std::vector<std::pair<ByteVector, std::optional<ByteVector>>> entries;  // before
    std::vector<std::pair<Slot, std::optional<Root>>> finalized;            // before
    bool anchor = false;
    // Before, if it was changed.
    std::optional<KeptStateMap> kept_states;
    std::optional<std::map<Epoch, ByteVector>> performance;
    std::optional<std::vector<SyncAnswer>> sync_answers;
    std::optional<std::vector<OwnTransaction>> own_transactions;
};

struct Disk {
    /// The last commits are gone with the power, as of a database that does not wait for the disk. What is left is
    /// whole. Watermarks are never lost. [STO-01] [DUT-18]
    void lose_last(std::size_t commits);

    std::optional<GenesisRecord> genesis;
    std::map<ByteVector, ByteVector> entries;
    std::map<Root, StoredBlock> blocks;
    std::map<Root, ByteVector> receipts;
    std::map<Root, std::vector<TransactionPlace>> transactions_by_id;
    std::map<AccountKey, AccountTransaction> accounts;
    std::map<Slot, Root> finalized;
    std::vector<JournalRow> journal;
    std::optional<RecoveryPoint> recovery_point;
    std::optional<AnchorRecord> anchor;
    KeptStateMap kept_states;
    std::map<Epoch, ByteVector> performance;
    std::vector<SyncAnswer> sync_answers;
    std::vector<OwnTransaction> own_transactions;
    std::map<BlsPublicKey, Watermark> watermarks;
    std::uint64_t transactions = 0;
    std::uint64_t entry_changes = 0;  // that were ever written
    std::size_t losable_commits = 0;  // at most so many of the last
    std::deque<StoreUndo> undo;       // of the last commits, the latest last
};

class SimulatedStore final : public Store {
  public:
    SimulatedStore(Disk& disk, PowerSwitch power) : disk_(disk), power_(std::move(power)) {}

    [[nodiscard]] bool commit(const StoreTransaction& transaction) override;
    std::optional<GenesisRecord> genesis() override { return disk_.genesis; }
    std::optional<RecoveryPoint> recovery_point() override { return disk_.recovery_point; }
    KvEntries entries() override;
    std::optional<StoredBlock> block(const Root& root) override;
    std::optional<ByteVector> receipts(const Root& block_root) override;
    std::vector<TransactionPlace> transaction(const Root& id) override;
    std::vector<AccountTransaction> account_transactions(const Address& account,
                                                         const std::optional<ChainPosition>& before,
                                                         std::size_t limit) override;
    Slot accounts_kept_from() override { return {}; }
    std::vector<JournalRow> journal_after(std::uint64_t sequence, std::size_t limit) override;
    std::vector<StoredBlock> finalized_blocks(Slot first, std::uint64_t count) override;
    std::optional<Root> finalized_root_at(Slot slot) override;
    std::optional<StoredBlock> earliest_finalized_block() override;
    std::optional<AnchorRecord> anchor() override { return disk_.anchor; }
    std::vector<Checkpoint> kept_checkpoints() override;
    std::optional<ByteVector> kept_state(Epoch epoch) override;
    std::vector<tree::EntryChange> undo_of(Epoch epoch) override;
    StoreSize size() override { return {}; }
    std::optional<ByteVector> performance(Epoch epoch) override;
    std::optional<std::pair<Epoch, Epoch>> performance_epochs() override;
    std::optional<ByteVector> sync_answer(Method method, const ByteVector& request) override;
    std::optional<std::pair<std::uint64_t, SyncAnswer>> next_sync_answer(std::uint64_t after) override;
    std::vector<OwnTransaction> own_transactions() override { return disk_.own_transactions; }

  private:
    void write(const StoreTransaction& transaction, StoreUndo& undo);
    void write_receipts(const StoredReceipts& receipts, StoreUndo& undo);
    void write_entry(const tree::EntryChange& change, StoreUndo& undo);
    void write_performance(const StoreTransaction& transaction, StoreUndo& undo);
    void write_state_sync(const StoreTransaction& transaction, StoreUndo& undo);
    void write_own_transactions(const StoreTransaction& transaction, StoreUndo& undo);
    void drop_kept_state(Epoch epoch);
    void write_sync_answer(const SyncAnswer& answer);

    Disk& disk_;
    PowerSwitch power_;
};

class SimulatedProtection final : public SlashingProtection {
  public:
    SimulatedProtection(Disk& disk, PowerSwitch power) : disk_(disk), power_(std::move(power)) {}

    std::optional<Watermark> load(const BlsPublicKey& public_key) override;
    [[nodiscard]] bool raise(std::span<const WatermarkOfKey> rows) override;

  private:
    Disk& disk_;
    PowerSwitch power_;
};

}  // namespace touchstone::node::sim
