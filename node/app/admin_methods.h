// Methods for the operator alone, served over a Unix socket that only the node's user reaches (rpc.admin_socket).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/adapters/runtime/structured_log.h"
#include "node/ports/network.h"
#include "node/rpc/type.h"
#include "node/services/peers/connections.h"

namespace touchstone::node {
namespace rpc {
class MethodTable;
}

namespace app {

struct LogLevels {
    LogLevel level = LogLevel::Info;
    adapters::AreaLevels areas = {};  // whose level is another one
};

/// All of it is called on the writer's thread, and outlives the table.
struct AdminServices {
    Network& network;
    std::function<Connections&()> connections;
    std::function<std::uint64_t()> now_ms;  // of the node's clock
    /// Of one area, or of all that have none of their own. What holds then.
    std::function<LogLevels(std::optional<LogArea> area, LogLevel level)> set_log_level;
    /// Reads certificate, key and token of the JSON-RPC again; when the certificate expires, empty where there is none.
    std::function<adapters::Outcome<std::string>()> renew_credentials;
    /// Stops the node in order, after the answer.
    std::function<void()> stop;
};

std::shared_ptr<const rpc::MethodTable> make_admin_methods(const AdminServices& services);

}  // namespace app
}  // namespace touchstone::node
