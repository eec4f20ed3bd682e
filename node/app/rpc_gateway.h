// Between the HTTP server's thread and the writer's: bodies are read on the one, calls are run on the other, one task
// for each, so that a long batch does not keep blocks waiting.
#pragma once

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

/// For HttpServer::start. The server ends before what the methods ask.
adapters::HttpHandler make_rpc_handler(std::shared_ptr<const rpc::MethodTable> methods, PostToWriter post,
                                       const rpc::Limits& limits = {});

}  // namespace app
}  // namespace touchstone::node
