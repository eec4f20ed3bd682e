#include "node/sim/offence_watch.h"

#include <algorithm>

#include "node/kernel/consensus/operations.h"
#include "node/kernel/duties/schedule.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

OffenceWatch::OffenceWatch(Simulation& simulation) : simulation_(simulation) {
    simulation_.network().set_observer([this](std::size_t node, const Topic& topic, const ByteVector& payload) {
        if (topic.kind == TopicKind::Block) on_block(node, payload);
        if (topic.kind == TopicKind::Attestation) on_vote(node, payload);
    });
}

std::size_t OffenceWatch::honest_offences() const {
    const auto is_honest = [this](ValidatorIndex validator) {
        return simulation_.owner_of(validator.value()).has_value();
    };
    std::size_t offences = 0;
    for (const ProposerSlashing& offence : proposer_offences_) {
        if (is_honest(offence.signed_header_1.message.proposer_index)) ++offences;
    }
    for (const AttesterSlashing& offence : attester_offences_) {
        const auto& second = offence.attestation_2.attesting_indices;
        offences += static_cast<std::size_t>(
            std::ranges::count_if(offence.attestation_1.attesting_indices, [&](ValidatorIndex validator) {
                return is_honest(validator) && std::ranges::find(second, validator) != second.end();
            }));
    }
    return offences;
}

/// A signature under a key and a message is unique, so it is valid if it is the one that the key gives.
bool OffenceWatch::is_signed(const SignedBlock& block) const {
    const auto& keys = simulation_.chain().keys;
    const std::uint64_t proposer = block.message.proposer_index.value();
    if (proposer >= keys.size()) return false;
    const Root root = block_signing_root(simulation_.environment(), *simulation_.chain().genesis_state, block.message);
    return block.signature == BlsSignature(crypto::bls::sign(keys[proposer], root.view()).to_bytes());
}

void OffenceWatch::on_block(std::size_t node, const ByteVector& payload) {
    const auto block = decode<SignedBlock>(payload, simulation_.parameters());
    if (!block) return;
    // Nodes publish what they have signed; others anything.
    if (node >= simulation_.node_count() && !is_signed(block.value())) return;
    ++blocks_;
    const SignedBlockHeader header{header_of(block.value().message, simulation_.parameters()), block.value().signature};
    if (const auto offence = slasher_.observe(header)) proposer_offences_.push_back(*offence);
}

void OffenceWatch::on_vote(std::size_t node, const ByteVector& payload) {
    const auto vote = decode<Attestation>(payload, simulation_.parameters());
    if (!vote || node >= simulation_.node_count() || !simulation_.is_up(node)) return;
    const AttestationData& data = vote.value().data;
    const StatePointer state = simulation_.node(node).chain().head_state();
    const auto shuffling = get_shuffling(*state, data.target.epoch, simulation_.environment());
    if (!shuffling) return;
    const auto indices =
        get_attesting_indices(shuffling->committee(data.slot, data.index), vote.value().aggregation_bits);
    if (!indices) return;
    ++votes_;
    for (const auto& offence : slasher_.observe(IndexedAttestation{indices.value(), data, vote.value().signature})) {
        attester_offences_.push_back(offence);
    }
}

}  // namespace touchstone::node::sim
