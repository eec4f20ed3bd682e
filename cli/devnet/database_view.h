// A node's database, read through the view that the specification promises, while the node runs or after. [STO-01] to
// [STO-12]
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "cli/devnet/block_tree.h"
#include "cli/outcome.h"

struct sqlite3;

namespace touchstone::cli {

class DatabaseView {
  public:
    /// Read-only.
    static Outcome<DatabaseView> open(const std::filesystem::path& path);

    /// Takes the rows of the journal that came since; returns the blocks among them, parents before children.
    Outcome<std::vector<node::Root>> update(NodeChain& chain) const;

    /// The encoding of a SignedBlock.
    Outcome<node::ByteVector> block(const node::Root& root) const;

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    DatabaseView(std::filesystem::path path, std::unique_ptr<sqlite3, Close> handle)
        : path_(std::move(path)), handle_(std::move(handle)) {}
    Fault fault() const;

    std::filesystem::path path_;
    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace touchstone::cli
