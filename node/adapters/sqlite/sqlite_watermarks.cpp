#include "node/adapters/sqlite/sqlite_watermarks.h"

#include <algorithm>

#include "node/adapters/files/private_file.h"
#include "node/adapters/sqlite/database.h"
#include "node/adapters/sqlite/schema.h"

namespace touchstone::node::adapters {

struct SqliteWatermarks::File {
    std::filesystem::path path;
    Database database;
};

namespace {

constexpr const char* kWhat = "the watermark file";

/// The file's lock is SQLite's own, held until the database is closed, so that no other SQLite program gets in either.
/// In this journal mode there is one file to copy or to lose, and a commit is on the disk once it returns.
void configure_watermarks(Database& database) {
    database.execute("PRAGMA locking_mode = EXCLUSIVE");
    database.execute("PRAGMA journal_mode = TRUNCATE");
    database.execute("PRAGMA synchronous = FULL");
    database.execute("BEGIN EXCLUSIVE; COMMIT");
}

Fault unusable_watermarks(const std::filesystem::path& path, const std::string& reason) {
    return Fault{FaultKind::Keys, std::string(kWhat) + " " + path.string() + " cannot be used: " + reason};
}

/// Runs what may throw, and makes a fault of it that names the file.
template <class Action>
auto guarded(const std::filesystem::path& path, const Action& action) -> decltype(action()) {
    try {
        return action();
    } catch (const SqliteError& error) {
        if (!error.busy()) return unusable_watermarks(path, error.what());
        return unusable_watermarks(
            path, "another process has it open; one process at a time signs with these keys: stop the other one");
    } catch (const std::runtime_error& error) {
        return unusable_watermarks(path, error.what());
    }
}

Outcome<Done> check_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error)) return check_private(path, kWhat);
    return Fault{FaultKind::Keys,
                 std::string(kWhat) + " " + path.string() +
                     " is missing. If these keys have signed before, restore it: a record begun anew can get them "
                     "slashed. If they never have, create it with `touchstone-node watermark create`"};
}

/// Whoever wrote the file need not have kept to the schema's checks.
template <class Fixed>
Fixed fixed_column(Statement& row, int column) {
    const Bytes blob = row.blob(column);
    if (blob.size() != Fixed::kSize) {
        throw SqliteError(0, "a record has a key or a genesis root of " + std::to_string(blob.size()) + " bytes");
    }
    Fixed value;
    std::ranges::copy(blob, value.bytes.begin());
    return value;
}

std::optional<std::uint64_t> optional_uint64(Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return row.uint64(column);
}

Watermark read_watermark(Statement& row, int first) {
    Watermark watermark;
    if (const auto slot = optional_uint64(row, first)) watermark.block_slot = Slot(*slot);
    if (const auto source = optional_uint64(row, first + 1)) watermark.source = Epoch(*source);
    if (const auto target = optional_uint64(row, first + 2)) watermark.target = Epoch(*target);
    return watermark;
}

std::optional<Watermark> read_record(Database& database, const Root& genesis_root, const BlsPublicKey& key) {
    Use row = database.statement(
        "SELECT block_slot, source, target FROM watermarks WHERE public_key = ?1 AND genesis_root = ?2");
    row->bind(1, key.view()).bind(2, genesis_root.view());
    if (!row->step()) return std::nullopt;
    return read_watermark(*row.operator->(), 0);
}

template <class Quantity>
void bind_optional(Use& row, int index, const std::optional<Quantity>& value) {
    if (value) {
        row->bind_uint64(index, value->value());
    } else {
        row->bind_null(index);
    }
}

/// std::nullopt, nothing signed yet, is below every number.
bool below(const Watermark& a, const Watermark& b) {
    return a.block_slot < b.block_slot || a.source < b.source || a.target < b.target;
}

bool has_records(Database& database, const Root& genesis_root) {
    Use row = database.statement("SELECT 1 FROM watermarks WHERE genesis_root = ?1 LIMIT 1");
    row->bind(1, genesis_root.view());
    return row->step();
}

std::optional<Root> recorded_chain(Database& database) {
    Use row = database.statement("SELECT genesis_root FROM watermarks LIMIT 1");
    if (!row->step()) return std::nullopt;
    return fixed_column<Root>(*row.operator->(), 0);
}

Outcome<Database> open_existing(const std::filesystem::path& path) {
    const auto checked = check_file(path);
    if (!checked.ok()) return checked.fault();
    return guarded(path, [&]() -> Outcome<Database> {
        Database database(path, Database::Mode::OpenExisting);
        configure_watermarks(database);
        migrate(database, kWatermarkSchema);
        return database;
    });
}

}  // namespace

