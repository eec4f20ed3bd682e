// A small HTTP/1.1 server: each POST of a JSON body, and each text of a WebSocket, is handed to one function, which
// answers when it can; or pages are served, which are made when they are asked for with GET.
//
// It stands on a thread of its own, on loopback unless it is told otherwise, and holds a bounded amount of everything:
// of connections, of header, of body, of time for each. On loopback it answers only requests that name it so, and only
// bodies that are declared as JSON, which no web page of a stranger can send unasked.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/adapters/files/fault.h"
#include "node/adapters/http/bearer_token.h"
#include "node/adapters/http/http_address.h"
#include "node/ports/log.h"
#include "node/ports/push_connection.h"

namespace touchstone::node::adapters {

/// PEM: the certificate with those that it follows from, and its key.
struct TlsFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

struct HttpOptions {
    /// The table of the settings that these come from, and the beginning of the events in the log.
    std::string table = "rpc";
    HttpAddress address;  // port 0 is any free one
    /// Listens there instead: for programs of the same user.
    std::optional<std::filesystem::path> unix_socket = {};
    /// Allows an address other than loopback where not both `token` and `tls` keep strangers out.
    bool open_to_network = false;
    /// Everything is encrypted; who does not begin so is cut off.
    std::optional<TlsFiles> tls = {};
    /// Only who shows it is answered.
    std::optional<BearerToken> token = {};
    /// Of the web pages that may ask; none, if it is empty.
    std::vector<std::string> cors_origins = {};

    std::size_t connections = 64;  // what comes beyond is turned away with 503
    std::size_t connections_of_address = 32;
    std::size_t header_bytes = 8192;
    std::size_t body_bytes = 1U << 20U;
    std::chrono::milliseconds idle_time{30'000};     // of a connection without a request
    std::chrono::milliseconds request_time{10'000};  // from its first byte to its last
    std::chrono::milliseconds write_time{10'000};    // for the whole response, or one text of a WebSocket

    std::size_t requests = 256;               // that wait for their answers; what comes beyond is refused with 503
    std::size_t requests_of_connection = 32;  // over a WebSocket; without it there is one at a time
    // Of one client address, and after a pause: beyond it 429. 0: any number.
    std::uint64_t requests_per_second = 0;
    std::uint64_t loopback_requests_per_second = 0;
    std::uint64_t burst = 100;

    /// Of a WebSocket from which nothing comes: then it is asked, and after as long again closed.
    std::chrono::milliseconds websocket_idle_time{60'000};
    // What may wait to be written to a WebSocket; who reads more slowly is cut off.
    std::size_t queue_bytes = 32U << 20U;
    std::size_t queue_messages = 1024;
    /// What may wait to be written to all connections together, answers over HTTP among it. Where there would be more,
    /// the connection for which most waits is cut off.
    std::size_t waiting_bytes = 256U << 20U;
};

/// Answers a request, once; from any thread. Nothing: there is nothing to say (204). What comes after the server's end
/// goes nowhere.
using HttpReply = std::function<void(std::optional<std::string> body)>;

/// Called on the server's thread; must not wait.
using HttpHandler = std::function<void(std::string body, Caller caller, HttpReply reply)>;

struct HttpPage {
    unsigned status = 200;
    std::string content_type;
    std::string body;
};

/// The page of a path (of what stands before a '?'); nothing: there is none, 404. Called on the server's thread; one
/// that throws is answered with 500.
using HttpPages = std::function<std::optional<HttpPage>(std::string_view path)>;

/// The text that answers a body which a limit keeps from its handler, where no status can say so: over a WebSocket.
using HttpBodyRefusal = std::function<std::optional<std::string>(const std::string& body, const std::string& reason)>;

/// What a server is for: bodies, or pages.
struct HttpHandlers {
    HttpHandler on_body = {};
    HttpBodyRefusal refuse_body = {};  // empty: such a WebSocket is closed
    HttpPages pages = {};
    /// Called on the server's thread four times a second, if it is there.
    std::function<void()> on_tick = {};
};

/// What has happened since the start.
struct HttpFigures {
    std::uint64_t open_connections = 0;  // now
    std::uint64_t turned_away = 0;       // connections
    /// Element n: answers with a status from n00 to n99.
    std::array<std::uint64_t, 6> answers{};
    std::uint64_t waiting_bytes = 0;  // to be sent, now
    std::uint64_t cut_off = 0;        // connections, because too much waited for all
};

class HttpServer {
  public:
    /// Refuses an address that is not loopback, unless allowed, and one that somebody else has.
    static Outcome<std::unique_ptr<HttpServer>> start(const HttpOptions& options, HttpHandlers handlers, Log& log);
    /// Closes all connections. The handlers are not called afterwards.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// With the real port; of a Unix socket nothing.
    const HttpAddress& address() const;
    /// From any thread.
    HttpFigures figures() const;
    /// Reads the files of the certificate and the key again, for the handshakes to come, and asks for this token from
    /// now on; connections go on with what they were opened with, but a WebSocket that showed another token is closed.
    /// A fault: nothing has changed. Returns when the certificate expires; empty where nothing is encrypted. From any
    /// thread. Precondition: there is a token if there was one.
    Outcome<std::string> renew(std::optional<BearerToken> token);

  private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
