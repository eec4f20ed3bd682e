// Page 10: fork choice. A handler applies its input whole, or rejects it and leaves the store as it was [FC-01].
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

using StatePointer = std::shared_ptr<const ConsensusState>;

/// [FC-02]
struct LatestMessage {
    Epoch epoch;
    Root root;
    bool operator==(const LatestMessage&) const = default;
};

/// The two costly checks of the handlers, as the prose has them. Who replays many stores may put functions here that
/// remember what they have checked; they must give the same answers.
struct CostlyChecks {
    std::function<Result<StatePointer>(const ConsensusState& parent, const SignedBlock& signed_block)> state_transition;
    std::function<Result<void>(const ConsensusState& state, const IndexedAttestation& indexed)>
        is_valid_indexed_attestation;
};
CostlyChecks plain_checks();

/// [FC-03]
struct Store {
    Parameters config{};
    std::uint64_t time_ms = 0;
    std::uint64_t genesis_time_ms = 0;
    Root anchor_root;
    Checkpoint justified_checkpoint;
    Checkpoint finalized_checkpoint;
    Checkpoint unrealized_justified_checkpoint;
    Checkpoint unrealized_finalized_checkpoint;
    Root proposer_boost_root;
    std::set<ValidatorIndex> equivocating_indices;
    std::map<Root, Block> blocks;
    std::map<Root, StatePointer> block_states;
    std::map<Root, bool> block_timeliness;
    std::map<Root, Checkpoint> unrealized_justifications;
    std::map<ValidatorIndex, LatestMessage> latest_messages;

    CostlyChecks checks = plain_checks();
    /// What `get_checkpoint_state` has computed. It is a function of the blocks, so this is no state of the store.
    mutable std::map<Checkpoint, StatePointer> checkpoint_states;
};

/// [FC-05], [FC-06]
Result<Store> get_forkchoice_store(const ConsensusState& anchor_state, const Block& anchor_block);

/// [FC-04] Drops the states that no message needs any more: of blocks that do not descend from the finalized
/// checkpoint.
void forget_states(Store& store);

// Time
Slot get_current_slot(const Store& store);
Epoch get_current_store_epoch(const Store& store);
std::uint64_t get_time_into_slot(const Store& store);
std::uint64_t compute_slots_since_epoch_start(Slot slot, const Parameters& config);
std::uint64_t get_slot_component_duration_ms(std::uint64_t basis_points, const Parameters& config);
std::uint64_t get_attestation_due_ms(const Parameters& config);
std::uint64_t get_aggregate_due_ms(const Parameters& config);
std::uint64_t get_proposer_reorg_cutoff_ms(const Parameters& config);

// Checkpoints, for roots of known blocks
void update_checkpoints(Store& store, const Checkpoint& justified, const Checkpoint& finalized);
Root get_ancestor(const Store& store, const Root& root, Wide slot);
Root get_checkpoint_block(const Store& store, const Root& root, Epoch epoch);
Root get_shuffling_dependent_root(const Store& store, const Root& root, Epoch epoch);

// Handlers
Result<void> on_tick(Store& store, std::uint64_t time_ms);
Result<void> on_block(Store& store, const SignedBlock& signed_block);
Result<void> on_attestation(Store& store, const Attestation& attestation, bool is_from_block = false);
Result<void> on_attester_slashing(Store& store, const AttesterSlashing& slashing);

// Weights
Result<StatePointer> get_checkpoint_state(const Store& store, const Checkpoint& checkpoint);
Result<Amount> calculate_committee_fraction(const ConsensusState& state, std::uint64_t percent);
Result<Amount> get_proposer_score(const Store& store);
Result<Amount> get_attestation_score(const Store& store, const Root& root);
Result<Amount> get_weight(const Store& store, const Root& root);

// Head
Checkpoint get_voting_source(const Store& store, const Root& root);
std::set<Root> get_filtered_block_tree(const Store& store);
Result<Root> get_head(const Store& store);

// Late-block re-org
bool is_head_late(const Store& store, const Root& head);
bool is_shuffling_stable(Slot slot, const Parameters& config);
bool is_ffg_competitive(const Store& store, const Root& head, const Root& parent);
bool is_finalization_ok(const Store& store, Slot slot);
bool is_proposing_on_time(const Store& store);
Result<bool> is_head_weak(const Store& store, const Root& head);
Result<bool> is_parent_strong(const Store& store, const Root& head);
bool is_proposer_equivocation(const Store& store, const Root& head);
Result<Root> get_proposer_head(const Store& store, const Root& head, Slot slot);

}  // namespace touchstone::reference
