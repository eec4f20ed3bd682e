#include "cli/rpc/http_connection.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <optional>

namespace touchstone::cli {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::uint64_t kMostAnswered = 64U << 20U;

/// What a closed connection looks like from this end.
bool is_closed(const Error& error) {
    return error == http::error::end_of_stream || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe || error == asio::error::eof || error == http::error::partial_message;
}

}  // namespace

std::string HttpUrl::text() const {
    const bool brackets = host.find(':') != std::string::npos;
    return "http://" + (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Outcome<HttpUrl> parse_http_url(std::string_view text) {
    const Fault fault{FaultKind::Configuration,
                      "\"" + std::string(text) + "\" is no address of a node's RPC; give one as http://127.0.0.1:8645"};
    constexpr std::string_view kScheme = "http://";
    if (!text.starts_with(kScheme)) return fault;
    text.remove_prefix(kScheme.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find_first_of("/@? ") != std::string_view::npos) return fault;
    HttpUrl url{std::string(text.substr(0, colon)), 0};
    if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0 || url.host.empty()) return fault;
    return url;
}

struct HttpConnection::Impl {
    Impl(HttpUrl to, std::chrono::milliseconds time) : server(std::move(to)), limit(time) {}

    HttpUrl server;
    std::chrono::milliseconds limit;
    asio::io_context context{1};
    std::optional<beast::tcp_stream> stream;
    beast::flat_buffer buffer;
    std::string answer;
    unsigned status = 0;

    /// Runs one operation to its end, at the latest that of the limit.
    template <class Start>
    Error run(const Start& start) {
        Error result = asio::error::would_block;
        start([&result](const Error& error, const auto&...) { result = error; });
        context.restart();
        context.run();
        return result;
    }

    Error connect() {
        Error error;
        tcp::resolver resolver(context);
        const auto endpoints = resolver.resolve(server.host, std::to_string(server.port), error);
        if (error) return error;
        stream.emplace(context);
        buffer.clear();
        stream->expires_after(limit);
        error = run([&](auto done) { stream->async_connect(endpoints, done); });
        if (!error) (void)stream->socket().set_option(tcp::no_delay(true), error);
        return error;
    }

    Error exchange(const std::string& body) {
        http::request<http::string_body> request(http::verb::post, "/", 11);
        request.set(http::field::host, server.text().substr(std::string_view("http://").size()));
        request.set(http::field::content_type, "application/json");
        request.body() = body;
        request.prepare_payload();
        stream->expires_after(limit);
        if (const Error error = run([&](auto done) { http::async_write(*stream, request, done); })) return error;
        http::response_parser<http::string_body> parser;
        parser.body_limit(kMostAnswered);
        if (const Error error = run([&](auto done) { http::async_read(*stream, buffer, parser, done); })) return error;
        status = parser.get().result_int();
        answer = std::move(parser.get().body());
        if (!parser.get().keep_alive()) stream.reset();
        return {};
    }

    Fault fault(const Error& error) const {
        std::string text = "no answer from the node's RPC at " + server.text() + ": ";
        if (error == asio::error::connection_refused) {
            return {FaultKind::Network,
                    text + "connection refused; is the node running, with rpc.listen on this port?"};
        }
        if (error == beast::error::timeout) {
            return {FaultKind::Network, text + "nothing came within " + std::to_string(limit.count() / 1000) + " s"};
        }
        return {FaultKind::Network, text + error.message()};
    }

    Outcome<std::string> post(const std::string& body) {
        const bool kept = stream.has_value();
        Error error = kept ? exchange(body) : connect();
        if (kept && is_closed(error)) {
            error = connect();
            if (!error) error = exchange(body);
        } else if (!kept && !error) {
            error = exchange(body);
        }
        if (error) {
            stream.reset();
            return fault(error);
        }
        if (status == 200 || status == 204) return std::move(answer);
        while (answer.ends_with('\n'))
            answer.pop_back();
        return Fault{FaultKind::Network, "the server at " + server.text() + " answered with HTTP status " +
                                             std::to_string(status) + ": " + answer};
    }
};

HttpConnection::HttpConnection(HttpUrl server, std::chrono::milliseconds limit)
    : impl_(std::make_unique<Impl>(std::move(server), limit)) {}
HttpConnection::~HttpConnection() = default;
HttpConnection::HttpConnection(HttpConnection&&) noexcept = default;
HttpConnection& HttpConnection::operator=(HttpConnection&&) noexcept = default;

Outcome<std::string> HttpConnection::post(const std::string& body) { return impl_->post(body); }

}  // namespace touchstone::cli
