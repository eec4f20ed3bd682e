// The way of a block: bytes, gossip conditions, signatures, transition, fork choice, database. [NET-13] to [NET-23]
//
// Blocks that cannot be imported yet are kept, within bounds:
// - those of a slot that has not begun (within the disparity of clocks): at most kMaxFuture, the newest is refused;
// - those whose parent is not known: at most kMaxWaiting, two for a proposer and slot and kMaxWaitingOfPeer of one peer
//   ([NET-54]); the oldest goes first. A block that this node asked for is kept only while the request that needs it
//   lasts.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/kernel/gossip/conditions.h"
#include "node/ports/network.h"
#include "node/ports/verifier.h"
#include "node/services/chain.h"
#include "node/services/gossip_context.h"

namespace touchstone::node {

enum class ImportOutcome : std::uint8_t {
    Imported,  // is in the fork choice and committed
    AlreadyKnown,
    MissingParent,  // was kept; the parent is being asked for
    NotYet,         // was kept until its slot begins
    Irrelevant,     // conflicts with what is final here, or lies too far ahead: says nothing about who sent it
    BadSignature,   // only the block's own signature: another copy of the block may be good [NET-23]
    Invalid,        // and so is every descendant
    Stopped         // the node could not write it and stops
};

using ImportCompletion = std::function<void(ImportOutcome outcome)>;

class BlockPipeline {
  public:
    static constexpr std::size_t kMaxFuture = 64;
    static constexpr std::size_t kMaxWaiting = 256;
    static constexpr std::size_t kMaxWaitingOfPeer = 64;
    static constexpr std::size_t kMaxWaitingOfSlot = 2;
    static constexpr std::uint64_t kMaxSlotsAhead = 1;

    /// What others do when something happens to a block. All are set before the first block.
    struct Hooks {
        /// A block was imported and committed.
        std::function<void(const SignedBlock& block, const ImportedBlock& imported)> on_imported;
        /// A header whose signature verified: for the slasher.
        std::function<void(const SignedBlockHeader& header)> on_header;
        /// The block `missing` is needed by the block `child`, which `peer` sent.
        std::function<void(const Root& missing, const Root& child, const PeerId& peer)> on_missing_parent;
        /// Signatures of transactions that this node has verified already.
        KnownSignatures known_signatures;
    };

    BlockPipeline(Chain& chain, const GossipContext& context) : chain_(chain), context_(context) {}
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

    void on_gossip(const GossipMessage& message);

    /// A block that was asked for; `completion` is called once, maybe at once. The node's own blocks come through here
    /// too.
    void import_block(const SignedBlock& block, const PeerId& peer, ImportCompletion completion);

    /// The slot has begun: imports what waited for it.
    void on_slot(Slot slot);

    /// Drops the blocks that wait for this parent, and theirs: it cannot be had.
    void give_up(const Root& parent);
    bool is_waiting(const Root& root) const { return waiting_roots_.contains(root); }
    std::size_t waiting_count() const { return waiting_.size() + future_.size(); }
    /// After finality has moved.
    void prune();

  private:
    struct Waiting {
        SignedBlock block;
        Root root;
        PeerId peer;
    };
    using WaitingList = std::list<Waiting>;

    void gossip_checked(GossipId id, const PeerId& peer, GossipChecked<GossipBlock> checked);
    void refused(const GossipMessage& message, const SignedBlock& block, const GossipRefusal& refusal);
    void verify_equivocation(const SignedBlock& block, const Root& root);
    void execute(const SignedBlock& block, const Root& root, const PeerId& peer);
    void executed(ExecutedSignedBlock checked, const PeerId& peer);
    void insert(ExecutedSignedBlock checked, const std::vector<bool>& valid, const PeerId& peer);
    ImportOutcome outcome_of(const Rejection& rejection, const SignedBlock& block, const Root& root,
                             const PeerId& peer);
    void finish(const Root& root, ImportOutcome outcome);
    void keep_for_parent(const SignedBlock& block, const Root& root, const PeerId& peer);
    bool keep_for_slot(const SignedBlock& block, const Root& root, const PeerId& peer);
    void release_children(const Root& parent);
    void mark_invalid(const Root& root);
    WaitingList::iterator drop(WaitingList::iterator entry);

    Chain& chain_;
    GossipContext context_;
    Hooks hooks_;
    /// Under way, and whom to tell.
    std::map<Root, std::vector<ImportCompletion>> under_way_;
    WaitingList waiting_;
    std::set<Root> waiting_roots_;
    std::map<Root, Waiting> future_;
};

}  // namespace touchstone::node
