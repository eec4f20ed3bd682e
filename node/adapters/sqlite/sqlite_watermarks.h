// The watermark in an SQLite file of its own: mode 0600, locked by the one process that has it open, each change on the
// disk (synchronous=FULL) before the call returns. [DUT-18] [DUT-21]
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "node/adapters/files/fault.h"
#include "node/ports/log.h"
#include "node/ports/slashing_protection.h"

namespace touchstone::node::adapters {

/// Failures while running are logged as event `watermark_failed`.
class SqliteWatermarks final : public SlashingProtection {
  public:
    /// Refuses a missing or unreadable file, one that others may read or write, one of a newer version, one without any
    /// record of this chain, and one that another process has open.
    static Outcome<std::unique_ptr<SqliteWatermarks>> open(const std::filesystem::path& path, const Root& genesis_root,
                                                           Log& log);

    /// The operator's express order: begins a record for each of the keys that has none for this chain, in a new file
    /// if there is none. Records that exist are left as they are. Returns how many were begun.
    static Outcome<std::size_t> create(const std::filesystem::path& path, const Root& genesis_root,
                                       std::span<const BlsPublicKey> keys);

    /// All records of the chain, by key.
    static Outcome<std::vector<WatermarkOfKey>> list(const std::filesystem::path& path, const Root& genesis_root);

    ~SqliteWatermarks() override;

    std::optional<Watermark> load(const BlsPublicKey& public_key) override;
    /// Refuses also a row below what is recorded: nothing is ever lowered.
    [[nodiscard]] bool raise(std::span<const WatermarkOfKey> rows) override;

  private:
    struct File;
    SqliteWatermarks(std::unique_ptr<File> file, const Root& genesis_root, Log& log);
    void raise_one(const WatermarkOfKey& row);

    std::unique_ptr<File> file_;
    Root genesis_root_;
    Log& log_;
};

}  // namespace touchstone::node::adapters
