// A connection that has become a WebSocket: each text that comes is a body, each answer a text.
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "node/adapters/http/http_session.h"
#include "node/adapters/http/send_queue.h"

namespace touchstone::node::adapters {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using Error = boost::system::error_code;

/// Between the closing frame and the end of the connection, whoever does not answer it or does not read.
constexpr std::chrono::milliseconds kFarewellTime{1000};

class WebSocketSession final : public HttpConnection, public std::enable_shared_from_this<WebSocketSession> {
  public:
    WebSocketSession(HttpStream stream, const ClientAddress& client, HttpShared& shared)
        : client_(client), shared_(shared), socket_(std::move(stream)), deadline_(socket_.get_executor()) {}

    void accept(const http::request<http::string_body>& request) {
        const HttpOptions& options = shared_.options;
        queue_ =
            std::make_shared<SendQueue>(SendQueue::Bounds{options.queue_bytes, options.queue_messages}, shared_.budget,
                                        from_any_thread(shared_.gate, weak_from_this(), &WebSocketSession::pump));
        auto timeout = websocket::stream_base::timeout::suggested(beast::role_type::server);
        timeout.handshake_timeout = options.request_time;
        timeout.idle_timeout = options.websocket_idle_time;
        timeout.keep_alive_pings = true;
        socket_.set_option(timeout);
        socket_.read_message_max(options.body_bytes);
        socket_.async_accept(request, [self = shared_from_this()](const Error& error) {
            if (error) return self->end();
            self->shared_.counters.count_answer(static_cast<unsigned>(http::status::switching_protocols));
            self->open_ = true;
            self->read();
            self->pump();
        });
    }

    const ClientAddress& client() const override { return client_; }
    /// It was shown once, when the connection was opened. Requests over HTTP show it each time.
    void on_new_token() override { queue_->close_with(websocket::close_code::policy_error, "the token has changed"); }
    void close() override {
        queue_->end();
        deadline_.cancel();
        socket_.next_layer().close();
    }
    HttpStream::executor_type executor() { return socket_.get_executor(); }

  private:
    void end() {
        close();
        shared_.remove(shared_from_this());
    }

    void end_within(std::chrono::milliseconds time) {
        deadline_.expires_after(time);
        deadline_.async_wait([self = shared_from_this()](const Error& cancelled) {
            if (!cancelled) self->end();
        });
    }

    void read() {
        socket_.async_read(buffer_, [self = shared_from_this()](const Error& error, std::size_t) {
            error ? self->end() : self->on_message();
        });
    }

    void on_message() {
        // Its answer could not be sent, and its token may be worth nothing: what still comes is for the closing to
        // read.
        if (!queue_->is_open()) return;
        if (!socket_.got_text()) {
            queue_->close_with(websocket::close_code::unknown_data, "calls are texts");
            return;
        }
        std::string body = beast::buffers_to_string(buffer_.data());
        buffer_.consume(buffer_.size());
        buffer_.shrink_to_fit();
        if (const std::uint64_t wait_ms = shared_.wait_ms(client())) {
            refuse(body, "too many requests from this address; try again in " + std::to_string(wait_ms) + " ms");
        } else if (auto slot = shared_.take_slot(requests_)) {
            hand_over(std::move(body), std::move(slot));
        } else {
            refuse(body, "too many requests wait for their answers; try again later");
        }
        read();
    }

    void hand_over(std::string body, std::shared_ptr<RequestSlot> slot) {
        shared_.handlers.on_body(std::move(body), Caller{queue_},
                                 [queue = queue_, slot = std::move(slot)](std::optional<std::string> text) {
                                     slot->give_back();
                                     if (text) queue->send(PushText{*std::move(text)});
                                 });
    }

    void refuse(const std::string& body, const std::string& reason) {
        if (!shared_.handlers.refuse_body) return queue_->close_with(websocket::close_code::policy_error, reason);
        auto text = shared_.handlers.refuse_body(body, reason);
        if (text) queue_->send(PushText{*std::move(text)});
    }

    /// Writes what waits, a slice of one text at a time.
    void pump() {
        if (!open_ || closing_) return;
        if (const auto closing = queue_->closing()) return say_goodbye(*closing);
        if (writing_) return;
        const auto slice = queue_->next(slice_);
        if (!slice) return;
        writing_ = true;
        if (slice->begins) end_within(shared_.options.write_time);
        socket_.text(true);
        socket_.async_write_some(slice->ends, asio::buffer(slice_.data(), slice->bytes),
                                 [self = shared_from_this(), ends = slice->ends](const Error& error, std::size_t) {
                                     if (self->closing_) return;  // which ends it
                                     if (error) return self->end();
                                     self->writing_ = false;
                                     if (ends) self->deadline_.cancel();
                                     self->pump();
                                 });
    }

    /// After the frame that is being written, in the midst of a text too; who does not read it is cut off.
    void say_goodbye(const SendQueue::Closing& closing) {
        closing_ = true;
        end_within(kFarewellTime);
        const websocket::close_reason reason(static_cast<websocket::close_code>(closing.code), closing.reason);
        socket_.async_close(reason, [self = shared_from_this()](const Error&) { self->end(); });
    }

    const ClientAddress client_;
    HttpShared& shared_;
    websocket::stream<HttpStream, false> socket_;  // false: nothing is compressed
    asio::steady_timer deadline_;
    beast::flat_buffer buffer_;
    std::shared_ptr<SendQueue> queue_;
    std::array<char, kSliceBytes> slice_{};
    RequestCount requests_ = std::make_shared<std::atomic<std::size_t>>(0);
    bool open_ = false;
    bool writing_ = false;
    bool closing_ = false;
};

}  // namespace

void start_websocket(HttpStream stream, const http::request<http::string_body>& request,
                     const std::shared_ptr<HttpConnection>& before, HttpShared& shared) {
    auto session = std::make_shared<WebSocketSession>(std::move(stream), before->client(), shared);
    shared.replace(before, session);
    session->accept(request);
}

}  // namespace touchstone::node::adapters
