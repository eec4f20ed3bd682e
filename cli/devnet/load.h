// Transfers and stake operations of development accounts at a steady rate, over the RPC of all nodes, while a network
// runs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/devnet/load_meter.h"
#include "cli/rpc/http_connection.h"

namespace touchstone::cli {

struct LoadOptions {
    std::uint64_t rate = 0;        // transactions a second, of all nodes together
    std::uint64_t accounts = 0;    // development accounts, dealt out to the nodes; at least one for each
    std::uint64_t validators = 0;  // of the genesis, with these accounts as operators
    std::chrono::milliseconds begins_in{0};
    /// A node that does not answer is no fault: it is tried again, and what was due meanwhile is left out.
    bool nodes_may_fail = false;
};

/// Open loop: transactions are sent when they are due, not when others were answered. One thread for each node sends,
/// one more watches the first node's chain.
class TransactionLoad {
  public:
    TransactionLoad(const LoadOptions& options, const std::vector<HttpUrl>& nodes);
    /// Waits for what is being sent.
    ~TransactionLoad();
    TransactionLoad(const TransactionLoad&) = delete;
    TransactionLoad& operator=(const TransactionLoad&) = delete;

    /// Where a node is from now on; nothing: nowhere.
    void move(std::size_t node, std::optional<HttpUrl> url);
    /// Nothing new is sent; what was sent is still watched.
    void stop_sending();
    /// Before the nodes end.
    void stop();

    LoadReport report() const;
    /// Why a node could not be sent to, or watched, which must not be.
    std::optional<std::string> fault() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::cli
