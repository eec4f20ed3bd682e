// The way of transactions: from gossip and from this node's users into the pool, and from the users to the network.
// [NET-75] to [NET-79]
//
// Queues, and what they do when full:
// - transactions whose signatures are being verified: kMaxUnderWay, of one peer kMaxUnderWayOfPeer; the newest batch is
//   refused with IGNORE before it is decoded;
// - own transactions until they are published: kOwnBatch, or as many as fit into a message; they are sent at once then.
// A peer has kUseless transactions that the pool does not take for nothing, and gets kUselessPerSecond back; beyond
// that its batches are refused with IGNORE before they are decoded, for looking at them costs as well. So is a batch
// when its sender's quota of signatures is used up. [NET-113]
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "node/base/token_bucket.h"
#include "node/kernel/gossip/conditions.h"
#include "node/kernel/pool/transaction_pool.h"
#include "node/services/chain.h"
#include "node/services/gossip_context.h"
#include "node/services/own_transactions.h"
#include "node/services/under_way.h"

namespace touchstone::node {

class TransactionPipeline {
  public:
    static constexpr std::size_t kMaxUnderWay = 16'384;
    static constexpr std::size_t kMaxUnderWayOfPeer = 4'096;
    static constexpr std::size_t kOwnBatch = 256;
    static constexpr std::uint64_t kOwnWindowMs = 50;
    static constexpr std::uint64_t kUseless = 8'192;
    static constexpr std::uint64_t kUselessPerSecond = 1'024;
    /// More blocks than this between two heads, and the whole pool is looked through instead.
    static constexpr std::size_t kMaxBranch = 64;
    /// So long after a start there are peers who pass on what is published.
    static constexpr std::uint64_t kSlotsUntilPeers = 2;

    TransactionPipeline(Chain& chain, const GossipContext& context, TransactionPool& pool);

    /// Takes up what users gave this node before it was started; published again when there are peers. Once, at the
    /// start.
    void restore();

    void on_gossip(const GossipMessage& message);

    /// Of a user of this node: verified, taken into the pool, written to the database and soon published. Its id, also
    /// if the pool has it already; rejected by the clause that keeps it out, as `TransactionPool::add` says.
    Result<Root> submit(const SignedTransaction& transaction);
    /// Publishes the own transactions that wait.
    void flush();

    /// The chain's head was another one before, and has been committed.
    void on_head(const Root& old_head);
    void on_slot();

    std::size_t under_way() const { return being_verified_.count(); }

  private:
    struct Link {
        Slot slot;
        Root parent;
    };
    /// The blocks that the chain left and those that it joined, both from the newest.
    struct Turn {
        std::vector<Root> left;
        std::vector<Root> joined;
        /// Whether an epoch ends between a head and where they part: then bonds come back to whom no block names.
        bool ends_epoch = false;
    };
    static constexpr TokenBucket::Size kBudget{kUseless, kUseless * 1000 / kUselessPerSecond};

    bool has_budget(const PeerId& peer);
    void charge(const PeerId& peer, std::size_t useless);
    void verify(const GossipMessage& message, GossipChecked<GossipTransactions> checked);
    void publish_soon(const SignedTransaction& transaction, std::size_t bytes);
    void publish_restored();
    std::optional<Turn> turn_from(const Root& old_head) const;
    std::optional<Link> link_of(const Root& root) const;
    std::optional<SignedBlock> block_of(const Root& root) const;
    /// False: the block is not there.
    bool touch(const Root& block, std::vector<Address>& touched) const;
    void tell_pool(std::optional<std::span<const Address>> touched);
    void take_back(const Root& block);
    Domain domain_at(Epoch epoch) const;

    Chain& chain_;
    GossipContext context_;
    TransactionPool& pool_;
    UnderWay being_verified_{kMaxUnderWay, kMaxUnderWayOfPeer};
    /// Of those whose bucket is not full.
    std::map<PeerId, TokenBucket> budgets_;
    OwnTransactions kept_;
    std::vector<Root> restored_;  // and not published since
    Slot restored_at_;
    std::vector<SignedTransaction> own_;
    std::size_t own_bytes_ = 0;
    std::optional<TimerId> flush_timer_;
};

}  // namespace touchstone::node
