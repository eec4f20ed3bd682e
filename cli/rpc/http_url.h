// Where a server is, and whether it encrypts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/outcome.h"

namespace touchstone::cli {

/// http://HOST:PORT or https://HOST:PORT, with or without a slash at the end.
struct HttpUrl {
    std::string host;
    std::uint16_t port = 0;
    bool encrypted = false;

    /// HOST:PORT, with brackets around an IPv6 address.
    std::string authority() const;
    std::string text() const;
    /// Whether nobody else is on the way.
    bool is_loopback() const;
};
Outcome<HttpUrl> parse_http_url(std::string_view text);

}  // namespace touchstone::cli
