#include "cli/rpc/node_option.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace touchstone::cli {

void add_node_option(CLI::App& command, std::string& rpc) {
    // Not by CLI11, which reads it for the options of all other commands too, and so over what this one was given.
    if (const char* const named = std::getenv(kRpcVariable); named != nullptr && *named != '\0') rpc = named;
    command.add_option("--rpc", rpc, "Where a node's RPC listens; also by the environment's TOUCHSTONE_RPC")
        ->capture_default_str();
}

Outcome<RpcClient> node_client(const std::string& rpc, std::chrono::milliseconds limit) {
    const auto url = parse_http_url(rpc);
    if (!url.ok()) return url.fault();
    return RpcClient(*url, limit);
}

}  // namespace touchstone::cli
