// The way of a block: bytes, gossip conditions, signatures, transition, fork choice, database. [NET-13] to [NET-23]
//
// Bounds, and what goes when they are reached: [NET-54] [NET-113] [NET-114]
// - gossiped blocks whose signature is being verified: kMaxUnderWay, of one peer kMaxUnderWayOfPeer, and so many bytes;
//   the newest is refused with IGNORE, as is a block when its sender's quota of signatures is used up;
// - those of a slot that has not begun (within the disparity of clocks): kMaxFuture; the newest is refused, but one
// that
//   came by gossip takes the place of one that did not, whose signature nobody has verified;
// - those whose parent is not known: kMaxWaiting and kMaxWaitingBytes, of one peer kMaxWaitingOfPeer, and two of a
//   proposer and slot, one of each peer; the oldest of the peer that has most goes. Of gossip those of known validators
//   are kept. A block that this node asked for is kept only while the request that needs it lasts.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "node/kernel/gossip/conditions.h"
#include "node/ports/network.h"
#include "node/ports/verifier.h"
#include "node/services/chain.h"
#include "node/services/gossip_context.h"
#include "node/services/under_way.h"

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

using ImportCounts = std::map<ImportOutcome, std::uint64_t>;

using ImportCompletion = std::function<void(ImportOutcome outcome)>;

/// What becomes of a block whose parent is not known.
enum class WithoutParent : std::uint8_t { IsKept, IsDropped };

class BlockPipeline {
  public:
    static constexpr std::size_t kMaxUnderWay = 64;
    static constexpr std::size_t kMaxUnderWayOfPeer = 8;
    static constexpr std::size_t kMaxUnderWayBytes = std::size_t{64} << 20U;
    static constexpr std::size_t kMaxUnderWayBytesOfPeer = std::size_t{16} << 20U;
    static constexpr std::size_t kMaxFuture = 16;
    static constexpr std::size_t kMaxWaiting = 256;
    static constexpr std::size_t kMaxWaitingBytes = std::size_t{64} << 20U;
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
    /// too. The child of a block that is still being verified is executed on it meanwhile, and comes in after it: so a
    /// chain is imported in the time of its execution or of its signatures, whichever is longer. How many are under way
    /// is the caller's to bound.
    void import_block(const SignedBlock& block, const PeerId& peer, ImportCompletion completion,
                      WithoutParent without_parent = WithoutParent::IsKept);
    /// Executed, and its signatures are being verified.
    bool is_being_verified(const Root& root) const;

    /// Of a validator's client: the conditions of gossip and the proposer's signature, here and now. Nothing is kept of
    /// it; rejected with the first that does not hold.
    Result<void> check_submitted(const SignedBlock& block);

    /// The slot has begun: imports what waited for it.
    void on_slot(Slot slot);

    /// Drops the blocks that wait for this parent, and theirs: it cannot be had.
    void give_up(const Root& parent);
    bool is_waiting(const Root& root) const { return waiting_roots_.contains(root); }
    std::size_t waiting_count() const { return waiting_.size() + future_.size(); }
    /// Since the start.
    const ImportCounts& outcomes() const { return outcomes_; }
    /// After finality has moved.
    void prune();

  private:
    struct Waiting {
        SignedBlock block;
        Root root;
        PeerId peer;
        std::size_t bytes = 0;
        bool passed_gossip = false;  // one of its proposer and slot has: this one, as good as ever
    };
    using WaitingList = std::list<Waiting>;
    /// A copy of a block, and whom to tell what came of it.
    struct Copy {
        SignedBlock block;
        PeerId peer;
        WithoutParent without_parent = WithoutParent::IsKept;
        ImportCompletion completion;
    };
    /// Of a block that is under way.
    struct Import {
        std::vector<Copy> copies;                       // the first is the one that is checked
        std::shared_ptr<ExecutedSignedBlock> executed;  // null before
    };

    void verify(const GossipMessage& message, GossipChecked<GossipBlock> checked);
    void verified(GossipId id, const PeerId& peer, const Settled<GossipBlock>& settled);
    void refused(const GossipMessage& message, const SignedBlock& block, const GossipRefusal& refusal);
    void verify_equivocation(const SignedBlock& block, const Root& root, const PeerId& peer);
    void execute(const SignedBlock& block, const Root& root);
    Result<ExecutedSignedBlock> check(const SignedBlock& block);
    void verify_executed(const std::shared_ptr<ExecutedSignedBlock>& executed);
    void insert(ExecutedSignedBlock checked, const std::vector<bool>& valid);
    ImportOutcome outcome_of(const Rejection& rejection, const SignedBlock& block, const Root& root);
    void finish(const Root& root, ImportOutcome outcome);
    ImportOutcome counted(ImportOutcome outcome);
    void keep_for_parent(const SignedBlock& block, const Root& root, const PeerId& peer);
    void make_room_for(const Waiting& entry);
    bool keep_for_slot(const SignedBlock& block, const Root& root, const PeerId& peer);
    void release_children(const Root& parent);
    void mark_invalid(const Root& root);
    WaitingList::iterator drop(WaitingList::iterator entry);

    Chain& chain_;
    GossipContext context_;
    Hooks hooks_;
    std::map<Root, Import> imports_;
    UnderWay being_verified_{kMaxUnderWay, kMaxUnderWayOfPeer};
    UnderWay bytes_being_verified_{kMaxUnderWayBytes, kMaxUnderWayBytesOfPeer};
    WaitingList waiting_;
    std::size_t waiting_bytes_ = 0;
    std::set<Root> waiting_roots_;
    std::map<Root, Waiting> future_;
    ImportCounts outcomes_;
};

}  // namespace touchstone::node
