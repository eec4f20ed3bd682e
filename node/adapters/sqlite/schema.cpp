#include "node/adapters/sqlite/schema.h"

#include <array>

namespace touchstone::node::adapters {

namespace {

// The tables meta, genesis, blocks and journal are the view that page 14 of the prose promises; the rest is the node's
// own. Blocks are keyed by a running number: rows that come in order of time lie in order on the disk.
constexpr const char* kChainVersion2 = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE genesis (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    config TEXT NOT NULL,
    state BLOB NOT NULL,
    entries BLOB NOT NULL,
    genesis_root BLOB NOT NULL CHECK (length(genesis_root) = 32)
) STRICT;

CREATE TABLE blocks (
    number INTEGER PRIMARY KEY,
    root BLOB NOT NULL UNIQUE CHECK (length(root) = 32),
    slot INTEGER NOT NULL,
    parent_root BLOB NOT NULL CHECK (length(parent_root) = 32),
    state_root BLOB NOT NULL CHECK (length(state_root) = 32),
    ssz BLOB NOT NULL
) STRICT;

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('tick', 'block', 'attestation', 'attester_slashing', 'order')),
    time_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    head_root BLOB CHECK (length(head_root) = 32),
    justified_epoch INTEGER NOT NULL,
    justified_root BLOB NOT NULL CHECK (length(justified_root) = 32),
    finalized_epoch INTEGER NOT NULL,
    finalized_root BLOB NOT NULL CHECK (length(finalized_root) = 32)
) STRICT;

CREATE TABLE finalized_blocks (
    slot INTEGER PRIMARY KEY,
    number INTEGER NOT NULL REFERENCES blocks (number)
) STRICT;

-- Those of the recovery point's anchor.
CREATE TABLE entries (
    key BLOB PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 128),
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
    number INTEGER PRIMARY KEY REFERENCES blocks (number),
    ssz BLOB NOT NULL
) STRICT;

CREATE TABLE transactions (
    id BLOB NOT NULL CHECK (length(id) = 32),
    number INTEGER NOT NULL REFERENCES blocks (number),
    position INTEGER NOT NULL,
    PRIMARY KEY (id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_point (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    anchor_root BLOB NOT NULL CHECK (length(anchor_root) = 32),
    anchor_slot INTEGER NOT NULL,
    anchor_state BLOB NOT NULL,
    fork_choice BLOB NOT NULL
) STRICT;
)sql";

// The journal's kind 'anchor', states to be served, and what a node has got so far that begins from a checkpoint.
constexpr const char* kChainVersion3 = R"sql(
CREATE TABLE journal_3 (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('tick', 'block', 'attestation', 'attester_slashing', 'order', 'anchor')),
    time_ms INTEGER NOT NULL,
    payload BLOB NOT NULL,
    head_root BLOB CHECK (length(head_root) = 32),
    justified_epoch INTEGER NOT NULL,
    justified_root BLOB NOT NULL CHECK (length(justified_root) = 32),
    finalized_epoch INTEGER NOT NULL,
    finalized_root BLOB NOT NULL CHECK (length(finalized_root) = 32)
) STRICT;
INSERT INTO journal_3 SELECT * FROM journal;
DROP TABLE journal;
ALTER TABLE journal_3 RENAME TO journal;

CREATE TABLE anchor (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    slot INTEGER NOT NULL
) STRICT;

CREATE TABLE kept_states (
    epoch INTEGER PRIMARY KEY,
    root BLOB NOT NULL CHECK (length(root) = 32),
    state BLOB NOT NULL
) STRICT;

-- What leads from the entries of a kept state to those of the one before it; without a value: the key goes.
CREATE TABLE kept_entries (
    epoch INTEGER NOT NULL REFERENCES kept_states (epoch),
    key BLOB NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
    value BLOB,
    PRIMARY KEY (epoch, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_answers (
    number INTEGER PRIMARY KEY,
    method TEXT NOT NULL CHECK (method IN ('block', 'part', 'entries')),
    request BLOB NOT NULL,
    answer BLOB NOT NULL,
    UNIQUE (method, request)
) STRICT;

UPDATE meta SET value = '3' WHERE key = 'schema_version';
)sql";

// Transactions by the accounts that they concern.
constexpr const char* kChainVersion4 = R"sql(
CREATE TABLE account_transactions (
    account BLOB NOT NULL CHECK (length(account) = 32),
    slot INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number INTEGER NOT NULL REFERENCES blocks (number),
    sent INTEGER NOT NULL CHECK (sent IN (0, 1)),
    id BLOB NOT NULL CHECK (length(id) = 32),
    PRIMARY KEY (account, slot, position, number)
) STRICT, WITHOUT ROWID;

-- Blocks before it were stored when there was no such table.
CREATE TABLE accounts_kept (id INTEGER PRIMARY KEY CHECK (id = 1), from_slot INTEGER NOT NULL) STRICT;
INSERT INTO accounts_kept SELECT 1, coalesce(max(slot) + 1, 0) FROM blocks;

UPDATE meta SET value = '4' WHERE key = 'schema_version';
)sql";