Outcome<std::unique_ptr<SqliteWatermarks>> SqliteWatermarks::open(const std::filesystem::path& path,
                                                                  const Root& genesis_root, Log& log) {
    auto database = open_existing(path);
    if (!database.ok()) return database.fault();
    return guarded(path, [&]() -> Outcome<std::unique_ptr<SqliteWatermarks>> {
        if (!has_records(*database, genesis_root)) {
            const auto other = recorded_chain(*database);
            return unusable_watermarks(
                path, (other ? "its records are of another chain (genesis root 0x" + to_hex(*other) + "), not of 0x" +
                                   to_hex(genesis_root)
                             : "it has no records") +
                          "; if the keys never signed on this chain, run `touchstone-node watermark create`");
        }
        auto file = std::make_unique<File>(File{path, std::move(*database)});
        return std::unique_ptr<SqliteWatermarks>(new SqliteWatermarks(std::move(file), genesis_root, log));
    });
}

Outcome<std::size_t> SqliteWatermarks::create(const std::filesystem::path& path, const Root& genesis_root,
                                              std::span<const BlsPublicKey> keys) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
        const auto created = create_private_file(path, {}, kWhat);
        if (!created.ok()) return created.fault();
    }
    auto database = open_existing(path);
    if (!database.ok()) return database.fault();
    return guarded(path, [&]() -> Outcome<std::size_t> {
        std::size_t begun = 0;
        Transaction transaction(*database);
        for (const BlsPublicKey& key : keys) {
            Use row = database->statement(
                "INSERT INTO watermarks (public_key, genesis_root) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
            row->bind(1, key.view()).bind(2, genesis_root.view()).run();
            begun += static_cast<std::size_t>(database->changes());
        }
        transaction.commit();
        return begun;
    });
}

Outcome<std::vector<WatermarkOfKey>> SqliteWatermarks::list(const std::filesystem::path& path,
                                                            const Root& genesis_root) {
    auto database = open_existing(path);
    if (!database.ok()) return database.fault();
    return guarded(path, [&]() -> Outcome<std::vector<WatermarkOfKey>> {
        std::vector<WatermarkOfKey> records;
        Use row = database->statement(
            "SELECT public_key, block_slot, source, target FROM watermarks WHERE genesis_root = ?1 ORDER BY "
            "public_key");
        row->bind(1, genesis_root.view());
        while (row->step()) {
            WatermarkOfKey& record = records.emplace_back();
            record.public_key = fixed_column<BlsPublicKey>(*row.operator->(), 0);
            record.watermark = read_watermark(*row.operator->(), 1);
        }
        return records;
    });
}

SqliteWatermarks::SqliteWatermarks(std::unique_ptr<File> file, const Root& genesis_root, Log& log)
    : file_(std::move(file)), genesis_root_(genesis_root), log_(log) {}

SqliteWatermarks::~SqliteWatermarks() = default;

std::optional<Watermark> SqliteWatermarks::load(const BlsPublicKey& public_key) {
    try {
        return read_record(file_->database, genesis_root_, public_key);
    } catch (const std::runtime_error& error) {
        log_.error(
            "watermark_failed",
            {{"action", std::string("read")}, {"path", file_->path.string()}, {"reason", std::string(error.what())}});
        return std::nullopt;
    }
}

bool SqliteWatermarks::raise(std::span<const WatermarkOfKey> rows) {
    try {
        Transaction transaction(file_->database);
        for (const WatermarkOfKey& row : rows)
            raise_one(row);
        transaction.commit();
        return true;
    } catch (const std::runtime_error& error) {
        log_.error(
            "watermark_failed",
            {{"action", std::string("raise")}, {"path", file_->path.string()}, {"reason", std::string(error.what())}});
        return false;
    }
}

void SqliteWatermarks::raise_one(const WatermarkOfKey& row) {
    const auto recorded = read_record(file_->database, genesis_root_, row.public_key);
    if (!recorded) throw SqliteError(0, "there is no record of key 0x" + to_hex(row.public_key));
    if (below(row.watermark, *recorded)) throw SqliteError(0, "a watermark would go back");
    Use update = file_->database.statement(
        "UPDATE watermarks SET block_slot = ?3, source = ?4, target = ?5 WHERE public_key = ?1 AND genesis_root = ?2");
    update->bind(1, row.public_key.view()).bind(2, genesis_root_.view());
    bind_optional(update, 3, row.watermark.block_slot);
    bind_optional(update, 4, row.watermark.source);
    bind_optional(update, 5, row.watermark.target);
    update->run();
}

}  // namespace touchstone::node::adapters
