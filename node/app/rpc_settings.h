// Internal to this folder: what the settings say about the JSON-RPC.
#pragma once

#include <filesystem>
#include <optional>

#include "node/adapters/http/http_server.h"
#include "node/app/rpc_gateway.h"

namespace touchstone::node::app {

struct RpcSettings {
    /// All but the token, which is in the file.
    adapters::HttpOptions http;
    std::optional<std::filesystem::path> token_file;
    RpcGatewayOptions gateway;
};

/// As they stand in the settings, beside the address.
struct RpcNumbers {
    std::uint64_t connections = 0;
    std::uint64_t connections_per_address = 0;
    std::uint64_t body_bytes = 0;
    std::uint64_t response_bytes = 0;
    std::uint64_t batch = 0;
    std::uint64_t depth = 0;
    std::uint64_t requests = 0;
    std::uint64_t requests_per_connection = 0;
    std::uint64_t requests_per_second = 0;
    std::uint64_t loopback_requests_per_second = 0;
    std::uint64_t burst = 0;
    std::uint64_t call_seconds = 0;
    std::uint64_t queue_bytes = 0;
    std::uint64_t queue_messages = 0;
    std::uint64_t waiting_bytes = 0;
};

/// Refuses what makes no sense, by the key.
std::optional<adapters::Fault> read_rpc_numbers(const RpcNumbers& numbers, RpcSettings& settings);

/// Refuses a certificate without a key, a key without a certificate, origins that are none, and all origins together
/// with a token.
std::optional<adapters::Fault> check_rpc_security(const RpcSettings& settings);

}  // namespace touchstone::node::app
