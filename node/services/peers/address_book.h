// Where peers can be reached, by what they or others said and by what came of it. [NET-109]
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/ports/peer_memory.h"
#include "node/services/peers/ip_address.h"

namespace touchstone::node {

/// Who is in the book because of whom. Trusted peers and bootstrap peers, whom the operator named, are never forgotten.
enum class Named : std::uint8_t { Nobody, Bootstrap, Trusted };

class AddressBook {
  public:
    static constexpr std::size_t kMostPeers = 1024;
    static constexpr std::size_t kMostAddresses = 4;  // of one peer
    static constexpr std::size_t kMostAddressBytes = 128;
    /// Of peers that were only heard of, as many have addresses in one network.
    static constexpr std::size_t kMostHeardOfNetwork = 16;
    static constexpr std::uint64_t kPauseUnitMs = 15'000;
    static constexpr std::uint64_t kLongestPauseMs = 3'600'000;
    static constexpr std::uint64_t kLongestPauseOfNamedMs = 240'000;
    static constexpr std::uint64_t kMostFailures = 10;

    struct Entry {
        RememberedPeer known;
        Named named = Named::Nobody;
        /// Of the first address, where it counts.
        std::optional<IpAddress> network;

        /// Somebody was reached there by this node; else it was only heard of.
        bool is_met() const { return known.connected_ms != 0; }
    };

    /// Those that were kept, as far as they make sense.
    void restore(const std::vector<RememberedPeer>& peers, std::uint64_t now_ms);
    void name(const PeerId& peer, const std::vector<std::string>& addresses, Named named, std::uint64_t now_ms);

    /// Somebody says that the peer can be dialed there.
    void hear(const PeerId& peer, const std::vector<std::string>& addresses, std::uint64_t now_ms);
    /// The node dialed the peer, and it was there.
    void reached(const PeerId& peer, const std::string& address, std::uint64_t now_ms);
    /// The connection that the node dialed has lasted.
    void settled(const PeerId& peer);
    /// A dial failed, or the peer soon hung up.
    void failed(const PeerId& peer, std::uint64_t now_ms);
    /// Not dialed for so long, whatever its failures. [NET-108]
    void leave_alone(const PeerId& peer, std::uint64_t until_ms, std::uint64_t now_ms);

    const std::map<PeerId, Entry>& all() const { return entries_; }
    const Entry* find(const PeerId& peer) const;
    static bool is_due(const Entry& entry, std::uint64_t now_ms);
    /// With the peer's id at the end, where the address is a multiaddr.
    static std::string to_dial(const Entry& entry);

    /// Adds what has changed since the last call.
    void take_changes(PeerRecordChanges& changes);
    /// Peers of whom something has changed since.
    std::size_t unsaved() const { return changed_.size(); }

  private:
    using Entries = std::map<PeerId, Entry>;

    /// The peer's entry, new if need be; null if there is no room for one so little worth.
    Entry* admit(const PeerId& peer, const std::optional<IpAddress>& network, bool met);
    bool has_room_of_network(const std::optional<IpAddress>& network) const;
    static bool is_worth_less(const Entry& a, const Entry& b);
    void erase(Entries::iterator entry);

    Entries entries_;
    std::set<PeerId> changed_;
};

}  // namespace touchstone::node
