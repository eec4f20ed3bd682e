// How a node begins from a checkpoint that its operator trusts. [SYN-02] [SYN-04] [SYN-27]
//
// In this order: the trusted block, by its root; the lists of states that peers serve; the blocks from the trusted one
// back to that of the latest state (a list that does not lie on them was a lie); the state, in parts and entries from
// many peers at once; the blocks forward again, executed; then the age of what is trusted is checked, and everything is
// written at once. What was proved on the way is kept in the database, so a node that is killed goes on where it was.
//
// Ends: a peer that fails is left alone for a time that doubles; who lied is held responsible (NET-105). As long as
// nobody has what is missing the node waits, and says every minute what for. What cannot come right ends the node with
// a text for its operator: a checkpoint of another network, one that is too old, or a chain that does not execute.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node/ports/log.h"
#include "node/ports/verifier.h"
#include "node/services/backward_blocks.h"
#include "node/services/block_pipeline.h"
#include "node/services/chain.h"
#include "node/services/peers.h"
#include "node/services/state_download.h"
#include "node/services/sync_speed.h"

namespace touchstone::node {

class StateSync {
  public:
    /// A peer is asked again for its list after so long.
    static constexpr std::uint64_t kListAgainMs = 30'000;
    static constexpr std::uint64_t kSayAgainMs = 60'000;
    static constexpr std::uint64_t kSpeedWindowMs = 30'000;

    struct Options {
        Checkpoint trusted;
        bool ordered_outside = false;  // [WS-05]
    };
    struct Ports {
        Network& network;
        Verifier& verifier;
        Clock& clock;
        Timers& timers;
        Log& log;
    };

    StateSync(Chain& chain, BlockPipeline& blocks, Peers& peers, const Ports& ports, const Options& options);
    /// Called once, when the chain has begun and all is written.
    void set_on_done(std::function<void()> on_done) { on_done_ = std::move(on_done); }

    void start();
    void on_status(const PeerId& peer);
    void on_slot();

    enum class Phase : std::uint8_t { FindingBlocks, FindingState, Downloading, Executing, Done };
    struct Progress {
        Phase phase = Phase::FindingBlocks;
        double done = 0;  // of the state, 0 to 1
        std::uint64_t bytes = 0;
        double bytes_per_second = 0;
        std::optional<std::uint64_t> seconds_left;
        std::size_t peers = 0;          // that have delivered
        std::uint64_t blocks_left = 0;  // to be executed
    };
    Progress progress() const;

  private:
    struct List {
        std::vector<Checkpoint> checkpoints;
        std::uint64_t asked_at_ms = 0;
        bool is_open = false;
    };
    /// A block of the trusted one's chain; the whole of it is in the database.
    struct LinkedBlock {
        Root root;
        Slot slot;
        Root parent;
    };

    void load_kept();
    void ask_for_list(const PeerId& peer);
    void take_list(const PeerId& peer, const ByteVector& payload);

    void take_blocks(BackwardBlocks::Delivery delivery);
    void link(const SignedBlock& block, const Root& root);
    std::optional<SignedBlock> read(const Root& root);
    /// Takes the next step that can be taken.
    void go_on();
    std::optional<Checkpoint> choose_anchor();
    std::vector<PeerId> who_lists(const Checkpoint& checkpoint) const;
    /// The place of the anchor's block among the linked ones; nothing if they do not go back so far.
    std::optional<std::size_t> place_of(const Checkpoint& anchor) const;
    void refute(const Checkpoint& anchor);
    void download(const Checkpoint& anchor, std::size_t place);
    void restore_kept();
    void assemble();
    void verify_anchor();
    void begin();
    void execute_next();
    void executed(ImportOutcome outcome);
    /// The signature of that linked block is wrong, or it is damaged: fetched from somebody else.
    void fetch_again();
    void complete();
    void stop(const std::string& reason);
    void keep(SyncAnswer answer);
    void say_what_is_missing();

    Chain& chain_;
    BlockPipeline& blocks_;
    Peers& peers_;
    Ports ports_;
    Options options_;
    std::function<void()> on_done_;
    BackwardBlocks backward_;
    StateDownload download_;
    std::map<PeerId, List> lists_;
    std::set<Checkpoint> refuted_;
    std::deque<LinkedBlock> linked_;  // ascending; the last is the trusted one
    std::optional<Checkpoint> anchor_;
    std::size_t place_ = 0;          // of the block that is the anchor's, then of the one that is executed
    std::optional<Root> kept_root_;  // of whose state there is something in the database
    std::optional<State> state_;     // assembled, until the anchor's signature is verified
    Phase phase_ = Phase::FindingBlocks;
    bool fetches_again_ = false;
    std::optional<PeerId> fetched_from_;  // the block at place_, the last time
    std::uint64_t began_ms_ = 0;
    SyncSpeed done_{kSpeedWindowMs};
    SyncSpeed bytes_{kSpeedWindowMs};
    std::uint64_t said_at_ms_ = 0;
};

}  // namespace touchstone::node
