// Asks peers for single blocks that others need: missing parents and blocks that votes name. [NET-66] [NET-70] to
// [NET-73]
//
// At most kMaxFetches roots are wanted at a time, and kMaxFetchesOfPeer that one peer spoke of; what is more is given
// up at once. A root is asked of at most kMaxAttempts peers, never twice of one; then whatever waited for it is
// dropped. A chain of more than kMaxDepth missing ancestors is not followed: that is a matter for range sync. One
// request is under way to a peer at a time, so that no peer ever has more of them than it serves; what else would be
// asked of it waits, and if the peer fails, goes on without it. [NET-58]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/ports/network.h"
#include "node/ports/random.h"
#include "node/ports/timers.h"
#include "node/services/block_pipeline.h"
#include "node/services/chain.h"
#include "node/services/peers.h"

namespace touchstone::node {

class Ancestors {
  public:
    static constexpr std::size_t kMaxFetches = 64;
    /// So that nobody keeps others from being heard by speaking of blocks that do not exist.
    static constexpr std::size_t kMaxFetchesOfPeer = 16;
    static constexpr std::size_t kMaxAttempts = 3;
    static constexpr unsigned kMaxDepth = 32;

    struct Hooks {
        /// The block cannot be had: drop what waits for it.
        std::function<void(const Root& root)> on_given_up;
        /// The peer knows a branch that left ours too long ago to be followed block by block.
        std::function<void(const PeerId& peer)> on_too_deep;
        /// A block that was asked for came from the peer and is imported.
        std::function<void(const PeerId& peer)> on_delivered;
    };

    Ancestors(Chain& chain, BlockPipeline& blocks, Peers& peers, Network& network, Timers& timers, Random& random)
        : chain_(chain), blocks_(blocks), peers_(peers), network_(network), timers_(timers), random_(random) {}
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

    /// `hint`, who spoke of the block, is asked first. `child`: the block that needs it, if it is its parent.
    void fetch(const Root& root, const PeerId& hint, const std::optional<Root>& child = std::nullopt);
    bool is_fetching(const Root& root) const { return fetches_.contains(root); }
    std::size_t size() const { return fetches_.size(); }

  private:
    struct Fetch {
        PeerId preferred;  // who spoke of it
        std::set<PeerId> asked;
        unsigned depth = 0;
        bool waiting = false;  // for a peer to be free
    };

    bool has_room_for(const PeerId& hint) const;
    void ask(const Root& root);
    void ask_waiting();
    void pass_over(const PeerId& peer);
    /// Whom `fetch` may still ask, the preferred peer alone if it is one of them.
    std::vector<PeerId> candidates(const Fetch& fetch) const;
    void answered(const Root& root, const PeerId& peer, RequestOutcome outcome, const ByteVector& payload);
    void evaluate(const Root& root, const PeerId& peer, RequestOutcome outcome, const ByteVector& payload);
    void imported(const Root& root, const PeerId& peer, ImportOutcome outcome);
    void give_up(const Root& root);

    Chain& chain_;
    BlockPipeline& blocks_;
    Peers& peers_;
    Network& network_;
    Timers& timers_;
    Random& random_;
    Hooks hooks_;
    std::map<Root, Fetch> fetches_;
    std::set<PeerId> busy_;
};

}  // namespace touchstone::node
