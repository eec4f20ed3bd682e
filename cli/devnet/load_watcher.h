// Follows a node's chain over its RPC, and tells the meter which transactions are in it.
#pragma once

#include <functional>
#include <unordered_map>

#include "cli/devnet/load_meter.h"
#include "cli/rpc/rpc_client.h"
#include "node/base/quantity.h"

namespace touchstone::cli {

class LoadWatcher {
  public:
    LoadWatcher(HttpUrl node, LoadMeter& meter);

    /// The same node is there from now on.
    void follow(HttpUrl node) { client_ = RpcClient(std::move(node)); }
    /// Asks once for what is new. A fault where the node does not answer.
    Outcome<node::adapters::Done> look(const std::function<double()>& now);

  private:
    struct Block {
        node::Root parent;
        std::vector<node::Root> transactions;
    };

    /// Reads the block, if it was not read before. The genesis block, which no node has, reads as one without parent.
    Outcome<const Block*> read(const node::Root& root, const std::function<double()>& now);
    Outcome<node::adapters::Done> read_transactions(const node::Root& root, std::uint64_t count, Block& block,
                                                    double now);
    void finalize(node::Root root, double now);

    RpcClient client_;
    LoadMeter& meter_;
    std::unordered_map<node::Root, Block> blocks_;
    node::Root head_;
    node::Root finalized_;
};

}  // namespace touchstone::cli
