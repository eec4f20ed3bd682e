// Internal to this folder: where a server is reached.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "node/adapters/files/fault.h"
#include "node/adapters/http/client_limits.h"
#include "node/adapters/http/http_address.h"
#include "node/adapters/http/http_stream.h"

namespace touchstone::node::adapters {

using HttpAcceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

/// Sets the real port. `setting` names the address in faults.
std::optional<Fault> listen_on_address(HttpAcceptor& acceptor, HttpAddress& address, const std::string& setting);

/// With mode 0600: only programs of the same user reach it. A socket file to which nobody listens any more is replaced;
/// any other file is not.
std::optional<Fault> listen_on_unix_socket(HttpAcceptor& acceptor, const std::filesystem::path& path,
                                           const std::string& setting);

/// Who is at the other end.
ClientAddress client_of(const HttpSocket& socket);

}  // namespace touchstone::node::adapters
