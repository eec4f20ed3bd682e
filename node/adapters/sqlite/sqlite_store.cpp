#include "node/adapters/sqlite/sqlite_store.h"

#include <algorithm>
#include <limits>

#include "node/adapters/files/file_lock.h"
#include "node/adapters/genesis_file/configuration_json.h"
#include "node/adapters/sqlite/columns.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/schema.h"
#include "node/adapters/sqlite/sqlite_accounts.h"
#include "node/adapters/sqlite/sqlite_entries.h"
#include "node/adapters/sqlite/sqlite_journal.h"
#include "node/adapters/sqlite/sqlite_own_transactions.h"
#include "node/adapters/sqlite/sqlite_performance.h"
#include "node/adapters/sqlite/sqlite_state_sync.h"

namespace touchstone::node::adapters {

struct SqliteStore::Files {
    FileLock lock;
    Database database;
};

namespace {

constexpr const char* kViewVersion = "2";
constexpr const char* kViewVersionWithAnchor = "3";
/// The log is copied into the database every so many pages (4 KiB each), and cut to the limit when it begins anew.
constexpr const char* kCheckpointPages = "1000";
constexpr const char* kWalLimitBytes = "8388608";

void configure(Database& database, Durability durability) {
    database.execute("PRAGMA busy_timeout = 5000");
    database.execute("PRAGMA journal_mode = WAL");
    database.execute(durability == Durability::Power ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    database.execute("PRAGMA foreign_keys = ON");
    database.execute(std::string("PRAGMA wal_autocheckpoint = ") + kCheckpointPages);
    database.execute(std::string("PRAGMA journal_size_limit = ") + kWalLimitBytes);
}

std::string meta(Database& database, const std::string& key) {
    Use row = database.statement("SELECT value FROM meta WHERE key = ?1");
    row->bind(1, std::string_view(key));
    return row->step() ? row->text(0) : std::string();
}

void write_meta(Database& database, std::string_view key, std::string_view value) {
    Use row = database.statement("INSERT INTO meta (key, value) VALUES (?1, ?2)");
    row->bind(1, key).bind(2, value).run();
}

/// The keys that page 14 promises; a database under another specification is not ours to go on with. [STO-03] [STO-04]
void prepare_meta(Database& database) {
    if (meta(database, "view_version").empty()) {
        Transaction transaction(database);
        write_meta(database, "view_version", kViewVersion);
        write_meta(database, "schema_version", chain_schema_version());
        write_meta(database, "spec_version", spec_version());
        transaction.commit();
        return;
    }
    const std::string found = meta(database, "spec_version");
    if (found != spec_version()) {
        throw std::runtime_error("it was written under version " + found +
                                 " of the specification, this program knows " + std::string(spec_version()) +
                                 "; run the release for that version");
    }
}

std::optional<Root> genesis_root(Database& database) {
    Use row = database.statement("SELECT genesis_root FROM genesis");
    return row->step() ? std::optional(fixed<Root>(row->blob(0))) : std::nullopt;
}

void check_chain(Database& database, const Root& expected) {
    const std::optional<Root> found = genesis_root(database);
    if (!found || *found == expected) return;
    throw std::runtime_error("it belongs to another chain: its genesis root is 0x" + to_hex(*found) +
                             ", that of the genesis file 0x" + to_hex(expected) +
                             "; use the genesis file of that chain, or another data directory");
}

StoredBlock read_block(Statement& row) {
    return {.root = fixed<Root>(row.blob(0)),
            .parent_root = fixed<Root>(row.blob(1)),
            .state_root = fixed<Root>(row.blob(2)),
            .slot = Slot(row.uint64(3)),
            .signed_block = bytes(row.blob(4))};
}

}  // namespace

Outcome<std::unique_ptr<SqliteStore>> SqliteStore::open(const StoreOptions& options, Log& log) {
    auto lock = FileLock::acquire(options.path.string() + ".lock", "the chain's database " + options.path.string());
    if (!lock.ok()) return lock.fault();
    try {
        auto files = std::make_unique<Files>(
            Files{std::move(lock).value(), Database(options.path, Database::Mode::OpenOrCreate)});
        migrate(files->database, kChainSchema);
        configure(files->database, options.durability);
        prepare_meta(files->database);
        check_chain(files->database, options.genesis_root);
        std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(files), options, log));
        store->last_sequence_ = read_last_sequence(store->files_->database);
        return store;
    } catch (const std::runtime_error& error) {
        return Fault{FaultKind::Data,
                     "the chain's database " + options.path.string() + " cannot be used: " + error.what()};
    }
}

