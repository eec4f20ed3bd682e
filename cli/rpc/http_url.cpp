#include "cli/rpc/http_url.h"

#include <charconv>

#include "node/adapters/http/http_address.h"

namespace touchstone::cli {

namespace {

constexpr std::string_view kPlain = "http://";
constexpr std::string_view kEncrypted = "https://";

}  // namespace

std::string HttpUrl::authority() const {
    const bool brackets = host.find(':') != std::string::npos;
    return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string HttpUrl::text() const { return std::string(encrypted ? kEncrypted : kPlain) + authority(); }

bool HttpUrl::is_loopback() const { return node::adapters::names_loopback(authority()); }

Outcome<HttpUrl> parse_http_url(std::string_view text) {
    const Fault fault{FaultKind::Configuration,
                      "\"" + std::string(text) +
                          "\" is no address of a node's RPC; give one as http://127.0.0.1:8645 or "
                          "https://node.example:8645"};
    HttpUrl url;
    url.encrypted = text.starts_with(kEncrypted);
    if (!url.encrypted && !text.starts_with(kPlain)) return fault;
    text.remove_prefix(url.encrypted ? kEncrypted.size() : kPlain.size());
    if (text.ends_with('/')) text.remove_suffix(1);
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find_first_of("/@? ") != std::string_view::npos) return fault;
    url.host = text.substr(0, colon);
    if (url.host.starts_with('[') && url.host.ends_with(']')) url.host = url.host.substr(1, url.host.size() - 2);
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0 || url.host.empty()) return fault;
    return url;
}

}  // namespace touchstone::cli
