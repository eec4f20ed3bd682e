// The fork choice: store, handlers, head. [FC-01] to [FC-60]
//
// A handler applies the whole of its input or rejects it and leaves the store as it was. Each comes in two forms: in
// stages, for a node whose signatures are verified elsewhere (check → signatures → apply), and at once with a verifying
// function. Not thread-safe: one owner. What it hands out as `StatePointer` is immutable, with its root computed, and
// may be read by anybody.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "node/base/result.h"
#include "node/kernel/consensus/environment.h"
#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/fork_choice/proto_array.h"
#include "node/kernel/fork_choice/votes.h"
#include "node/kernel/stages.h"

namespace touchstone::node {

/// A block that passed FC-16 to FC-19 and whose transition holds, signatures apart. [FC-20]
struct ExecutedBlockContent {
    SignedBlock block;
    Root root;
    Root body_root;
    StatePointer post_state;
    /// Of the block's transactions, in their order.
    std::shared_ptr<const Receipts> receipts;
};
using ExecutedSignedBlock = GossipChecked<ExecutedBlockContent>;
using VerifiedBlock = SignatureChecked<ExecutedBlockContent>;

/// An attestation that passed FC-36 to FC-45, its signature apart.
struct IndexedVote {
    AttestationData data;
    std::vector<ValidatorIndex> indices;
    bool from_block = false;
};
using CheckedVote = GossipChecked<IndexedVote>;
using VerifiedVote = SignatureChecked<IndexedVote>;

/// An attester slashing that passed FC-48 to FC-50, its signatures apart.
struct Equivocation {
    std::vector<ValidatorIndex> indices;  // in both attestations, ascending
};
using CheckedEquivocation = GossipChecked<Equivocation>;
using VerifiedEquivocation = SignatureChecked<Equivocation>;

/// What is left of a block once it is in the fork choice.
struct ImportedBlock {
    Root root;
    bool already_known = false;  // [FC-15]
    bool timely = false;
    StatePointer post_state;
    /// Of the block's transactions; null for a block that was known.
    std::shared_ptr<const Receipts> receipts;
};

/// Everything in the store that the blocks themselves do not tell: with the anchor, the blocks in the order of `blocks`
/// and this, restore() makes a store that is the same in every answer.
struct ForkChoiceRecord {
    struct KnownBlock {
        Root root;
        bool timely = false;
        Checkpoint unrealized_justified;
    };
    struct LatestMessage {
        ValidatorIndex validator;
        Epoch epoch;
        Root root;
    };
    std::uint64_t time_ms = 0;
    bool pruned = false;  // the first block is not the anchor: blocks before it were forgotten
    Checkpoint justified;
    Checkpoint finalized;
    Checkpoint unrealized_justified;
    Checkpoint unrealized_finalized;
    Root boost_root;
    std::vector<ValidatorIndex> equivocating;
    std::vector<KnownBlock> blocks;       // parents before children
    std::vector<LatestMessage> messages;  // the root is zero where the block was forgotten
};

ByteVector encode(const ForkChoiceRecord& record);
Result<ForkChoiceRecord> decode_fork_choice_record(Bytes bytes);

class ForkChoice {
  public:
    /// get_forkchoice_store. [FC-05] [FC-06] The environment outlives the object.
    static Result<ForkChoice> from_anchor(const Environment& environment, State anchor_state,
                                          const Block& anchor_block);

    /// The anchor is what an operator vouches for as a checkpoint of the chain with this genesis root, at the epoch of
    /// the clock. [WS-04] `ordered_outside` waives WS-03 alone. [WS-05]
    static Result<ForkChoice> from_checkpoint(const Environment& environment, const Root& genesis_root,
                                              Epoch current_epoch, const Checkpoint& checkpoint, State state,
                                              const Block& block, bool ordered_outside);

