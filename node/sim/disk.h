// What a crash leaves behind: each node's database and slashing protection, in memory, changed only whole transactions
// at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "node/ports/slashing_protection.h"
#include "node/ports/store.h"

namespace touchstone::node::sim {

/// Thrown through the node when its power goes; only the simulation catches it.
struct SimulatedCrash {};

/// Called immediately before and after each durable write; may throw SimulatedCrash.
using PowerSwitch = std::function<void()>;

struct Disk {
    std::optional<GenesisRecord> genesis;
    std::map<ByteVector, ByteVector> entries;
    std::map<Root, StoredBlock> blocks;
    std::map<Root, ByteVector> receipts;
    std::map<Root, std::vector<TransactionPlace>> transactions_by_id;
    std::map<Slot, Root> finalized;
    std::vector<JournalRow> journal;
    std::optional<RecoveryPoint> recovery_point;
    std::map<BlsPublicKey, Watermark> watermarks;
    std::uint64_t transactions = 0;
    std::uint64_t entry_changes = 0;  // that were ever written
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
    std::vector<JournalRow> journal_after(std::uint64_t sequence, std::size_t limit) override;
    std::vector<StoredBlock> finalized_blocks(Slot first, std::uint64_t count) override;
    std::optional<Root> finalized_root_at(Slot slot) override;

  private:
    void write_receipts(const StoredReceipts& receipts);

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
