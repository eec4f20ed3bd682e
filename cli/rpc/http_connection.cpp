#include "cli/rpc/http_connection.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <string_view>

#include "cli/rpc/client_stream.h"
#include "cli/rpc/handshake_failure.h"
#include "cli/terminal/text.h"

namespace touchstone::cli {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::uint64_t kMostAnswered = 64U << 20U;
/// Of a body that is no answer.
constexpr std::size_t kMostTold = 1024;

/// What a closed connection looks like from this end.
bool is_closed(const Error& error) {
    return error == http::error::end_of_stream || error == asio::error::connection_reset ||
           error == asio::error::broken_pipe || error == asio::error::eof || error == http::error::partial_message ||
           error == asio::ssl::error::stream_truncated;
}

/// What is no HTTP, such as the alert by which TLS refuses it.
bool is_no_http(const Error& error) {
    return error.category() == http::make_error_code(http::error::end_of_stream).category();
}

}  // namespace

struct HttpConnection::Impl {
    enum class Stage : std::uint8_t { Connect, Handshake, Exchange };

    Impl(HttpUrl to, std::chrono::milliseconds time, HttpCredentials shown)
        : server(std::move(to)), limit(time), credentials(std::move(shown)) {}

    HttpUrl server;
    std::chrono::milliseconds limit;
    HttpCredentials credentials;
    asio::io_context context{1};
    std::optional<ClientStream> stream;
    Stage stage = Stage::Connect;  // of the last request
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
        stage = Stage::Connect;
        Error error;
        tcp::resolver resolver(context);
        const auto endpoints = resolver.resolve(server.host, std::to_string(server.port), error);
        if (error) return error;
        if (server.encrypted) {
            if (!credentials.trust) return asio::error::no_permission;
            stream.emplace(context, *credentials.trust);
        } else {
            stream.emplace(context);
        }
        buffer.clear();
        ClientStream::Plain& socket = stream->beneath();
        socket.expires_after(limit);
        error = run([&](auto done) { socket.async_connect(endpoints, done); });
        if (!error) (void)socket.socket().set_option(tcp::no_delay(true), error);
        return error || !server.encrypted ? error : shake_hands();
    }

    Error shake_hands() {
        stage = Stage::Handshake;
        if (!stream->expect(server.host)) return asio::error::invalid_argument;
        return run([&](auto done) { stream->async_handshake(done); });
    }

    Error exchange(const std::string& body) {
        stage = Stage::Exchange;
        http::request<http::string_body> request(http::verb::post, "/", 11);
        request.set(http::field::host, server.authority());
        request.set(http::field::content_type, "application/json");
        if (!credentials.authorization.empty()) request.set(http::field::authorization, credentials.authorization);
        request.body() = body;
        request.prepare_payload();
        stream->beneath().expires_after(limit);
        if (const Error error = run([&](auto done) { http::async_write(*stream, request, done); })) return error;
        http::response_parser<http::string_body> parser;
        parser.body_limit(kMostAnswered);
        if (const Error error = run([&](auto done) { http::async_read(*stream, buffer, parser, done); })) return error;
        status = parser.get().result_int();
        answer = std::move(parser.get().body());
        if (!parser.get().keep_alive()) stream.reset();
        return {};
    }

    std::string reason(const Error& error) {
        if (error == asio::error::connection_refused) {
            return "connection refused; is the node running, with rpc.listen on this port?";
        }
        if (error == beast::error::timeout) {
            return "nothing came within " + std::to_string(limit.count() / 1000) + " s";
        }
        if (stage == Stage::Handshake) return handshake_failure(error, stream->verdict(), server.host);
        if (stage == Stage::Exchange && !server.encrypted && (is_closed(error) || is_no_http(error))) {
            return error.message() + "; if the node encrypts (rpc.tls_certificate), its address begins with https://";
        }
        return error.message();
    }

    /// What the server says to a request that it does not take.
    Fault refusal() {
        while (answer.ends_with('\n'))
            answer.pop_back();
        std::string text = "the server at " + server.text() + " answered with HTTP status " + std::to_string(status) +
                           ": " + printable(std::string_view(answer).substr(0, kMostTold));
        constexpr unsigned kUnauthorized = 401;
        if (status == kUnauthorized) text += "; show the token of its rpc.token_file with --token-file FILE";
        return Fault{FaultKind::Network, text};
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
            Fault fault{FaultKind::Network, "no answer from the node's RPC at " + server.text() + ": " + reason(error)};
            stream.reset();
            return fault;
        }
        if (status == 200 || status == 204) return std::move(answer);
        return refusal();
    }
};

HttpConnection::HttpConnection(HttpUrl server, std::chrono::milliseconds limit, HttpCredentials credentials)
    : impl_(std::make_unique<Impl>(std::move(server), limit, std::move(credentials))) {}
HttpConnection::~HttpConnection() = default;
HttpConnection::HttpConnection(HttpConnection&&) noexcept = default;
HttpConnection& HttpConnection::operator=(HttpConnection&&) noexcept = default;

Outcome<std::string> HttpConnection::post(const std::string& body) { return impl_->post(body); }

}  // namespace touchstone::cli
