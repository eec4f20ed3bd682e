#include "cli/devnet/relay.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#include <unordered_set>
#include <vector>

namespace touchstone::cli {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using Time = std::chrono::steady_clock::time_point;

constexpr std::size_t kReadBytes = 16U << 10U;
constexpr std::size_t kMostWaiting = 1U << 20U;  // bytes, of one direction of a connection
constexpr std::size_t kMostConnections = 16;     // of one node to another; what is more is turned away
/// Before another try, when the process has no file descriptors left.
constexpr std::chrono::milliseconds kAcceptPause{100};

tcp::endpoint loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

void send_at_once(tcp::socket& socket) {
    Error ignored;
    (void)socket.set_option(tcp::no_delay(true), ignored);
}

/// One connection: of the node that dialed to the relay, and of the relay to the node that was dialed. The rules and
/// the target outlive it.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(asio::io_context& context, tcp::socket dialer, const LinkRule& there, const LinkRule& back,
               const std::uint16_t& target, std::function<void(const std::shared_ptr<Connection>&)> on_close)
        : dialer_(std::move(dialer)),
          dialed_(context),
          there_{dialer_, dialed_, there, context},
          back_{dialed_, dialer_, back, context},
          target_(target),
          on_close_(std::move(on_close)) {}

    void start() {
        send_at_once(dialer_);
        read(there_);
        connect();
    }

    /// The rules may have changed.
    void wake() {
        connect();
        write(there_);
        write(back_);
    }

    void close() {
        if (closed_) return;
        closed_ = true;
        Error ignored;
        (void)dialer_.close(ignored);
        (void)dialed_.close(ignored);
        there_.timer.cancel();
        back_.timer.cancel();
        on_close_(shared_from_this());
    }

  private:
    struct Piece {
        std::vector<std::uint8_t> bytes;
        Time due;
    };
    struct Direction {
        Direction(tcp::socket& from, tcp::socket& to, const LinkRule& holds, asio::io_context& context)
            : source(from), sink(to), rule(holds), timer(context), buffer(kReadBytes) {}

        Time due() const { return std::chrono::steady_clock::now() + std::chrono::milliseconds(rule.delay_ms); }

        tcp::socket& source;
        tcp::socket& sink;
        const LinkRule& rule;
        asio::steady_timer timer;
        std::vector<std::uint8_t> buffer;
        std::deque<Piece> waiting;
        std::size_t waiting_bytes = 0;
        bool reading = false;
        bool writing = false;
        std::optional<Time> ended;  // when the sink may learn that the source sends no more
    };

    void connect() {
        if (closed_ || connecting_ || there_.rule.held) return;
        if (target_ == 0) return close();
        connecting_ = true;
        dialed_.async_connect(loopback(target_), [this, self = shared_from_this()](const Error& error) {
            if (closed_) return;
            if (error) return close();
            connected_ = true;
            send_at_once(dialed_);
            read(back_);
            write(there_);
        });
    }

    void read(Direction& direction) {
        if (direction.reading || direction.ended || direction.waiting_bytes >= kMostWaiting) return;
        direction.reading = true;
        direction.source.async_read_some(asio::buffer(direction.buffer), [this, self = shared_from_this(), &direction](
                                                                             const Error& error, std::size_t length) {
            direction.reading = false;
            if (closed_) return;
            if (error && !connected_) return close();  // it gave up; the other node never heard of it
            if (error) {
                direction.ended = direction.due();
            } else {
                const auto end = direction.buffer.begin() + static_cast<std::ptrdiff_t>(length);
                direction.waiting.push_back({{direction.buffer.begin(), end}, direction.due()});
                direction.waiting_bytes += length;
                read(direction);
            }
            write(direction);
        });
    }

    void write(Direction& direction) {
        if (closed_ || !connected_ || direction.writing || direction.rule.held) return;
        if (direction.waiting.empty() && !direction.ended) return;
        const Time due = direction.waiting.empty() ? *direction.ended : direction.waiting.front().due;
        if (due > std::chrono::steady_clock::now()) return write_at(direction, due);
        if (direction.waiting.empty()) return close();
        direction.writing = true;
        asio::async_write(direction.sink, asio::buffer(direction.waiting.front().bytes),
                          [this, self = shared_from_this(), &direction](const Error& error, std::size_t length) {
                              direction.writing = false;
                              if (closed_) return;
                              if (error) return close();
                              direction.waiting.pop_front();
                              direction.waiting_bytes -= length;
                              read(direction);
                              write(direction);
                          });
    }

    void write_at(Direction& direction, Time due) {
        direction.timer.expires_at(due);  // ends an earlier wait
        direction.timer.async_wait([this, self = shared_from_this(), &direction](const Error& cancelled) {
            if (!cancelled) write(direction);
        });
    }

    tcp::socket dialer_;
    tcp::socket dialed_;
    Direction there_;
    Direction back_;
    const std::uint16_t& target_;
    std::function<void(const std::shared_ptr<Connection>&)> on_close_;
    bool connecting_ = false;
    bool connected_ = false;
    bool closed_ = false;
};

