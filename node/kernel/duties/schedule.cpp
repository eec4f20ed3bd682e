#include "node/kernel/duties/schedule.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "crypto/sha256.h"
#include "node/kernel/consensus/domains.h"

namespace touchstone::node {
namespace {

template <class T>
Root signing_root(const Environment& environment, const State& state, const T& object,
                  const std::array<std::uint8_t, 4>& type, Epoch epoch) {
    const Domain domain = get_domain(state.consensus(), DomainType(type), epoch, environment.parameters());
    return compute_signing_root(object, domain, environment.parameters());
}

Root signing_root_of_number(const Environment& environment, const State& state, std::uint64_t number,
                            const std::array<std::uint8_t, 4>& type, Epoch epoch) {
    const Domain domain = get_domain(state.consensus(), DomainType(type), epoch, environment.parameters());
    return compute_signing_root(hash_tree_root_of_number(number), domain);
}

}  // namespace

Result<std::vector<AttesterDuty>> attester_duties(const Environment& environment, const State& state, Epoch epoch,
                                                  std::span<const ValidatorIndex> validators) {
    const auto shuffling = get_shuffling(state, epoch, environment);
    if (!shuffling) return reject(Clause::DUT_03, "no committees of epoch " + std::to_string(epoch.value()));
    std::vector<AttesterDuty> duties;
    const std::unordered_set<ValidatorIndex> wanted(validators.begin(), validators.end());
    const Parameters& parameters = environment.parameters();
    const std::uint64_t committees = shuffling->committees_per_slot();
    for (std::uint64_t place = 0; place < parameters.SLOTS_PER_EPOCH * committees; ++place) {
        const Slot slot = start_slot_of(epoch, parameters) + place / committees;
        const CommitteeIndex index(place % committees);
        const auto members = shuffling->committee(slot, index);
        for (std::size_t position = 0; position < members.size(); ++position) {
            if (!wanted.contains(members[position])) continue;
            duties.push_back({members[position], slot, index, position, members.size(), committees});
        }
    }
    return duties;
}

std::vector<ProposerDuty> proposer_duties(const Environment& environment, const State& state, Epoch epoch) {
    std::vector<ProposerDuty> duties;
    for (std::uint64_t i = 0; i < environment.parameters().SLOTS_PER_EPOCH; ++i) {
        const Slot slot = start_slot_of(epoch, environment.parameters()) + i;
        const auto proposer = get_proposer(state.consensus(), slot, environment.parameters());
        if (proposer) duties.push_back({*proposer, slot});
    }
    return duties;
}

bool is_aggregator(std::size_t committee_size, const BlsSignature& selection_proof, const Parameters& parameters) {
    const std::uint64_t modulo =
        std::max<std::uint64_t>(1, committee_size / parameters.TARGET_AGGREGATORS_PER_COMMITTEE);
    const crypto::Digest hash = crypto::sha256(selection_proof.view());
    std::uint64_t number = 0;
    std::memcpy(&number, hash.data(), sizeof number);
    return number % modulo == 0;
}

Root randao_signing_root(const Environment& environment, const State& state, Epoch epoch) {
    return signing_root_of_number(environment, state, epoch.value(), DOMAIN_RANDAO, epoch);  // [DUT-07]
}

Root selection_signing_root(const Environment& environment, const State& state, Slot slot) {
    const Epoch epoch = epoch_of(slot, environment.parameters());
    return signing_root_of_number(environment, state, slot.value(), DOMAIN_SELECTION_PROOF, epoch);
}

Root attestation_signing_root(const Environment& environment, const State& state, const AttestationData& data) {
    return signing_root(environment, state, data, DOMAIN_ATTESTER, data.target.epoch);
}

Root aggregate_signing_root(const Environment& environment, const State& state, const AggregateAndProof& message) {
    const Epoch epoch = epoch_of(message.aggregate.data.slot, environment.parameters());
    return signing_root(environment, state, message, DOMAIN_AGGREGATE_AND_PROOF, epoch);
}

Root block_signing_root(const Environment& environment, const State& state, const BlockHeader& header) {
    return signing_root(environment, state, header, DOMAIN_PROPOSER, epoch_of(header.slot, environment.parameters()));
}

Root block_signing_root(const Environment& environment, const State& state, const Block& block) {
    return signing_root(environment, state, block, DOMAIN_PROPOSER, epoch_of(block.slot, environment.parameters()));
}

Root voluntary_exit_signing_root(const Environment& environment, const State& state, const VoluntaryExit& exit) {
    return signing_root(environment, state, exit, DOMAIN_VOLUNTARY_EXIT, exit.epoch);
}

}  // namespace touchstone::node