std::optional<Root> SqliteStore::proved_genesis(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return std::nullopt;
    try {
        Database database(path, Database::Mode::OpenExisting);
        if (meta(database, "spec_version") != spec_version()) return std::nullopt;
        return genesis_root(database);
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

SqliteStore::SqliteStore(std::unique_ptr<Files> files, StoreOptions options, Log& log)
    : files_(std::move(files)), options_(std::move(options)), log_(log) {}

SqliteStore::~SqliteStore() = default;

void SqliteStore::report(const char* action, const std::string& reason) {
    log_.error("store_failed",
               {{"action", std::string(action)},
                {"reason", reason},
                {"path", options_.path.string()},
                {"advice", std::string("nothing of this was written; free space or repair the disk, then "
                                       "start again: the node goes on from its last commit")}});
}

template <class Read>
auto SqliteStore::reading(const char* action, const Read& read) -> decltype(read()) {
    try {
        return read();
    } catch (const std::runtime_error& error) {
        broken_ = true;
        report(action, error.what());
        return {};
    }
}

bool SqliteStore::commit(const StoreTransaction& transaction) {
    if (broken_) {
        report("commit", "an earlier read of this database failed");
        return false;
    }
    if (transaction.empty()) return true;
    const std::uint64_t before = last_sequence_;
    try {
        Transaction whole(files_->database);
        write(transaction);
        whole.commit();
        return true;
    } catch (const std::runtime_error& error) {
        last_sequence_ = before;
        report("commit", error.what());
        return false;
    }
}

void SqliteStore::write(const StoreTransaction& transaction) {
    if (transaction.genesis) write_genesis(*transaction.genesis);
    for (const StoredBlock& block : transaction.blocks)
        write_block(block);
    for (const StoredReceipts& receipts : transaction.receipts)
        write_receipts(receipts);
    for (const JournalRow& row : transaction.journal)
        write_journal(row);
    if (transaction.recovery_point) write_recovery_point(*transaction.recovery_point);
    write_entries(files_->database, transaction.entries);
    for (const Root& root : transaction.finalized)
        write_finalized(root);
    if (transaction.anchor) write_anchor(*transaction.anchor);
    for (const KeptState& kept : transaction.kept_states)
        write_kept_state(files_->database, kept);
    for (const Epoch epoch : transaction.dropped_states)
        drop_kept_state(files_->database, epoch);
    for (const StoredPerformance& performance : transaction.performance)
        write_performance(files_->database, performance);
    if (const auto epoch = transaction.forget_performance_before) forget_performance_before(files_->database, *epoch);
    if (transaction.forget_sync_answers) forget_sync_answers(files_->database);
    for (const SyncAnswer& answer : transaction.sync_answers)
        write_sync_answer(files_->database, answer);
    for (const Root& id : transaction.dropped_own_transactions)
        drop_own_transaction(files_->database, id);
    for (const OwnTransaction& own : transaction.own_transactions)
        write_own_transaction(files_->database, own);
}

void SqliteStore::write_genesis(const GenesisRecord& genesis) {
    if (genesis.genesis_root != options_.genesis_root) throw SqliteError(0, "the genesis is that of another chain");
    Configuration configuration{options_.preset, {}};
    if (genesis.parameters.size() != PARAMETER_FIELDS.size()) throw SqliteError(0, "not every parameter has a value");
    for (std::size_t i = 0; i < PARAMETER_FIELDS.size(); ++i) {
        configuration.parameters.*PARAMETER_FIELDS[i].value = genesis.parameters[i];
    }
    const std::string config = configuration_to_json(configuration);
    Use row = files_->database.statement(
        "INSERT INTO genesis (id, config, state, entries, genesis_root) VALUES (1, ?1, ?2, ?3, ?4)");
    row->bind(1, std::string_view(config))
        .bind(2, genesis.state)
        .bind(3, genesis.entries)
        .bind(4, genesis.genesis_root.view())
        .run();
}

/// [STO-07]
void SqliteStore::write_block(const StoredBlock& block) {
    Use row = files_->database.statement(
        "INSERT INTO blocks (root, slot, parent_root, state_root, ssz) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (root) DO NOTHING");
    row->bind(1, block.root.view())
        .bind_uint64(2, block.slot.value())
        .bind(3, block.parent_root.view())
        .bind(4, block.state_root.view())
        .bind(5, block.signed_block)
        .run();
}

void SqliteStore::write_receipts(const StoredReceipts& receipts) {
    Use block = files_->database.statement("SELECT number, slot FROM blocks WHERE root = ?1");
    block->bind(1, receipts.block_root.view());
    if (!block->step()) throw SqliteError(0, "no block 0x" + to_hex(receipts.block_root) + " to have receipts");
    const std::int64_t number = block->integer(0);
    const Slot slot(block->uint64(1));
    Use row = files_->database.statement(
        "INSERT INTO receipts (number, ssz) VALUES (?1, ?2) ON CONFLICT (number) DO NOTHING");
    row->bind(1, number).bind(2, receipts.receipts).run();
    if (files_->database.changes() == 0) return;
    std::int64_t position = 0;
    for (const Root& id : receipts.transactions) {
        Use place = files_->database.statement("INSERT INTO transactions (id, number, position) VALUES (?1, ?2, ?3)");
        place->bind(1, id.view()).bind(2, number).bind(3, position++).run();
    }
    write_accounts(files_->database, receipts, number, slot);
}

/// [STO-11]
void SqliteStore::write_journal(const JournalRow& entry) {
    if (entry.sequence != last_sequence_ + 1) {
        throw SqliteError(0, "journal row " + std::to_string(entry.sequence) + " does not follow row " +
                                 std::to_string(last_sequence_));
    }
    write_journal_row(files_->database, entry);
    last_sequence_ = entry.sequence;
}

void SqliteStore::write_recovery_point(const RecoveryPoint& point) {
    Use row = files_->database.statement(
        "INSERT INTO recovery_point (id, seq, anchor_root, anchor_slot, anchor_state, fork_choice) "
        "VALUES (1, ?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, "
        "anchor_root = excluded.anchor_root, anchor_slot = excluded.anchor_slot, anchor_state = excluded.anchor_state, "
        "fork_choice = excluded.fork_choice");
    row->bind_uint64(1, point.sequence)
        .bind(2, point.anchor_root.view())
        .bind_uint64(3, point.anchor_slot.value())
        .bind(4, point.anchor_state)
        .bind(5, point.fork_choice)
        .run();
}

void SqliteStore::write_finalized(const Root& root) {
    Use row = files_->database.statement(
        "INSERT INTO finalized_blocks (slot, number) SELECT slot, number FROM blocks WHERE root = ?1");
    row->bind(1, root.view()).run();
    if (files_->database.changes() != 1) throw SqliteError(0, "no block 0x" + to_hex(root) + " to be marked as final");
}

/// [STO-03] [SYN-26]
void SqliteStore::write_anchor(const AnchorRecord& anchor) {
    Use row = files_->database.statement("INSERT INTO anchor (id, epoch, root, slot) VALUES (1, ?1, ?2, ?3)");
    row->bind_uint64(1, anchor.checkpoint.epoch.value())
        .bind(2, anchor.checkpoint.root.view())
        .bind_uint64(3, anchor.slot.value())
        .run();
    Use view = files_->database.statement("UPDATE meta SET value = ?1 WHERE key = 'view_version'");
    view->bind(1, std::string_view(kViewVersionWithAnchor)).run();
}

std::optional<GenesisRecord> SqliteStore::genesis() {
    return reading("read the genesis", [&]() -> std::optional<GenesisRecord> {
        Use row = files_->database.statement("SELECT config, state, entries, genesis_root FROM genesis");
        if (!row->step()) return std::nullopt;
        const auto configuration = configuration_from_json(row->text(0));
        if (!configuration.ok()) throw SqliteError(0, "the configuration in it: " + configuration.fault().text);
        GenesisRecord genesis{{}, bytes(row->blob(1)), bytes(row->blob(2)), fixed<Root>(row->blob(3))};
        for (const ParameterField& field : PARAMETER_FIELDS) {
            genesis.parameters.push_back(configuration->parameters.*field.value);
        }
        return genesis;
    });
}

std::optional<RecoveryPoint> SqliteStore::recovery_point() {
    return reading("read the recovery point", [&]() -> std::optional<RecoveryPoint> {
        Use row = files_->database.statement(
            "SELECT seq, anchor_root, anchor_slot, anchor_state, fork_choice FROM recovery_point");
        if (!row->step()) return std::nullopt;
        return RecoveryPoint{.sequence = row->uint64(0),
                             .anchor_root = fixed<Root>(row->blob(1)),
                             .anchor_slot = Slot(row->uint64(2)),
                             .anchor_state = bytes(row->blob(3)),
                             .fork_choice = bytes(row->blob(4))};
    });
}

KvEntries SqliteStore::entries() {
    return reading("read the entries", [&] { return read_entries(files_->database); });
}

std::optional<ByteVector> SqliteStore::receipts(const Root& block_root) {
    return reading("read receipts", [&]() -> std::optional<ByteVector> {
        Use row = files_->database.statement(
            "SELECT r.ssz FROM blocks b JOIN receipts r ON r.number = b.number WHERE b.root = ?1");
        row->bind(1, block_root.view());
        if (!row->step()) return std::nullopt;
        return bytes(row->blob(0));
    });
}

std::vector<TransactionPlace> SqliteStore::transaction(const Root& id) {
    return reading("read where a transaction stands", [&] {
        std::vector<TransactionPlace> places;
        Use row = files_->database.statement(
            "SELECT b.root, b.slot, t.position FROM transactions t JOIN blocks b ON b.number = t.number "
            "WHERE t.id = ?1 ORDER BY t.number");
        row->bind(1, id.view());
        while (row->step())
            places.push_back({fixed<Root>(row->blob(0)), Slot(row->uint64(1)), row->uint64(2)});
        return places;
    });
}

std::vector<AccountTransaction> SqliteStore::account_transactions(const Address& account,
                                                                  const std::optional<ChainPosition>& before,
                                                                  std::size_t limit) {
    return reading("read the transactions of an account",
                   [&] { return read_account_transactions(files_->database, account, before, limit); });
}

Slot SqliteStore::accounts_kept_from() {
    return reading("read from when on accounts are kept", [&] { return read_accounts_kept_from(files_->database); });
}

std::optional<StoredBlock> SqliteStore::block(const Root& root) {
    return reading("read a block", [&]() -> std::optional<StoredBlock> {
        Use row =
            files_->database.statement("SELECT root, parent_root, state_root, slot, ssz FROM blocks WHERE root = ?1");
        row->bind(1, root.view());
        if (!row->step()) return std::nullopt;
        return read_block(*row.operator->());
    });
}

std::vector<JournalRow> SqliteStore::journal_after(std::uint64_t sequence, std::size_t limit) {
    return reading("read the journal", [&] { return read_journal_after(files_->database, sequence, limit); });
}

std::vector<StoredBlock> SqliteStore::finalized_blocks(Slot first, std::uint64_t count) {
    return reading("read final blocks", [&] {
        // Slots from 2^63 on, which no clock reaches, would be negative here and are not looked for.
        constexpr std::uint64_t kLast = std::numeric_limits<std::int64_t>::max();
        std::vector<StoredBlock> blocks;
        if (count == 0 || first.value() > kLast) return blocks;
        Use row = files_->database.statement(
            "SELECT b.root, b.parent_root, b.state_root, b.slot, b.ssz FROM finalized_blocks f "
            "JOIN blocks b ON b.number = f.number WHERE f.slot BETWEEN ?1 AND ?2 ORDER BY f.slot");
        row->bind_uint64(1, first.value()).bind_uint64(2, std::min(kLast, (first + (count - 1)).value()));
        while (row->step())
            blocks.push_back(read_block(*row.operator->()));
        return blocks;
    });
}

std::optional<Root> SqliteStore::finalized_root_at(Slot slot) {
    return reading("read a final block", [&]() -> std::optional<Root> {
        constexpr std::uint64_t kLast = std::numeric_limits<std::int64_t>::max();
        Use row = files_->database.statement(
            "SELECT b.root FROM finalized_blocks f JOIN blocks b ON b.number = f.number WHERE f.slot <= ?1 "
            "ORDER BY f.slot DESC LIMIT 1");
        row->bind_uint64(1, std::min(kLast, slot.value()));
        if (!row->step()) return std::nullopt;
        return fixed<Root>(row->blob(0));
    });
}

std::optional<StoredBlock> SqliteStore::earliest_finalized_block() {
    return reading("read the earliest final block", [&]() -> std::optional<StoredBlock> {
        Use row = files_->database.statement(
            "SELECT b.root, b.parent_root, b.state_root, b.slot, b.ssz FROM finalized_blocks f "
            "JOIN blocks b ON b.number = f.number ORDER BY f.slot LIMIT 1");
        if (!row->step()) return std::nullopt;
        return read_block(*row.operator->());
    });
}

std::optional<AnchorRecord> SqliteStore::anchor() {
    return reading("read the anchor", [&]() -> std::optional<AnchorRecord> {
        Use row = files_->database.statement("SELECT epoch, root, slot FROM anchor");
        if (!row->step()) return std::nullopt;
        return AnchorRecord{.checkpoint = {Epoch(row->uint64(0)), fixed<Root>(row->blob(1))},
                            .slot = Slot(row->uint64(2))};
    });
}

std::vector<Checkpoint> SqliteStore::kept_checkpoints() {
    return reading("read which states are kept", [&] { return read_kept_checkpoints(files_->database); });
}

std::optional<ByteVector> SqliteStore::kept_state(Epoch epoch) {
    return reading("read a kept state", [&] { return read_kept_state(files_->database, epoch); });
}

std::vector<tree::EntryChange> SqliteStore::undo_of(Epoch epoch) {
    return reading("read the entries of a kept state", [&] { return read_undo(files_->database, epoch); });
}

StoreSize SqliteStore::size() {
    return reading("read its size", [&] {
        Database& database = files_->database;
        return StoreSize{.schema_version = static_cast<std::uint64_t>(kChainSchema.version()),
                         .page_bytes = static_cast<std::uint64_t>(database.pragma_integer("page_size")),
                         .pages = static_cast<std::uint64_t>(database.pragma_integer("page_count")),
                         .free_pages = static_cast<std::uint64_t>(database.pragma_integer("freelist_count"))};
    });
}

std::optional<ByteVector> SqliteStore::performance(Epoch epoch) {
    return reading("read how validators did", [&] { return read_performance(files_->database, epoch); });
}

std::optional<std::pair<Epoch, Epoch>> SqliteStore::performance_epochs() {
    return reading("read how validators did", [&] { return read_performance_epochs(files_->database); });
}

std::optional<ByteVector> SqliteStore::sync_answer(Method method, const ByteVector& request) {
    return reading("read an answer of state sync", [&] { return read_sync_answer(files_->database, method, request); });
}

std::optional<std::pair<std::uint64_t, SyncAnswer>> SqliteStore::next_sync_answer(std::uint64_t after) {
    return reading("read an answer of state sync", [&] { return read_next_sync_answer(files_->database, after); });
}

std::vector<OwnTransaction> SqliteStore::own_transactions() {
    return reading("read the transactions of users", [&] { return read_own_transactions(files_->database); });
}

}  // namespace touchstone::node::adapters
