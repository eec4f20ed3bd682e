#include "node/adapters/http/http_address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace touchstone::node::adapters {

namespace {

namespace ip = boost::asio::ip;

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

struct HostAndPort {
    std::string_view host;  // without brackets
    std::optional<std::string_view> port;
    bool brackets = false;
};

std::optional<HostAndPort> split(std::string_view text) {
    HostAndPort parts;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        parts = {text.substr(1, end - 1), std::nullopt, true};
        text.remove_prefix(end + 1);
    } else {
        parts.host = text.substr(0, text.find(':'));
        text.remove_prefix(parts.host.size());
    }
    if (text.empty()) return parts;
    if (text[0] != ':') return std::nullopt;
    parts.port = text.substr(1);
    return parts;
}

std::optional<ip::address> parse_host(const HostAndPort& parts) {
    boost::system::error_code error;
    auto address = ip::make_address(std::string(parts.host), error);
    if (error || address.is_v6() != parts.brackets) return std::nullopt;
    return address;
}

}  // namespace

std::optional<HttpAddress> parse_http_address(std::string_view text) {
    const auto parts = split(text);
    if (!parts || !parts->port) return std::nullopt;
    const auto address = parse_host(*parts);
    const auto port = parse_port(*parts->port);
    if (!address || !port) return std::nullopt;
    return HttpAddress{address->to_string(), *port, address->is_loopback()};
}

std::string to_text(const HttpAddress& address) {
    const bool brackets = address.host.find(':') != std::string::npos;
    return (brackets ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

bool names_loopback(std::string_view host_header) {
    const auto parts = split(host_header);
    if (!parts || (parts->port && !parse_port(*parts->port))) return false;
    if (parts->host == "localhost" && !parts->brackets) return true;
    const auto address = parse_host(*parts);
    return address && address->is_loopback();
}

bool is_origin(std::string_view text) {
    constexpr std::string_view kSeparator = "://";
    constexpr std::string_view kOfHost = "abcdefghijklmnopqrstuvwxyz0123456789-._:[]";
    const std::size_t place = text.find(kSeparator);
    if (place == 0 || place == std::string_view::npos) return false;
    const std::string_view scheme = text.substr(0, place);
    const std::string_view host = text.substr(place + kSeparator.size());
    return scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string_view::npos &&
           !host.empty() && host.find_first_not_of(kOfHost) == std::string_view::npos;
}

}  // namespace touchstone::node::adapters
