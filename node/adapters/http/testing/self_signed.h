// For tests: certificates, of localhost if nothing else is said, and their keys.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "node/adapters/http/http_server.h"

namespace touchstone::node::adapters {

struct CertificateFields {
    std::string name = "localhost";
    std::string more_names = {};  // as OpenSSL writes them: "DNS:node.example,IP:127.0.0.1"
    bool authority = false;       // it may vouch for others
    long begins_s = -86'400;      // from now on
    long ends_s = 86'400;
};

namespace certificates {

template <auto kFree>
struct Freed {
    template <class T>
    void operator()(T* value) const {
        kFree(value);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using File = std::unique_ptr<BIO, Freed<BIO_free>>;

inline void check(bool done) {
    if (!done) throw std::runtime_error("OpenSSL refuses to make a certificate");
}

inline void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

/// Not signed yet, and issued by itself.
inline Certificate fill_in(const CertificateFields& fields, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    constexpr long kVersion3 = 2;
    check(certificate && X509_set_version(certificate.get(), kVersion3) == 1);
    check(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1) == 1);
    check(X509_gmtime_adj(X509_getm_notBefore(certificate.get()), fields.begins_s) != nullptr);
    check(X509_gmtime_adj(X509_getm_notAfter(certificate.get()), fields.ends_s) != nullptr);
    check(X509_set_pubkey(certificate.get(), key) == 1);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const auto* text = reinterpret_cast<const unsigned char*>(fields.name.c_str());
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
    check(X509_set_issuer_name(certificate.get(), name) == 1);
    if (!fields.more_names.empty()) add_extension(certificate.get(), NID_subject_alt_name, fields.more_names);
    if (fields.authority) add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    return certificate;
}

/// As `issuer` says whose files these are.
inline void issue(X509* certificate, const TlsFiles& issuer) {
    const File certificate_file(BIO_new_file(issuer.certificate.c_str(), "r"));
    const File key_file(BIO_new_file(issuer.key.c_str(), "r"));
    check(certificate_file && key_file);
    const Certificate above(PEM_read_bio_X509(certificate_file.get(), nullptr, nullptr, nullptr));
    const Key key(PEM_read_bio_PrivateKey(key_file.get(), nullptr, nullptr, nullptr));
    check(above && key && X509_set_issuer_name(certificate, X509_get_subject_name(above.get())) == 1);
    check(X509_sign(certificate, key.get(), EVP_sha256()) != 0);
}

}  // namespace certificates

/// Writes both into the folder, over what was there; the key with mode 0600. Without an issuer it vouches for itself.
inline TlsFiles make_certificate(const std::filesystem::path& folder, const CertificateFields& fields,
                                 const TlsFiles* issuer = nullptr) {
    using namespace certificates;
    const TlsFiles files{folder / "certificate.pem", folder / "key.pem"};
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    check(key != nullptr);
    const Certificate certificate = fill_in(fields, key.get());
    if (issuer != nullptr) {
        issue(certificate.get(), *issuer);
    } else {
        check(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
    }
    const File certificate_file(BIO_new_file(files.certificate.c_str(), "w"));
    const File key_file(BIO_new_file(files.key.c_str(), "w"));
    check(certificate_file && key_file);
    check(::chmod(files.key.c_str(), 0600) == 0);
    check(PEM_write_bio_X509(certificate_file.get(), certificate.get()) == 1);
    check(PEM_write_bio_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return files;
}

inline TlsFiles make_self_signed(const std::filesystem::path& folder) { return make_certificate(folder, {}); }

}  // namespace touchstone::node::adapters
