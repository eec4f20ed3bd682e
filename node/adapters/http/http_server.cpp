#include "node/adapters/http/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdlib>
#include <thread>

#include "node/adapters/http/http_listener.h"
#include "node/adapters/http/http_session.h"
#include "node/adapters/http/tls_context.h"

namespace touchstone::node::adapters {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;

/// Before another try, when the process has no file descriptors left.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kTick{250};

std::optional<Fault> refuse_open(const HttpOptions& options) {
    const bool guarded = options.token && options.tls;
    if (options.unix_socket || options.address.loopback || options.open_to_network || guarded) return std::nullopt;
    const auto setting = [&](const char* name) { return options.table + "." + name; };
    std::string text = setting("listen") + " is " + to_text(options.address) + ", which others can reach";
    if (options.table == "rpc") {
        text += ", and without " + setting("token_file") + " and " + setting("tls_certificate") +
                " nobody is asked who he is, or everybody on the way reads along. Set both, use 127.0.0.1, or say ";
    } else {
        text += ": there is no encryption and nobody is asked who he is. Use 127.0.0.1, or say ";
    }
    return Fault{FaultKind::Configuration,
                 text + setting("open_to_network") + " if something in front of it keeps strangers out"};
}

}  // namespace

struct HttpServer::Impl {
    Impl(const HttpOptions& options, HttpHandlers handlers, Log& to) : shared(options, std::move(handlers)), log(to) {}

    HttpShared shared;
    Log& log;
    asio::io_context context{1};
    HttpAcceptor acceptor{context};
    asio::steady_timer pause{context};
    asio::steady_timer ticker{context};
    std::thread thread;

    std::optional<Fault> listen() {
        HttpOptions& options = shared.options;
        if (options.tls) {
            auto made = make_tls_context(*options.tls, options.table);
            if (!made.ok()) return made.fault();
            shared.tls = std::move(made).value();
        }
        if (!options.unix_socket) return listen_on_address(acceptor, options.address, options.table + ".listen");
        return listen_on_unix_socket(acceptor, *options.unix_socket, options.table + ".admin_socket");
    }

    void accept() {
        acceptor.async_accept([this](const Error& error, HttpSocket socket) {
            if (error == asio::error::operation_aborted) return;
            if (error) return accept_later(error);
            take(std::move(socket));
            accept();
        });
    }

    void accept_later(const Error& error) {
        log.warning(shared.options.table + "_accept_failed", {{"reason", error.message()}});
        pause.expires_after(kAcceptPause);
        pause.async_wait([this](const Error& cancelled) {
            if (!cancelled && acceptor.is_open()) accept();
        });
    }

    void take(HttpSocket socket) {
        Error ignored;
        (void)socket.set_option(tcp::no_delay(true), ignored);
        const ClientAddress client = client_of(socket);
        if (shared.connections.size() >= shared.options.connections) {
            return refuse(std::move(socket), "too many connections", shared.options.connections);
        }
        if (!shared.limits.connect(client, steady_ms())) {
            return refuse(std::move(socket), "too many connections from this address",
                          shared.options.connections_of_address);
        }
        start_session(std::move(socket), client, shared);
    }

    void refuse(HttpSocket socket, const std::string& reason, std::size_t limit) {
        if (shared.counters.turned_away.fetch_add(1, std::memory_order_relaxed) == 0) {
            log.warning(shared.options.table + "_connections_turned_away",
                        {{"reason", reason},
                         {"limit", std::uint64_t{limit}},
                         {"note", std::string("further ones will be turned away without a word")}});
        }
        if (!shared.tls) turn_away(std::move(socket), reason);
    }

    void tick() {
        ticker.expires_after(kTick);
        ticker.async_wait([this](const Error& cancelled) {
            if (cancelled || !acceptor.is_open()) return;
            shared.handlers.on_tick();
            tick();
        });
    }

    /// Nothing is left to do for the thread afterwards, so that it ends.
    void close() {
        Error ignored;
        (void)acceptor.close(ignored);
        std::error_code file_error;
        if (shared.options.unix_socket) std::filesystem::remove(*shared.options.unix_socket, file_error);
        pause.cancel();
        ticker.cancel();
        close_connections(shared);
    }
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Outcome<std::unique_ptr<HttpServer>> HttpServer::start(const HttpOptions& options, HttpHandlers handlers, Log& log) {
    if (auto fault = refuse_open(options)) return *std::move(fault);
    auto impl = std::make_unique<Impl>(options, std::move(handlers), log);
    if (auto fault = impl->listen()) return *std::move(fault);
    impl->accept();
    if (impl->shared.handlers.on_tick) impl->tick();
    impl->thread = std::thread([server = impl.get()] { server->context.run(); });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::~HttpServer() {
    try {
        {
            const std::lock_guard lock(impl_->shared.gate->mutex);
            impl_->shared.gate->closed = true;
        }
        asio::post(impl_->context, [impl = impl_.get()] { impl->close(); });
        impl_->thread.join();
    } catch (...) {
        std::abort();  // the thread runs on in what would be destroyed
    }
}

const HttpAddress& HttpServer::address() const { return impl_->shared.options.address; }

Outcome<std::string> HttpServer::renew(std::optional<BearerToken> token) {
    const HttpOptions& options = impl_->shared.options;
    std::shared_ptr<asio::ssl::context> tls;
    std::string expiry;
    if (options.tls) {
        auto made = make_tls_context(*options.tls, options.table);
        if (!made.ok()) return made.fault();
        tls = std::move(made).value();
        expiry = expiry_of(*tls);
    }
    asio::post(impl_->context, [impl = impl_.get(), tls = std::move(tls), token = std::move(token)]() mutable {
        impl->shared.renew(std::move(tls), std::move(token));
    });
    return expiry;
}

HttpFigures HttpServer::figures() const {
    const HttpCounters& counters = impl_->shared.counters;
    HttpFigures figures{counters.open_connections.load(std::memory_order_relaxed),
                        counters.turned_away.load(std::memory_order_relaxed)};
    for (std::size_t i = 0; i < figures.answers.size(); ++i)
        figures.answers[i] = counters.answers[i].load(std::memory_order_relaxed);
    figures.waiting_bytes = impl_->shared.budget->waiting();
    figures.cut_off = impl_->shared.budget->cut_off();
    return figures;
}

}  // namespace touchstone::node::adapters
