// Internal to this folder: the bytes of one connection to a server, encrypted or not. What stands above is compiled
// once for both.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <string>
#include <utility>
#include <variant>

namespace touchstone::cli {

/// An AsyncStream of Asio. Handlers are functions; other completion tokens are not taken.
class ClientStream {
  public:
    using Plain = boost::beast::tcp_stream;
    using Tls = boost::beast::ssl_stream<Plain>;
    using executor_type = Plain::executor_type;

    explicit ClientStream(boost::asio::io_context& context) : layers_(std::in_place_type<Plain>, context) {}
    /// Encrypted. `trust` outlives it.
    ClientStream(boost::asio::io_context& context, boost::asio::ssl::context& trust)
        : layers_(std::in_place_type<Tls>, Plain(context), trust) {}

    executor_type get_executor() noexcept { return beneath().get_executor(); }
    /// Beneath encryption.
    Plain& beneath() {
        if (auto* plain = std::get_if<Plain>(&layers_)) return *plain;
        return std::get_if<Tls>(&layers_)->next_layer();
    }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (auto* plain = std::get_if<Plain>(&layers_)) {
            plain->async_read_some(buffers, std::forward<Handler>(handler));
        } else {
            std::get<Tls>(layers_).async_read_some(buffers, std::forward<Handler>(handler));
        }
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (auto* plain = std::get_if<Plain>(&layers_)) {
            plain->async_write_some(buffers, std::forward<Handler>(handler));
        } else {
            std::get<Tls>(layers_).async_write_some(buffers, std::forward<Handler>(handler));
        }
    }

    // Preconditions of the rest: it is encrypted.

    /// The server has to have a certificate for this name or IP address. False: nobody can have one.
    bool expect(const std::string& host) {
        SSL* const connection = std::get<Tls>(layers_).native_handle();
        SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        boost::system::error_code no_address;
        (void)boost::asio::ip::make_address(host, no_address);
        if (!no_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1;
        return SSL_set1_host(connection, host.c_str()) == 1 && SSL_set_tlsext_host_name(connection, host.c_str()) == 1;
    }
    template <class Handler>
    void async_handshake(Handler&& handler) {
        std::get<Tls>(layers_).async_handshake(boost::asio::ssl::stream_base::client, std::forward<Handler>(handler));
    }
    /// What became of the server's certificate: X509_V_OK, or why it is refused.
    long verdict() { return SSL_get_verify_result(std::get<Tls>(layers_).native_handle()); }

  private:
    std::variant<Plain, Tls> layers_;
};

}  // namespace touchstone::cli
