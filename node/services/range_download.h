// Downloads a range of slots in batches from many peers at once, in ascending or in descending order. [NET-67] to
// [NET-70] [NET-112]
//
// Bounds: at most kMostBatches batches and kMostResponses full responses are asked for or held at a time, so that what
// is not imported yet never takes more memory than these: each batch is one response, and what does not fit it is
// another batch; a peer has at most kRequestsOfPeer requests open. The batch
// that comes next is always asked for. Where its answer is late, going by how long others took, a second peer is asked
// too, and at the end of the range the same goes for every batch: who stalls costs that time and not the whole timeout.
// The first whole answer is taken, and nobody is blamed for being the slower.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "node/ports/clock.h"
#include "node/ports/network.h"
#include "node/ports/timers.h"
#include "node/services/response_times.h"
#include "node/types/containers.h"
#include "node/types/encoding.h"

namespace touchstone::node {

/// What a peer once had in a range, when it was asked for again.
struct RangeVersion {
    PeerId peer;
    Checkpoint finalized;  // that the peer claimed when it was asked
    std::vector<Root> roots;
};

/// A part of the range, and what has come of it.
struct RangeBatch {
    struct Request {
        std::uint64_t number = 0;
        PeerId peer;
        Checkpoint finalized;  // that the peer claimed by then
        std::uint64_t late_at_ms = 0;
    };

    Slot first;
    Slot last;
    std::optional<PeerId> only;  // who alone is asked
    std::vector<RangeVersion> rivals;

    std::vector<Request> open;
    std::optional<PeerId> source;     // once it is answered: of the blocks
    Checkpoint finalized;             // as the source claimed
    std::vector<SignedBlock> blocks;  // a chain: each the parent of the next
    std::size_t bytes = 0;

    // Of who imports it: how many blocks were given to the pipeline, and how many of them are in.
    std::size_t given = 0;
    std::size_t done = 0;

    static RangeBatch of(Slot first, Slot last) {
        RangeBatch batch;
        batch.first = first;
        batch.last = last;
        return batch;
    }
    bool is_answered() const { return source.has_value(); }
    /// Forgets what has come.
    void reset();
};

class RangeDownload {
  public:
    static constexpr std::uint64_t kSlotsOfBatch = 64;
    static constexpr std::size_t kMostBatches = 32;
    static constexpr std::size_t kMostResponses = 8;
    static constexpr std::size_t kMostRemembered = 1'024;  // peers that were asked
    static constexpr unsigned kRequestsOfPeer = 2;         // [NET-58]
    static constexpr std::size_t kMostAsked = 2;           // for one batch at a time
    static constexpr std::uint64_t kTimeoutMs = 10'000;    // [NET-58]

    /// Which batch comes next: the first or the last of those that are left.
    enum class Order : std::uint8_t { Ascending, Descending };

    /// What is decided elsewhere.
    struct Hooks {
        /// Who may be asked for these slots.
        std::function<std::vector<PeerId>(Slot first, Slot last)> who;
        /// A peer is asked only if nobody of a lower rank may be.
        std::function<unsigned(const PeerId& peer)> rank;
        /// Nothing if the peer may be asked for so many slots now, else from when. [NET-112]
        std::function<std::optional<std::uint64_t>(const PeerId& peer, std::uint64_t slots)> wait;
        /// The checkpoint that the peer claims to be final.
        std::function<Checkpoint(const PeerId& peer)> finalized_of;
        /// The request came to nothing; without an outcome, the answer breaks NET-69.
        std::function<void(const PeerId& peer, std::optional<RequestOutcome> outcome)> on_failed;
        /// Something has come, or may be asked for now. Never called from within a call of this object.
        std::function<void()> on_change;
    };

    RangeDownload(const Parameters& parameters, Network& network, Clock& clock, Timers& timers,
                  Order order = Order::Ascending)
        : parameters_(parameters), network_(network), clock_(clock), timers_(timers), order_(order) {}
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

    void begin(Slot first, Slot last);
    /// What is still to come is dropped.
    void end();
    /// Asks for what there is room for.
    void work();

    /// Nothing more is to come or to be taken.
    bool is_finished() const { return batches_.empty() && rest_first_ > rest_last_; }
    /// The batch that comes next cannot be asked for: there is nobody to ask, now or later.
    bool is_stuck() const;

    /// Peers of whom it is known when they were asked.
    std::size_t remembered() const { return last_asked_.size(); }

    /// In their order, the first being the one that comes next.
    std::deque<RangeBatch>& batches() { return batches_; }
    const std::deque<RangeBatch>& batches() const { return batches_; }
    RangeBatch* find(Slot first);
    void pop() { batches_.pop_front(); }
    /// In ascending order: asks again for all up to the last slot of `anew`, these batches instead of those that are
    /// there.
    void replace(std::vector<RangeBatch> anew);
    /// In descending order, before the range is finished: goes on from that slot, asking again for what is not there.
    /// Batches with later slots are dropped.
    void resume_from(Slot last);

  private:
    void open_batches();
    std::uint64_t slots_of_batch() const { return std::min(kSlotsOfBatch, parameters_.MAX_REQUEST_BLOCKS); }
    bool is_wanted(const RangeBatch& batch, bool comes_next) const;
    /// All of the range is asked for or there.
    bool is_ending() const;
    /// The peer owes an answer.
    bool is_late(const PeerId& peer) const;
    bool has_room() const;
    /// A peer that may be asked for the batch now.
    std::optional<PeerId> choose(const RangeBatch& batch);
    std::vector<PeerId> who_may_answer(const RangeBatch& batch) const;
    void ask(RangeBatch& batch, const PeerId& peer);
    void answered(const PeerId& peer, std::uint64_t number, const BlocksByRangeRequest& asked, RequestOutcome outcome,
                  const ByteVector& payload);
    void take(RangeBatch& batch, const RangeBatch::Request& request, std::vector<SignedBlock> blocks,
              std::size_t bytes);
    void refuse(RangeBatch* batch, const PeerId& peer, std::optional<RequestOutcome> outcome);
    /// The batch that waits for the answer, and which of its requests it answers.
    std::pair<RangeBatch*, RangeBatch::Request> close(std::uint64_t number);
    void call_at(std::uint64_t time_ms);

    const Parameters& parameters_;
    Network& network_;
    Clock& clock_;
    Timers& timers_;
    Hooks hooks_;
    Order order_;
    std::deque<RangeBatch> batches_;
    Slot rest_first_{1};  // what is in no batch yet: nothing at first
    Slot rest_last_;
    std::uint64_t numbers_ = 0;
    std::map<PeerId, unsigned> open_;  // also of batches that are gone
    /// The number of the request. Only whose turn it is depends on it: it begins anew when it is full.
    std::map<PeerId, std::uint64_t> last_asked_;
    std::set<std::uint64_t> calls_;  // when the timer calls
    ResponseTimes times_;
};

/// Of a chain of blocks, each the parent of the next.
std::vector<Root> roots_of(const std::vector<SignedBlock>& blocks, const Parameters& parameters);

}  // namespace touchstone::node
