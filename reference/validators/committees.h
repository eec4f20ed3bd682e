// Page 06: shuffling, committees, proposers.
#pragma once

#include "reference/base/result.h"
#include "reference/types/containers.h"

namespace touchstone::reference {

Hash get_randao_mix(const ConsensusState& state, Wide epoch);
Hash get_seed(const ConsensusState& state, Epoch epoch, const std::array<std::uint8_t, 4>& domain_type);

/// For index < count.
std::uint64_t compute_shuffled_index(std::uint64_t index, std::uint64_t count, const Hash& seed, std::uint64_t rounds);

std::vector<ValidatorIndex> get_active_validator_indices(const ConsensusState& state, Epoch epoch);
std::uint64_t get_committee_count_per_slot(const ConsensusState& state, Epoch epoch);

/// For an index below the committee count of the slot's epoch, and an epoch of [COM-07].
std::vector<ValidatorIndex> get_beacon_committee(const ConsensusState& state, Slot slot, CommitteeIndex index);

/// A proposer for each slot of the epoch. Rejected if no stake is active in it.
Result<std::vector<ValidatorIndex>> compute_proposers(const ConsensusState& state, Epoch epoch);
ValidatorIndex get_beacon_proposer_index(const ConsensusState& state);

}  // namespace touchstone::reference
