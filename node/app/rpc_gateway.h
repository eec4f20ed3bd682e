// Between the HTTP server's thread and the writer's: bodies are read on the one, calls are run on the other, one task
// for each, so that a long batch does not keep blocks waiting. The text that answers is made on neither.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "node/adapters/http/http_server.h"
#include "node/rpc/limits.h"

namespace touchstone::node {
namespace rpc {
class MethodTable;
}

namespace app {

/// Runs a task on the writer's thread, after those given before.
using PostToWriter = std::function<void(std::function<void()>)>;

struct RpcGatewayOptions {
    rpc::Limits limits;
    /// For the calls of a body to be run; those that are not are then answered with an error.
    std::chrono::milliseconds call_time{10'000};
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
    /// Runs a task, soon, where it holds nobody up: it makes results into text and frees them. Empty: at once, on the
    /// writer's thread.
    std::function<void(std::function<void()>)> serialize_on = {};
};

/// For HttpServer::start. The server ends before what the methods ask.
adapters::HttpHandlers make_rpc_handlers(std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post,
                                         RpcGatewayOptions options = {});

}  // namespace app
}  // namespace touchstone::node
