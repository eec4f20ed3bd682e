#include "cli/devnet/peer_address.h"

#include <charconv>

namespace touchstone::cli {

namespace {

constexpr std::string_view kHost = "/ip4/127.0.0.1/tcp/";
constexpr std::string_view kPeer = "/p2p/";

}  // namespace

std::string PeerAddress::text() const {
    return std::string(kHost) + std::to_string(port) + std::string(kPeer) + peer_id;
}

std::optional<PeerAddress> parse_peer_address(std::string_view text) {
    if (!text.starts_with(kHost)) return std::nullopt;
    text.remove_prefix(kHost.size());
    const std::size_t place = text.find(kPeer);
    if (place == std::string_view::npos) return std::nullopt;
    PeerAddress address{0, std::string(text.substr(place + kPeer.size()))};
    const auto [end, error] = std::from_chars(text.data(), text.data() + place, address.port);
    if (error != std::errc{} || end != text.data() + place || address.port == 0 || address.peer_id.empty()) {
        return std::nullopt;
    }
    return address;
}

}  // namespace touchstone::cli
