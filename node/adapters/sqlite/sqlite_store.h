// The chain's database as one SQLite file in WAL mode; others may read it while the node runs. [STO-01]
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/ports/log.h"
#include "node/ports/store.h"

namespace touchstone::node::adapters {

/// What a commit waits for.
enum class Durability : std::uint8_t {
    /// The operating system has it (synchronous=NORMAL): it survives the end of the process, kill -9 included. After a
    /// loss
    /// of power the database is whole but may lack the last commits, which the node then gets again from others. What
    /// must never be lost, the watermark, is elsewhere.
    Process,
    /// The disk has it (synchronous=FULL): one fsync for each commit.
    Power
};

struct StoreOptions {
    std::filesystem::path path;
    Root genesis_root;   // of the chain that the database must be of, if it is not empty
    std::string preset;  // from which the configuration was made; written with the genesis
    Durability durability = Durability::Process;
};

/// Failures while running are logged as event `store_failed`. After a failed read every later commit fails too: what
/// the node decided upon was not what the database has.
class SqliteStore final : public Store {
  public:
    /// Creates the file if there is none. Refuses a database of another chain, of a newer version, of another program,
    /// a damaged one, and one that another process has open.
    static Outcome<std::unique_ptr<SqliteStore>> open(const StoreOptions& options, Log& log);
    ~SqliteStore() override;

    /// The root of the genesis that the database has, whose proofs of possession were verified before it was written
    /// there. Nothing if there is no such database, or none that can be read: `open` says why.
    static std::optional<Root> proved_genesis(const std::filesystem::path& path);

    [[nodiscard]] bool commit(const StoreTransaction& transaction) override;
    std::optional<GenesisRecord> genesis() override;
    std::optional<RecoveryPoint> recovery_point() override;
    KvEntries entries() override;
    std::optional<StoredBlock> block(const Root& root) override;
    std::optional<ByteVector> receipts(const Root& block_root) override;
    std::vector<TransactionPlace> transaction(const Root& id) override;
    std::vector<AccountTransaction> account_transactions(const Address& account,
                                                         const std::optional<ChainPosition>& before,
                                                         std::size_t limit) override;
    Slot accounts_kept_from() override;
    std::vector<JournalRow> journal_after(std::uint64_t sequence, std::size_t limit) override;
    std::vector<StoredBlock> finalized_blocks(Slot first, std::uint64_t count) override;
    std::optional<Root> finalized_root_at(Slot slot) override;
    std::optional<StoredBlock> earliest_finalized_block() override;
    std::optional<AnchorRecord> anchor() override;
    std::vector<Checkpoint> kept_checkpoints() override;
    std::optional<ByteVector> kept_state(Epoch epoch) override;
    std::vector<tree::EntryChange> undo_of(Epoch epoch) override;
    StoreSize size() override;
    std::optional<ByteVector> performance(Epoch epoch) override;
    std::optional<std::pair<Epoch, Epoch>> performance_epochs() override;
    std::optional<ByteVector> sync_answer(Method method, const ByteVector& request) override;
    std::optional<std::pair<std::uint64_t, SyncAnswer>> next_sync_answer(std::uint64_t after) override;
    std::vector<OwnTransaction> own_transactions() override;

  private:
    struct Files;
    SqliteStore(std::unique_ptr<Files> files, StoreOptions options, Log& log);

    void write(const StoreTransaction& transaction);
    void write_genesis(const GenesisRecord& genesis);
    void write_block(const StoredBlock& block);
    void write_receipts(const StoredReceipts& receipts);
    void write_journal(const JournalRow& row);
    void write_recovery_point(const RecoveryPoint& point);
    void write_finalized(const Root& root);
    void write_anchor(const AnchorRecord& anchor);
    void report(const char* action, const std::string& reason);
    template <class Read>
    auto reading(const char* action, const Read& read) -> decltype(read());

    std::unique_ptr<Files> files_;
    StoreOptions options_;
    Log& log_;
    std::uint64_t last_sequence_ = 0;
    bool broken_ = false;
};

}  // namespace touchstone::node::adapters
