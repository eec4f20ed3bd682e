#include "node/sim/adversary.h"

#include <algorithm>
#include <stdexcept>

#include "node/kernel/consensus/domains.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/duties/production.h"
#include "node/kernel/gossip/conditions.h"
#include "node/services/request_numbers.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

Adversary::Adversary(Simulation& simulation, std::size_t number, std::set<ValidatorIndex> validators)
    : simulation_(simulation),
      validators_(std::move(validators)),
      genesis_(std::make_shared<const State>(*simulation.chain().genesis_state)),
      genesis_root_(hash_tree_root(genesis_block(simulation.environment(), *genesis_), simulation.parameters())),
      digest_(compute_fork_digest(version_of(simulation.parameters().GENESIS_FORK_VERSION),
                                  genesis_->consensus().genesis_root)),
      pool_(simulation.parameters()) {
    endpoint_ = simulation.network().attach(number, digest_, [](const auto& task) { task(); });
    endpoint_->set_handler(this);
    for (std::uint64_t subnet = 0; subnet < parameters().ATTESTATION_SUBNET_COUNT; ++subnet)
        endpoint_->subscribe({TopicKind::Attestation, subnet});
}

Audience Adversary::everybody(std::uint64_t delay_ms) const {
    Audience audience;
    for (std::size_t node = 0; node < simulation_.node_count(); ++node)
        audience[node] = delay_ms;
    return audience;
}

// ------------------------------------------------------------------------------------------------------------ seeing

StatePointer Adversary::state_of(const Root& block) const {
    const auto own = made_.find(block);
    if (own != made_.end()) return own->second.post_state;
    if (block == genesis_root_) return genesis_;
    for (std::size_t node = 0; node < simulation_.node_count(); ++node) {
        if (!simulation_.is_up(node)) continue;
        if (StatePointer state = simulation_.node(node).chain().fork_choice().block_state(block)) return state;
    }
    return nullptr;
}

StatePointer Adversary::state_at(const Root& block, Slot slot) {
    constexpr std::size_t kRemembered = 32;
    const auto found = advanced_.find({block, slot});
    if (found != advanced_.end()) return found->second;
    StatePointer from = state_of(block);
    if (!from) throw std::logic_error("nobody has the block " + to_hex(block));
    if (from->slot() == slot) return from;
    auto state = std::make_shared<State>(*from);
    if (!process_slots(environment(), *state, slot).ok()) throw std::logic_error("the chain cannot go on so far");
    if (advanced_.size() >= kRemembered) advanced_.clear();
    return advanced_.emplace(std::pair(block, slot), std::move(state)).first->second;
}

std::optional<ValidatorIndex> Adversary::proposer_of(const Root& parent, Slot slot) {
    return get_proposer(state_at(parent, slot)->consensus(), slot, parameters());
}

std::vector<AttesterDuty> Adversary::duties_at(const Root& block, Slot slot) {
    const std::vector<ValidatorIndex> own(validators_.begin(), validators_.end());
    const auto of_epoch = attester_duties(environment(), *state_at(block, slot), epoch_of(slot, parameters()), own);
    if (!of_epoch.ok()) throw std::logic_error("no committees of slot " + std::to_string(slot.value()));
    std::vector<AttesterDuty> duties;
    std::ranges::copy_if(*of_epoch, std::back_inserter(duties),
                         [slot](const AttesterDuty& duty) { return duty.slot == slot; });
    return duties;
}

// ------------------------------------------------------------------------------------------------------------ making

BlsSignature Adversary::sign(ValidatorIndex validator, const Root& signing_root) const {
    const crypto::bls::SecretKey& key = simulation_.chain().keys.at(validator.value());
    return BlsSignature(crypto::bls::sign(key, signing_root.view()).to_bytes());
}

