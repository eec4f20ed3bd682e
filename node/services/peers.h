// The peers: their status, how they behaved, and what is said when a connection begins or ends. [NET-60] to [NET-65]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "node/ports/clock.h"
#include "node/ports/log.h"
#include "node/ports/network.h"
#include "node/ports/timers.h"
#include "node/services/chain.h"
#include "node/services/request_numbers.h"
#include "node/types/encoding.h"

namespace touchstone::node {

/// What a peer did on a stream that costs it score; on gossip, the network itself keeps the score of verdicts.
enum class Offence : std::uint8_t {
    Unresponsive,   // no answer, or none to be had: may be the network's fault
    BadSignature,   // a block whose own signature is wrong
    BrokenProtocol  // what no honest node sends
};

class Peers {
  public:
    static constexpr std::uint64_t kRequestTimeoutMs = 10'000;  // [NET-58]
    static constexpr unsigned kOffenceLimit = 100;

    struct Peer {
        bool outbound = false;
        std::optional<Status> status;
        std::uint64_t asked_at_ms = 0;
        unsigned offences = 0;
    };

    Peers(Chain& chain, Clock& clock, Timers& timers, Network& network, Log& log)
        : chain_(chain), clock_(clock), timers_(timers), network_(network), log_(log) {}

    /// Told of every new status that passed NET-64 and NET-65.
    void set_on_status(std::function<void(const PeerId& peer)> hook) { on_status_ = std::move(hook); }

    void on_connected(const PeerId& peer, bool outbound);
    void on_disconnected(const PeerId& peer) { peers_.erase(peer); }

    /// Each peer is asked again once in an epoch. [NET-63]
    void on_slot(Slot slot);
    void ask_status(const PeerId& peer);
    /// A status that came as a request; the answer is `own_status`.
    void receive_status(const PeerId& peer, const Status& status);
    Status own_status() const;

    void punish(const PeerId& peer, Offence offence);
    /// Says why, then closes.
    void say_goodbye(const PeerId& peer, GoodbyeReason reason);
    void say_goodbye_to_all();

    const std::map<PeerId, Peer>& all() const { return peers_; }
    const Peer* find(const PeerId& peer) const;

  private:
    bool is_of_this_chain(const Status& status) const;
    bool is_possible(const Status& status) const;

    Chain& chain_;
    Clock& clock_;
    Timers& timers_;
    Network& network_;
    Log& log_;
    std::function<void(const PeerId& peer)> on_status_;
    std::map<PeerId, Peer> peers_;
};

}  // namespace touchstone::node
