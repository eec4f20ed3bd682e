// Internal to this folder: one connection of the HTTP server.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "node/adapters/http/http_server.h"

namespace touchstone::node::adapters {

class HttpSession;

/// Closed before the end of the server: replies that come later are dropped.
struct ReplyGate {
    std::mutex mutex;
    bool closed = false;
};

/// Written by the server's thread, read by any.
struct HttpCounters {
    std::atomic<std::uint64_t> open_connections = 0;
    std::atomic<std::uint64_t> turned_away = 0;
    std::array<std::atomic<std::uint64_t>, std::tuple_size_v<decltype(HttpFigures::answers)>> answers{};
};

/// What the sessions of a server share. All but the gate and the counters belongs to the server's thread.
struct HttpShared {
    HttpOptions options;
    HttpHandler handler;  // empty: pages are served
    HttpPages pages;
    HttpCounters counters;
    std::shared_ptr<ReplyGate> gate = std::make_shared<ReplyGate>();
    std::unordered_set<std::shared_ptr<HttpSession>> sessions;
};

/// Adds the session to those of the server; it takes itself away when it ends. `shared` outlives it.
void start_session(boost::asio::ip::tcp::socket socket, HttpShared& shared);

/// Ends all of them.
void close_sessions(HttpShared& shared);

/// Says that there are too many connections, and closes this one.
void turn_away(boost::asio::ip::tcp::socket socket);

}  // namespace touchstone::node::adapters