    /// From a record, with the state of its first block and a way to get each later block by its root. The blocks are
    /// executed again with their signatures taken on trust. Rejected with the clause that a block breaks, or FC-05 if
    /// record, state and blocks do not belong together.
    static Result<ForkChoice> restore(const Environment& environment, const ForkChoiceRecord& record,
                                      State anchor_state,
                                      const std::function<std::optional<SignedBlock>(const Root&)>& block_by_root);
    ForkChoiceRecord record() const;

    // ------------------------------------------------------------------------------------------------- handlers

    /// [FC-11] [FC-12]
    Result<void> on_tick(std::uint64_t time_ms);

    /// [FC-15] to [FC-22]
    Result<ImportedBlock> on_block(const SignedBlock& block, const VerifySignatures& verify);
    /// [FC-36] to [FC-47]
    Result<void> on_attestation(const Attestation& attestation, bool from_block, const VerifySignatures& verify);
    /// [FC-48] to [FC-51]
    Result<void> on_attester_slashing(const AttesterSlashing& slashing, const VerifySignatures& verify);

    /// on_block in stages: everything up to the signatures. A known block is rejected with FC-15: it needs no import.
    /// Signatures of transactions that `known` knows are not among those that are left to verify.
    Result<ExecutedSignedBlock> check_block(const SignedBlock& block, const KnownSignatures& known = {});
    /// The same for a child of a block that has been checked and is not in the store yet, since its signatures are
    /// still being verified. FC-16 and FC-19 are left to import_block, which has the parent before it or rejects.
    Result<ExecutedSignedBlock> check_child(const ExecutedBlockContent& parent, const SignedBlock& block,
                                            const KnownSignatures& known = {}) const;
    /// Checks FC-16 to FC-19 again, for the store may have moved on, and applies. The votes and slashings of the body
    /// are applied too; where a vote's committee differs from the one under which the block was verified, `verify` is
    /// asked.
    Result<ImportedBlock> import_block(VerifiedBlock block, const VerifySignatures& verify);

    Result<CheckedVote> check_attestation(const Attestation& attestation, bool from_block);
    /// Checks FC-36 to FC-43 again.
    Result<void> apply(const VerifiedVote& vote);

    Result<CheckedEquivocation> check_attester_slashing(const AttesterSlashing& slashing);
    void apply(const VerifiedEquivocation& equivocation);

    // --------------------------------------------------------------------------------------------------- answers

    /// [FC-35]
    Root get_head();
    /// [FC-60]
    Root get_proposer_head(const Root& head, Slot slot);
    /// [FC-31]; 0 for an unknown block.
    std::uint64_t get_weight(const Root& root);

    std::uint64_t time_ms() const { return time_ms_; }
    Slot current_slot() const;  // [FC-07]
    Epoch current_store_epoch() const;
    std::uint64_t time_into_slot_ms() const;
    const Checkpoint& justified() const { return justified_; }
    const Checkpoint& finalized() const { return finalized_; }
    const Checkpoint& unrealized_justified() const { return unrealized_justified_; }
    const Checkpoint& unrealized_finalized() const { return unrealized_finalized_; }
    const Root& boost_root() const { return boost_root_; }
    /// The first block of the store; after a pruning, the finalized block.
    const Root& anchor_root() const { return blocks_.node(0).root; }
    const Environment& environment() const { return *environment_; }

    bool contains(const Root& root) const { return blocks_.contains(root); }
    std::size_t block_count() const { return blocks_.size(); }
    const ProtoArray& blocks() const { return blocks_; }
    const Votes& votes() const { return votes_; }
    std::optional<Slot> block_slot(const Root& root) const;
    std::optional<Root> parent_of(const Root& root) const;
    bool is_timely(const Root& root) const;
    std::optional<Checkpoint> unrealized_justification(const Root& root) const;
    /// Nothing for an unknown root, or where the ancestor was forgotten. [FC-14]
    std::optional<Root> get_ancestor(const Root& root, Slot slot) const;
    std::optional<Root> get_checkpoint_block(const Root& root, Epoch epoch) const;
    /// [FC-24]
    std::optional<Root> get_shuffling_dependent_root(const Root& root, Epoch epoch) const;

