#include "reference/transition/slashing.h"

#include <set>

#include "reference/signatures/bls.h"
#include "reference/signatures/domains.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/attestation.h"
#include "reference/validators/committees.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

Result<void> process_proposer_slashing(ConsensusState& state, const ProposerSlashing& slashing) {
    const BlockHeader& h1 = slashing.signed_header_1.message;
    const BlockHeader& h2 = slashing.signed_header_2.message;
    REQUIRE(h1.slot == h2.slot, Clause::PSL_01);
    REQUIRE(h1.proposer_index == h2.proposer_index, Clause::PSL_02);
    REQUIRE(h1 != h2, Clause::PSL_03);
    REQUIRE(h1.proposer_index < state.validators.size(), Clause::PSL_04);
    const Validator& proposer = state.validators[h1.proposer_index.value];
    const Epoch epoch = compute_epoch_at_slot(h1.slot, state.config);
    REQUIRE(is_slashable_validator(proposer, get_current_epoch(state), epoch, state.config), Clause::PSL_05);
    REQUIRE(get_current_epoch(state) <= epoch + state.config.MAX_EVIDENCE_AGE, Clause::PSL_06);
    const Domain domain = get_domain(state, DOMAIN_PROPOSER, epoch);
    for (const SignedBlockHeader& header : {slashing.signed_header_1, slashing.signed_header_2}) {
        REQUIRE(
            bls_verify(proposer.pubkey, compute_signing_root(header.message, domain, state.config), header.signature),
            Clause::PSL_07);
    }
    return slash_validator(state, h1.proposer_index, epoch, get_beacon_proposer_index(state));  // [PSL-08]
}

bool is_slashable_attestation_data(const AttestationData& d1, const AttestationData& d2) {
    const auto surrounds = [](const AttestationData& outer, const AttestationData& inner) {
        return outer.source.epoch < inner.source.epoch && inner.target.epoch < outer.target.epoch;
    };
    const bool double_vote = d1 != d2 && d1.target.epoch == d2.target.epoch;
    return double_vote || surrounds(d1, d2) || surrounds(d2, d1);
}

std::vector<ValidatorIndex> common_indices(const AttesterSlashing& slashing) {
    const auto& second = slashing.attestation_2.attesting_indices;
    const std::set<ValidatorIndex> in_second(second.begin(), second.end());
    std::set<ValidatorIndex> common;
    for (ValidatorIndex index : slashing.attestation_1.attesting_indices) {
        if (in_second.contains(index)) common.insert(index);
    }
    return {common.begin(), common.end()};
}

Result<void> process_attester_slashing(ConsensusState& state, const AttesterSlashing& slashing) {
    const AttestationData& d1 = slashing.attestation_1.data;
    const AttestationData& d2 = slashing.attestation_2.data;
    REQUIRE(is_slashable_attestation_data(d1, d2), Clause::ASL_02);
    const Epoch epoch = std::min(d1.target.epoch, d2.target.epoch);
    REQUIRE(get_current_epoch(state) <= epoch + state.config.MAX_EVIDENCE_AGE, Clause::ASL_03);
    CHECK(is_valid_indexed_attestation(state, slashing.attestation_1));  // [ASL-04]
    CHECK(is_valid_indexed_attestation(state, slashing.attestation_2));
    bool slashed_any = false;
    for (ValidatorIndex index : common_indices(slashing)) {  // [ASL-05]
        const Validator& validator = state.validators[index.value];
        if (!is_slashable_validator(validator, get_current_epoch(state), epoch, state.config)) continue;
        CHECK(slash_validator(state, index, epoch, get_beacon_proposer_index(state)));
        slashed_any = true;
    }
    REQUIRE(slashed_any, Clause::ASL_06);
    return {};
}

}  // namespace touchstone::reference
