#include "reference/cli/database.h"

#include <sqlite3.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "reference/entries/entries.h"
#include "reference/types/configuration.h"

namespace touchstone::reference::cli {

namespace {

/// A prepared statement; an error of SQLite is a DatabaseError.
class Statement {
  public:
    Statement(sqlite3* database, const char* sql) : database_(database) {
        if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) fail();
    }
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void bind(int index, std::int64_t number) { sqlite3_bind_int64(statement_, index, number); }
    void bind(int index, ByteView bytes) {
        sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    }
    bool step() {
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE) fail();
        return code == SQLITE_ROW;
    }
    bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::uint64_t uint64(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    std::string text(int column) const {
        const auto* characters = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
        return characters == nullptr ? "" : characters;
    }
    Bytes blob(int column) const {
        const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
        return {bytes, bytes + sqlite3_column_bytes(statement_, column)};
    }

  private:
    [[noreturn]] void fail() const { throw DatabaseError(std::string("SQLite: ") + sqlite3_errmsg(database_)); }

    sqlite3* database_;
    sqlite3_stmt* statement_ = nullptr;
};

[[noreturn]] void refuse(Clause clause, const std::string& reason) {
    throw DatabaseError("refused [" + std::string(to_string(clause)) + "]: " + reason);
}

Root root_column(const Statement& row, int column) {
    const Bytes bytes = row.blob(column);
    if (bytes.size() != Root::SIZE) throw DatabaseError("a root in the journal is not 32 bytes long");
    return Root::from(bytes);
}

// [STO-05], [STO-06]
Parameters read_configuration(const std::string& text) {
    std::map<std::string, std::string> values;
    try {
        values = nlohmann::json::parse(text).at("parameters").get<std::map<std::string, std::string>>();
    } catch (const nlohmann::json::exception& error) {
        refuse(Clause::STO_06, std::string("the configuration cannot be read: ") + error.what());
    }
    const auto config = custom_configuration(Parameters{}, values);
    if (!config) refuse(Clause::STO_06, config.failure().reason);
    if (values.size() != PARAMETER_FIELDS.size()) refuse(Clause::STO_06, "the configuration lacks parameters");
    const auto checked = check_assumptions(config.value());
    if (!checked) refuse(Clause::STO_06, "the configuration breaks " + checked.failure().reason);
    return config.value();
}

}  // namespace

Database::Database(const std::filesystem::path& path) {
    // [STO-01]
    const int code = sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr);
    try {
        if (code != SQLITE_OK) throw DatabaseError(sqlite3_errmsg(handle_));
        sqlite3_busy_timeout(handle_, 5000);
        check_meta();
        read_genesis();
    } catch (const DatabaseError& error) {
        sqlite3_close(handle_);
        throw DatabaseError(path.string() + ": " + error.what());
    }
}

Database::~Database() { sqlite3_close(handle_); }

// [STO-03], [STO-04]
void Database::check_meta() const {
    std::map<std::string, std::string> found;
    Statement rows(handle_, "SELECT key, value FROM meta");
    while (rows.step())
        found[rows.text(0)] = rows.text(1);
    const std::map<std::string, std::set<std::string>> known{{"view_version", {"2", "3"}},
                                                             {"spec_version", {TOUCHSTONE_SPEC_VERSION}}};
    for (const auto& [key, values] : known) {
        if (!values.contains(found[key]))
            refuse(Clause::STO_04, key + " is '" + found[key] + "', this program knows '" + *values.rbegin() + "'");
    }
}

// [STO-05], [STO-06]
void Database::read_genesis() {
    Statement rows(handle_, "SELECT config, state, entries FROM genesis");
    if (!rows.step()) refuse(Clause::STO_06, "there is no genesis");
    const Parameters config = read_configuration(rows.text(0));
    auto state = ssz::deserialize<ConsensusState>(rows.blob(1), config);
    if (!state) refuse(Clause::STO_06, "the genesis state does not decode: " + state.failure().reason);
    genesis_state_ = std::move(state).value();
    if (genesis_state_.config_root != config_root(config)) refuse(Clause::STO_06, "the state has another config_root");
    ConsensusState rootless = genesis_state_;
    rootless.genesis_root = Root{};
    if (hash_tree_root(rootless, config) != genesis_state_.genesis_root) {
        refuse(Clause::STO_06, "genesis_root is not the root of the genesis state");
    }
    const auto entries = ssz::deserialize<KvEntries>(rows.blob(2), config);
    if (!entries) refuse(Clause::STO_06, "the genesis entries do not decode: " + entries.failure().reason);
    const auto attached = attach_entries(genesis_state_, entries.value());
    if (!attached) {
        refuse(Clause::STO_06, "the genesis entries break " + std::string(to_string(attached.failure().clause)));
    }
}

std::vector<JournalRow> Database::rows_after(std::int64_t seq, std::size_t limit) const {
    Statement rows(handle_,
                   "SELECT seq, kind, time_ms, payload, head_root, justified_epoch, justified_root, finalized_epoch, "
                   "finalized_root FROM journal WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    rows.bind(1, seq);
    rows.bind(2, static_cast<std::int64_t>(limit));
    std::vector<JournalRow> journal;
    while (rows.step()) {
        JournalRow row{.seq = rows.integer(0),
                       .kind = rows.text(1),
                       .time_ms = rows.uint64(2),
                       .payload = rows.blob(3),
                       .head_root = std::nullopt,
                       .justified = {Epoch{rows.uint64(5)}, root_column(rows, 6)},
                       .finalized = {Epoch{rows.uint64(7)}, root_column(rows, 8)}};
        if (!rows.is_null(4)) row.head_root = rows.blob(4);
        journal.push_back(std::move(row));
    }
    return journal;
}

std::optional<BlockRow> Database::block(ByteView root) const {
    Statement rows(handle_, "SELECT slot, parent_root, state_root, ssz FROM blocks WHERE root = ?1");
    rows.bind(1, root);
    if (!rows.step()) return std::nullopt;
    return BlockRow{Slot{rows.uint64(0)}, rows.blob(1), rows.blob(2), rows.blob(3)};
}

}  // namespace touchstone::reference::cli
