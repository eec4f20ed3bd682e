// One body and its answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "node/ports/push_connection.h"
#include "node/rpc/limits.h"

namespace touchstone::node::rpc {

class MethodTable;
struct Error;

/// Reading and answering may be done on any thread, one at a time; a call is run wherever `run_next` is called. Calls
/// of a batch are run in their order.
class Exchange {
  public:
    /// The methods outlive it. They are told who calls.
    Exchange(std::string_view body, const MethodTable& methods, const Limits& limits, Caller caller = {});
    Exchange(Exchange&& other) noexcept;
    Exchange& operator=(Exchange&& other) noexcept;
    ~Exchange();

    /// Whether it is one call, of a method that subscribes: its answer goes before what it leads to, so that a client
    /// knows whose notifications these are. Of a batch that cannot be said.
    bool subscribes() const;
    /// Whether a call waits to be run.
    bool has_next() const;
    /// Runs it. Precondition: there is one.
    void run_next();
    /// All calls that wait have this error, and none waits.
    void refuse_rest(const Error& error);

    /// The text that answers; nothing if the body held only notifications. Precondition: no call waits.
    std::optional<std::string> response() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::rpc
