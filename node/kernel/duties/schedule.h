// Who does what in an epoch. [DUT-03] [DUT-04] [DUT-15]
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "node/kernel/consensus/state.h"

namespace touchstone::node {

struct AttesterDuty {
    ValidatorIndex validator;
    Slot slot;
    CommitteeIndex committee;
    std::size_t position = 0;  // of the validator's bit
    std::size_t committee_size = 0;
    std::uint64_t committees_per_slot = 0;
};

struct ProposerDuty {
    ValidatorIndex validator;
    Slot slot;
};

/// For the state's epoch, the one before it or the one after it; DUT-03 for another. Ordered by slot; nothing for who
/// is not active in the epoch.
Result<std::vector<AttesterDuty>> attester_duties(const Environment& environment, const State& state, Epoch epoch,
                                                  std::span<const ValidatorIndex> validators);
/// All proposers of the epoch (the state's or the next), whoever they are.
std::vector<ProposerDuty> proposer_duties(const Environment& environment, const State& state, Epoch epoch);

bool is_aggregator(std::size_t committee_size, const BlsSignature& selection_proof, const Parameters& parameters);

// What is signed. The state only gives the domain.
Root randao_signing_root(const Environment& environment, const State& state, Epoch epoch);
Root selection_signing_root(const Environment& environment, const State& state, Slot slot);
Root attestation_signing_root(const Environment& environment, const State& state, const AttestationData& data);
Root aggregate_signing_root(const Environment& environment, const State& state, const AggregateAndProof& message);
Root block_signing_root(const Environment& environment, const State& state, const BlockHeader& header);
Root block_signing_root(const Environment& environment, const State& state, const Block& block);
Root voluntary_exit_signing_root(const Environment& environment, const State& state, const VoluntaryExit& exit);

}  // namespace touchstone::node