    /// The post-state of a known block; null for an unknown one.
    StatePointer block_state(const Root& root) const;
    /// The post-state of a known block taken to the first slot of the epoch if it is behind it; remembered until a
    /// pruning. [FC-27] Null for an unknown block, and where the chain cannot go on so far. [COM-08]
    StatePointer checkpoint_state(const Root& root, Epoch epoch);
    /// The same with the clause that the slots on the way break; FC-38 for an unknown block.
    Result<StatePointer> try_checkpoint_state(const Root& root, Epoch epoch);
    /// The post-state of a known block taken to the slot (epochs on the way are remembered); FC-16 for an unknown
    /// block, else the clause that the slots on the way break.
    Result<std::shared_ptr<State>> state_at(const Root& root, Slot slot);

    /// Forgets blocks that do not descend from the finalized checkpoint, and old checkpoint states. [FC-04] Returns the
    /// forgotten roots.
    std::vector<Root> prune();

  private:
    struct CheckpointKey {
        Root root;
        Epoch epoch;
        friend auto operator<=>(const CheckpointKey&, const CheckpointKey&) = default;
    };

    ForkChoice(const Environment& environment, ProtoArray blocks)
        : environment_(&environment), blocks_(std::move(blocks)) {}

    const Parameters& parameters() const { return environment_->parameters(); }
    void on_tick_per_slot(std::uint64_t time_ms);                                       // [FC-10]
    void update_checkpoints(const Checkpoint& justified, const Checkpoint& finalized);  // [FC-13]
    Result<void> check_time(const Block& block) const;                                  // [FC-17] [FC-18]
    Result<void> check_ancestry(const Block& block) const;
    Result<ImportedBlock> insert(const ExecutedBlockContent& content, const VerifySignatures& verify);
    void update_proposer_boost_root(const Root& head, const Root& root);  // [FC-25]
    void pull_up(const Root& root, const JustificationOutcome& outcome);
    void apply_body(const ExecutedBlockContent& content, const VerifySignatures& verify);
    bool verified_by_block(const State& post_state, const AttestationData& data);
    Result<void> validate_on_attestation(const AttestationData& data, bool from_block) const;
    /// Everything up to FC-44.
    Result<IndexedVote> index_vote(const Attestation& attestation, bool from_block);
    void apply_vote(const IndexedVote& vote);
    void apply_equivocation(const Equivocation& equivocation);
    Result<void> insert_recorded(const SignedBlock& block, const ForkChoiceRecord::KnownBlock& known);
    Result<void> restore_rest(const ForkChoiceRecord& record);
    void refresh_scores();
    /// With the scores up to date.
    ProtoArray::View view();
    StatePointer remember(const CheckpointKey& key, State state);
    std::uint64_t committee_fraction(std::uint64_t percent);            // [FC-28]
    bool is_proposer_equivocation(const ProtoArray::Node& head) const;  // [FC-59]

    const Environment* environment_;  // [FC-03]
    ProtoArray blocks_;
    Votes votes_;
    std::uint64_t time_ms_ = 0;
    std::uint64_t genesis_time_ms_ = 0;
    Checkpoint justified_;
    Checkpoint finalized_;
    Checkpoint unrealized_justified_;
    Checkpoint unrealized_finalized_;
    Root boost_root_;
    std::unordered_map<Root, StatePointer> block_states_;
    std::map<CheckpointKey, StatePointer> checkpoint_states_;
    /// Stakes of the justified state, and of which checkpoint they are.
    std::vector<std::uint64_t> justified_stakes_;
    std::uint64_t justified_total_ = 0;
    std::optional<Checkpoint> stakes_of_;
    bool scores_stale_ = true;
};

}  // namespace touchstone::node
