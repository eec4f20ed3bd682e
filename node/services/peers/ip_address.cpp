#include "node/services/peers/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace touchstone::node {

namespace {

constexpr std::array<std::uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kV4PrefixBits = 96;
constexpr unsigned kNetworkBitsV4 = kV4PrefixBits + 24;
constexpr unsigned kNetworkBitsV6 = 48;

IpAddress masked(const IpAddress& address, unsigned bits) {
    IpAddress kept;
    for (unsigned i = 0; i < kept.bytes.size(); ++i) {
        const unsigned within = std::clamp(bits, 8 * i, 8 * i + 8) - 8 * i;
        kept.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & ~(0xffU >> within));
    }
    return kept;
}

/// What stands between the slash after `name` and the next one.
std::optional<std::string_view> component(std::string_view multiaddr, std::string_view name) {
    if (!multiaddr.starts_with(name)) return std::nullopt;
    multiaddr.remove_prefix(name.size());
    return multiaddr.substr(0, multiaddr.find('/'));
}

}  // namespace

bool IpAddress::is_v4() const { return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin()); }

bool IpAddress::is_loopback() const {
    constexpr std::uint8_t kLoopbackNet = 127;
    if (is_v4()) return bytes[kV4Prefix.size()] == kLoopbackNet;
    return bytes.back() == 1 &&
           std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool IpRange::contains(const IpAddress& address) const { return masked(address, bits) == masked(first, bits); }

std::optional<IpAddress> parse_ip(std::string_view text) {
    const std::string terminated(text);
    if (terminated.find('\0') != std::string::npos) return std::nullopt;
    IpAddress address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    std::ranges::copy(kV4Prefix, address.bytes.begin());
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + kV4Prefix.size()) == 1) return address;
    return std::nullopt;
}

std::string to_text(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = address.is_v4();
    ::inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes.data() + (v4 ? kV4Prefix.size() : 0), text.data(), text.size());
    return text.data();
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_ip(text.substr(0, slash));
    if (!address) return std::nullopt;
    const bool v4 = text.find(':') == std::string_view::npos;
    IpRange range{*address};
    if (slash == std::string_view::npos) return range;
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const unsigned most = v4 ? range.bits - kV4PrefixBits : range.bits;
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most) return std::nullopt;
    range.bits = v4 ? kV4PrefixBits + bits : bits;
    return range;
}

std::optional<IpAddress> ip_of_multiaddr(std::string_view multiaddr) {
    const auto v4 = component(multiaddr, "/ip4/");
    const auto text = v4 ? v4 : component(multiaddr, "/ip6/");
    if (!text || v4.has_value() == (text->find(':') != text->npos)) return std::nullopt;
    return parse_ip(*text);
}

std::optional<PeerId> peer_of_multiaddr(std::string_view multiaddr) {
    constexpr std::string_view kName = "/p2p/";
    const std::size_t place = multiaddr.rfind(kName);
    if (place == std::string_view::npos) return std::nullopt;
    const std::string_view id = multiaddr.substr(place + kName.size());
    if (id.empty() || id.find('/') != std::string_view::npos) return std::nullopt;
    return PeerId{std::string(id)};
}

IpAddress network_of(const IpAddress& address) {
    return masked(address, address.is_v4() ? kNetworkBitsV4 : kNetworkBitsV6);
}

}  // namespace touchstone::node
