// What of a multiaddr counts for limits: the IP address, and the part of it that belongs to one network. [NET-102]
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/ports/network.h"

namespace touchstone::node {

/// IPv6, or IPv4 as ::ffff:a.b.c.d, so that one machine has one form.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    bool is_v4() const;
    bool is_loopback() const;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// All addresses that agree with `first` in `bits` bits of the form above.
struct IpRange {
    IpAddress first;
    unsigned bits = 128;

    bool contains(const IpAddress& address) const;
};

std::optional<IpAddress> parse_ip(std::string_view text);
std::string to_text(const IpAddress& address);
/// "192.0.2.7", "192.0.2.0/24", "2001:db8::/32".
std::optional<IpRange> parse_ip_range(std::string_view text);

/// Nothing where the address begins with no IP address.
std::optional<IpAddress> ip_of_multiaddr(std::string_view multiaddr);
/// Whom the multiaddr names at its end; nothing if nobody.
std::optional<PeerId> peer_of_multiaddr(std::string_view multiaddr);

/// The first 24 bits of IPv4, 48 of IPv6; the rest is zero.
IpAddress network_of(const IpAddress& address);

/// Loopback counts for no limit.
inline std::optional<IpAddress> counted_ip_of(std::string_view multiaddr) {
    const auto ip = ip_of_multiaddr(multiaddr);
    return ip && !ip->is_loopback() ? ip : std::nullopt;
}

}  // namespace touchstone::node
