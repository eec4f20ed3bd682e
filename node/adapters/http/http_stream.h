// Internal to this folder: the bytes of one connection.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

namespace touchstone::node::adapters {

/// Over TCP or a Unix socket.
using HttpSocket = boost::asio::generic::stream_protocol::socket;
using HttpStream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

}  // namespace touchstone::node::adapters
