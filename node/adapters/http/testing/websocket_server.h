// For tests: a server on a free port whose WebSockets are opened and taken hold of.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "node/adapters/http/testing/http_client.h"
#include "node/adapters/http/testing/websocket_client.h"

namespace touchstone::node::adapters {

/// A client whose handshake is done.
class OpenWebSocket : public WebSocketClient {
  public:
    explicit OpenWebSocket(const HttpAddress& server, std::optional<int> receive_buffer = std::nullopt)
        : WebSocketClient(server, receive_buffer) {
        const Error error = open();
        EXPECT_FALSE(error) << error.message();
    }
};

class WebSocketServerTest : public HttpServerTest {
  protected:
    /// A server that echoes, and gives away the connection of whoever says "take".
    void serve_and_take(const HttpOptions& options = on_any_port()) {
        serve(
            [this](const std::string& body, const Caller& caller, const HttpReply& reply) {
                if (body == "take") taken_.set_value(caller.connection);
                echo(body, caller, reply);
            },
            options);
    }
    /// Of one client after another.
    std::shared_ptr<PushConnection> take(WebSocketClient& client) {
        EXPECT_EQ(client.ask("take"), "<take>");
        auto connection = taken_.get_future().get();
        taken_ = std::promise<std::shared_ptr<PushConnection>>();
        return connection;
    }

    std::promise<std::shared_ptr<PushConnection>> taken_;
};

}  // namespace touchstone::node::adapters
