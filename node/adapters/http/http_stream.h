// Internal to this folder: the bytes of one connection, over TCP or a Unix socket, encrypted or not. What stands above
// is compiled once for all of them.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "node/adapters/http/layered_stream.h"

namespace touchstone::node::adapters {

using HttpSocket = boost::asio::generic::stream_protocol::socket;

/// Over TCP or a Unix socket.
class HttpStream : public LayeredStream<boost::beast::basic_stream<boost::asio::generic::stream_protocol>> {
  public:
    explicit HttpStream(HttpSocket socket) : LayeredStream(Plain(std::move(socket))) {}
    /// Encrypted. The server may give up the context for a newer one.
    HttpStream(HttpSocket socket, const std::shared_ptr<boost::asio::ssl::context>& context)
        : LayeredStream(Plain(std::move(socket)), *context, context) {}

    bool is_open() { return beneath().socket().is_open(); }
    void expires_after(std::chrono::milliseconds time) { beneath().expires_after(time); }
    void expires_never() { beneath().expires_never(); }
    void close() {
        boost::system::error_code ignored;
        (void)beneath().socket().close(ignored);
    }
    /// Nothing is sent any more.
    void shut_down() {
        boost::system::error_code ignored;
        (void)beneath().socket().shutdown(boost::asio::socket_base::shutdown_send, ignored);
    }

    // Preconditions: it is encrypted.
    template <class Handler>
    void async_handshake(Handler&& handler) {
        tls().async_handshake(Tls::server, std::forward<Handler>(handler));
    }
    template <class Handler>
    void async_shutdown(Handler&& handler) {
        tls().async_shutdown(std::forward<Handler>(handler));
    }

    // What Beast's WebSockets ask of a stream that it does not know.
    friend void beast_close_socket(HttpStream& stream) { stream.close(); }
    template <class Handler>
    friend void async_teardown(boost::beast::role_type role, HttpStream& stream, Handler&& handler) {
        using boost::beast::websocket::async_teardown;
        if (auto* plain = stream.plain()) {
            async_teardown(role, *plain, std::forward<Handler>(handler));
        } else {
            async_teardown(role, stream.tls(), std::forward<Handler>(handler));
        }
    }
};

}  // namespace touchstone::node::adapters
