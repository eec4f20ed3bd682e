// For tests: a certificate of localhost that vouches for itself, and its key.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <memory>
#include <stdexcept>

#include "node/adapters/http/http_server.h"

namespace touchstone::node::adapters {

/// Writes both into the folder; the key with mode 0600.
inline TlsFiles make_self_signed(const std::filesystem::path& folder) {
    const auto check = [](bool done) {
        if (!done) throw std::runtime_error("OpenSSL refuses to make a certificate");
    };
    const TlsFiles files{folder / "certificate.pem", folder / "key.pem"};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    check(key && certificate);
    constexpr long kVersion3 = 2;
    constexpr long kDay = 86'400;
    check(X509_set_version(certificate.get(), kVersion3) == 1);
    check(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1) == 1);
    check(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kDay) != nullptr);
    check(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDay) != nullptr);
    check(X509_set_pubkey(certificate.get(), key.get()) == 1);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const unsigned char text[] = "localhost";
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
    check(X509_set_issuer_name(certificate.get(), name) == 1);
    check(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
    const std::unique_ptr<BIO, decltype(&BIO_free)> certificate_file(BIO_new_file(files.certificate.c_str(), "w"),
                                                                     BIO_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> key_file(BIO_new_file(files.key.c_str(), "w"), BIO_free);
    check(certificate_file && key_file);
    check(::chmod(files.key.c_str(), 0600) == 0);
    check(PEM_write_bio_X509(certificate_file.get(), certificate.get()) == 1);
    check(PEM_write_bio_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return files;
}

}  // namespace touchstone::node::adapters
