// Which node a command asks, and how it makes sure of it.
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
inline constexpr const char* kCaVariable = "TOUCHSTONE_RPC_CA";
inline constexpr const char* kTokenFileVariable = "TOUCHSTONE_RPC_TOKEN_FILE";

struct NodeOptions {
    std::string rpc = kDefaultRpc;
    std::string ca = {};          // a file; empty: whom the system believes
    std::string token_file = {};  // empty: no token is shown
    bool token_in_clear = false;
};

/// --rpc, --ca, --token-file and --token-in-clear. Where one is not given, the environment's variable holds, and else
/// what the options are now.
void add_node_options(CLI::App& command, NodeOptions& options);

/// Refuses an address, a file or a token that cannot be used, and to show a token to everybody on the way.
Outcome<RpcClient> node_client(const NodeOptions& options, std::chrono::milliseconds limit = kRequestTime);

}  // namespace touchstone::cli
