// Whom a client believes that a server is the one that was meant.
#pragma once

#include <filesystem>
#include <memory>

#include "cli/outcome.h"

namespace boost::asio::ssl {
class context;
}

namespace touchstone::cli {

/// TLS 1.2 or newer, with those who may vouch for a server. Connections share it.
using TlsTrust = std::shared_ptr<boost::asio::ssl::context>;

/// Believes the certificates in the PEM file, be they of an authority or of the server itself; without a file, those
/// that the system believes.
Outcome<TlsTrust> tls_trust(const std::filesystem::path& ca);

}  // namespace touchstone::cli
