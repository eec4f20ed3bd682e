// Page 14: the read-only view of a node's database.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <vector>

#include "reference/types/containers.h"

struct sqlite3;

namespace touchstone::reference::cli {

/// A database that cannot be opened, is none, or is refused ([STO-04], [STO-06]): what, and why.
class DatabaseError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// [STO-02] A row of `journal` [STO-11].
struct JournalRow {
    std::int64_t seq = 0;
    std::string kind;
    std::uint64_t time_ms = 0;
    Bytes payload;
    std::optional<Bytes> head_root;
    Checkpoint justified;
    Checkpoint finalized;
};

/// [STO-02] A row of `blocks` [STO-07].
struct BlockRow {
    Slot slot;
    Bytes parent_root;
    Bytes state_root;
    Bytes ssz;
};

class Database {
  public:
    /// Opens the file for reading and checks [STO-03] to [STO-06].
    explicit Database(const std::filesystem::path& path);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// With its entries.
    const ConsensusState& genesis_state() const { return genesis_state_; }

    /// The next rows of the journal after `seq`, at most `limit`, of one moment of the database.
    std::vector<JournalRow> rows_after(std::int64_t seq, std::size_t limit) const;
    std::optional<BlockRow> block(ByteView root) const;

  private:
    void check_meta() const;
    void read_genesis();

    sqlite3* handle_ = nullptr;
    ConsensusState genesis_state_;
};

}  // namespace touchstone::reference::cli
