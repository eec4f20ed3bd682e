// A node's JSON-RPC, from the other side.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cli/outcome.h"
#include "cli/rpc/fields.h"
#include "cli/rpc/http_connection.h"

namespace touchstone::cli {

/// For a request, if nothing else is said.
inline constexpr std::chrono::milliseconds kRequestTime{15'000};

/// The node's refusal of a call.
struct RpcError {
    std::int64_t code = 0;
    std::string message;
    RpcJson data;

    /// For people: the message with its reason and clause, without what would steer a terminal.
    std::string text() const;
};

using RpcAnswer = std::variant<RpcJson, RpcError>;

struct RpcCall {
    std::string method;
    RpcJson params;
};

class RpcClient {
  public:
    explicit RpcClient(HttpUrl server, std::chrono::milliseconds limit = kRequestTime,
                       HttpCredentials credentials = {});

    /// A fault where there is no answer, or one that is none.
    Outcome<RpcAnswer> call(const std::string& method, RpcJson params = RpcJson::object());
    /// The same, with the node's refusal as a fault.
    Outcome<RpcJson> result(const std::string& method, RpcJson params = RpcJson::object());
    /// The answers in the order of the calls. One request: a node takes 256 calls in it.
    Outcome<std::vector<RpcAnswer>> batch(std::span<const RpcCall> calls);

    const HttpUrl& server() const { return server_; }
    /// For a result that lacks what it should have.
    Fault unknown_form(const std::string& method) const;
    /// For a refusal that ends the matter.
    Fault refused(const std::string& method, const RpcError& error) const;

  private:
    Fault no_answer() const;

    HttpUrl server_;
    HttpConnection connection_;
    std::uint64_t next_id_ = 1;
};

}  // namespace touchstone::cli
