#include "cli/rpc/tls_trust.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>

namespace touchstone::cli {

Outcome<TlsTrust> tls_trust(const std::filesystem::path& ca) {
    namespace ssl = boost::asio::ssl;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    boost::system::error_code error;
    (void)context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                                   ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression,
                               error);
    if (!error) (void)context->set_verify_mode(ssl::verify_peer, error);
    if (!error && ca.empty()) (void)context->set_default_verify_paths(error);
    if (!error && !ca.empty()) {
        (void)context->load_verify_file(ca.string(), error);
        // A certificate of the server alone is enough, whoever issued it.
        X509_STORE_set_flags(SSL_CTX_get_cert_store(context->native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
    }
    if (!error) return TlsTrust(std::move(context));
    if (ca.empty()) return Fault{FaultKind::Internal, "cannot prepare encryption: " + error.message()};
    return Fault{FaultKind::Configuration,
                 "cannot use --ca " + ca.string() + ": " + error.message() +
                     "; it must be a PEM file with the node's certificate, or with that of who issued it"};
}

}  // namespace touchstone::cli