/// All connections that one node dials to another.
struct Link {
    explicit Link(asio::io_context& context) : acceptor(context), pause(context) {}

    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::uint16_t port = 0;
    std::unordered_set<std::shared_ptr<Connection>> connections;

    Error listen() {
        Error error;
        const tcp::endpoint endpoint = loopback(0);
        (void)acceptor.open(endpoint.protocol(), error);
        if (!error) (void)acceptor.bind(endpoint, error);
        if (!error) (void)acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (!error) port = acceptor.local_endpoint(error).port();
        return error;
    }

    void close() {
        Error ignored;
        (void)acceptor.close(ignored);
        pause.cancel();
        for (const auto& each : std::vector(connections.begin(), connections.end()))
            each->close();
    }
};

}  // namespace

struct Relay::Impl {
    explicit Impl(std::size_t count) : nodes(count), rules(count * count), targets(count) {}

    asio::io_context context{1};
    std::size_t nodes;
    std::vector<LinkRule> rules;               // by place()
    std::vector<std::uint16_t> targets;        // by node
    std::vector<std::unique_ptr<Link>> links;  // by place(); that of a node to itself is not used
    std::thread thread;

    std::size_t place(std::size_t from, std::size_t to) const { return from * nodes + to; }

    Error listen() {
        for (std::size_t from = 0; from < nodes; ++from) {
            for (std::size_t to = 0; to < nodes; ++to) {
                links.push_back(std::make_unique<Link>(context));
                if (from == to) continue;
                if (const Error error = links.back()->listen()) return error;
                accept(from, to);
            }
        }
        return {};
    }

    void accept(std::size_t from, std::size_t to) {
        Link& link = *links[place(from, to)];
        link.acceptor.async_accept([this, &link, from, to](const Error& error, tcp::socket socket) {
            if (!link.acceptor.is_open()) return;
            if (error) return accept_later(link, from, to);
            if (link.connections.size() < kMostConnections) take(link, std::move(socket), from, to);
            accept(from, to);
        });
    }

    void accept_later(Link& link, std::size_t from, std::size_t to) {
        link.pause.expires_after(kAcceptPause);
        link.pause.async_wait([this, &link, from, to](const Error& cancelled) {
            if (!cancelled && link.acceptor.is_open()) accept(from, to);
        });
    }

    void take(Link& link, tcp::socket socket, std::size_t from, std::size_t to) {
        const auto connection = std::make_shared<Connection>(
            context, std::move(socket), rules[place(from, to)], rules[place(to, from)], targets[to],
            [&link](const std::shared_ptr<Connection>& closed) { link.connections.erase(closed); });
        link.connections.insert(connection);
        connection->start();
    }

    void set_rule(std::size_t from, std::size_t to, const LinkRule& rule) {
        rules[place(from, to)] = rule;
        for (const std::size_t each : {place(from, to), place(to, from)}) {
            const auto& connections = links[each]->connections;
            for (const auto& connection : std::vector(connections.begin(), connections.end()))
                connection->wake();
        }
    }

    /// Nothing is left to do for the thread afterwards, so that it ends.
    void close() {
        for (const auto& link : links)
            link->close();
    }
};

Relay::Relay(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Outcome<std::unique_ptr<Relay>> Relay::start(std::size_t nodes) {
    auto impl = std::make_unique<Impl>(nodes);
    if (const Error error = impl->listen()) {
        return Fault{FaultKind::Network, "cannot listen on loopback for the links between " + std::to_string(nodes) +
                                             " nodes: " + error.message() + "; give fewer --nodes, or raise ulimit -n"};
    }
    impl->thread = std::thread([relay = impl.get()] { relay->context.run(); });
    return std::unique_ptr<Relay>(new Relay(std::move(impl)));
}

Relay::~Relay() {
    try {
        asio::post(impl_->context, [impl = impl_.get()] { impl->close(); });
        impl_->thread.join();
    } catch (...) {
        std::abort();  // the thread runs on in what would be destroyed
    }
}

std::uint16_t Relay::port(std::size_t from, std::size_t to) const { return impl_->links[impl_->place(from, to)]->port; }

void Relay::set_target(std::size_t node, std::uint16_t port) {
    asio::post(impl_->context, [impl = impl_.get(), node, port] { impl->targets[node] = port; });
}

void Relay::set_rule(std::size_t from, std::size_t to, const LinkRule& rule) {
    asio::post(impl_->context, [impl = impl_.get(), from, to, rule] { impl->set_rule(from, to, rule); });
}

void Relay::settle() {
    std::promise<void> settled;
    asio::post(impl_->context, [&settled] { settled.set_value(); });
    settled.get_future().wait();
}

}  // namespace touchstone::cli
