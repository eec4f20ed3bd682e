#include "reference/transition/attestation.h"

#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/stake/pools.h"
#include "reference/transition/rewards.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [ATT-01]
std::vector<ValidatorIndex> get_attesting_indices(const ConsensusState& state, const Attestation& attestation) {
    const auto committee = get_beacon_committee(state, attestation.data.slot, attestation.data.index);
    std::vector<ValidatorIndex> attesting;
    for (std::size_t i = 0; i < committee.size(); ++i) {
        if (attestation.aggregation_bits[i]) attesting.push_back(committee[i]);
    }
    std::sort(attesting.begin(), attesting.end());
    return attesting;
}

IndexedAttestation get_indexed_attestation(const ConsensusState& state, const Attestation& attestation) {
    return {get_attesting_indices(state, attestation), attestation.data, attestation.signature};
}

Result<void> check_attesting_indices(const ConsensusState& state, const IndexedAttestation& indexed) {
    const std::vector<ValidatorIndex>& indices = indexed.attesting_indices;
    REQUIRE(!indices.empty(), Clause::ATT_09);
    for (std::size_t i = 1; i < indices.size(); ++i)
        REQUIRE(indices[i - 1] < indices[i], Clause::ATT_10);
    for (ValidatorIndex index : indices)
        REQUIRE(index < state.validators.size(), Clause::ATT_11);
    return {};
}

Result<void> is_valid_indexed_attestation(const ConsensusState& state, const IndexedAttestation& indexed) {
    CHECK(check_attesting_indices(state, indexed));
    std::vector<BLSPubkey> pubkeys;
    for (ValidatorIndex index : indexed.attesting_indices)
        pubkeys.push_back(state.validators[index.value].pubkey);
    const Domain domain = get_domain(state, DOMAIN_ATTESTER, indexed.data.target.epoch);
    REQUIRE(
        bls_fast_aggregate_verify(pubkeys, compute_signing_root(indexed.data, domain, state.config), indexed.signature),
        Clause::ATT_12);
    return {};
}

// [ATT-13]
Result<ParticipationFlags> get_attestation_participation_flags(const ConsensusState& state,
                                                               const AttestationData& data) {
    const Wide delay = state.slot - data.slot;
    TRY(const Root target_root, get_block_root(state, data.target.epoch));
    TRY(const Root head_root, get_block_root_at_slot(state, data.slot.value));
    const bool matching_target = data.target.root == target_root;
    const bool matching_head = matching_target && data.beacon_block_root == head_root;
    unsigned flags = 0;
    if (delay <= integer_squareroot(state.config.SLOTS_PER_EPOCH)) flags |= 1U << TIMELY_SOURCE_FLAG_INDEX;
    if (matching_target) flags |= 1U << TIMELY_TARGET_FLAG_INDEX;
    if (matching_head && delay == state.config.MIN_ATTESTATION_INCLUSION_DELAY) flags |= 1U << TIMELY_HEAD_FLAG_INDEX;
    return static_cast<ParticipationFlags>(flags);
}

namespace {

// [ATT-02]
Result<void> check_attestation(const ConsensusState& state, const Attestation& attestation) {
    const AttestationData& data = attestation.data;
    const bool of_current_epoch = data.target.epoch == get_current_epoch(state);
    REQUIRE(of_current_epoch || data.target.epoch == get_previous_epoch(state), Clause::ATT_04);
    REQUIRE(data.target.epoch == compute_epoch_at_slot(data.slot, state.config), Clause::ATT_05);
    REQUIRE(data.slot + state.config.MIN_ATTESTATION_INCLUSION_DELAY <= state.slot, Clause::ATT_03);
    REQUIRE(data.index < get_committee_count_per_slot(state, data.target.epoch), Clause::ATT_06);
    REQUIRE(attestation.aggregation_bits.size() == get_beacon_committee(state, data.slot, data.index).size(),
            Clause::ATT_07);
    REQUIRE(
        data.source == (of_current_epoch ? state.current_justified_checkpoint : state.previous_justified_checkpoint),
        Clause::ATT_08);
    return is_valid_indexed_attestation(state, get_indexed_attestation(state, attestation));
}

}  // namespace

Result<void> process_attestation(ConsensusState& state, const Attestation& attestation) {
    CHECK(check_attestation(state, attestation));
    const AttestationData& data = attestation.data;
    TRY(const ParticipationFlags flags, get_attestation_participation_flags(state, data));
    std::vector<ParticipationFlags>& participation = data.target.epoch == get_current_epoch(state)
                                                         ? state.current_epoch_participation
                                                         : state.previous_epoch_participation;
    TRY(const Amount per_increment, get_base_reward_per_increment(state));
    Wide numerator = 0;  // [ATT-14]
    for (ValidatorIndex index : get_attesting_indices(state, attestation)) {
        for (std::size_t flag = 0; flag < PARTICIPATION_FLAG_WEIGHTS.size(); ++flag) {
            if (!has_flag(flags, flag) || has_flag(participation[index.value], flag)) continue;
            participation[index.value] = static_cast<ParticipationFlags>(participation[index.value] | 1U << flag);
            numerator += get_base_reward(state, index, per_increment) * PARTICIPATION_FLAG_WEIGHTS[flag];
        }
    }
    const Wide denominator = (WEIGHT_DENOMINATOR - PROPOSER_WEIGHT) * WEIGHT_DENOMINATOR / PROPOSER_WEIGHT;
    TRY(const Amount reward, store<Amount>(numerator / denominator));
    const ValidatorIndex proposer = get_beacon_proposer_index(state);
    CHECK(increase_balance(state, proposer, reward));
    return pay_commission(state, proposer, reward.value);
}

}  // namespace touchstone::reference
