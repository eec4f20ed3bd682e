#include "node/adapters/http/http_session.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <limits>

#include "node/adapters/http/send_queue.h"

namespace touchstone::node::adapters {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Error = boost::system::error_code;

/// After a refusal the rest of the request is read and thrown away, so much and so long: a connection that is closed
/// over unread bytes takes the refusal with it.
constexpr std::size_t kMostDrained = 8U << 20U;
constexpr std::chrono::milliseconds kDrainTime{1000};
constexpr std::size_t kReadSize = 16'384;

/// Nothing for errors of the connection, which has no use for an answer.
std::optional<HttpRefusal> refusal_of(const Error& error, const HttpOptions& options) {
    if (error == http::error::body_limit) {
        return HttpRefusal{http::status::payload_too_large,
                           "a body may have " + std::to_string(options.body_bytes) + " bytes"};
    }
    if (error == http::error::header_limit) {
        return HttpRefusal{http::status::request_header_fields_too_large,
                           "a header may have " + std::to_string(options.header_bytes) + " bytes"};
    }
    const Error any_of_http = http::error::end_of_stream;
    const bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
    if (error.category() != any_of_http.category() || ended) return std::nullopt;
    return HttpRefusal{http::status::bad_request, "this is no HTTP/1.1: " + error.message()};
}

HttpRefusal too_often(std::uint64_t wait_ms) {
    constexpr std::uint64_t kMsPerSecond = 1000;
    return {http::status::too_many_requests,
            "too many requests from this address; try again in " + std::to_string(wait_ms) + " ms",
            {{http::field::retry_after, std::to_string((wait_ms - 1) / kMsPerSecond + 1)}}};
}

HttpRefusal overloaded() {
    return {http::status::service_unavailable,
            "too many bytes wait to be sent to all clients, and for this answer there is no room; try again later",
            {{http::field::retry_after, "1"}}};
}

HttpRefusal too_busy() {
    return {http::status::service_unavailable,
            "too many requests wait for their answers; try again later",
            {{http::field::retry_after, "1"}}};
}

class HttpSession final : public HttpConnection, public std::enable_shared_from_this<HttpSession> {
  public:
    HttpSession(HttpStream stream, const ClientAddress& client, HttpShared& shared)
        : client_(client), shared_(shared), stream_(std::move(stream)) {}

    void start() {
        const SendQueue::Bounds one_answer{std::numeric_limits<std::size_t>::max(), 1};
        queue_ = std::make_shared<SendQueue>(one_answer, shared_.budget,
                                             from_any_thread(shared_.gate, weak_from_this(), &HttpSession::pump));
        if (!stream_.is_encrypted()) return wait_for_request();
        stream_.expires_after(options().request_time);
        stream_.async_handshake(
            [self = shared_from_this()](const Error& error) { error ? self->end() : self->wait_for_request(); });
    }

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

    const ClientAddress& client() const override { return client_; }
    /// Each request shows one anew.
    void on_new_token() override {}
    void close() override {
        queue_->end();
        stream_.close();
    }
    HttpStream::executor_type executor() { return stream_.get_executor(); }

  private:
    const HttpOptions& options() const { return shared_.options; }

    void end() {
        close();
        shared_.remove(shared_from_this());
    }

    void read_header() {
        allowed_origin_.clear();
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
        allowed_origin_ = allowed_origin(parser_->get(), shared_.rules);
        auto task = judge_request(parser_->get(), shared_.rules);
        if (auto* refusal = std::get_if<HttpRefusal>(&task)) return refuse(std::move(*refusal));
        task_ = std::get<HttpTask>(task);
        if (const std::uint64_t wait_ms = shared_.wait_ms(client())) return refuse(too_often(wait_ms));
        if (task_ == HttpTask::WebSocket) return upgrade();
        if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(
            stream_, asio::buffer(kContinue),
            [self = shared_from_this()](const Error& error, std::size_t) { error ? self->end() : self->read_body(); });
    }

    void upgrade() {
        if (!parser_->is_done() || buffer_.size() > 0) {
            return refuse(
                {http::status::bad_request, "nothing follows a request for a WebSocket until it is answered"});
        }
        const auto request = parser_->release();
        stream_.expires_never();
        start_websocket(std::move(stream_), request, shared_from_this(), shared_);
    }

