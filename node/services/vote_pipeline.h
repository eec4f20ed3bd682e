// The way of attestations and aggregates: gossip conditions, signatures in batches, pool, fork choice. [NET-24] to
// [NET-47]
//
// Queues and what they do when full: [NET-54] [NET-113] [NET-114]
// - votes whose signatures are being verified: kMaxUnderWay signatures; what is more waits its turn;
// - checked, waiting for their turn: kMaxUnverified; the oldest is dropped with IGNORE. What a peer can bring in is
//   bounded by its quota of signatures, and what is above that is refused with IGNORE;
// - votes whose block is not known: kMaxWaiting; the oldest of the peer that has most is dropped;
// - accepted votes until their slot is over: kMaxAccepted; the oldest is dropped (it stays in the pool for blocks).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "node/kernel/duties/operation_pool.h"
#include "node/kernel/gossip/conditions.h"
#include "node/services/chain.h"
#include "node/services/gossip_context.h"
#include "node/services/kept_votes.h"

namespace touchstone::node {

class VotePipeline {
  public:
    static constexpr std::size_t kMaxUnderWay = 1024;
    static constexpr std::size_t kMaxUnverified = 16'384;
    static constexpr std::size_t kMaxWaiting = 16'384;
    static constexpr std::size_t kMaxAccepted = 1U << 17U;
    static constexpr std::size_t kBatch = 64;
    static constexpr std::uint64_t kBatchWindowMs = 10;

    struct Hooks {
        /// Votes whose signature verified: for the slasher.
        std::function<void(const IndexedAttestation& attestation)> on_verified;
        std::function<void(const Root& missing, const PeerId& peer)> on_missing_block;
    };

    VotePipeline(Chain& chain, const GossipContext& context, AttestationPool& pool)
        : chain_(chain), context_(context), pool_(pool) {}
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

    void on_gossip_attestation(GossipMessage message);
    void on_gossip_aggregate(GossipMessage message);

    /// Votes of this node's validators, just signed: into the pool and, when their slot is over, into the fork choice.
    void add_own(const Attestation& attestation, ValidatorIndex validator);
    void add_own(const SignedAggregateAndProof& aggregate);

    // Of a validator's client: verified here and now under the conditions of gossip, published if they hold. Rejected
    // with the condition that does not.
    Result<void> submit(const Attestation& attestation);
    Result<void> submit(const SignedAggregateAndProof& aggregate);

    /// Gives the fork choice all accepted votes of slots before this one. Adds rows; the caller commits.
    void apply_until(Slot slot);

    /// The block is known now: votes that waited for it are checked again.
    void on_block(const Root& root);
    /// The block cannot be had.
    void give_up(const Root& root) { waiting_.drop(root); }
    void prune();

    std::size_t waiting_count() const { return waiting_.size(); }

  private:
    using Checked = std::variant<GossipChecked<GossipAttestation>, GossipChecked<GossipAggregate>>;
    struct Unverified {
        std::optional<GossipId> id;  // nothing: was answered with IGNORE when it had to wait
        Checked message;
    };

    void check_attestation(const Attestation& attestation, const GossipMessage& message, bool answered);
    void check_aggregate(const SignedAggregateAndProof& aggregate, const GossipMessage& message, bool answered);
    void refused(const GossipMessage& message, const GossipRefusal& refusal, bool answered);
    void enqueue(const GossipMessage& message, Checked checked, bool answered);
    void flush();
    void verify_batch();
    void verified(std::vector<Unverified> batch, const std::vector<bool>& valid);
    void settle_entry(Unverified entry, const std::vector<bool>& valid);
    template <class Content>
    void accept(const std::optional<GossipId>& id, const Settled<Content>& settled);
    template <class Content>
    Result<void> accept_now(GossipChecked<Content> checked);
    Result<std::uint64_t> subnet_of(const AttestationData& data);
    void verify_equivocation(const Attestation& attestation, const PeerId& peer);
    void keep_until_over(const Attestation& attestation);
    void apply(const Attestation& attestation);
    void report(const std::optional<GossipId>& id, Verdict verdict);

    Chain& chain_;
    GossipContext context_;
    AttestationPool& pool_;
    Hooks hooks_;
    std::deque<Unverified> unverified_;
    bool flush_scheduled_ = false;
    std::size_t under_way_ = 0;  // signatures
    KeptVotes waiting_{kMaxWaiting};
    std::multimap<Slot, Attestation> accepted_;
};

}  // namespace touchstone::node
