#include "node/kernel/consensus/operations.h"

#include <algorithm>

#include "crypto/sha256.h"
#include "node/base/arithmetic.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/stake/pools.h"
#include "node/kernel/stake/slashing.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

bool is_registered(const State& state, ValidatorIndex index) { return index.value() < state.validator_count(); }

std::string name_of(ValidatorIndex index) { return "validator " + std::to_string(index.value()); }

/// The proposer of the state's slot.
Result<ValidatorIndex> proposer_of(const Environment& environment, const State& state) {
    const auto proposer = get_proposer(state.consensus(), state.slot(), environment.parameters());
    if (!proposer || !is_registered(state, *proposer)) return reject(Clause::COM_09, "the look-ahead names nobody");
    return *proposer;
}

Result<void> slash_validators(const Environment& environment, State& state, std::span<const ValidatorIndex> offenders,
                              Epoch offence) {
    NODE_TRY(state.require_entries());
    NODE_TRY_ASSIGN(proposer, proposer_of(environment, state));
    EntryOverlay entries(state.tree());
    for (const ValidatorIndex index : offenders)
        NODE_TRY(slash_validator(environment, state, entries, index, offence, proposer));
    return state.change_entries(entries, environment.parallel_for);
}

}  // namespace

// -------------------------------------------------------------------------------------------------------- balances

Result<void> increase_balance(ConsensusState& state, ValidatorIndex index, std::uint64_t grains) {
    if (grains == 0) return {};
    NODE_TRY(add_to(state.balances.mutate(index.value()), grains));
    return add_to(state.minted, grains);
}

Result<void> decrease_balance(ConsensusState& state, ValidatorIndex index, std::uint64_t grains) {
    const std::uint64_t balance = state.balances[index.value()].value();
    const std::uint64_t penalty = std::min(balance, grains);
    if (penalty == 0) return {};
    state.balances.mutate(index.value()) = Amount(balance - penalty);
    return add_to(state.burnt, penalty);
}

// ---------------------------------------------------------------------------------------------------------- header

Result<void> process_block_header(const Environment& environment, State& state, const Block& block,
                                  const Root& body_root) {
    const Parameters& parameters = environment.parameters();
    ConsensusState& consensus = state.mutable_consensus();
    if (block.slot != consensus.slot || block.slot <= consensus.latest_block_header.slot) {
        return reject(Clause::BLK_03, "block of slot " + std::to_string(block.slot.value()));
    }
    const auto proposer = proposer_of(environment, state);
    if (!proposer || block.proposer_index != *proposer) return reject(Clause::BLK_04, name_of(block.proposer_index));
    if (block.parent_root != hash_tree_root(consensus.latest_block_header, parameters)) {
        return reject(Clause::BLK_05, "parent " + to_hex(block.parent_root));
    }
    if (consensus.validators[block.proposer_index.value()].slashed) {
        return reject(Clause::BLK_06, name_of(block.proposer_index));
    }
    consensus.latest_block_header = {block.slot, block.proposer_index, block.parent_root, Root{}, body_root};
    return {};
}

SignatureSet block_signature_set(const Environment& environment, const State& state, const SignedBlock& block,
                                 const Root& root) {
    const Parameters& parameters = environment.parameters();
    const Domain domain =
        get_domain(state.consensus(), DomainType(DOMAIN_PROPOSER), current_epoch(state, environment), parameters);
    return signature_set(Clause::BLK_07, state, block.message.proposer_index, compute_signing_root(root, domain),
                         block.signature);
}

Result<void> process_randao(const Environment& environment, State& state, const BlockBody& body, SignatureSets& sets) {
    const Parameters& parameters = environment.parameters();
    ConsensusState& consensus = state.mutable_consensus();
    NODE_TRY_ASSIGN(proposer, proposer_of(environment, state));
    const Epoch epoch = current_epoch(state, environment);
    const Domain domain = get_domain(consensus, DomainType(DOMAIN_RANDAO), epoch, parameters);
    const Root signing_root = compute_signing_root(hash_tree_root_of_number(epoch.value()), domain);
    sets.push_back(signature_set(Clause::BLK_09, state, proposer, signing_root, body.randao_reveal));

    const crypto::Digest reveal = crypto::sha256(body.randao_reveal.view());
    Hash& mix = consensus.randao_mixes.mutate(epoch.value() % parameters.EPOCHS_PER_HISTORICAL_VECTOR);
    for (std::size_t i = 0; i < reveal.size(); ++i)
        mix.bytes[i] ^= reveal[i];
    return {};
}