Root Adversary::make_block(const Root& parent, Slot slot, std::span<const Attestation> votes, std::uint8_t variant) {
    const StatePointer state = state_at(parent, slot);
    const auto proposer = get_proposer(state->consensus(), slot, parameters());
    if (!proposer || !owns(*proposer)) {
        throw std::logic_error("slot " + std::to_string(slot.value()) + " is not the adversary's");
    }
    const Root reveal = randao_signing_root(environment(), *state, epoch_of(slot, parameters()));
    Graffiti graffiti;
    graffiti.bytes[0] = variant;
    auto produced = produce_block(environment(), *state, sign(*proposer, reveal), graffiti, {.attestations = votes});
    if (!produced.ok()) throw std::logic_error("no block: " + produced.rejection().detail);
    SignedBlock block{produced->block, sign(*proposer, produced->signing_root)};
    SignatureSets unverified;
    auto executed = execute_block_at_slot(environment(), State(*state), block, unverified);
    if (!executed.ok()) throw std::logic_error("a block that is refused: " + executed.rejection().detail);
    const Root root = hash_tree_root(block.message, parameters());
    made_[root] = Made{std::move(block), std::make_shared<const State>(std::move(executed->state))};
    return root;
}

Checkpoint Adversary::target_of(const Root& head, Slot slot) {
    const Epoch epoch = epoch_of(slot, parameters());
    const Slot first = start_slot_of(epoch, parameters());
    const StatePointer state = state_of(head);
    if (state->consensus().latest_block_header.slot <= first) return {epoch, head};
    return {epoch, get_block_root_at_slot(state->consensus(), first, parameters()).value()};
}

Adversary::Vote Adversary::make_vote(const AttesterDuty& duty, const Root& head,
                                     const std::optional<Checkpoint>& source) {
    const StatePointer state = state_at(head, duty.slot);
    AttestationData data;
    data.slot = duty.slot;
    data.index = duty.committee;
    data.beacon_block_root = head;
    data.source = source.value_or(state->consensus().current_justified_checkpoint);
    data.target = target_of(head, duty.slot);
    const Root signing_root = attestation_signing_root(environment(), *state, data);
    return {duty, make_attestation(data, duty.committee, duty.position, duty.committee_size,
                                   sign(duty.validator, signing_root))};
}

std::vector<Adversary::Vote> Adversary::make_votes(const Root& head, Slot slot) {
    std::vector<Vote> votes;
    for (const AttesterDuty& duty : duties_at(head, slot))
        votes.push_back(make_vote(duty, head));
    return votes;
}

SignedAggregateAndProof Adversary::make_aggregate(const AttesterDuty& aggregator, std::span<const Vote> votes) {
    AttestationPool pool(environment().parameters());
    for (const Vote& vote : votes) {
        if (!pool.add(vote.attestation)) throw std::logic_error("two votes of one validator");
    }
    auto joined = pool.aggregate_of(votes.front().attestation.data);
    if (!joined) throw std::logic_error("votes that cannot be joined");
    const StatePointer state = state_at(joined->data.beacon_block_root, aggregator.slot);
    const Root selection = selection_signing_root(environment(), *state, aggregator.slot);
    SignedAggregateAndProof made;
    made.message = {.aggregator_index = aggregator.validator,
                    .aggregate = *std::move(joined),
                    .selection_proof = sign(aggregator.validator, selection)};
    made.signature = sign(aggregator.validator, aggregate_signing_root(environment(), *state, made.message));
    return made;
}

// ----------------------------------------------------------------------------------------------------------- showing

void Adversary::show(const Topic& topic, const ByteVector& payload, const Audience& audience) {
    for (const auto& [node, delay_ms] : audience)
        endpoint_->deliver(node, topic, payload, delay_ms);
}

void Adversary::show_block(const Root& root, const Audience& audience) {
    Made& made = made_.at(root);
    made.shown = true;
    show({TopicKind::Block}, encode(made.block), audience);
}

void Adversary::show_vote(const Vote& vote, const Audience& audience) {
    const std::uint64_t subnet = compute_subnet_for_attestation(vote.duty.committees_per_slot, vote.duty.slot,
                                                                vote.duty.committee, parameters());
    show({TopicKind::Attestation, subnet}, encode(vote.attestation), audience);
}

