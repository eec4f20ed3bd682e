#include "node/adapters/sqlite/sqlite_peer_memory.h"

#include <algorithm>

#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/schema.h"

namespace touchstone::node::adapters {

struct SqlitePeerMemory::File {
    std::filesystem::path path;
    Database database;
};

namespace {

void configure_peers(Database& database) {
    database.execute("PRAGMA locking_mode = EXCLUSIVE");
    database.execute("PRAGMA journal_mode = WAL");
    database.execute("PRAGMA synchronous = NORMAL");
    database.execute("PRAGMA journal_size_limit = 1048576");
    database.execute("BEGIN EXCLUSIVE; COMMIT");
}

/// One a line: no multiaddr has a line's end in it.
std::string joined(const std::vector<std::string>& addresses) {
    std::string lines;
    for (const std::string& address : addresses)
        lines += (lines.empty() ? "" : "\n") + address;
    return lines;
}

std::vector<std::string> split(const std::string& lines) {
    std::vector<std::string> addresses;
    for (std::size_t begin = 0; begin < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', begin), lines.size());
        if (end > begin) addresses.push_back(lines.substr(begin, end - begin));
        begin = end + 1;
    }
    return addresses;
}

bool is_readable(Bytes text) { return !text.empty() && text.size() <= SqlitePeerMemory::kMostTextBytes; }

std::vector<RememberedPeer> read_peers(Database& database) {
    std::vector<RememberedPeer> peers;
    Use row = database.statement(
        "SELECT id, addresses, heard_ms, connected_ms, not_before_ms, failures FROM peers ORDER BY connected_ms DESC, "
        "heard_ms DESC, id LIMIT ?1");
    row->bind(1, static_cast<std::int64_t>(SqlitePeerMemory::kMostPeers));
    while (row->step()) {
        if (!is_readable(row->blob(0)) || !is_readable(row->blob(1))) continue;
        peers.push_back({.peer = PeerId{row->text(0)},
                         .addresses = split(row->text(1)),
                         .heard_ms = row->uint64(2),
                         .connected_ms = row->uint64(3),
                         .not_before_ms = row->uint64(4),
                         .failures = row->uint64(5)});
    }
    return peers;
}

std::vector<RememberedBan> read_bans(Database& database) {
    std::vector<RememberedBan> bans;
    Use row =
        database.statement("SELECT id, ip, until_ms, length_ms, reason FROM bans ORDER BY until_ms DESC, id LIMIT ?1");
    row->bind(1, static_cast<std::int64_t>(SqlitePeerMemory::kMostBans));
    while (row->step()) {
        const bool too_long = row->blob(1).size() > SqlitePeerMemory::kMostTextBytes ||
                              row->blob(4).size() > SqlitePeerMemory::kMostTextBytes;
        if (!is_readable(row->blob(0)) || too_long) continue;
        bans.push_back({.peer = PeerId{row->text(0)},
                        .ip = row->text(1),
                        .until_ms = row->uint64(2),
                        .length_ms = row->uint64(3),
                        .reason = row->text(4)});
    }
    return bans;
}

Fault unusable_peers(const std::filesystem::path& path, const std::string& reason) {
    return {FaultKind::Data, "the file of known peers " + path.string() + " cannot be used: " + reason +
                                 "; it may be deleted: the node finds peers anew, and forgets its bans"};
}

}  // namespace

Outcome<std::unique_ptr<SqlitePeerMemory>> SqlitePeerMemory::open(const std::filesystem::path& path, Log& log) {
    try {
        Database database(path, Database::Mode::OpenOrCreate);
        configure_peers(database);
        migrate(database, kPeerMemorySchema);
        auto file = std::make_unique<File>(File{path, std::move(database)});
        return std::unique_ptr<SqlitePeerMemory>(new SqlitePeerMemory(std::move(file), log));
    } catch (const SqliteError& error) {
        if (!error.busy()) return unusable_peers(path, error.what());
        return Fault{FaultKind::Data,
                     "the file of known peers " + path.string() + " is open in another process; stop the other one"};
    } catch (const std::runtime_error& error) {
        return unusable_peers(path, error.what());
    }
}

SqlitePeerMemory::SqlitePeerMemory(std::unique_ptr<File> file, Log& log) : file_(std::move(file)), log_(log) {}

SqlitePeerMemory::~SqlitePeerMemory() = default;

void SqlitePeerMemory::report(const char* action, const std::string& reason) {
    log_.error("peer_memory_failed",
               {{"action", std::string(action)}, {"path", file_->path.string()}, {"reason", reason}});
}

PeerRecords SqlitePeerMemory::load() {
    try {
        return {.peers = read_peers(file_->database), .bans = read_bans(file_->database)};
    } catch (const std::runtime_error& error) {
        report("read", error.what());
        return {};
    }
}

bool SqlitePeerMemory::save(const PeerRecordChanges& changes) {
    try {
        Transaction transaction(file_->database);
        write(changes);
        transaction.commit();
        return true;
    } catch (const std::runtime_error& error) {
        report("write", error.what());
        return false;
    }
}

void SqlitePeerMemory::write(const PeerRecordChanges& changes) {
    Database& database = file_->database;
    for (const RememberedPeer& peer : changes.kept.peers) {
        const std::string addresses = joined(peer.addresses);
        Use row = database.statement(
            "INSERT OR REPLACE INTO peers (id, addresses, heard_ms, connected_ms, not_before_ms, failures) VALUES (?1, "
            "?2, ?3, ?4, ?5, ?6)");
        row->bind(1, std::string_view(peer.peer.bytes)).bind(2, std::string_view(addresses));
        row->bind_uint64(3, peer.heard_ms).bind_uint64(4, peer.connected_ms);
        row->bind_uint64(5, peer.not_before_ms).bind_uint64(6, peer.failures).run();
    }
    for (const RememberedBan& ban : changes.kept.bans) {
        Use row = database.statement(
            "INSERT OR REPLACE INTO bans (id, ip, until_ms, length_ms, reason) VALUES (?1, ?2, ?3, ?4, ?5)");
        row->bind(1, std::string_view(ban.peer.bytes)).bind(2, std::string_view(ban.ip));
        row->bind_uint64(3, ban.until_ms).bind_uint64(4, ban.length_ms);
        row->bind(5, std::string_view(ban.reason)).run();
    }
    for (const PeerId& peer : changes.forgotten_peers) {
        Use row = database.statement("DELETE FROM peers WHERE id = ?1");
        row->bind(1, std::string_view(peer.bytes)).run();
    }
    for (const PeerId& peer : changes.forgotten_bans) {
        Use row = database.statement("DELETE FROM bans WHERE id = ?1");
        row->bind(1, std::string_view(peer.bytes)).run();
    }
}

}  // namespace touchstone::node::adapters
