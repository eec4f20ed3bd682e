#include "node/adapters/http/http_session.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace touchstone::node::adapters {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

/// After a refusal the rest of the request is read and thrown away, so much and so long: a connection that is closed
/// over unread bytes takes the refusal with it.
constexpr std::size_t kMostDrained = 8U << 20U;
constexpr std::chrono::milliseconds kDrainTime{1000};
constexpr std::size_t kReadSize = 16'384;

struct Refusal {
    http::status status;
    std::string text;
};

bool is_json(std::string_view content_type) {
    return beast::iequals(content_type.substr(0, content_type.find_first_of("; \t")), "application/json");
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// What stands before a '?'.
std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

/// The only method that a server knows.
http::verb method_of(const HttpShared& shared) { return shared.pages ? http::verb::get : http::verb::post; }

/// What is wrong with a request, going by its header.
std::optional<Refusal> judge(const http::request_header<>& header, const HttpShared& shared) {
    const HttpOptions& options = shared.options;
    const auto host = header.find(http::field::host);
    if (host == header.end()) return Refusal{http::status::bad_request, "the header Host is missing"};
    if (options.address.loopback && !names_loopback(view(host->value()))) {
        return Refusal{http::status::forbidden,
                       "the header Host names another server; this one answers as localhost or its loopback address"};
    }
    if (!shared.pages && header.target() != "/") return Refusal{http::status::not_found, "the only path is /"};
    if (header.method() != method_of(shared)) {
        return Refusal{http::status::method_not_allowed,
                       "the only method is " + std::string(view(http::to_string(method_of(shared))))};
    }
    if (!shared.pages && !is_json(view(header[http::field::content_type]))) {
        return Refusal{http::status::unsupported_media_type, "Content-Type must be application/json"};
    }
    return std::nullopt;
}

/// Nothing for errors of the connection, which has no use for an answer.
std::optional<Refusal> refusal_of(const Error& error, const HttpOptions& options) {
    if (error == http::error::body_limit) {
        return Refusal{http::status::payload_too_large,
                       "a body may have " + std::to_string(options.body_bytes) + " bytes"};
    }
    if (error == http::error::header_limit) {
        return Refusal{http::status::request_header_fields_too_large,
                       "a header may have " + std::to_string(options.header_bytes) + " bytes"};
    }
    const Error any_of_http = http::error::end_of_stream;
    const bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
    if (error.category() != any_of_http.category() || ended) return std::nullopt;
    return Refusal{http::status::bad_request, "this is no HTTP/1.1: " + error.message()};
}

void count_sessions(HttpShared& shared) {
    shared.counters.open_connections.store(shared.sessions.size(), std::memory_order_relaxed);
}

}  // namespace

class HttpSession : public std::enable_shared_from_this<HttpSession> {
  public:
    HttpSession(tcp::socket socket, HttpShared& shared) : shared_(shared), stream_(std::move(socket)) {}

    void wait_for_request() {
        if (buffer_.size() > 0) return read_header();
        stream_.expires_after(options().idle_time);
        stream_.async_read_some(buffer_.prepare(kReadSize),
                                [self = shared_from_this()](const Error& error, std::size_t size) {
                                    if (error) return self->end();
                                    self->buffer_.commit(size);
                                    self->read_header();
                                });
    }

    void close() {
        Error ignored;
        (void)stream_.socket().close(ignored);
    }

  private:
    const HttpOptions& options() const { return shared_.options; }

    void end() {
        close();
        shared_.sessions.erase(shared_from_this());
        count_sessions(shared_);
    }

    void read_header() {
        parser_.emplace();
        parser_->header_limit(static_cast<std::uint32_t>(options().header_bytes));
        parser_->body_limit(options().body_bytes);
        stream_.expires_after(options().request_time);
        http::async_read_header(stream_, buffer_, *parser_,
                                [self = shared_from_this()](const Error& error, std::size_t) {
                                    error ? self->refuse_or_end(error) : self->on_header();
                                });
    }

    void on_header() {
        if (auto refusal = judge(parser_->get(), shared_)) return refuse(std::move(*refusal));
        if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(
            stream_, asio::buffer(kContinue),
            [self = shared_from_this()](const Error& error, std::size_t) { error ? self->end() : self->read_body(); });
    }