void Adversary::show_votes(std::span<const Vote> votes, const Audience& audience) {
    for (const Vote& vote : votes)
        show_vote(vote, audience);
}

void Adversary::show_aggregate(const SignedAggregateAndProof& aggregate, const Audience& audience) {
    show({TopicKind::AggregateAndProof}, encode(aggregate), audience);
}

void Adversary::claim(const Root& head, const Checkpoint& finalized) {
    claimed_ = Status{.fork_digest = digest_,
                      .finalized_checkpoint = finalized,
                      .head_root = head,
                      .head_slot = made_.at(head).block.message.slot,
                      .earliest_slot = Slot(GENESIS_SLOT + 1)};
}

// --------------------------------------------------------------------------------------------------------- answering

Status Adversary::status() const {
    if (claimed_) return *claimed_;
    Status status{.fork_digest = digest_,
                  .finalized_checkpoint = {},
                  .head_root = {},
                  .head_slot = {},
                  .earliest_slot = Slot(GENESIS_SLOT + 1)};
    for (std::size_t node = 0; node < simulation_.node_count(); ++node) {
        if (!simulation_.is_up(node)) continue;
        const Chain& chain = simulation_.node(node).chain();
        status.finalized_checkpoint = chain.fork_choice().finalized();
        status.head_root = chain.head();
        status.head_slot = chain.head_slot();
        break;
    }
    return status;
}

void Adversary::on_peer_connected(const PeerId& peer, const PeerConnection& connection) {
    constexpr std::uint64_t kPatienceMs = 10'000;
    if (!connection.outbound) return;
    endpoint_->request(peer, Method::Status, encode(status()), kPatienceMs, [](auto, const auto&) {});
}

void Adversary::on_gossip(GossipMessage message) {
    endpoint_->report(message.id, Verdict::Ignore);
    const auto vote = decode<Attestation>(message.payload, parameters());
    if (vote.ok()) pool_.add(*vote);
}

std::vector<ByteVector> Adversary::blocks_in(const BlocksByRangeRequest& range) const {
    std::vector<ByteVector> found;
    if (!claimed_) return found;
    for (auto made = made_.find(claimed_->head_root); made != made_.end();
         made = made_.find(made->second.block.message.parent_root)) {
        const Slot slot = made->second.block.message.slot;
        if (slot < range.start_slot) break;
        if (slot < range.start_slot + range.count) found.push_back(encode(made->second.block));
    }
    std::ranges::reverse(found);
    return found;
}

std::vector<ByteVector> Adversary::blocks_of(const BlocksByRootRequest& roots) const {
    std::vector<ByteVector> found;
    for (const Root& root : roots.roots) {
        const auto made = made_.find(root);
        if (made != made_.end() && (made->second.shown || claimed_)) found.push_back(encode(made->second.block));
    }
    return found;
}

void Adversary::on_request(InboundRequest request) {
    const auto answer = [&](const ByteVector& payload) {
        endpoint_->respond(request.id, ResponseCode::Success, payload);
    };
    switch (request.method) {
        case Method::Status:
            return answer(encode(status()));
        case Method::Goodbye:
            return answer(encode_number(static_cast<std::uint64_t>(GoodbyeReason::ShutDown)));
        case Method::Ping:
            return answer(encode_number(0));
        case Method::Metadata:
        case Method::StateList:
        case Method::StatePart:
        case Method::StateEntries:
            return endpoint_->respond(request.id, ResponseCode::ResourceUnavailable, {});
        case Method::BlocksByRange: {
            const auto range = decode<BlocksByRangeRequest>(request.payload, parameters());
            return answer(encode(BlocksResponse{range.ok() ? blocks_in(*range) : std::vector<ByteVector>{}}));
        }
        case Method::BlocksByRoot: {
            const auto roots = decode<BlocksByRootRequest>(request.payload, parameters());
            return answer(encode(BlocksResponse{roots.ok() ? blocks_of(*roots) : std::vector<ByteVector>{}}));
        }
    }
}

}  // namespace touchstone::node::sim
