// The conditions under which a gossiped message is passed on. [NET-07] to [NET-53], [NET-75] to [NET-78]
//
// Each topic has four steps, the same wherever messages come from: receive decodes; check_* makes all conditions but
// the signatures; the signatures are verified (anywhere); and settle gives the verdict and records what is accepted,
// unless another was accepted in between.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "node/base/result.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/kernel/gossip/seen.h"
#include "node/kernel/pool/transaction_pool.h"
#include "node/kernel/stages.h"

namespace touchstone::node {

enum class Refusal : std::uint8_t { Ignore, Reject };

/// Why a message is not passed on, and whether it costs its sender.
struct GossipRefusal {
    Refusal kind = Refusal::Ignore;
    Rejection reason;
    /// NET-18 and NET-28: the block that is not known, for which the message may wait.
    std::optional<Root> missing_block = std::nullopt;
};

template <class T>
class [[nodiscard]] GossipResult {
  public:
    GossipResult(T value) : content_(std::in_place_index<0>, std::move(value)) {}
    GossipResult(GossipRefusal refusal) : content_(std::in_place_index<1>, std::move(refusal)) {}
    bool ok() const { return content_.index() == 0; }
    T& value() & { return *std::get_if<0>(&content_); }
    const T& value() const& { return *std::get_if<0>(&content_); }
    T&& value() && { return std::move(*std::get_if<0>(&content_)); }
    const GossipRefusal& refusal() const { return *std::get_if<1>(&content_); }

  private:
    std::variant<T, GossipRefusal> content_;
};

// What passed the checks. `kOnce`: the condition that says no to a second message of the kind.
struct GossipBlock {
    static constexpr Clause kOnce = Clause::NET_16;
    SignedBlock block;
    Root root;
    std::size_t encoded_size = 0;
};
struct GossipAttestation {
    static constexpr Clause kOnce = Clause::NET_35;
    Attestation attestation;
    ValidatorIndex validator;
    std::vector<ValidatorIndex> indices;  // the one validator: for DUT-23 and the pool
};
struct GossipAggregate {
    static constexpr Clause kOnce = Clause::NET_40;
    SignedAggregateAndProof message;
    Root data_root;
    std::vector<ValidatorIndex> indices;
};
struct GossipProposerSlashing {
    static constexpr Clause kOnce = Clause::NET_48;
    ProposerSlashing slashing;
    Epoch offence;
};
struct GossipAttesterSlashing {
    static constexpr Clause kOnce = Clause::NET_50;
    AttesterSlashing slashing;
    std::vector<ValidatorIndex> indices;
    Epoch offence;
};
struct GossipVoluntaryExit {
    static constexpr Clause kOnce = Clause::NET_52;
    SignedVoluntaryExit exit;
};

/// Of a batch, not of each transaction: it is passed on as it came, or not at all.
struct GossipTransactions {
    std::vector<TransactionCandidate> candidates;
    /// What a signature that does not verify costs. [NET-78]
    Refusal bad_signature = Refusal::Reject;
};

/// Decodes as the topic's type, or is refused with the clause of the encoding. [NET-12]
template <class Message>
GossipResult<Received<Message>> receive(Bytes payload, const Parameters& parameters) {
    auto received = Received<Message>::decode(payload, parameters);
    if (!received.ok()) return GossipRefusal{Refusal::Reject, received.rejection()};
    return std::move(received).value();
}

/// Whether a block that was refused for this reason is invalid, whoever brings it and whenever, and with it its
/// descendants: not where the store alone says no, nor the signature that its root does not cover. [NET-23]
bool is_found_invalid(Clause reason);

/// [NET-09]; both at least GENESIS_SLOT.
Slot earliest_current_slot(std::uint64_t now_ms, std::uint64_t genesis_time_ms, const Parameters& parameters);
Slot latest_current_slot(std::uint64_t now_ms, std::uint64_t genesis_time_ms, const Parameters& parameters);

/// For one moment: `now_ms` is the node's time.
class GossipConditions {
  public:
    GossipConditions(ForkChoice& fork_choice, SeenMessages& seen, std::uint64_t now_ms);

