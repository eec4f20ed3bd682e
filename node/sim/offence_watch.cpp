#include "node/sim/offence_watch.h"

#include "node/kernel/consensus/operations.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

OffenceWatch::OffenceWatch(Simulation& simulation) : simulation_(simulation) {
    simulation_.network().set_observer([this](std::size_t node, const Topic& topic, const ByteVector& payload) {
        if (topic.kind == TopicKind::Block) on_block(payload);
        if (topic.kind == TopicKind::Attestation) on_vote(node, payload);
    });
}

void OffenceWatch::on_block(const ByteVector& payload) {
    const auto block = decode<SignedBlock>(payload, simulation_.parameters());
    if (!block) return;
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
