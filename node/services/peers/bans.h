// Who is not let in, and until when. [NET-107]
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

/// Times are those of the caller's clock. No ban lasts longer than a day from now, even if the clock steps back.
class Bans {
  public:
    static constexpr std::size_t kMost = 4096;
    static constexpr std::uint64_t kFirstMs = 3'600'000;
    static constexpr std::uint64_t kLongestMs = 86'400'000;
    /// How long after its end a ban doubles the next one.
    static constexpr std::uint64_t kRememberedMs = 86'400'000;
    /// As many banned peers of one address as close the address.
    static constexpr std::size_t kClosesAddress = 4;

    /// Those that were kept. What makes no sense in them is left out or bounded.
    void restore(const std::vector<RememberedBan>& bans, std::uint64_t now_ms);

    /// Bans a peer, that had this address, for an offence. Returns until when.
    std::uint64_t ban(const PeerId& peer, const std::optional<IpAddress>& ip, std::string_view reason,
                      std::uint64_t now_ms);
    /// Bans it for as long as somebody says, but no longer than kLongestMs, instead of any other ban that it has.
    std::uint64_t ban_for(const PeerId& peer, const std::optional<IpAddress>& ip, std::string_view reason,
                          std::uint64_t length_ms, std::uint64_t now_ms);
    /// Forgets it, as if it had never been. False: it was not banned.
    bool lift(const PeerId& peer, std::uint64_t now_ms);
    /// Those that last, in the order of the peers.
    std::vector<RememberedBan> lasting(std::uint64_t now_ms) const;
    bool is_banned(const PeerId& peer, std::uint64_t now_ms) const { return remaining_ms(peer, now_ms) != 0; }
    /// 0: it is not banned.
    std::uint64_t remaining_ms(const PeerId& peer, std::uint64_t now_ms) const;
    bool is_closed(const IpAddress& ip, std::uint64_t now_ms) const;
    std::size_t active(std::uint64_t now_ms) const;
    std::size_t size() const { return bans_.size(); }

    /// Forgets what need not be remembered. The peers whose ban ended since the last call, each once.
    std::vector<PeerId> take_ended(std::uint64_t now_ms);
    /// Adds what has changed since the last call.
    void take_changes(PeerRecordChanges& changes);
    /// Peers of whom something has changed since.
    std::size_t unsaved() const { return changed_.size(); }

  private:
    struct Ban {
        std::optional<IpAddress> ip;
        std::uint64_t until_ms = 0;
        std::uint64_t length_ms = 0;
        bool told = false;  // of its end
        std::string reason;
    };
    static RememberedBan remembered(const PeerId& peer, const Ban& ban);
    static bool lasts(const Ban& ban, std::uint64_t now_ms);
    void make_room();
    Ban& entry_of(const PeerId& peer);

    std::map<PeerId, Ban> bans_;
    std::vector<PeerId> dropped_;  // for want of room, while they lasted
    std::set<PeerId> changed_;
};

}  // namespace touchstone::node