// How validators did, epoch by epoch.
constexpr const char* kChainVersion5 = R"sql(
CREATE TABLE performance (
    epoch INTEGER PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

UPDATE meta SET value = '5' WHERE key = 'schema_version';
)sql";

// Transactions that users gave this node, as long as its pool has them.
constexpr const char* kChainVersion6 = R"sql(
CREATE TABLE own_transactions (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    received_ms INTEGER NOT NULL,
    ssz BLOB NOT NULL
) STRICT;

UPDATE meta SET value = '6' WHERE key = 'schema_version';
)sql";

constexpr std::array kChainMigrations{kChainVersion2, kChainVersion3, kChainVersion4, kChainVersion5, kChainVersion6};

constexpr const char* kWatermarkVersion1 = R"sql(
CREATE TABLE watermarks (
    public_key BLOB NOT NULL CHECK (length(public_key) = 48),
    genesis_root BLOB NOT NULL CHECK (length(genesis_root) = 32),
    block_slot INTEGER,
    source INTEGER,
    target INTEGER,
    PRIMARY KEY (public_key, genesis_root)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kWatermarkMigrations{kWatermarkVersion1};

constexpr const char* kPeerMemoryVersion1 = R"sql(
CREATE TABLE peers (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 1024),
    addresses TEXT NOT NULL CHECK (length(addresses) BETWEEN 1 AND 1024),
    heard_ms INTEGER NOT NULL,
    connected_ms INTEGER NOT NULL,
    not_before_ms INTEGER NOT NULL,
    failures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bans (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 1024),
    ip TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    length_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kPeerMemoryVersion2 = "ALTER TABLE bans ADD COLUMN reason TEXT NOT NULL DEFAULT ''";

constexpr std::array kPeerMemoryMigrations{kPeerMemoryVersion1, kPeerMemoryVersion2};

std::string version_text(std::int64_t version) { return std::to_string(version); }

}  // namespace

const Schema kChainSchema{"the chain's database", 0x54535443, 2, kChainMigrations};               // "TSTC"
const Schema kWatermarkSchema{"the watermark file", 0x54535457, 1, kWatermarkMigrations};         // "TSTW"
const Schema kPeerMemorySchema{"the file of known peers", 0x54535450, 1, kPeerMemoryMigrations};  // "TSTP"

std::string chain_schema_version() { return version_text(kChainSchema.version()); }

void migrate(Database& database, const Schema& schema) {
    const std::int64_t id = database.pragma_integer("application_id");
    const std::int64_t version = database.pragma_integer("user_version");
    const bool empty = database.pragma_integer("schema_version") == 0;
    if (!empty && id != schema.application_id) {
        throw std::runtime_error(std::string("it is an SQLite database of another program, not ") + schema.what);
    }
    if (version > schema.version()) {
        throw std::runtime_error("it has schema version " + version_text(version) + ", newer than the " +
                                 version_text(schema.version()) +
                                 " that this program knows; run the release that wrote it, or a later one");
    }
    if (!empty && version < schema.first) {
        throw std::runtime_error("it has schema version " + version_text(version) + ", older than the " +
                                 version_text(schema.first) +
                                 " from which this program can go on; run the release that wrote it, or move it away "
                                 "and begin anew");
    }
    if (!empty && version == schema.version()) return;
    Transaction transaction(database);
    database.execute("PRAGMA application_id = " + std::to_string(schema.application_id));
    if (empty) {
        database.execute("CREATE TABLE migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) STRICT");
    }
    for (std::int64_t next = empty ? schema.first : version + 1; next <= schema.version(); ++next) {
        database.execute(schema.migrations[static_cast<std::size_t>(next - schema.first)]);
        database.execute("INSERT INTO migrations VALUES (" + version_text(next) +
                         ", strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))");
    }
    database.execute("PRAGMA user_version = " + version_text(schema.version()));
    transaction.commit();
}

}  // namespace touchstone::node::adapters