    /// [NET-13] to [NET-22]. NET-16 is refused with IGNORE; see DUT-23 for what is kept. What is refused by NET-17 is
    /// invalid itself, and is seen to be. [NET-23]
    GossipResult<GossipChecked<GossipBlock>> check_block(const SignedBlock& block, std::size_t encoded_size) const;
    /// [NET-24] to [NET-36]
    GossipResult<GossipChecked<GossipAttestation>> check_attestation(const Attestation& attestation,
                                                                     std::uint64_t subnet) const;
    /// [NET-37] to [NET-46]
    GossipResult<GossipChecked<GossipAggregate>> check_aggregate(const SignedAggregateAndProof& aggregate) const;
    /// [NET-48] [NET-49]; `head_state` is the head's state taken to the current slot, for these three.
    GossipResult<GossipChecked<GossipProposerSlashing>> check_proposer_slashing(const ProposerSlashing& slashing,
                                                                                const State& head_state) const;
    /// [NET-50] [NET-51]
    GossipResult<GossipChecked<GossipAttesterSlashing>> check_attester_slashing(const AttesterSlashing& slashing,
                                                                                const State& head_state) const;
    /// [NET-52] [NET-53]
    GossipResult<GossipChecked<GossipVoluntaryExit>> check_voluntary_exit(const SignedVoluntaryExit& exit,
                                                                          const State& head_state) const;
    /// [NET-75] to [NET-78]; the pool is up to date with the head, whose state `head_state` is (of any slot). What the
    /// pool knows to be signed is not to be verified again.
    GossipResult<GossipChecked<GossipTransactions>> check_transactions(const TransactionBatch& batch,
                                                                       const TransactionPool& pool,
                                                                       const State& head_state) const;

  private:
    const Parameters& parameters() const { return fork_choice_.environment().parameters(); }
    std::optional<GossipRefusal> check_vote_window(const AttestationData& data) const;
    std::optional<GossipRefusal> check_vote_blocks(const AttestationData& data) const;

    ForkChoice& fork_choice_;
    SeenMessages& seen_;
    std::uint64_t now_ms_;
};

// Record an accepted message. Each answers false, and changes nothing, if another was accepted meanwhile: then IGNORE.
bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipBlock>& block);
bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipAttestation>& attestation);
bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipAggregate>& aggregate);
bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipProposerSlashing>& slashing);
bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipAttesterSlashing>& slashing);
bool mark_seen(SeenMessages& seen, const SignatureChecked<GossipVoluntaryExit>& exit);

/// What became of a message in the end.
template <class Content>
struct Settled {
    std::optional<SignatureChecked<Content>> verified;  // also of what came second
    std::optional<GossipRefusal> refusal;               // nothing: ACCEPT
};

/// The last step of every topic but that of transactions, which the pool decides.
template <class Content>
Settled<Content> settle(SeenMessages& seen, GossipChecked<Content> checked, const std::vector<bool>& valid) {
    auto verified = std::move(checked).with_signatures(valid);
    if (!verified.ok()) return {std::nullopt, GossipRefusal{Refusal::Reject, verified.rejection()}};
    Settled<Content> settled{std::move(verified).value(), std::nullopt};
    if (!mark_seen(seen, *settled.verified)) {
        settled.refusal = GossipRefusal{Refusal::Ignore, reject(Content::kOnce, "another was accepted meanwhile")};
    }
    return settled;
}
/// The same for transactions, all of which verified, or the first that did not: those that the pool takes come into it.
/// [NET-77] [NET-78] [NET-79]
struct SettledTransactions {
    std::size_t taken = 0;
    std::optional<GossipRefusal> refusal;  // nothing: ACCEPT
};
SettledTransactions settle(TransactionPool& pool, GossipChecked<GossipTransactions> checked,
                           const std::vector<bool>& valid, std::uint64_t now_ms);

/// [DUT-17]
std::uint64_t compute_subnet_for_attestation(std::uint64_t committees_per_slot, Slot slot, CommitteeIndex index,
                                             const Parameters& parameters);

}  // namespace touchstone::node
