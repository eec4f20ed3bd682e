// One touchstone-node of a development network: its files, its process, what it says and what its database shows.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/devnet/block_tree.h"
#include "cli/devnet/child_process.h"
#include "cli/devnet/database_view.h"
#include "cli/devnet/file_tail.h"
#include "cli/outcome.h"

namespace touchstone::cli {

/// Validators first to last by index; none if `count` is 0.
struct ValidatorRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    std::string text() const;
};

/// Part `index` of `parts` nearly equal ones.
ValidatorRange split_validators(std::uint64_t validators, std::uint64_t index, std::uint64_t parts);

class NodeProcess {
  public:
    struct Setup {
        std::size_t index = 0;
        std::filesystem::path program;
        std::filesystem::path folder;  // of the whole network
        std::filesystem::path genesis;
        ValidatorRange validators;
        std::vector<std::string> peers;
        unsigned verifier_threads = 1;
        node::Root genesis_block;
        bool named_peers_only = false;
        std::uint16_t rpc_port = 0;  // 0: the system chooses
    };

    static Outcome<NodeProcess> start(const Setup& setup);
    /// After its end: on its database and its records of what it signed, with other peers.
    Outcome<node::adapters::Done> start_again(const std::vector<std::string>& peers);

    std::size_t index() const { return setup_.index; }
    std::string name() const { return "node " + std::to_string(setup_.index); }
    const std::filesystem::path& database() const { return database_; }
    const std::filesystem::path& log() const { return log_; }
    const ValidatorRange& validators() const { return setup_.validators; }
    ChildProcess& process() { return process_; }
    /// How often it was started.
    std::uint64_t starts() const { return starts_; }

    /// Reads what came in the log.
    void read_log();
    /// Where peers reach it, once it listens.
    const std::optional<std::string>& address() const { return address_; }
    /// Where its RPC is, once it listens: "127.0.0.1:PORT".
    const std::optional<std::string>& rpc() const { return rpc_; }
    std::optional<std::uint64_t> peers() const { return peers_; }
    /// The first line of its log that tells of an error.
    const std::optional<std::string>& error() const { return error_; }
    /// What its log said of itself holds no longer: it is being ended.
    void forget_process();

    /// Reads what came in the database; the new blocks.
    Outcome<std::vector<node::Root>> read_database();
    Outcome<node::ByteVector> block(const node::Root& root) const { return view_->block(root); }
    const NodeChain& chain() const { return chain_; }

    /// How it ended, and the end of its log.
    std::string obituary() const;

  private:
    NodeProcess(const Setup& setup, ChildProcess process);

    Setup setup_;
    std::filesystem::path database_;
    std::filesystem::path log_;
    ChildProcess process_;
    std::uint64_t starts_ = 1;
    FileTail tail_;
    std::optional<std::string> address_;
    std::optional<std::string> rpc_;
    std::optional<std::uint64_t> peers_;
    std::optional<std::string> error_;
    std::optional<DatabaseView> view_;
    NodeChain chain_;
};

}  // namespace touchstone::cli