    void read_body() {
        http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](const Error& error, std::size_t) {
            error ? self->refuse_or_end(error) : self->on_request();
        });
    }

    void on_request() {
        keep_alive_ = parser_->get().keep_alive();
        if (task_ == HttpTask::Page) return answer_page(std::string(view(parser_->get().target())));
        if (task_ == HttpTask::Preflight) return answer_preflight();
        auto slot = shared_.take_slot();
        if (!slot) return refuse(too_busy());
        std::string body = std::move(parser_->get().body());
        parser_.reset();
        shared_.handlers.on_body(std::move(body), Caller{}, make_reply(std::move(slot)));
    }

    HttpReply make_reply(std::shared_ptr<RequestSlot> slot) {
        return [queue = queue_, slot = std::move(slot),
                say_nothing = from_any_thread(shared_.gate, weak_from_this(), &HttpSession::answer_nothing)](
                   std::optional<std::string> body) {
            slot->give_back();
            if (!body) return say_nothing();
            queue->send(PushText{*std::move(body)});
        };
    }

    /// Something has changed about the queue.
    void pump() {
        if (!stream_.is_open() || refused_) return;
        if (queue_->closing()) return writing_ ? end() : refuse(overloaded());
        if (!writing_) answer();
    }

    void answer() {
        const auto slice = queue_->next(slice_);
        if (!slice) return;
        begin_response(http::status::ok, "application/json");
        give(*slice);
        response_.content_length(slice->of_text);
        write_answer();
    }

    void answer_nothing() {
        if (!stream_.is_open()) return;
        begin_response(http::status::no_content);
        write_answer();
    }

    void answer_page(const std::string& target) {
        parser_.reset();
        std::optional<HttpPage> page;
        try {
            page = shared_.handlers.pages(path_of(target));
        } catch (const std::exception& error) {
            page = HttpPage{500, "text/plain; charset=utf-8", std::string("this page failed: ") + error.what() + "\n"};
        }
        if (!page) page = HttpPage{404, "text/plain; charset=utf-8", "there is no such page\n"};
        begin_response(http::int_to_status(page->status), page->content_type);
        response_.set(http::field::cache_control, "no-store");
        give(std::move(page->body));
        write_answer();
    }

    void answer_preflight() {
        parser_.reset();
        begin_response(http::status::no_content);
        response_.set(http::field::access_control_allow_methods, "POST");
        response_.set(http::field::access_control_allow_headers, "Authorization, Content-Type");
        response_.set(http::field::access_control_max_age, "600");
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

    void refuse(HttpRefusal refusal) {
        refused_ = true;
        begin_response(refusal.status);
        for (const auto& [field, value] : refusal.headers)
            response_.set(field, value);
        response_.set(http::field::content_type, "text/plain; charset=utf-8");
        response_.keep_alive(false);
        give(std::move(refusal.text) + "\n");
        write([](HttpSession& self) { self.finish(); });
    }

    void begin_response(http::status status, const std::string& content_type = {}) {
        serializer_.reset();
        response_ = {};
        response_.result(status);
        response_.body().more = false;
        if (!content_type.empty()) response_.set(http::field::content_type, content_type);
    }

    /// The body, as a whole.
    void give(std::string text) {
        text_ = std::move(text);
        response_.body().data = text_.data();
        response_.body().size = text_.size();
        response_.content_length(text_.size());
    }

    /// A part of the body, which is in `slice_`.
    void give(const SendQueue::Slice& slice) {
        response_.body().data = slice_.data();
        response_.body().size = slice.bytes;
        response_.body().more = !slice.ends;
    }

    void write(void (*next)(HttpSession&)) {
        shared_.counters.count_answer(response_.result_int());
        response_.version(11);
        if (!allowed_origin_.empty()) {
            response_.set(http::field::access_control_allow_origin, allowed_origin_);
            response_.set(http::field::vary, "Origin");
        }
        stream_.expires_after(options().write_time);
        writing_ = true;
        serializer_.emplace(response_);
        write_part(next);
    }

    void write_part(void (*next)(HttpSession&)) {
        http::async_write(stream_, *serializer_, [self = shared_from_this(), next](const Error& error, std::size_t) {
            if (error == http::error::need_buffer) return self->write_next_slice(next);
            self->writing_ = false;
            error ? self->end() : next(*self);
        });
    }

    void write_next_slice(void (*next)(HttpSession&)) {
        const auto slice = queue_->next(slice_);
        if (!slice) return end();  // it was cut off
        give(*slice);
        write_part(next);
    }

    void finish() {
        stream_.expires_after(kDrainTime);
        if (!stream_.is_encrypted()) {
            stream_.shut_down();
            return drain();
        }
        stream_.async_shutdown([self = shared_from_this()](const Error&) {
            self->stream_.shut_down();
            self->drain();
        });
    }

    void drain() {
        buffer_.clear();
        stream_.beneath().async_read_some(buffer_.prepare(kReadSize),
                                          [self = shared_from_this()](const Error& error, std::size_t size) {
                                              self->drained_ += size;
                                              error || self->drained_ > kMostDrained ? self->end() : self->drain();
                                          });
    }

    const ClientAddress client_;
    HttpShared& shared_;
    HttpStream stream_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::shared_ptr<SendQueue> queue_;  // of the one answer that is on its way
    http::response<http::buffer_body> response_;
    std::optional<http::response_serializer<http::buffer_body>> serializer_;  // of it
    std::string text_;                                                        // of a page or a refusal
    std::array<char, kSliceBytes> slice_{};
    bool writing_ = false;
    bool refused_ = false;
    HttpTask task_ = HttpTask::Body;
    std::string allowed_origin_;  // of the page that asks
    bool keep_alive_ = false;
    std::size_t drained_ = 0;
};

}  // namespace

