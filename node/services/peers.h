// The peers: their status, how they behaved, and what is said when a connection begins or ends. [NET-60] to [NET-65]
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "node/ports/timers.h"
#include "node/services/chain.h"
#include "node/services/peers/connections.h"
#include "node/types/encoding.h"

namespace touchstone::node {

class Peers {
  public:
    static constexpr std::uint64_t kRequestTimeoutMs = 10'000;  // [NET-58]

    using Peer = ConnectedPeer;

    Peers(Chain& chain, Timers& timers, const Connections::Ports& ports, PeerOptions options)
        : chain_(chain),
          clock_(ports.clock),
          timers_(timers),
          network_(ports.network),
          log_(ports.log),
          connections_(ports, std::move(options), chain.parameters()) {}

    /// Told of every new status that passed NET-64 and NET-65.
    void set_on_status(std::function<void(const PeerId& peer)> hook) { on_status_ = std::move(hook); }

    void start() { connections_.start(); }
    void on_connected(const PeerId& peer, const PeerConnection& connection);

    /// Each peer is asked again once in an epoch. [NET-63]
    void on_slot(Slot slot);
    /// As soon as the peer's quota allows.
    void ask_status(const PeerId& peer);
    /// A status that came as a request; the answer is `own_status`.
    void receive_status(const PeerId& peer, const Status& status);
    Status own_status() const;

    void punish(const PeerId& peer, Offence offence) { connections_.punish(peer, offence); }
    /// What a request that had no success says about the peer that was asked.
    void answer_failed(const PeerId& peer, RequestOutcome outcome);
    /// Whether it is asked only if no other can be. [NET-107]
    bool is_last_resort(const PeerId& peer) const { return connections_.demerits(peer) >= Demerits::kLastResort; }
    /// Nothing: the peer may be asked now, and the tokens are taken; else from when on, and none are. [NET-112]
    std::optional<std::uint64_t> wait_before_asking(const PeerId& peer, Method method, std::uint64_t tokens) {
        return connections_.wait_before_asking(peer, method, tokens);
    }
    /// Says why, then closes.
    void say_goodbye(const PeerId& peer, GoodbyeReason reason) { connections_.say_goodbye(peer, reason); }
    void say_goodbye_to_all() { connections_.say_goodbye_to_all(); }

    const ConnectedPeers& all() const { return connections_.all(); }
    const Peer* find(const PeerId& peer) const { return connections_.find(peer); }
    Connections& connections() { return connections_; }
    const Connections& connections() const { return connections_; }

  private:
    bool is_of_this_chain(const Status& status) const;
    bool is_possible(const Status& status) const;

    Chain& chain_;
    Clock& clock_;
    Timers& timers_;
    Network& network_;
    Log& log_;
    std::function<void(const PeerId& peer)> on_status_;
    Connections connections_;
    std::optional<Epoch> epoch_;
};

}  // namespace touchstone::node
