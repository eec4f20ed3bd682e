// Counts and times the calls of the JSON-RPC.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "node/adapters/http/http_server.h"
#include "node/adapters/metrics/duration_histogram.h"
#include "node/rpc/method.h"

namespace touchstone::node::app {

/// Written where calls are run and bodies answered, read by any thread. The methods are those of one table: their names
/// are known from the beginning, and no client adds to them.
class RpcFigures {
  public:
    struct Calls {
        std::atomic<std::uint64_t> results = 0;
        std::atomic<std::uint64_t> errors = 0;
    };

    explicit RpcFigures(const rpc::MethodTable& methods);

    /// Null for a name that the table does not have.
    Calls* find(std::string_view method);
    const std::map<std::string, Calls, std::less<>>& by_method() const { return by_method_; }

    adapters::DurationHistogram calls;   // on the writer's thread
    adapters::DurationHistogram bodies;  // until all their calls are answered

  private:
    std::map<std::string, Calls, std::less<>> by_method_;
};

/// The same methods; what they do is counted.
std::shared_ptr<const rpc::MethodTable> counted(const rpc::MethodTable& methods,
                                                const std::shared_ptr<RpcFigures>& figures);

/// The same handler; how long its bodies take is measured.
adapters::HttpHandler timed(adapters::HttpHandler handler, std::shared_ptr<RpcFigures> figures);

}  // namespace touchstone::node::app
