// Internal to this folder: the bytes of one connection, over TCP or a Unix socket, encrypted or not. What stands above
// is compiled once for all of them.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <chrono>
#include <memory>
#include <utility>
#include <variant>

namespace touchstone::node::adapters {

using HttpSocket = boost::asio::generic::stream_protocol::socket;

/// An AsyncStream of Asio. Handlers are functions; other completion tokens are not taken.
class HttpStream {
  public:
    using Plain = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;
    using Tls = boost::beast::ssl_stream<Plain>;
    using executor_type = Plain::executor_type;

    explicit HttpStream(HttpSocket socket) : layers_(std::in_place_type<Plain>, std::move(socket)) {}
    HttpStream(HttpSocket socket, std::shared_ptr<boost::asio::ssl::context> context)
        : context_(std::move(context)), layers_(std::in_place_type<Tls>, Plain(std::move(socket)), *context_) {}

    executor_type get_executor() noexcept { return beneath().get_executor(); }
    bool is_encrypted() const { return std::holds_alternative<Tls>(layers_); }
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
    /// Beneath encryption.
    Plain& beneath() {
        if (auto* plain = std::get_if<Plain>(&layers_)) return *plain;
        return std::get_if<Tls>(&layers_)->next_layer();
    }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (auto* plain = std::get_if<Plain>(&layers_)) {
            plain->async_read_some(buffers, std::forward<Handler>(handler));
        } else {
            std::get<Tls>(layers_).async_read_some(buffers, std::forward<Handler>(handler));
        }
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (auto* plain = std::get_if<Plain>(&layers_)) {
            plain->async_write_some(buffers, std::forward<Handler>(handler));
        } else {
            std::get<Tls>(layers_).async_write_some(buffers, std::forward<Handler>(handler));
        }
    }

    // Preconditions: it is encrypted.
    template <class Handler>
    void async_handshake(Handler&& handler) {
        std::get<Tls>(layers_).async_handshake(Tls::server, std::forward<Handler>(handler));
    }
    template <class Handler>
    void async_shutdown(Handler&& handler) {
        std::get<Tls>(layers_).async_shutdown(std::forward<Handler>(handler));
    }

    // What Beast's WebSockets ask of a stream that it does not know.
    friend void beast_close_socket(HttpStream& stream) { stream.close(); }
    template <class Handler>
    friend void async_teardown(boost::beast::role_type role, HttpStream& stream, Handler&& handler) {
        using boost::beast::websocket::async_teardown;
        if (auto* plain = std::get_if<Plain>(&stream.layers_)) {
            async_teardown(role, *plain, std::forward<Handler>(handler));
        } else {
            async_teardown(role, std::get<Tls>(stream.layers_), std::forward<Handler>(handler));
        }
    }

  private:
    std::shared_ptr<boost::asio::ssl::context> context_;  // which the server may have given up for a newer one
    std::variant<Plain, Tls> layers_;
};

}  // namespace touchstone::node::adapters
