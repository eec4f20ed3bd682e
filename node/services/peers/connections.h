// Whom the node is connected to, whom it lets in, whom it lets go, and what it holds against whom. [NET-60] [NET-100]
// to [NET-109]
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "node/generated/parameters.h"
#include "node/ports/clock.h"
#include "node/ports/log.h"
#include "node/ports/network.h"
#include "node/ports/peer_memory.h"
#include "node/ports/random.h"
#include "node/services/peers/address_book.h"
#include "node/services/peers/bans.h"
#include "node/services/peers/connected_peer.h"
#include "node/services/peers/connection_limits.h"
#include "node/services/peers/demerits.h"
#include "node/services/peers/dialer.h"
#include "node/services/peers/peer_counters.h"
#include "node/services/peers/peer_options.h"
#include "node/services/peers/request_quotas.h"
#include "node/services/request_numbers.h"

namespace touchstone::node {

class Connections {
  public:
    /// Goodbyes that wait for their answer; beyond it connections are closed without a word.
    static constexpr std::size_t kMostFarewells = 64;
    /// A connection that the node dialed counts as a success when it has lasted so long.
    static constexpr std::uint64_t kSettledMs = 60'000;
    static constexpr std::uint64_t kAnotherNetworkMs = 3'600'000;  // [NET-108]
    static constexpr std::size_t kMostClientBytes = 64;
    /// The reason of a ban that an operator has said.
    static constexpr std::string_view kByOperator = "operator";

    struct Ports {
        Clock& clock;
        Network& network;
        Random& random;
        Log& log;
        PeerMemory* memory = nullptr;  // null: nothing is remembered
    };

    Connections(const Ports& ports, PeerOptions options, const Parameters& parameters);

    /// Remembers, and begins to dial.
    void start();
    /// Once at the beginning of a slot, with the epochs that began since the last time.
    void on_slot(std::uint64_t epochs_begun);
    /// Dials who is missing; between the slots before genesis too.
    void dial();

    /// False: the peer is turned away.
    bool on_connected(const PeerId& peer, const PeerConnection& connection);
    void on_disconnected(const PeerId& peer);
    /// The peer ends the connection: it is not dialed again at once.
    void on_goodbye(const PeerId& peer);
    void on_identified(const PeerId& peer, const PeerIdentity& identity);
    void on_subscription(const PeerId& peer, const Topic& topic, bool subscribed);
    void on_discovered(const PeerId& peer, const std::vector<std::string>& addresses);
    void on_dial_failed(const PeerId& peer);

    /// Never told of what is only ignored. [NET-08] [NET-106]
    void punish(const PeerId& peer, Offence offence);
    /// What an operator says, written at once: for so long, kLongestMs of Bans at most. False: the peer is trusted.
    bool ban_for(const PeerId& peer, std::uint64_t length_ms);
    /// False: it is not banned.
    bool lift_ban(const PeerId& peer);
    /// Says why, then closes.
    void say_goodbye(const PeerId& peer, GoodbyeReason reason);
    void say_goodbye_to_all();
    /// Writes what is to outlive the node.
    void remember();

    /// Nothing: the peer may be asked now, and the tokens are taken; else when to try again. [NET-112]
    std::optional<std::uint64_t> wait_before_asking(const PeerId& peer, Method method, std::uint64_t tokens);

    const ConnectedPeers& all() const { return peers_; }
    const ConnectedPeer* find(const PeerId& peer) const;
    ConnectedPeer* find(const PeerId& peer);
    unsigned demerits(const PeerId& peer) const { return demerits_.of(peer); }
    const PeerOptions& options() const { return options_; }
    const AddressBook& addresses() const { return book_; }
    const Bans& bans() const { return bans_; }
    std::size_t farewells() const { return *farewells_; }
    /// How it stands now.
    PeerCounters counters() const;

  private:
    std::optional<GoodbyeReason> refusal_of(const PeerId& peer, const ConnectedPeer& candidate) const;
    bool is_denied(const PeerId& peer, const std::optional<IpAddress>& ip) const;
    bool is_trusted(const PeerId& peer) const { return trusted_.contains(peer); }
    void ban(const PeerId& peer, Offence offence);
    void expel(const PeerId& peer, std::string_view reason, std::uint64_t until_ms);
    void farewell(const PeerId& peer, GoodbyeReason reason);
    void set_score(const PeerId& peer);
    void forgive(std::uint64_t epochs);
    void trim();

    Ports ports_;
    PeerOptions options_;
    ConnectionLimits limits_;
    std::set<PeerId> trusted_;
    std::set<PeerId> denied_;
    ConnectedPeers peers_;
    Demerits demerits_;
    Bans bans_;
    AddressBook book_;
    Dialer dialer_;
    RequestQuotas ask_quotas_;
    PeerEvents events_;
    /// Shared with the answers to goodbyes, which may come when this object is gone.
    std::shared_ptr<std::size_t> farewells_ = std::make_shared<std::size_t>(0);
};

}  // namespace touchstone::node
