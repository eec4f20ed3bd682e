#include "node/adapters/http/http_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <cstring>

namespace touchstone::node::adapters {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Endpoint = asio::generic::stream_protocol::endpoint;
using Error = boost::system::error_code;

constexpr mode_t kOwnerOnly = 0600;

/// Nothing for one that is no TCP.
std::optional<tcp::endpoint> tcp_endpoint(const Endpoint& endpoint) {
    const int family = endpoint.protocol().family();
    tcp::endpoint made;
    if ((family != AF_INET && family != AF_INET6) || endpoint.size() > made.capacity()) return std::nullopt;
    std::memcpy(made.data(), endpoint.data(), endpoint.size());
    made.resize(endpoint.size());
    return made;
}

Error open_at(HttpAcceptor& acceptor, const Endpoint& endpoint, bool only_owner) {
    Error error;
    (void)acceptor.open(endpoint.protocol(), error);
    if (!error && !only_owner) (void)acceptor.set_option(asio::socket_base::reuse_address(true), error);
    // Before the file is there: nobody else can connect in between.
    if (!error && only_owner && ::fchmod(acceptor.native_handle(), kOwnerOnly) != 0) {
        error = Error(errno, boost::system::system_category());
    }
    if (!error) (void)acceptor.bind(endpoint, error);
    if (!error) (void)acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

Fault unusable(const std::string& setting, const std::filesystem::path& path, const std::string& why) {
    return {FaultKind::Network, "cannot listen on " + setting + ", " + path.string() + ": " + why};
}

bool somebody_listens(const asio::local::stream_protocol::endpoint& endpoint) {
    asio::io_context context;
    asio::local::stream_protocol::socket socket(context);
    Error error;
    (void)socket.connect(endpoint, error);
    return error != asio::error::connection_refused;
}

/// Takes away what a node has left behind that was killed.
std::optional<Fault> clear_stale(const std::filesystem::path& path,
                                 const asio::local::stream_protocol::endpoint& endpoint, const std::string& setting) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) return std::nullopt;  // what else may be wrong, bind tells
    if (!S_ISSOCK(status.st_mode))
        return unusable(setting, path, "there is a file, which is no socket; choose another");
    if (somebody_listens(endpoint)) {
        return unusable(setting, path, "another program listens there; stop it, or choose another path");
    }
    std::error_code error;
    if (!std::filesystem::remove(path, error) && error) return unusable(setting, path, error.message());
    return std::nullopt;
}

}  // namespace

std::optional<Fault> listen_on_address(HttpAcceptor& acceptor, HttpAddress& address, const std::string& setting) {
    Error error;
    const tcp::endpoint endpoint(asio::ip::make_address(address.host, error), address.port);
    if (!error) error = open_at(acceptor, endpoint, false);
    const auto real = error ? std::nullopt : tcp_endpoint(acceptor.local_endpoint(error));
    if (!error && real) {
        address.port = real->port();
        return std::nullopt;
    }
    std::string text = "cannot listen on " + setting + ", " + to_text(address) + ": " + error.message();
    if (error == asio::error::address_in_use) text += "; another program has this port";
    return Fault{FaultKind::Network, text + "; choose another " + setting + ", port 0 is any free one"};
}

std::optional<Fault> listen_on_unix_socket(HttpAcceptor& acceptor, const std::filesystem::path& path,
                                           const std::string& setting) {
    constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
    if (path.native().size() > kLongest) {
        return unusable(setting, path, "a path may have " + std::to_string(kLongest) + " bytes; choose a shorter one");
    }
    const asio::local::stream_protocol::endpoint endpoint(path.native());
    if (auto fault = clear_stale(path, endpoint, setting)) return fault;
    if (const Error error = open_at(acceptor, endpoint, true)) return unusable(setting, path, error.message());
    // Where the system does not take the mode of the socket for that of the file.
    if (::chmod(path.c_str(), kOwnerOnly) != 0) return unusable(setting, path, std::strerror(errno));
    return std::nullopt;
}

ClientAddress client_of(const HttpSocket& socket) {
    Error error;
    const Endpoint remote = socket.remote_endpoint(error);
    const auto endpoint = error ? std::nullopt : tcp_endpoint(remote);
    return endpoint ? client_address(endpoint->address()) : ClientAddress{};
}

}  // namespace touchstone::node::adapters