// ------------------------------------------------------------------------------------------------------- slashings

Epoch offence_epoch(const ProposerSlashing& slashing, const Parameters& parameters) {
    return epoch_of(slashing.signed_header_1.message.slot, parameters);
}

Epoch offence_epoch(const AttesterSlashing& slashing) {
    return std::min(slashing.attestation_1.data.target.epoch, slashing.attestation_2.data.target.epoch);
}

Result<void> check_proposer_slashing(const Environment& environment, const State& state,
                                     const ProposerSlashing& slashing, SignatureSets& sets) {
    const Parameters& parameters = environment.parameters();
    const BlockHeader& first = slashing.signed_header_1.message;
    const BlockHeader& second = slashing.signed_header_2.message;
    const Epoch current = current_epoch(state, environment);
    if (first.slot != second.slot) return reject(Clause::PSL_01, "headers of different slots");
    if (first.proposer_index != second.proposer_index) return reject(Clause::PSL_02, "headers of different proposers");
    if (first == second) return reject(Clause::PSL_03, "the same header twice");
    const ValidatorIndex proposer = first.proposer_index;
    if (!is_registered(state, proposer)) return reject(Clause::PSL_04, name_of(proposer));
    const Epoch epoch = offence_epoch(slashing, parameters);
    if (!is_slashable(state.consensus().validators[proposer.value()], current, epoch, parameters)) {
        return reject(Clause::PSL_05, name_of(proposer));
    }
    if (current > epoch + parameters.MAX_EVIDENCE_AGE) return reject(Clause::PSL_06, "evidence is too old");

    const Domain domain = get_domain(state.consensus(), DomainType(DOMAIN_PROPOSER), epoch, parameters);
    for (const SignedBlockHeader* header : {&slashing.signed_header_1, &slashing.signed_header_2}) {
        sets.push_back(signature_set(Clause::PSL_07, state, proposer,
                                     compute_signing_root(header->message, domain, parameters), header->signature));
    }
    return {};
}

Result<void> process_proposer_slashing(const Environment& environment, State& state, const ProposerSlashing& slashing,
                                       SignatureSets& sets) {
    NODE_TRY(check_proposer_slashing(environment, state, slashing, sets));
    const std::array offenders{slashing.signed_header_1.message.proposer_index};
    return slash_validators(environment, state, offenders, offence_epoch(slashing, environment.parameters()));
}

bool is_slashable_attestation_data(const AttestationData& first, const AttestationData& second) {
    const auto surrounds = [](const AttestationData& outer, const AttestationData& inner) {
        return outer.source.epoch < inner.source.epoch && inner.target.epoch < outer.target.epoch;
    };
    const bool double_vote = first != second && first.target.epoch == second.target.epoch;
    return double_vote || surrounds(first, second) || surrounds(second, first);
}

std::vector<ValidatorIndex> common_indices(const AttesterSlashing& slashing) {
    // Nothing has been checked yet where gossip asks, and the sets count. [NET-50]
    const auto ascending = [](const auto& list) {
        std::vector<ValidatorIndex> indices(list.begin(), list.end());
        std::ranges::sort(indices);
        return indices;
    };
    std::vector<ValidatorIndex> common;
    std::ranges::set_intersection(ascending(slashing.attestation_1.attesting_indices),
                                  ascending(slashing.attestation_2.attesting_indices), std::back_inserter(common));
    return common;
}

Result<std::vector<ValidatorIndex>> check_attester_slashing(const Environment& environment, const State& state,
                                                            const AttesterSlashing& slashing, SignatureSets& sets) {
    const Parameters& parameters = environment.parameters();
    const AttestationData& first = slashing.attestation_1.data;
    const AttestationData& second = slashing.attestation_2.data;
    const Epoch current = current_epoch(state, environment);
    if (!is_slashable_attestation_data(first, second)) return reject(Clause::ASL_02, "no double or surround vote");
    const Epoch offence = offence_epoch(slashing);
    if (current > offence + parameters.MAX_EVIDENCE_AGE) return reject(Clause::ASL_03, "evidence is too old");
    // [ASL-04]
    NODE_TRY(check_indexed_attestation(environment, state, slashing.attestation_1, sets));
    NODE_TRY(check_indexed_attestation(environment, state, slashing.attestation_2, sets));

    std::vector<ValidatorIndex> offenders = common_indices(slashing);
    std::erase_if(offenders, [&](ValidatorIndex index) {
        return !is_slashable(state.consensus().validators[index.value()], current, offence, parameters);
    });
    if (offenders.empty()) return reject(Clause::ASL_06, "nobody is slashed");
    return offenders;
}

