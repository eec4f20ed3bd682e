// Page 11: what a validator computes before it signs.
#pragma once

#include "reference/fork_choice/store.h"

namespace touchstone::reference {

/// [DUT-03]
struct CommitteeAssignment {
    Slot slot;
    CommitteeIndex committee_index;
    std::vector<ValidatorIndex> committee;
};
/// Nothing for a validator that is not active in the epoch. The epoch is the state's, the one before or the one after.
Result<std::optional<CommitteeAssignment>> get_committee_assignment(const ConsensusState& state, Epoch epoch,
                                                                    ValidatorIndex index);

/// [DUT-05] What a proposer of the slot builds on.
Result<Root> get_proposal_parent(const Store& store, Slot slot);
/// [DUT-07] What a RANDAO reveal signs.
Root get_epoch_signing_root(const ConsensusState& state, Epoch epoch);
/// [DUT-12] What a member of the committee votes at this time.
Result<AttestationData> get_attestation_data(const Store& store, Slot slot, CommitteeIndex index);
/// [DUT-14] What a selection proof signs.
Root get_slot_signing_root(const ConsensusState& state, Slot slot);
/// [DUT-15]
bool is_aggregator(const ConsensusState& state, Slot slot, CommitteeIndex index, const BLSSignature& selection_proof);
/// [DUT-16] What an aggregator signs.
Root get_aggregate_and_proof_signing_root(const ConsensusState& state, const AggregateAndProof& message);
/// [DUT-17]
std::uint64_t compute_subnet_for_attestation(std::uint64_t committees_per_slot, Slot slot, CommitteeIndex index,
                                             const Parameters& config);

/// The highest that a key has signed.
struct Watermark {
    std::optional<Slot> slot;
    std::optional<Epoch> source;
    std::optional<Epoch> target;
};
/// [DUT-19] Whether a block of the slot may be signed; if so, the watermark is raised.
bool raise_for_block(Watermark& watermark, Slot slot);
/// [DUT-20] Whether an attestation may be signed; if so, the watermark is raised.
bool raise_for_attestation(Watermark& watermark, Epoch source, Epoch target);

// Page 12: weak subjectivity.

/// [WS-01] In epochs.
Result<Wide> compute_weak_subjectivity_period(const ConsensusState& state);
/// [WS-02]
Result<void> check_state_of_checkpoint(const ConsensusState& state, const Checkpoint& checkpoint);
/// [WS-02], [WS-03]
Result<void> is_within_weak_subjectivity_period(Epoch current_epoch, const ConsensusState& state,
                                                const Checkpoint& checkpoint);
/// [WS-04] Whether a state is of the same network.
Result<void> check_network(const ConsensusState& genesis_state, const ConsensusState& state);
/// [WS-04] Whether a node of this network may begin from a checkpoint's state and block.
Result<void> check_checkpoint_sync(const ConsensusState& genesis_state, Epoch current_epoch,
                                   const Checkpoint& checkpoint, const ConsensusState& state, const Block& block);

}  // namespace touchstone::reference
