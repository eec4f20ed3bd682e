// Which node a command asks.
#pragma once

#include <chrono>
#include <string>

#include "cli/rpc/rpc_client.h"

namespace CLI {
class App;
}

namespace touchstone::cli {

inline constexpr const char* kDefaultRpc = "http://127.0.0.1:8645";
inline constexpr const char* kRpcVariable = "TOUCHSTONE_RPC";

/// --rpc, or else the environment's TOUCHSTONE_RPC, or else what `rpc` is now.
void add_node_option(CLI::App& command, std::string& rpc);

Outcome<RpcClient> node_client(const std::string& rpc, std::chrono::milliseconds limit = kRequestTime);

}  // namespace touchstone::cli
