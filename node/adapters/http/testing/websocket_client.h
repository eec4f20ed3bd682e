// For tests: a program that speaks to the server over a WebSocket.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/adapters/http/http_address.h"

namespace touchstone::node::adapters {

class WebSocketClient {
  public:
    using Error = boost::system::error_code;

    explicit WebSocketClient(const HttpAddress& server, std::optional<int> receive_buffer = std::nullopt) {
        const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::make_address(server.host), server.port);
        auto& lowest = socket_.next_layer();
        lowest.open(endpoint.protocol());
        if (receive_buffer) lowest.set_option(boost::asio::socket_base::receive_buffer_size(*receive_buffer));
        lowest.connect(endpoint);
        socket_.read_message_max(0);
    }
    /// The error of the handshake, if there was one; `response()` then says more. `headers` go beside what is needed.
    Error open(const std::string& target = "/", const std::string& host = "127.0.0.1",
               const std::vector<std::pair<std::string, std::string>>& headers = {}) {
        socket_.set_option(
            boost::beast::websocket::stream_base::decorator([&](boost::beast::websocket::request_type& request) {
                for (const auto& [name, value] : headers)
                    request.set(name, value);
            }));
        Error error;
        socket_.handshake(response_, host, target, error);
        return error;
    }
    const boost::beast::websocket::response_type& response() const { return response_; }
    bool send(std::string_view text) {
        Error error;
        socket_.write(boost::asio::buffer(text), error);
        return !error;
    }
    /// Empty once the other end has closed; `reason()` then says why.
    std::string receive() {
        boost::beast::flat_buffer buffer;
        Error error;
        socket_.read(buffer, error);
        return error ? "" : boost::beast::buffers_to_string(buffer.data());
    }
    std::string ask(std::string_view text) { return send(text) ? receive() : ""; }
    /// Reads until the other end has closed, and its closing frame, if there was one.
    boost::beast::websocket::close_reason wait_for_close() {
        Error error;
        while (!error) {
            boost::beast::flat_buffer buffer;
            socket_.read(buffer, error);
        }
        return socket_.reason();
    }
    boost::beast::websocket::stream<boost::asio::ip::tcp::socket, false>& socket() { return socket_; }

  private:
    boost::asio::io_context context_;
    boost::beast::websocket::stream<boost::asio::ip::tcp::socket, false> socket_{context_};
    boost::beast::websocket::response_type response_;
};

}  // namespace touchstone::node::adapters
