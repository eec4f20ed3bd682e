#include "cli/rpc/handshake_failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

namespace touchstone::cli {

namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

/// What a server says or does that does not know what a handshake is.
bool is_not_tls(const Error& error) {
    if (error == asio::error::eof || error == asio::error::connection_reset || error == asio::error::broken_pipe ||
        error == asio::ssl::error::stream_truncated) {
        return true;
    }
    return error.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER;
}

/// Of a certificate that is not believed.
std::string refused_certificate(long verdict, const std::string& host) {
    switch (verdict) {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "its certificate has expired; whoever runs it has to renew it, unless this machine's clock is wrong";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "its certificate is not valid yet; look at this machine's clock";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "its certificate is not for \"" + host + "\"; ask for the node by a name that the certificate has";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "nobody who is trusted here vouches for its certificate; get the certificate, or that of who "
                   "issued it, from whoever runs the node, and give the file with --ca FILE";
        default:
            return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
    }
}

}  // namespace

std::string handshake_failure(const Error& error, long verdict, const std::string& host) {
    if (verdict != X509_V_OK) return refused_certificate(verdict, host);
    if (is_not_tls(error)) {
        return "it does not encrypt on this port, or refuses to; of a node without rpc.tls_certificate the address "
               "begins with http://";
    }
    return "no encryption can be agreed on with it: " + error.message();
}

}  // namespace touchstone::cli