Result<void> process_attester_slashing(const Environment& environment, State& state, const AttesterSlashing& slashing,
                                       SignatureSets& sets) {
    NODE_TRY_ASSIGN(offenders, check_attester_slashing(environment, state, slashing, sets));
    return slash_validators(environment, state, offenders, offence_epoch(slashing));  // ascending [ASL-05]
}

// ---------------------------------------------------------------------------------------------------- attestations

Result<std::vector<ValidatorIndex>> get_attesting_indices(std::span<const ValidatorIndex> committee, const Bits& bits) {
    if (bits.size() != committee.size()) {
        return reject(Clause::ATT_07, std::to_string(bits.size()) + " bits for " + std::to_string(committee.size()));
    }
    std::vector<ValidatorIndex> indices;
    for (std::size_t i = 0; i < committee.size(); ++i) {
        if (bits.get(i)) indices.push_back(committee[i]);
    }
    std::ranges::sort(indices);
    return indices;
}

Result<void> check_indexed_attestation(const Environment& environment, const State& state,
                                       const IndexedAttestation& attestation, SignatureSets& sets) {
    const Parameters& parameters = environment.parameters();
    const std::vector<ValidatorIndex>& indices = attestation.attesting_indices;
    if (indices.empty()) return reject(Clause::ATT_09, "no attesters");
    if (std::ranges::adjacent_find(indices, std::greater_equal{}) != indices.end()) {
        return reject(Clause::ATT_10, "indices are not ascending");
    }
    if (!is_registered(state, indices.back())) return reject(Clause::ATT_11, name_of(indices.back()));
    const Domain domain =
        get_domain(state.consensus(), DomainType(DOMAIN_ATTESTER), attestation.data.target.epoch, parameters);
    sets.push_back(aggregate_signature_set(Clause::ATT_12, state, indices,
                                           compute_signing_root(attestation.data, domain, parameters),
                                           attestation.signature));
    return {};
}

Result<ParticipationFlags> get_attestation_participation_flags(const Environment& environment, const State& state,
                                                               const AttestationData& data) {
    const Parameters& parameters = environment.parameters();
    const std::uint64_t delay = state.slot() - data.slot;
    NODE_TRY_ASSIGN(target_root, get_block_root(state.consensus(), data.target.epoch, parameters));
    NODE_TRY_ASSIGN(head_root, get_block_root_at_slot(state.consensus(), data.slot, parameters));
    const bool matching_target = data.target.root == target_root;
    const bool matching_head = matching_target && data.beacon_block_root == head_root;
    unsigned flags = 0;
    if (delay <= integer_square_root(parameters.SLOTS_PER_EPOCH)) flags |= 1U << TIMELY_SOURCE_FLAG_INDEX;
    if (matching_target) flags |= 1U << TIMELY_TARGET_FLAG_INDEX;
    if (matching_head && delay == parameters.MIN_ATTESTATION_INCLUSION_DELAY) flags |= 1U << TIMELY_HEAD_FLAG_INDEX;
    return static_cast<ParticipationFlags>(flags);
}

namespace {

/// Sets the flags and returns n of [ATT-14].
Uint128 set_flags(const Environment& environment, State& state, std::span<const ValidatorIndex> indices,
                  ParticipationFlags flags, bool current) {
    ConsensusState& consensus = state.mutable_consensus();
    auto& participation = current ? consensus.current_epoch_participation : consensus.previous_epoch_participation;
    std::array<std::uint64_t, 8> weight_of{};
    for (unsigned set = 0; set < weight_of.size(); ++set) {
        for (unsigned flag = 0; flag < kParticipationFlagWeights.size(); ++flag) {
            if (((set >> flag) & 1U) != 0) weight_of[set] += kParticipationFlagWeights[flag];
        }
    }
    Uint128 numerator = 0;
    for (const ValidatorIndex index : indices) {
        const ParticipationFlags before = participation[index.value()];
        const auto added = static_cast<ParticipationFlags>(flags & ~before);
        if (added == 0) continue;
        participation.mutate(index.value()) = static_cast<ParticipationFlags>(before | added);
        numerator += wide_multiply(base_reward(state, index, environment.parameters()), weight_of[added]);
        if ((added & (1U << TIMELY_TARGET_FLAG_INDEX)) == 0) continue;
        const Validator& validator = consensus.validators[index.value()];
        if (validator.slashed) continue;
        TargetStakes& stakes = state.target_stakes();
        (current ? stakes.current : stakes.previous) += validator.effective_stake.value();
    }
    return numerator;
}

}  // namespace

