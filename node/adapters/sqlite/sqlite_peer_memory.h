// What the node remembers of peers, in an SQLite file of its own: nothing in it is worth a copy, and deleting it costs
// no more than the time to find peers anew and the bans. [NET-107] [NET-109]
#pragma once

#include <filesystem>
#include <memory>

#include "node/adapters/files/fault.h"
#include "node/ports/log.h"
#include "node/ports/peer_memory.h"

namespace touchstone::node::adapters {

/// Survives kill -9 as of the last save; after a loss of power maybe as of one before. Failures while running are
/// logged as event `peer_memory_failed`.
class SqlitePeerMemory final : public PeerMemory {
  public:
    /// Rows beyond these are not read, and texts that are longer are left out.
    static constexpr std::size_t kMostPeers = 4096;
    static constexpr std::size_t kMostBans = 8192;
    static constexpr std::size_t kMostTextBytes = 1024;

    /// Creates the file if there is none. Refuses one of another program or of a newer version, a damaged one, and one
    /// that another process has open.
    static Outcome<std::unique_ptr<SqlitePeerMemory>> open(const std::filesystem::path& path, Log& log);
    ~SqlitePeerMemory() override;

    PeerRecords load() override;
    bool save(const PeerRecordChanges& changes) override;

  private:
    struct File;
    SqlitePeerMemory(std::unique_ptr<File> file, Log& log);
    void write(const PeerRecordChanges& changes);
    void report(const char* action, const std::string& reason);

    std::unique_ptr<File> file_;
    Log& log_;
};

}  // namespace touchstone::node::adapters