void HttpCounters::count_answer(unsigned status) {
    const std::size_t hundreds = status / 100;
    if (hundreds < answers.size()) answers[hundreds].fetch_add(1, std::memory_order_relaxed);
}

HttpShared::HttpShared(const HttpOptions& from, HttpHandlers to)
    : options(from),
      rules{.pages = static_cast<bool>(to.pages),
            .loopback = from.address.loopback && !from.unix_socket,
            .origins = from.cors_origins,
            .token = from.token},
      handlers(std::move(to)),
      limits({.connections = from.connections_of_address,
              .requests_per_second = from.requests_per_second,
              .loopback_requests_per_second = from.loopback_requests_per_second,
              .burst = from.burst}),
      budget(std::make_shared<SendBudget>(from.waiting_bytes)) {}

std::uint64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

void HttpShared::add(std::shared_ptr<HttpConnection> connection) {
    connections.insert(std::move(connection));
    counters.open_connections.store(connections.size(), std::memory_order_relaxed);
}

void HttpShared::remove(const std::shared_ptr<HttpConnection>& connection) {
    if (connections.erase(connection) != 0) limits.disconnect(connection->client());
    counters.open_connections.store(connections.size(), std::memory_order_relaxed);
}

void HttpShared::replace(const std::shared_ptr<HttpConnection>& connection, std::shared_ptr<HttpConnection> next) {
    connections.erase(connection);
    add(std::move(next));
}

void HttpShared::renew(std::shared_ptr<boost::asio::ssl::context> new_tls, std::optional<BearerToken> new_token) {
    if (new_tls) tls = std::move(new_tls);
    if (!new_token || (rules.token && rules.token->is(*new_token))) return;
    rules.token = std::move(new_token);
    for (const auto& connection : connections)
        connection->on_new_token();
}

std::shared_ptr<RequestSlot> HttpShared::take_slot(const RequestCount& of_connection) const {
    const bool full =
        *requests >= options.requests || (of_connection && *of_connection >= options.requests_of_connection);
    return full ? nullptr : std::make_shared<RequestSlot>(requests, of_connection);
}

std::uint64_t HttpShared::wait_ms(const ClientAddress& client) { return limits.wait_ms(client, steady_ms()); }

void start_session(HttpSocket socket, const ClientAddress& client, HttpShared& shared) {
    auto stream = shared.tls ? HttpStream(std::move(socket), shared.tls) : HttpStream(std::move(socket));
    auto session = std::make_shared<HttpSession>(std::move(stream), client, shared);
    shared.add(session);
    session->start();
}

void close_connections(HttpShared& shared) {
    for (const auto& connection : shared.connections)
        connection->close();
    shared.connections.clear();
    shared.counters.open_connections.store(0, std::memory_order_relaxed);
}

void turn_away(HttpSocket socket, std::string_view reason) {
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: text/plain\r\n"
        "Content-Length: " +
        std::to_string(reason.size() + 1) + "\r\n\r\n" + std::string(reason) + "\n";
    Error ignored;
    (void)socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    (void)socket.shutdown(asio::socket_base::shutdown_send, ignored);
    (void)socket.close(ignored);
}

}  // namespace touchstone::node::adapters
