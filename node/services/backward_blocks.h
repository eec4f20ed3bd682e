// Fetches the blocks before a known one, from the later to the earlier: by range, and by root where a range was said to
// be empty. Whatever comes is known by its root to be of that chain; signatures are the caller's to verify. [SYN-02]
// [SYN-24]
//
// One request is open at a time. Who fails is left alone for a time that doubles with each failure, so a peer that lies
// costs one answer, and one that stalls one timeout.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "node/ports/clock.h"
#include "node/ports/network.h"
#include "node/ports/timers.h"
#include "node/services/peers.h"
#include "node/types/containers.h"

namespace touchstone::node {

class BackwardBlocks {
  public:
    static constexpr std::uint64_t kMostSlots = 64;
    static constexpr std::uint64_t kFirstPauseMs = 2'000;
    static constexpr unsigned kMaxDoublings = 5;

    /// Of one chain, ascending; the last has the root that was missing.
    struct Delivery {
        std::vector<SignedBlock> blocks;
        PeerId peer;
    };
    /// Nothing more is asked for until `accept` or `refuse`.
    using OnBlocks = std::function<void(Delivery delivery)>;

    BackwardBlocks(Chain& chain, Peers& peers, Network& network, Clock& clock, Timers& timers)
        : chain_(chain), peers_(peers), network_(network), clock_(clock), timers_(timers) {}
    void set_on_blocks(OnBlocks on_blocks) { on_blocks_ = std::move(on_blocks); }
    /// Nothing is asked for while it says no.
    void set_may_work(std::function<bool()> may_work) { may_work_ = std::move(may_work); }

    /// The block of this root is missing; it is of a slot before `below`, if that is known.
    void begin(const Root& missing, std::optional<Slot> below);
    void end();
    bool is_running() const { return missing_.has_value(); }
    /// Asks, if nothing is asked for and somebody may be asked. Called again when peers come, and with each slot.
    void work();

    /// What was delivered is good: goes on before it, unless `last` says that this was all.
    void accept(bool last);
    /// It is not, and its peer is to blame; asks another.
    void refuse(Offence offence);

  private:
    enum class How : std::uint8_t { ByRange, ByRoot };
    struct Pause {
        unsigned failures = 0;
        std::uint64_t not_before_ms = 0;
    };

    How how() const { return below_ && !is_said_empty_ ? How::ByRange : How::ByRoot; }
    std::optional<PeerId> choose(How how, std::uint64_t tokens);
    bool may_have(const PeerId& id, const Peers::Peer& peer) const;
    void ask_range(const PeerId& peer);
    void ask_root(const PeerId& peer);
    bool take_failure(const PeerId& peer, RequestOutcome outcome);
    void answered_range(const PeerId& peer, const BlocksByRangeRequest& asked, const ByteVector& payload);
    void answered_root(const PeerId& peer, const ByteVector& payload);
    void deliver(std::vector<SignedBlock> blocks, const PeerId& peer);
    void leave_alone(const PeerId& peer);
    void blame(const PeerId& peer, Offence offence);
    /// The peer claims to have finalized what it has not shown.
    bool broke_its_word(const PeerId& peer, Slot slot) const;
    void call_at(std::uint64_t time_ms);

    Chain& chain_;
    Peers& peers_;
    Network& network_;
    Clock& clock_;
    Timers& timers_;
    OnBlocks on_blocks_;
    std::function<bool()> may_work_;
    std::optional<Root> missing_;
    std::optional<Slot> below_;
    std::uint64_t slots_ = kMostSlots;
    /// Who said last that there is nothing in the range before `below_`, and where that began.
    std::optional<PeerId> said_empty_;
    Slot empty_from_;
    bool is_said_empty_ = false;
    bool is_open_ = false;  // a request, or a delivery that is not settled
    std::uint64_t number_ = 0;
    struct Delivered {
        PeerId peer;
        Root parent;
        Slot slot;  // of the first
    };
    std::optional<Delivered> delivered_;
    std::map<PeerId, Pause> pauses_;
    std::uint64_t last_call_ms_ = 0;
};

}  // namespace touchstone::node