Result<void> process_attestation(const Environment& environment, State& state, const Attestation& attestation,
                                 SignatureSets& sets) {
    const Parameters& parameters = environment.parameters();
    const AttestationData& data = attestation.data;
    const Epoch current = current_epoch(state, environment);
    // The window is checked on numbers alone, before the committee is looked up. [ATT-02]
    if (data.target.epoch != current && data.target.epoch != previous_of(current)) {
        return reject(Clause::ATT_04, "target epoch " + std::to_string(data.target.epoch.value()));
    }
    if (data.target.epoch != epoch_of(data.slot, parameters)) return reject(Clause::ATT_05, "slot of another epoch");
    if (state.slot() < data.slot + parameters.MIN_ATTESTATION_INCLUSION_DELAY) {
        return reject(Clause::ATT_03, "slot " + std::to_string(data.slot.value()));
    }
    const bool is_current = data.target.epoch == current;
    const Shuffling& shuffling = is_current ? *state.context().current : *state.context().previous;
    if (data.index.value() >= shuffling.committees_per_slot()) {
        return reject(Clause::ATT_06, "committee " + std::to_string(data.index.value()));
    }
    NODE_TRY_ASSIGN(indices,
                    get_attesting_indices(shuffling.committee(data.slot, data.index), attestation.aggregation_bits));
    const Checkpoint& source =
        is_current ? state.consensus().current_justified_checkpoint : state.consensus().previous_justified_checkpoint;
    if (data.source != source)
        return reject(Clause::ATT_08, "source epoch " + std::to_string(data.source.epoch.value()));
    const IndexedAttestation indexed{std::move(indices), data, attestation.signature};
    NODE_TRY(check_indexed_attestation(environment, state, indexed, sets));

    NODE_TRY_ASSIGN(flags, get_attestation_participation_flags(environment, state, data));
    const Uint128 numerator = set_flags(environment, state, indexed.attesting_indices, flags, is_current);
    constexpr std::uint64_t kDenominator =
        (WEIGHT_DENOMINATOR - PROPOSER_WEIGHT) * WEIGHT_DENOMINATOR / PROPOSER_WEIGHT;
    const auto reward = narrow(numerator / kDenominator);
    if (!reward) return reject(Clause::TYP_01, "the proposer's reward exceeds 64 bits");
    NODE_TRY_ASSIGN(proposer, proposer_of(environment, state));
    NODE_TRY(increase_balance(state.mutable_consensus(), proposer, *reward));
    return pay_commission(state.mutable_consensus(), proposer, *reward, current);
}

// ----------------------------------------------------------------------------------------------------------- exits

Result<void> check_voluntary_exit(const Environment& environment, const State& state, const SignedVoluntaryExit& exit,
                                  SignatureSets& sets) {
    const Parameters& parameters = environment.parameters();
    const Epoch current = current_epoch(state, environment);
    const ValidatorIndex index = exit.message.validator_index;
    if (!is_registered(state, index)) return reject(Clause::EXI_01, name_of(index));
    const Validator& validator = state.consensus().validators[index.value()];
    if (!is_active(validator, current)) return reject(Clause::EXI_02, name_of(index));
    if (validator.exit_request_epoch != kFarFutureEpoch) return reject(Clause::EXI_03, name_of(index));
    if (current < exit.message.epoch) {
        return reject(Clause::EXI_04, "valid from epoch " + std::to_string(exit.message.epoch.value()));
    }
    if (current < validator.activation_epoch + parameters.SHARD_COMMITTEE_PERIOD) {
        return reject(Clause::EXI_05, name_of(index));
    }
    const Domain domain =
        get_domain(state.consensus(), DomainType(DOMAIN_VOLUNTARY_EXIT), exit.message.epoch, parameters);
    sets.push_back(signature_set(Clause::EXI_06, state, index, compute_signing_root(exit.message, domain, parameters),
                                 exit.signature));
    return {};
}

Result<void> process_voluntary_exit(const Environment& environment, State& state, const SignedVoluntaryExit& exit,
                                    SignatureSets& sets) {
    NODE_TRY(check_voluntary_exit(environment, state, exit, sets));
    NODE_TRY(state.require_entries());
    EntryOverlay entries(state.tree());
    NODE_TRY(initiate_validator_exit(state.mutable_consensus(), entries, exit.message.validator_index,
                                     current_epoch(state, environment)));
    return state.change_entries(entries, environment.parallel_for);
}

}  // namespace touchstone::node
