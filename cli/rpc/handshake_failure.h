// Internal to this folder: why no encryption came about.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>

namespace touchstone::cli {

/// For people, with what to do. `verdict` is what became of the server's certificate, and `host` whose it had to be.
std::string handshake_failure(const boost::system::error_code& error, long verdict, const std::string& host);

}  // namespace touchstone::cli
