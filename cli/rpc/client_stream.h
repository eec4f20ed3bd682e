// Internal to this folder: the bytes of one connection to a server, encrypted or not. What stands above is compiled
// once for both.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <string>
#include <utility>

#include "node/adapters/http/layered_stream.h"

namespace touchstone::cli {

class ClientStream : public node::adapters::LayeredStream<boost::beast::tcp_stream> {
  public:
    explicit ClientStream(boost::asio::io_context& context) : LayeredStream(Plain(context)) {}
    /// Encrypted. `trust` outlives it.
    ClientStream(boost::asio::io_context& context, boost::asio::ssl::context& trust)
        : LayeredStream(Plain(context), trust) {}

    // Preconditions of the rest: it is encrypted.

    /// The server has to have a certificate for this name or IP address. False: nobody can have one.
    bool expect(const std::string& host) {
        SSL* const connection = tls().native_handle();
        SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        boost::system::error_code no_address;
        (void)boost::asio::ip::make_address(host, no_address);
        if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
        return SSL_set1_host(connection, host.c_str()) == 1 && SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
    }
    template <class Handler>
    void async_handshake(Handler&& handler) {
        tls().async_handshake(boost::asio::ssl::stream_base::client, std::forward<Handler>(handler));
    }
    /// What became of the server's certificate: X509_V_OK, or why it is refused.
    long verdict() { return SSL_get_verify_result(tls().native_handle()); }
};

}  // namespace touchstone::cli
