// Internal to this folder: the certificate and the key of an encrypted server.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "node/adapters/http/http_server.h"

namespace touchstone::node::adapters {

/// TLS 1.2 or newer. Refuses files that cannot be used, a key that others may read, and one that is not the
/// certificate's.
Outcome<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files, const std::string& table);

/// When its certificate expires, in UTC as 2027-01-31T12:00:00Z.
std::string expiry_of(boost::asio::ssl::context& context);

}  // namespace touchstone::node::adapters
