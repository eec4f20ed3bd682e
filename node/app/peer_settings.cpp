#include "node/app/peer_settings.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "node/app/setting_fault.h"

namespace touchstone::node::app {

using adapters::Fault;
using adapters::FaultKind;
using adapters::Outcome;

bool is_peer_id(std::string_view text) {
    constexpr std::string_view kDigits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    constexpr std::size_t kShortest = 32;
    constexpr std::size_t kLongest = 128;
    return text.size() >= kShortest && text.size() <= kLongest && text.find_first_not_of(kDigits) == text.npos;
}

namespace {

constexpr std::uint64_t kMostPeers = 1000;
constexpr std::size_t kMostNamed = 256;

/// An IP address and a port of TCP, and nothing else.
bool is_socket_address(std::string_view text) {
    constexpr std::string_view kTcp = "/tcp/";
    constexpr std::size_t kKind = 5;  // "/ip4/" or "/ip6/"
    if ((!text.starts_with("/ip4/") && !text.starts_with("/ip6/")) || !ip_of_multiaddr(text)) return false;
    const std::size_t place = text.find('/', kKind);
    if (place == text.npos || !text.substr(place).starts_with(kTcp)) return false;
    const std::string_view digits = text.substr(place + kTcp.size());
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc{} && end == digits.data() + digits.size() && port != 0;
}

/// A peer that is there more than once has all the addresses.
std::vector<NamedPeer> merged(const std::vector<NamedPeer>& named) {
    std::map<PeerId, std::vector<std::string>> by_peer;
    for (const NamedPeer& each : named) {
        auto& addresses = by_peer[each.peer];
        addresses.insert(addresses.end(), each.addresses.begin(), each.addresses.end());
    }
    std::vector<NamedPeer> all;
    for (auto& [peer, addresses] : by_peer)
        all.push_back({peer, std::move(addresses)});
    return all;
}

std::optional<Fault> read_trusted(const std::vector<std::string>& texts, PeerOptions& options) {
    for (const std::string& text : texts) {
        auto named = is_peer_id(text) ? NamedPeer{PeerId{text}, {}} : read_peer_address(text);
        if (!named) {
            return bad_setting("trusted_peers",
                               "has \"" + text +
                                   "\", which is neither a peer id nor a multiaddr with one at its end, as "
                                   "/ip4/192.0.2.7/tcp/9000/p2p/12D3Koo...");
        }
        options.trusted.push_back(*std::move(named));
    }
    options.trusted = merged(options.trusted);
    return std::nullopt;
}

std::optional<Fault> read_denied(const std::vector<std::string>& texts, PeerOptions& options) {
    for (const std::string& text : texts) {
        if (is_peer_id(text)) {
            options.denied.push_back(PeerId{text});
        } else if (const auto range = parse_ip_range(text)) {
            options.denied_addresses.push_back(*range);
        } else {
            return bad_setting("denied_peers",
                               "has \"" + text +
                                   "\", which is neither a peer id nor an IP address nor a range of them, as "
                                   "192.0.2.0/24");
        }
    }
    for (const NamedPeer& trusted : options.trusted) {
        if (std::ranges::find(options.denied, trusted.peer) != options.denied.end()) {
            return bad_setting("denied_peers",
                               "has " + trusted.peer.bytes + ", which is in trusted_peers too; remove one");
        }
    }
    return std::nullopt;
}

std::optional<Fault> read_bootstrap(const std::vector<std::string>& texts, PeerOptions& options) {
    for (const std::string& text : texts) {
        auto named = read_peer_address(text);
        if (!named) {
            return bad_setting("bootstrap_peers", "has \"" + text +
                                                      "\"; write a multiaddr with the peer's id at its end, as "
                                                      "/ip4/192.0.2.7/tcp/9000/p2p/12D3Koo...");
        }
        options.bootstrap.push_back(*std::move(named));
    }
    options.bootstrap = merged(options.bootstrap);
    return std::nullopt;
}

}  // namespace

std::optional<NamedPeer> read_peer_address(const std::string& text) {
    const auto peer = peer_of_multiaddr(text);
    if (!peer || !is_peer_id(peer->bytes) || !ip_of_multiaddr(text) || text.find("/tcp/") == text.npos) {
        return std::nullopt;
    }
    return NamedPeer{*peer, {text}};
}

std::optional<Fault> check_external_addresses(const std::vector<std::string>& addresses) {
    constexpr std::size_t kMostExternal = 16;
    if (addresses.size() > kMostExternal) return bad_setting("external_addresses", "names more than 16");
    for (const std::string& address : addresses) {
        if (is_socket_address(address)) continue;
        return bad_setting("external_addresses", "has \"" + address +
                                                     "\"; write a multiaddr of an IP address and a port of TCP, as "
                                                     "/ip4/192.0.2.7/tcp/9000 (the peer id is added)");
    }
    return std::nullopt;
}

std::uint32_t most_connections(const PeerOptions& options) {
    constexpr std::uint64_t kLeastSpare = 16;
    const std::uint64_t spare = std::max(kLeastSpare, options.max_peers / 3);
    return static_cast<std::uint32_t>(options.max_peers + options.trusted.size() + spare);
}

Outcome<PeerOptions> read_peer_options(const PeerTexts& texts) {
    PeerOptions options;
    options.target_peers = texts.target_peers;
    options.max_peers = texts.max_peers;
    options.discovery = texts.discovery;
    if (options.max_peers == 0 || options.max_peers > kMostPeers) {
        return bad_setting("max_peers", "is " + std::to_string(options.max_peers) + ", but must be from 1 to 1000");
    }
    if (options.target_peers > options.max_peers) {
        return bad_setting("target_peers", "is " + std::to_string(options.target_peers) + ", more than max_peers, " +
                                               std::to_string(options.max_peers));
    }
    for (const auto& [key, list] :
         {std::pair("trusted_peers", &texts.trusted), std::pair("denied_peers", &texts.denied),
          std::pair("bootstrap_peers", &texts.bootstrap)}) {
        if (list->size() > kMostNamed) return bad_setting(key, "names more than 256");
    }
    if (const auto fault = read_trusted(texts.trusted, options)) return *fault;
    if (const auto fault = read_denied(texts.denied, options)) return *fault;
    if (const auto fault = read_bootstrap(texts.bootstrap, options)) return *fault;
    return options;
}

}  // namespace touchstone::node::app
