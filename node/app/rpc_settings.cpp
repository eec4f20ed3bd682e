#include "node/app/rpc_settings.h"

#include <chrono>
#include <string>

#include "node/adapters/http/http_address.h"
#include "node/app/setting_fault.h"

namespace touchstone::node::app {

using adapters::Fault;
using adapters::FaultKind;

namespace {

struct Range {
    const char* name;
    std::uint64_t value;
    std::uint64_t least;
    std::uint64_t most;
};

}  // namespace

std::optional<Fault> read_rpc_numbers(const RpcNumbers& numbers, RpcSettings& settings) {
    constexpr std::uint64_t kMostBytes = 1U << 30U;
    constexpr std::uint64_t kMostWaitingBytes = std::uint64_t{1} << 36U;
    constexpr std::uint64_t kMostRate = 1'000'000;
    for (const Range& range :
         {Range{"max_connections", numbers.connections, 1, 10'000},
          Range{"max_connections_per_address", numbers.connections_per_address, 1, 10'000},
          Range{"max_body_bytes", numbers.body_bytes, 1024, 64U << 20U},
          Range{"max_response_bytes", numbers.response_bytes, 1024, kMostBytes},
          Range{"max_batch", numbers.batch, 1, 10'000}, Range{"max_depth", numbers.depth, 4, 64},
          Range{"max_requests", numbers.requests, 1, 100'000},
          Range{"max_requests_per_connection", numbers.requests_per_connection, 1, 100'000},
          Range{"requests_per_second", numbers.requests_per_second, 0, kMostRate},
          Range{"loopback_requests_per_second", numbers.loopback_requests_per_second, 0, kMostRate},
          Range{"burst", numbers.burst, 1, kMostRate}, Range{"call_seconds", numbers.call_seconds, 1, 3600},
          Range{"queue_bytes", numbers.queue_bytes, 1024, kMostBytes},
          Range{"queue_messages", numbers.queue_messages, 1, 1'000'000},
          Range{"max_waiting_bytes", numbers.waiting_bytes, 1024, kMostWaitingBytes}}) {
        if (range.value < range.least || range.value > range.most) {
            return bad_setting(std::string("rpc.") + range.name,
                               "is " + std::to_string(range.value) + ", but must be from " +
                                   std::to_string(range.least) + " to " + std::to_string(range.most));
        }
    }
    if (numbers.queue_bytes < numbers.response_bytes) {
        return bad_setting("rpc.queue_bytes",
                           "is less than rpc.max_response_bytes, so that the largest answer could not leave");
    }
    if (numbers.waiting_bytes < numbers.queue_bytes) {
        return bad_setting("rpc.max_waiting_bytes",
                           "is less than rpc.queue_bytes, which is the bound for one connection of all");
    }
    settings.http.connections = numbers.connections;
    settings.http.connections_of_address = numbers.connections_per_address;
    settings.http.body_bytes = numbers.body_bytes;
    settings.http.requests = numbers.requests;
    settings.http.requests_of_connection = numbers.requests_per_connection;
    settings.http.requests_per_second = numbers.requests_per_second;
    settings.http.loopback_requests_per_second = numbers.loopback_requests_per_second;
    settings.http.burst = numbers.burst;
    settings.http.queue_bytes = numbers.queue_bytes;
    settings.http.queue_messages = numbers.queue_messages;
    settings.http.waiting_bytes = numbers.waiting_bytes;
    settings.gateway.limits = {numbers.batch, numbers.depth, numbers.response_bytes};
    settings.gateway.call_time = std::chrono::seconds(numbers.call_seconds);
    return std::nullopt;
}

std::optional<Fault> check_rpc_security(const RpcSettings& settings) {
    if (const auto& tls = settings.http.tls) {
        if (tls->key.empty()) return bad_setting("rpc.tls_certificate", "is there without rpc.tls_key");
        if (tls->certificate.empty()) return bad_setting("rpc.tls_key", "is there without rpc.tls_certificate");
    }
    for (const std::string& origin : settings.http.cors_origins) {
        if (origin == "*" && settings.token_file) {
            return bad_setting("rpc.cors_origins",
                               "has \"*\" together with rpc.token_file; name the pages that may ask");
        }
        if (origin != "*" && !adapters::is_origin(origin)) {
            return bad_setting("rpc.cors_origins",
                               "has \"" + origin +
                                   "\"; write a scheme, a host in small letters, and the port if there is "
                                   "one, as https://wallet.example");
        }
    }
    return std::nullopt;
}

}  // namespace touchstone::node::app
