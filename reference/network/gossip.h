// Page 13: what is passed on. The conditions of each topic, in their order; the first that does not hold is the
// verdict.
#pragma once

#include "reference/fork_choice/store.h"

namespace touchstone::reference {

enum class Verdict { Accept, Ignore, Reject };

/// [NET-07] With the clause that did not hold, unless it is ACCEPT.
struct GossipResult {
    Verdict verdict = Verdict::Accept;
    std::optional<Clause> clause;
    bool operator==(const GossipResult&) const = default;
};

/// [DUT-26] The transactions that wait, by sender and nonce. It has no bounds on all of them together [DUT-27].
using TransactionPool = std::map<std::pair<Address, std::uint64_t>, SignedTransaction>;

/// [DUT-26], [DUT-27] Whether the pool would take a transaction that is valid by itself, in the head's state.
bool would_come_into_pool(const TransactionPool& pool, const SignedTransaction& transaction,
                          const ConsensusState& state);

/// [NET-48], [NET-50] For each validator of whom evidence was accepted, the smallest epoch of those offences.
using OldestOffences = std::map<ValidatorIndex, Epoch>;

/// What a node knows when a message comes, and has seen before.
struct GossipView {
    Store store;
    std::uint64_t time_ms = 0;                                     // of the node's own clock
    std::set<Root> invalid_blocks;                                 // [NET-23]
    std::set<std::pair<ValidatorIndex, Slot>> seen_blocks;         // [NET-16]
    std::set<std::pair<ValidatorIndex, Epoch>> seen_attesters;     // [NET-35]
    std::map<AttestationData, std::vector<Bits>> seen_aggregates;  // [NET-39]
    std::set<std::pair<ValidatorIndex, Epoch>> seen_aggregators;   // [NET-40]
    OldestOffences seen_proposer_slashings;                        // [NET-48]
    OldestOffences seen_attester_slashings;                        // [NET-50]
    std::set<ValidatorIndex> seen_exits;                           // [NET-52]
    TransactionPool pool;                                          // [NET-77]
};

/// A block that comes by a request. If its state transition fails, other than by the signature alone, it is kept as
/// invalid [NET-23].
Result<void> import_block(GossipView& view, const SignedBlock& signed_block);

/// What is accepted is noted in the view as seen; it is not yet given to the fork choice [NET-10], [NET-47].
GossipResult on_gossip_block(GossipView& view, const SignedBlock& signed_block);
GossipResult on_gossip_attestation(GossipView& view, const Attestation& attestation, std::uint64_t subnet);
GossipResult on_gossip_aggregate(GossipView& view, const SignedAggregateAndProof& signed_aggregate);
GossipResult on_gossip_proposer_slashing(GossipView& view, const ProposerSlashing& slashing);
GossipResult on_gossip_attester_slashing(GossipView& view, const AttesterSlashing& slashing);
GossipResult on_gossip_voluntary_exit(GossipView& view, const SignedVoluntaryExit& signed_exit);
/// [NET-79] Those that the pool takes come into it.
GossipResult on_gossip_transactions(GossipView& view, const TransactionBatch& batch);

}  // namespace touchstone::reference
