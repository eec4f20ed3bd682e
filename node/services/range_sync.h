// Catches up with peers that are far ahead: a range of slots, from many of them at once. [NET-66] [NET-69] [NET-70]
//
// A run goes for one head: that which most peers claim on the finalized chain that most of them claim; other heads have
// their runs, or are followed by root, afterwards, and the fork choice decides. The range is downloaded in batches from
// whoever claims to have it and imported in order, each block executed while the signatures of those before it are
// verified. That batches belong together is told by their links, up to the root of the head: an empty or short one is
// refuted by the next that does not join. What does not join is asked again of one peer alone, which answers for all of
// it; whose version was another is asked only when nobody else can be, and pays for it if what it kept back or made up
// has become final on the chain that it claims itself.
//
// Ends: each batch that is taken brings the run forward; a peer that fails or refuses is left alone for a time that
// doubles; who has answered alone does so again only after that brought blocks; and a run needs somebody who claims its
// head and is not left alone, but for a refusal or two. So liars can delay, but neither loop nor stall: each costs a
// few responses or timeouts. Duties wait for a claim only the first time, and no longer than new blocks come: whose
// claim came to nothing may be asked again, but holds nobody back before it has delivered a block.
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
#include "node/services/range_download.h"
#include "node/services/sync_claims.h"
#include "node/services/sync_progress.h"

namespace touchstone::node {

class RangeSync {
  public:
    /// A head no farther ahead is asked for by root, unless that came to nothing before. [NET-66]
    static constexpr std::uint64_t kFewSlots = 32;
    /// Duties wait no longer for ancestors by root, which a liar can make up one by one, nor for a range of which
    /// nothing comes. [DUT-01]
    static constexpr std::uint64_t kPatienceMs = 2 * Peers::kRequestTimeoutMs;
    /// Blocks that are executed and whose signatures are being verified.
    static constexpr std::size_t kMostUnderWay = 16;
    /// Answers that are kept to be held against what becomes final.
    static constexpr std::size_t kMostDisputed = 32;

    RangeSync(Chain& chain, BlockPipeline& blocks, Ancestors& ancestors, Peers& peers, Network& network, Clock& clock,
              Timers& timers, Log& log);

    /// A peer's status is new: begins a run if it knows what this node lacks.
    void on_status(const PeerId& peer);
    /// The peer has a branch that cannot be followed by root.
    void on_too_deep(const PeerId& peer);
    /// A block that the peer was asked for by root was imported.
    void on_delivered(const PeerId& peer) { claims_.believe(peer); }

    bool is_running() const { return run_.has_value(); }
    /// Nothing is signed meanwhile. [DUT-01]
    bool is_behind();

    struct Progress {
        std::uint64_t distance = 0;  // slots from what is imported to the head that is asked for
        double speed = 0;            // slots per second
        std::optional<std::uint64_t> seconds_left;
        std::size_t peers = 0;  // that have delivered
    };
    /// Of the run; nothing while there is none.
    std::optional<Progress> progress() const;

  private:
    /// What a peer had in a range.
    struct Answer {
        Slot first;
        Slot last;
        RangeVersion version;
    };
    /// Who answers alone for a part of the range, since two peers' batches did not join.
    struct Sole {
        PeerId peer;
        Slot from;
        Slot until;
        std::uint64_t imported = 0;  // by the run, when it was asked
    };
    struct Run {
        SyncTarget target;
        Slot first;
        Epoch final_at_first;
        std::uint64_t number = 0;
        std::uint64_t began_ms = 0;
        std::uint64_t patience_until_ms = 0;
        std::uint64_t imported = 0;
        SyncProgress progress;
        std::map<std::uint64_t, Slot> given;  // blocks under way: their number, and the first slot of their batch
        /// Imported since the last block, with the batch that has it: no later block vouches for them yet.
        std::vector<Answer> unlinked;
        std::optional<Sole> sole;
        bool sole_is_lost = false;
        std::set<PeerId> asked_alone;
        std::set<PeerId> doubted;
        std::set<PeerId> delivered;
        std::set<PeerId> broke_promise;  // answered for the end of the range, without the head
        std::vector<Answer> disputed;    // what was not imported
    };
    struct Head {
        Root root;
        Slot slot;
    };
    /// What a peer claims and is followed by root. The first has to come, whatever the peer claims meanwhile: else
    /// whoever names real heads between false ones would never be found out.
    struct ByRoot {
        Head first;
        std::optional<Head> latest;  // if that is another
        std::uint64_t patience_until_ms = 0;
    };

    bool goes_by_root(const PeerId& peer, const Status& status) const;
    void follow_by_root(const PeerId& peer, const Head& head);
    void settle_by_root();
    bool is_settled(const PeerId& peer, ByRoot& followed);

    void consider(const std::set<PeerId>& except = {});
    void begin(SyncTarget target);
    void ask_for_turn();
    void turn();
    void finish();
    void complete();
    void fail();
    void give_up();
    void end();
    std::vector<PeerId> who_may_be_asked(Slot last) const;
    bool may_ask(const PeerId& peer, Slot last) const;
    unsigned rank(const PeerId& peer) const;
    void on_failed(const PeerId& peer, std::optional<RequestOutcome> outcome);
    bool has_claimer() const;
    bool waits_for_busy() const;
    void blame(const PeerId& peer, std::optional<Offence> offence);
    void lose_sole(const PeerId& peer);
    void leave_alone_until(const PeerId& peer, std::uint64_t time_ms);

    bool give_next();
    bool has(const Root& root, Slot slot) const;
    bool joins(const SignedBlock& block) const;
    void give(RangeBatch& batch);
    void imported(std::uint64_t number, ImportOutcome outcome);
    void reject(RangeBatch& batch, std::optional<Offence> offence);
    void rewind(Slot first);
    void take_finished();

    void doubt(RangeBatch& batch);
    void ask_another_alone(Slot from, Slot until);
    std::optional<PeerId> choose_alone(Slot until) const;
    void ask_alone(const PeerId& peer, Slot from, Slot until);
    std::vector<RangeBatch> anew(Slot from, Slot until) const;
    RangeVersion version_of(const RangeBatch& batch) const;
    void settle(const RangeBatch& batch);
    void doubt_peer(const PeerId& peer);
    void judge_disputed();
    bool is_refuted(const Answer& answer) const;

    Chain& chain_;
    BlockPipeline& blocks_;
    Ancestors& ancestors_;
    Peers& peers_;
    Clock& clock_;
    Timers& timers_;
    Log& log_;
    SyncClaims claims_;
    RangeDownload download_;
    std::optional<Run> run_;
    std::uint64_t runs_ = 0;
    std::uint64_t given_ = 0;
    bool turn_is_asked_ = false;
    std::map<PeerId, ByRoot> by_root_;
};

}  // namespace touchstone::node
