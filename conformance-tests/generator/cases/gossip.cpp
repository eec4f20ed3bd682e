#include "conformance-tests/generator/cases/gossip.h"

#include "reference/validators/committees.h"

namespace touchstone::vectors {

namespace ref = reference;

NodePointer gossip_genesis() { return busy_chain(0)[0]; }

const std::vector<NodePointer>& sparse_chain() {
    static const std::vector<NodePointer> chain = [] {
        std::vector<NodePointer> made{gossip_genesis()};
        for (const std::uint64_t slot : {15U, 23U, 31U})
            made.push_back(child(made.back(), slot, votes_from(made.back(), slot - 7, slot)));
        return made;
    }();
    return chain;
}

Root root_of(const SignedBlock& block) { return ref::hash_tree_root(block.message, ref::MINIMAL); }

SignedBlock changed_block(const NodePointer& parent, const NodePointer& node,
                          const std::function<void(Block&)>& change) {
    SignedBlock block = node->block;
    change(block.message);
    resign(parent->post, block);
    return block;
}

SignedBlock block_on(const Root& parent, const NodePointer& like, std::uint64_t slot) {
    SignedBlock block = make_invalid_block(like->post, Slot{slot});
    block.message.parent_root = parent;
    resign(like->post, block);
    return block;
}

SignedBlock bad_block(const NodePointer& parent, std::uint64_t slot) {
    return make_invalid_block(parent->post, Slot{slot});
}

std::vector<ValidatorIndex> committee_of(const NodePointer& node, std::uint64_t slot) {
    return ref::get_beacon_committee(advanced(node->post, Slot{slot}), Slot{slot}, CommitteeIndex{0});
}

Attestation vote_by(const NodePointer& node, std::uint64_t slot, const std::vector<std::size_t>& members,
                    const VoteChange& change) {
    const ConsensusState state = advanced(node->post, Slot{slot});
    const auto committee = ref::get_beacon_committee(state, Slot{slot}, CommitteeIndex{0});
    Attestation vote;
    vote.data = vote_data(state, Slot{slot});
    vote.aggregation_bits.resize(committee.size());
    for (const std::size_t member : members)
        vote.aggregation_bits.at(member) = true;
    if (change) change(vote);
    std::vector<ValidatorIndex> signers;
    for (std::size_t i = 0; i < std::min(committee.size(), vote.aggregation_bits.size()); ++i) {
        if (vote.aggregation_bits[i]) signers.push_back(committee[i]);
    }
    const Root root = signing_root(state, vote.data, ref::DOMAIN_ATTESTER, vote.data.target.epoch);
    vote.signature = sign_together(signers, root);
    return vote;
}

ProposerSlashing two_blocks_of(const ConsensusState& state, std::uint64_t proposer, std::uint64_t slot) {
    const auto header = [&](std::uint8_t tag) {
        ref::SignedBlockHeader made;
        made.message.slot = Slot{slot};
        made.message.proposer_index = ValidatorIndex{proposer};
        made.message.body_root.bytes.fill(tag);
        const Epoch epoch{slot / state.config.SLOTS_PER_EPOCH};
        made.signature = sign(ValidatorIndex{proposer}, signing_root(state, made.message, ref::DOMAIN_PROPOSER, epoch));
        return made;
    };
    return {header(1), header(2)};
}

IndexedAttestation vote_of(const ConsensusState& state, const std::vector<std::uint64_t>& indices, std::uint64_t source,
                           std::uint64_t target, std::uint8_t head) {
    std::vector<ValidatorIndex> validators;
    for (const std::uint64_t index : indices)
        validators.emplace_back(index);
    AttestationData data;
    data.beacon_block_root.bytes.fill(head);
    data.source.epoch = Epoch{source};
    data.target.epoch = Epoch{target};
    return indexed_attestation(state, validators, data);
}

AttesterSlashing two_votes_of(const ConsensusState& state, const std::vector<std::uint64_t>& indices,
                              std::uint64_t target) {
    return {vote_of(state, indices, 0, target, 1), vote_of(state, indices, 0, target, 2)};
}

ref::SignedVoluntaryExit exit_of(const ConsensusState& state, std::uint64_t index, std::uint64_t epoch) {
    const ref::VoluntaryExit exit{Epoch{epoch}, ValidatorIndex{index}};
    return {exit, sign(ValidatorIndex{index}, signing_root(state, exit, ref::DOMAIN_VOLUNTARY_EXIT, Epoch{epoch}))};
}

}  // namespace touchstone::vectors
