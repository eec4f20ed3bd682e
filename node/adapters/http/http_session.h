// Internal to this folder: one connection of the HTTP server.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "node/adapters/http/client_limits.h"
#include "node/adapters/http/http_request.h"
#include "node/adapters/http/http_server.h"
#include "node/adapters/http/http_stream.h"
#include "node/adapters/http/send_budget.h"

namespace touchstone::node::adapters {

/// On the server's thread, as all that is not said otherwise.
class HttpConnection {
  public:
    HttpConnection() = default;
    virtual ~HttpConnection() = default;
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    virtual void close() = 0;
    /// From now on another token is asked for; what this connection showed is worth nothing any more.
    virtual void on_new_token() = 0;
    virtual const ClientAddress& client() const = 0;
};

/// Closed before the end of the server: what other threads have to say later is dropped.
struct ReplyGate {
    std::mutex mutex;
    bool closed = false;
};

/// Written by the server's thread, read by any.
struct HttpCounters {
    std::atomic<std::uint64_t> open_connections = 0;
    std::atomic<std::uint64_t> turned_away = 0;
    std::array<std::atomic<std::uint64_t>, std::tuple_size_v<decltype(HttpFigures::answers)>> answers{};

    void count_answer(unsigned status);
};

/// What the connections of a server share. All but the gate, the budget and the counters belongs to the server's
/// thread.
struct HttpShared {
    HttpShared(const HttpOptions& from, HttpHandlers to);

    HttpOptions options;
    HttpRules rules;
    HttpHandlers handlers;
    std::shared_ptr<boost::asio::ssl::context> tls;  // null: nothing is encrypted
    ClientLimits limits;
    RequestCount requests = std::make_shared<std::atomic<std::size_t>>(0);
    HttpCounters counters;
    std::shared_ptr<ReplyGate> gate = std::make_shared<ReplyGate>();
    std::shared_ptr<SendBudget> budget;
    std::unordered_set<std::shared_ptr<HttpConnection>> connections;

    /// Precondition: `limits` counts it.
    void add(std::shared_ptr<HttpConnection> connection);
    void remove(const std::shared_ptr<HttpConnection>& connection);
    /// `next` takes the place of `connection`.
    void replace(const std::shared_ptr<HttpConnection>& connection, std::shared_ptr<HttpConnection> next);
    /// For the handshakes and the requests to come. What is null or nothing stays.
    void renew(std::shared_ptr<boost::asio::ssl::context> new_tls, std::optional<BearerToken> new_token);
    /// Null: too many wait for their answers.
    std::shared_ptr<RequestSlot> take_slot(const RequestCount& of_connection = nullptr) const;
    /// 0: the client may ask now, and has done so; else how many ms it has to wait.
    std::uint64_t wait_ms(const ClientAddress& client);
};

/// So much of a text is written at a time. A multiple of the size of the frames in which Beast sends texts, so that a
/// text in slices is the same frames.
constexpr std::size_t kSliceBytes = 16'384;

/// Has a session act on its thread; for any thread, and also for after the end of the server, when it does nothing.
template <class Session>
std::function<void()> from_any_thread(std::shared_ptr<ReplyGate> gate, std::weak_ptr<Session> session,
                                      void (Session::*act)()) {
    return [gate = std::move(gate), session = std::move(session), act] {
        const std::lock_guard lock(gate->mutex);
        if (gate->closed) return;
        if (auto self = session.lock()) {
            const auto executor = self->executor();
            boost::asio::post(executor, [self = std::move(self), act] { ((*self).*act)(); });
        }
    };
}

/// Of the clock by which rates are counted.
std::uint64_t steady_ms();

/// Adds the connection to those of the server; it takes itself away when it ends. `shared` outlives it. Precondition:
/// the limits count it.
void start_session(HttpSocket socket, const ClientAddress& client, HttpShared& shared);

/// The same connection goes on as a WebSocket, for which it has asked.
void start_websocket(HttpStream stream, const boost::beast::http::request<boost::beast::http::string_body>& request,
                     const std::shared_ptr<HttpConnection>& before, HttpShared& shared);

/// Ends all of them.
void close_connections(HttpShared& shared);

/// Says that there are too many connections, and closes this one.
void turn_away(HttpSocket socket, std::string_view reason);

}  // namespace touchstone::node::adapters
