// Internal to this folder: the tables of the databases, and how a file comes to have them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "node/adapters/sqlite/database.h"

namespace touchstone::node::adapters {

/// A kind of database file. `migrations[0]` makes version `first` in an empty file, each further one leads to the next
/// version; none is ever changed once released.
struct Schema {
    const char* what;  // in messages, for example "the chain's database"
    std::uint32_t application_id;
    std::int64_t first;  // the oldest version that this program can go on from
    std::span<const char* const> migrations;

    std::int64_t version() const { return first - 1 + static_cast<std::int64_t>(migrations.size()); }
};

extern const Schema kChainSchema;
extern const Schema kWatermarkSchema;
extern const Schema kPeerMemorySchema;

/// Brings the file to the newest version in one transaction. Throws a std::runtime_error with a text for people if the
/// file is of another kind, of a newer version or one before `first`; an older one is migrated, an empty one filled.
void migrate(Database& database, const Schema& schema);

/// The version of the schema that the program writes into the view's meta table. [STO-03]
std::string chain_schema_version();

}  // namespace touchstone::node::adapters
