#include "node/adapters/sqlite/sqlite_journal.h"

#include <string_view>

#include "node/adapters/sqlite/columns.h"

namespace touchstone::node::adapters {

namespace {

std::string_view kind_text(JournalKind kind) {
    switch (kind) {
        case JournalKind::Tick:
            return "tick";
        case JournalKind::Block:
            return "block";
        case JournalKind::Attestation:
            return "attestation";
        case JournalKind::AttesterSlashing:
            return "attester_slashing";
        case JournalKind::Order:
            return "order";
        case JournalKind::Anchor:
            return "anchor";
    }
    return {};
}

JournalKind kind_of(const std::string& text) {
    for (const JournalKind kind : {JournalKind::Tick, JournalKind::Block, JournalKind::Attestation,
                                   JournalKind::AttesterSlashing, JournalKind::Order, JournalKind::Anchor}) {
        if (kind_text(kind) == text) return kind;
    }
    throw SqliteError(0, "the journal has a row of kind '" + text + "'");
}

JournalRow read_journal(Statement& row) {
    JournalRow entry;
    entry.sequence = row.uint64(0);
    entry.kind = kind_of(row.text(1));
    entry.time_ms = row.uint64(2);
    entry.payload = bytes(row.blob(3));
    if (!row.is_null(4)) entry.head_root = fixed<Root>(row.blob(4));
    entry.justified_epoch = Epoch(row.uint64(5));
    entry.justified_root = fixed<Root>(row.blob(6));
    entry.finalized_epoch = Epoch(row.uint64(7));
    entry.finalized_root = fixed<Root>(row.blob(8));
    return entry;
}

}  // namespace

void write_journal_row(Database& database, const JournalRow& entry) {
    Use row = database.statement(
        "INSERT INTO journal (seq, kind, time_ms, payload, head_root, justified_epoch, justified_root, "
        "finalized_epoch, "
        "finalized_root) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    row->bind_uint64(1, entry.sequence)
        .bind(2, kind_text(entry.kind))
        .bind_uint64(3, entry.time_ms)
        .bind(4, entry.payload)
        .bind_uint64(6, entry.justified_epoch.value())
        .bind(7, entry.justified_root.view())
        .bind_uint64(8, entry.finalized_epoch.value())
        .bind(9, entry.finalized_root.view());
    if (entry.head_root) row->bind(5, entry.head_root->view());
    row->run();
}

std::uint64_t read_last_sequence(Database& database) {
    Use row = database.statement("SELECT seq FROM journal ORDER BY seq DESC LIMIT 1");
    return row->step() ? row->uint64(0) : 0;
}

std::vector<JournalRow> read_journal_after(Database& database, std::uint64_t sequence, std::size_t limit) {
    std::vector<JournalRow> rows;
    Use row = database.statement(
        "SELECT seq, kind, time_ms, payload, head_root, justified_epoch, justified_root, finalized_epoch, "
        "finalized_root FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    row->bind_uint64(1, sequence).bind(2, clamped(limit));
    while (row->step())
        rows.push_back(read_journal(*row.operator->()));
    return rows;
}

}  // namespace touchstone::node::adapters
