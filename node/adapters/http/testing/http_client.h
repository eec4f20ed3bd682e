// For tests: a server on a free port, and a client that can misbehave.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "node/adapters/http/http_server.h"
#include "node/services/testing/silent_ports.h"

namespace touchstone::node::adapters {

/// Of the socket of a client that does not read, so that the kernel does not do it instead, however it is set up.
inline constexpr int kSmallReceiveBuffer = 65'536;

class HttpClient {
  public:
    explicit HttpClient(const HttpAddress& server, std::optional<int> receive_buffer = std::nullopt) {
        const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::make_address(server.host), server.port);
        socket_.open(endpoint.protocol());
        if (receive_buffer) socket_.set_option(boost::asio::socket_base::receive_buffer_size(*receive_buffer));
        socket_.connect(endpoint);
    }
    explicit HttpClient(const std::filesystem::path& unix_socket) {
        socket_.connect(boost::asio::local::stream_protocol::endpoint(unix_socket.string()));
    }
    /// False once the server has closed.
    bool send(std::string_view text) {
        boost::system::error_code error;
        boost::asio::write(socket_, boost::asio::buffer(text), error);
        return !error;
    }
    /// A response with its body; empty once the server has closed.
    std::string receive() {
        std::string header = take(until("\r\n\r\n"));
        const std::size_t place = header.find("Content-Length: ");
        if (place == std::string::npos) return header;
        const std::size_t length = std::stoul(header.substr(place + 16));
        while (received_.size() < length && read_more()) {
        }
        return header + take(std::min(length, received_.size()));
    }
    bool closed() {
        while (read_more()) {
        }
        return true;
    }
    boost::asio::generic::stream_protocol::socket& socket() { return socket_; }

  private:
    bool read_more() {
        char bytes[4096];
        boost::system::error_code error;
        const std::size_t size = socket_.read_some(boost::asio::buffer(bytes), error);
        received_.append(bytes, size);
        return !error;
    }
    std::size_t until(std::string_view mark) {
        std::size_t place = received_.find(mark);
        while (place == std::string::npos) {
            if (!read_more()) return 0;
            place = received_.find(mark);
        }
        return place + mark.size();
    }
    std::string take(std::size_t size) {
        std::string taken = received_.substr(0, size);
        received_.erase(0, size);
        return taken;
    }

    boost::asio::io_context context_;
    boost::asio::generic::stream_protocol::socket socket_{context_};
    std::string received_;
};

inline std::string post(std::string_view body, std::string_view more_headers = "") {
    return "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + std::string(more_headers) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string status_of(const std::string& response) { return response.substr(0, response.find("\r\n")); }
inline std::string body_of(const std::string& response) {
    const std::size_t end = response.find("\r\n\r\n");
    return end == std::string::npos ? "" : response.substr(end + 4);
}

/// Answers every body with itself.
inline void echo(const std::string& body, const Caller&, const HttpReply& reply) { reply("<" + body + ">"); }

inline HttpOptions on_any_port() {
    HttpOptions options;
    options.address = *parse_http_address("127.0.0.1:0");
    return options;
}

class HttpServerTest : public ::testing::Test {
  protected:
    void serve(HttpHandler handler = echo, const HttpOptions& options = on_any_port()) {
        serve_with({.on_body = std::move(handler)}, options);
    }
    void serve_with(HttpHandlers handlers, const HttpOptions& options = on_any_port()) {
        auto server = HttpServer::start(options, std::move(handlers), log_);
        ASSERT_TRUE(server.ok()) << server.fault().text;
        server_ = std::move(server).value();
    }
    const HttpAddress& address() const { return server_->address(); }
    virtual void expect_works() {
        HttpClient client(address());
        client.send(post("1"));
        EXPECT_EQ(body_of(client.receive()), "<1>");
    }
    void expect_refused(std::string_view request, const std::string& status, const std::string& because) {
        HttpClient client(address());
        client.send(request);
        const std::string response = client.receive();
        EXPECT_EQ(status_of(response), "HTTP/1.1 " + status) << request.substr(0, 200);
        EXPECT_NE(response.find(because), std::string::npos) << response;
        EXPECT_NE(response.find("Connection: close"), std::string::npos) << response;
        EXPECT_TRUE(client.closed());
        expect_works();
    }

    SilentEvents log_;
    std::unique_ptr<HttpServer> server_;
};

}  // namespace touchstone::node::adapters
