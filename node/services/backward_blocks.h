// Fetches the blocks before a known one, from the later to the earlier: by range from many peers at once, and by root
// where what they say of a range does not fit. Whatever is delivered is known by its root to be of that chain;
// signatures are the caller's to verify. [SYN-02] [SYN-24] [NET-70]
//
// Batches are taken from the latest on. One that ends with the block that is missing is right, and so is whoever said
// before it that there is nothing in between; where none does, the missing block itself, asked for by its root, says
// whose answer was wrong. Who fails is left alone for a time that doubles with each failure: what nobody else has waits
// for its end, until the longest. Bounds: those of RangeDownload, one delivery, kMostUnlinked answers without a block,
// kRootsAtOnce requests by root.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/ports/clock.h"
#include "node/ports/network.h"
#include "node/ports/timers.h"
#include "node/services/peers.h"
#include "node/services/range_download.h"
#include "node/services/response_times.h"
#include "node/types/containers.h"

namespace touchstone::node {

class BackwardBlocks {
  public:
    static constexpr std::uint64_t kFirstPauseMs = 2'000;
    static constexpr unsigned kMaxDoublings = 5;
    static constexpr std::size_t kMostUnlinked = RangeDownload::kMostBatches;
    static constexpr std::size_t kRootsAtOnce = 2;

    /// Of one chain, ascending; the last has the root that was missing.
    struct Delivery {
        std::vector<SignedBlock> blocks;
        PeerId peer;
    };
    /// Nothing more is delivered until `accept` or `refuse`.
    using OnBlocks = std::function<void(Delivery delivery)>;

    BackwardBlocks(Chain& chain, Peers& peers, Network& network, Clock& clock, Timers& timers);
    void set_on_blocks(OnBlocks on_blocks) { on_blocks_ = std::move(on_blocks); }
    /// Nothing is asked for while it says no.
    void set_may_work(std::function<bool()> may_work) { may_work_ = std::move(may_work); }

    /// The block of this root is missing; it is of a slot before `below`, if that is known. Many batches are asked for
    /// at once as far back as `goal`; beyond it, or if it is not known, one.
    void begin(const Root& missing, std::optional<Slot> below, std::optional<Slot> goal);
    /// For the ranges that are yet to be asked for.
    void set_goal(Slot goal) { goal_ = goal; }
    void end();
    bool is_running() const { return missing_.has_value(); }
    /// Takes what has come, and asks for what may be asked for. Called again when peers come, and with each slot.
    void work();

    /// What was delivered is good: goes on before it, unless `last` says that this was all.
    void accept(bool last);
    /// It is not, and its peer is to blame; asks another.
    void refuse(Offence offence);

  private:
    struct Pause {
        unsigned failures = 0;
        std::uint64_t not_before_ms = 0;
    };
    /// Of these slots the peer has, so it said, nothing, or no more than it has sent.
    struct Answer {
        PeerId peer;
        Slot first;
        Slot last;
        Checkpoint finalized;  // that the peer claimed when it was asked
    };
    struct RootRequest {
        std::uint64_t number = 0;
        PeerId peer;
        std::uint64_t late_at_ms = 0;
    };
    struct Delivered {
        PeerId peer;
        Root parent;
        Slot slot;  // of the first
        bool by_root = false;
    };

    void open_range();
    bool is_stuck() const;
    void take_answered();
    void take(RangeBatch batch);
    bool ends_with_missing(const RangeBatch& batch) const;
    void deliver(std::vector<SignedBlock> blocks, const PeerId& peer, bool by_root);

    void ask_root();
    void ask_root_of(const PeerId& peer);
    std::optional<PeerId> choose_for_root();
    unsigned rank_for_root(const PeerId& peer) const;
    void answered_root(const PeerId& peer, const ByteVector& payload);
    std::vector<Answer> wrong_about(Slot slot) const;
    void judge(const Answer& answer);

    /// The earliest slot that somebody has who may be asked for what is missing.
    std::optional<Slot> earliest_offered() const;
    std::vector<PeerId> who_has(Slot first, Slot last) const;
    bool is_left_alone(const PeerId& peer) const;
    /// It has failed so often that nothing waits for it any more.
    bool is_given_up(const PeerId& peer) const;
    Checkpoint finalized_of(const PeerId& peer) const;
    void on_failed(const PeerId& peer, std::optional<RequestOutcome> outcome);
    void leave_alone(const PeerId& peer);
    void blame(const PeerId& peer, Offence offence);
    void call_at(std::uint64_t time_ms);

    Chain& chain_;
    Peers& peers_;
    Network& network_;
    Clock& clock_;
    Timers& timers_;
    RangeDownload download_;
    OnBlocks on_blocks_;
    std::function<bool()> may_work_;
    std::optional<Root> missing_;
    std::optional<Slot> below_;
    std::optional<Slot> goal_;
    /// Later than the batch that comes next, and earlier than the last block that came.
    std::vector<Answer> unlinked_;
    bool needs_root_ = false;
    std::vector<RootRequest> root_requests_;
    std::uint64_t root_numbers_ = 0;
    ResponseTimes root_times_;
    std::optional<Delivered> delivered_;
    std::map<PeerId, Pause> pauses_;
    std::set<std::uint64_t> calls_;  // when the timer calls
};

}  // namespace touchstone::node
