// Where a server listens, whom a request says it was meant for, and from which web page it comes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::node::adapters {

struct HttpAddress {
    std::string host;  // an IP address, without brackets
    std::uint16_t port = 0;
    bool loopback = false;
};

/// "127.0.0.1:8645" or "[::1]:8645". Names are not looked up.
std::optional<HttpAddress> parse_http_address(std::string_view text);

/// "127.0.0.1:8645", "[::1]:8645".
std::string to_text(const HttpAddress& address);

/// Whether the value of a Host header names this machine's loopback: 127.0.0.0/8, [::1] or localhost. A page in a
/// browser whose name was made to lead here says its own name.
bool names_loopback(std::string_view host_header);

/// Whether a text can be the value of a header Origin: a scheme and a host, in small letters, and perhaps a port.
bool is_origin(std::string_view text);

}  // namespace touchstone::node::adapters
