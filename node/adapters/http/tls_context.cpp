#include "node/adapters/http/tls_context.h"

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/error.hpp>
#include <ctime>

#include "node/adapters/files/private_file.h"

namespace touchstone::node::adapters {

namespace {

namespace ssl = boost::asio::ssl;
using Error = boost::system::error_code;

Fault unusable(const std::string& setting, const std::filesystem::path& path, const std::string& why,
               const std::string& wanted) {
    return {FaultKind::Keys, "cannot use " + setting + " " + path.string() + ": " + why + "; it must be " + wanted};
}

}  // namespace

Outcome<std::shared_ptr<ssl::context>> make_tls_context(const TlsFiles& files, const std::string& table) {
    if (const auto checked = check_private(files.key, "the TLS key"); !checked.ok()) return checked.fault();
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    Error error;
    (void)context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                                   ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression,
                               error);
    // A file with a password is refused: nobody is there to be asked.
    if (!error) {
        (void)context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                             error);
    }
    if (!error) (void)context->use_certificate_chain_file(files.certificate.string(), error);
    if (error) {
        return unusable(table + ".tls_certificate", files.certificate, error.message(),
                        "a PEM file with the certificate, and after it those that it follows from");
    }
    (void)context->use_private_key_file(files.key.string(), ssl::context::pem, error);
    if (!error && SSL_CTX_check_private_key(context->native_handle()) != 1)
        error = boost::asio::error::invalid_argument;
    if (error) {
        return unusable(table + ".tls_key", files.key, error.message(),
                        "a PEM file with the key of the certificate, without a password");
    }
    return context;
}

std::string expiry_of(ssl::context& context) {
    const X509* const certificate = SSL_CTX_get0_certificate(context.native_handle());
    std::tm time{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return "unknown";
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &time);
    return {text.data(), size};
}

}  // namespace touchstone::node::adapters
