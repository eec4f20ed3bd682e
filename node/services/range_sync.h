// Catches up with peers that are far ahead, a range of slots at a time, from one peer at a time. [NET-66] [NET-69]
// [NET-70]
//
// Ends: every run asks for at least one slot more with each answer, a peer that does not bring what its status promised
// is left alone for a time that doubles with each failure, and a run needs a peer that is not left alone. So liars can
// delay, but neither loop nor stall: each costs one response or one timeout. Duties wait for a claim only the first
// time: whose claim came to nothing may be asked again, but holds nobody back before it has delivered a block.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/ports/clock.h"
#include "node/ports/log.h"
#include "node/ports/network.h"
#include "node/ports/timers.h"
#include "node/services/ancestors.h"
#include "node/services/block_pipeline.h"
#include "node/services/chain.h"
#include "node/services/peers.h"

namespace touchstone::node {

class RangeSync {
  public:
    static constexpr std::uint64_t kSlotsPerRequest = 64;
    /// A head no farther ahead is asked for by root, unless that came to nothing before. [NET-66]
    static constexpr std::uint64_t kFewSlots = 32;
    /// Duties wait no longer for ancestors by root, which a liar can make up one by one. [DUT-01]
    static constexpr std::uint64_t kPatienceByRootMs = 2 * Peers::kRequestTimeoutMs;
    static constexpr std::uint64_t kFirstPauseMs = 2'000;
    static constexpr unsigned kMaxDoublings = 8;
    /// Failures of so many peers are remembered; the one whose pause is over first is forgotten first.
    static constexpr std::size_t kMaxRecords = 1024;

    RangeSync(Chain& chain, BlockPipeline& blocks, Ancestors& ancestors, Peers& peers, Network& network, Clock& clock,
              Timers& timers, Log& log)
        : chain_(chain),
          blocks_(blocks),
          ancestors_(ancestors),
          peers_(peers),
          network_(network),
          clock_(clock),
          timers_(timers),
          log_(log) {}

    /// A peer's status is new: begins a run if it knows what this node lacks.
    void on_status(const PeerId& peer);
    /// The peer has a branch that cannot be followed by root.
    void on_too_deep(const PeerId& peer);
    /// A block that the peer was asked for by root was imported.
    void on_delivered(const PeerId& peer);

    bool is_running() const { return run_.has_value(); }
    /// Nothing is signed meanwhile. [DUT-01]
    bool is_behind();
    /// Slots between the head and that of the peer that is followed; 0 if there is none.
    std::uint64_t distance() const;

  private:
    struct Run {
        PeerId claimer;  // whose promise it is
        PeerId peer;     // who delivers
        Status promised;
        Slot next;
        BlocksByRangeRequest asked;
        std::set<PeerId> empty_answers;  // who had nothing in this range
        std::vector<SignedBlock> batch;
        std::size_t at = 0;
        std::uint64_t imported = 0;
        std::uint64_t number = 0;
    };
    struct Record {
        unsigned failures = 0;
        std::uint64_t not_before_ms = 0;
        bool believed = false;
        bool by_root_failed = false;  // asked by range then, until a run has ended well
    };
    /// A claim that is followed by root.
    struct ByRoot {
        Root head;
        std::uint64_t patience_until_ms = 0;
    };

    bool knows_more(const Status& status) const;
    bool is_far_ahead(const Status& status) const;
    bool is_left_alone(const PeerId& peer) const;
    bool is_believed(const PeerId& peer) const;
    bool goes_by_root(const PeerId& peer, const Status& status) const;
    Record& record_of(const PeerId& peer);
    void follow_by_root(const PeerId& peer, const Root& head);
    void settle_by_root();
    void consider(const std::optional<PeerId>& except = std::nullopt);
    void begin(const PeerId& peer, const Status& status);
    void ask_next();
    void ask(const PeerId& peer);
    void answered(const PeerId& peer, RequestOutcome outcome, const ByteVector& payload);
    void empty_answer(const PeerId& peer);
    void import_next();
    void imported(ImportOutcome outcome);
    void complete();
    void fail(const PeerId& peer, std::optional<Offence> offence);
    std::uint64_t pause(const PeerId& peer);

    Chain& chain_;
    BlockPipeline& blocks_;
    Ancestors& ancestors_;
    Peers& peers_;
    Network& network_;
    Clock& clock_;
    Timers& timers_;
    Log& log_;
    std::optional<Run> run_;
    std::uint64_t runs_ = 0;
    std::map<PeerId, Record> records_;
    std::map<PeerId, ByRoot> by_root_;
};

}  // namespace touchstone::node