    void read_body() {
        http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](const Error& error, std::size_t) {
            error ? self->refuse_or_end(error) : self->on_request();
        });
    }

    void on_request() {
        keep_alive_ = parser_->get().keep_alive();
        if (shared_.pages) return answer_page(std::string(view(parser_->get().target())));
        std::string body = std::move(parser_->get().body());
        parser_.reset();
        shared_.handler(std::move(body), make_reply());
    }

    HttpReply make_reply() {
        return [gate = shared_.gate, session = weak_from_this()](std::optional<std::string> body) {
            const std::lock_guard lock(gate->mutex);
            if (gate->closed) return;
            if (auto self = session.lock()) {
                auto& stream = self->stream_;
                asio::post(stream.get_executor(), [self = std::move(self), body = std::move(body)]() mutable {
                    self->answer(std::move(body));
                });
            }
        };
    }

    void answer(std::optional<std::string> body) {
        if (!stream_.socket().is_open()) return;
        response_ = {};
        response_.result(body ? http::status::ok : http::status::no_content);
        if (body) {
            response_.set(http::field::content_type, "application/json");
            response_.body() = std::move(*body);
            response_.prepare_payload();
        }
        write_answer();
    }

    void answer_page(const std::string& target) {
        parser_.reset();
        std::optional<HttpPage> page;
        try {
            page = shared_.pages(path_of(target));
        } catch (const std::exception& error) {
            page = HttpPage{500, "text/plain; charset=utf-8", std::string("this page failed: ") + error.what() + "\n"};
        }
        if (!page) page = HttpPage{404, "text/plain; charset=utf-8", "there is no such page\n"};
        response_ = {};
        response_.result(page->status);
        response_.set(http::field::content_type, page->content_type);
        response_.set(http::field::cache_control, "no-store");
        response_.body() = std::move(page->body);
        response_.prepare_payload();
        write_answer();
    }

    void write_answer() {
        response_.keep_alive(keep_alive_);
        write([](HttpSession& self) { self.keep_alive_ ? self.wait_for_request() : self.finish(); });
    }

    void refuse_or_end(const Error& error) {
        auto refusal = refusal_of(error, options());
        refusal ? refuse(std::move(*refusal)) : end();
    }

    void refuse(Refusal refusal) {
        response_ = {};
        response_.result(refusal.status);
        if (refusal.status == http::status::method_not_allowed)
            response_.set(http::field::allow, http::to_string(method_of(shared_)));
        response_.set(http::field::content_type, "text/plain; charset=utf-8");
        response_.body() = std::move(refusal.text) + "\n";
        response_.keep_alive(false);
        response_.prepare_payload();
        write([](HttpSession& self) { self.finish(); });
    }

    void write(void (*next)(HttpSession&)) {
        const std::size_t hundreds = response_.result_int() / 100;
        if (hundreds < shared_.counters.answers.size()) {
            shared_.counters.answers[hundreds].fetch_add(1, std::memory_order_relaxed);
        }
        response_.version(11);
        stream_.expires_after(options().write_time);
        http::async_write(stream_, response_, [self = shared_from_this(), next](const Error& error, std::size_t) {
            error ? self->end() : next(*self);
        });
    }

    void finish() {
        Error ignored;
        (void)stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        stream_.expires_after(kDrainTime);
        drain();
    }

    void drain() {
        buffer_.clear();
        stream_.async_read_some(buffer_.prepare(kReadSize),
                                [self = shared_from_this()](const Error& error, std::size_t size) {
                                    self->drained_ += size;
                                    error || self->drained_ > kMostDrained ? self->end() : self->drain();
                                });
    }

    HttpShared& shared_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::string_body> response_;
    bool keep_alive_ = false;
    std::size_t drained_ = 0;
};

void start_session(tcp::socket socket, HttpShared& shared) {
    auto session = std::make_shared<HttpSession>(std::move(socket), shared);
    shared.sessions.insert(session);
    count_sessions(shared);
    session->wait_for_request();
}

void close_sessions(HttpShared& shared) {
    for (const auto& session : shared.sessions)
        session->close();
    shared.sessions.clear();
    count_sessions(shared);
}

void turn_away(tcp::socket socket) {
    static constexpr std::string_view kBusy =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: text/plain\r\n"
        "Content-Length: 21\r\n\r\ntoo many connections\n";
    Error ignored;
    (void)socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(kBusy), ignored);
    (void)socket.shutdown(tcp::socket::shutdown_send, ignored);
    (void)socket.close(ignored);
}

}  // namespace touchstone::node::adapters
