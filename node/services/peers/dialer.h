// Whom the node dials, and when. [NET-100] [NET-109]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "node/ports/network.h"
#include "node/ports/random.h"
#include "node/services/peers/address_book.h"

namespace touchstone::node {

class Dialer {
  public:
    /// Dials under way at a time; of trusted peers any number.
    static constexpr std::size_t kAtOnce = 16;
    /// A dial of which nothing was heard for so long has failed.
    static constexpr std::uint64_t kPatienceMs = 30'000;

    /// Whether a peer may be dialed at all: is not connected, banned, or at an address that has its share.
    using MayDial = std::function<bool(const PeerId& peer, const std::string& address)>;

    Dialer(AddressBook& book, Network& network, Random& random) : book_(book), network_(network), random_(random) {}

    /// Dials trusted peers, and as many of the others as are missing: first those that were met, then those that were
    /// heard of, the bootstrap peers last. Within each the order is random: nobody foresees who is next. Returns how
    /// many it dialed.
    std::uint64_t dial(std::uint64_t missing, std::uint64_t now_ms, const MayDial& may_dial);
    void on_connected(const PeerId& peer) { under_way_.erase(peer); }
    void on_failed(const PeerId& peer, std::uint64_t now_ms);
    std::size_t under_way() const { return under_way_.size(); }

  private:
    void give_up_silent(std::uint64_t now_ms);
    std::vector<PeerId> candidates(std::uint64_t now_ms) const;

    AddressBook& book_;
    Network& network_;
    Random& random_;
    std::map<PeerId, std::uint64_t> under_way_;  // and since when
};

}  // namespace touchstone::node
