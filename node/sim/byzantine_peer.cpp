#include "node/sim/byzantine_peer.h"

#include <algorithm>
#include <utility>

#include "node/kernel/state_sync/entries.h"
#include "node/kernel/state_sync/parts.h"
#include "node/services/request_numbers.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {

namespace {

constexpr std::uint64_t kPatienceMs = 10'000;  // of whoever asks [NET-58]
constexpr std::uint64_t kLastMomentMs = 9'000;
constexpr std::uint64_t kSpamEveryMs = 250;
constexpr int kFlood = 4;  // requests at once

}  // namespace

ByzantinePeer::ByzantinePeer(Simulation& simulation, std::size_t number, PeerBehaviour behaviour)
    : simulation_(simulation),
      behaviour_(behaviour),
      random_(SeededRandom::stream(simulation.seed(), "byzantine peer", number)),
      endpoint_(simulation.network().attach(number, simulation.fork_digest(), [](const auto& task) { task(); })) {
    endpoint_->set_handler(this);
    for (const TopicKind kind : {TopicKind::Block, TopicKind::AggregateAndProof, TopicKind::ProposerSlashing,
                                 TopicKind::AttesterSlashing, TopicKind::VoluntaryExit, TopicKind::Transactions}) {
        endpoint_->subscribe({kind});
    }
    for (std::uint64_t subnet = 0; subnet < simulation.parameters().ATTESTATION_SUBNET_COUNT; ++subnet)
        endpoint_->subscribe({TopicKind::Attestation, subnet});
    if (behaviour_ == PeerBehaviour::Spam) spam();
}

ByzantinePeer::~ByzantinePeer() { endpoint_->set_handler(nullptr); }

/// Of the first node that is up; null if none is.
const Chain* ByzantinePeer::chain() const {
    for (std::size_t node = 0; node < simulation_.node_count(); ++node) {
        if (simulation_.is_up(node)) return &simulation_.node(node).chain();
    }
    return nullptr;
}

Root ByzantinePeer::any_root() {
    Root root;
    for (std::uint8_t& byte : root.bytes)
        byte = static_cast<std::uint8_t>(random_.next());
    return root;
}

ByteVector ByzantinePeer::any_bytes(std::uint64_t at_most) {
    ByteVector bytes(random_.below(at_most + 1));
    for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>(random_.next());
    return bytes;
}

/// As good as that of the best honest peer, and every other time better: so it is asked first.
Status ByzantinePeer::status() {
    Status status;
    status.fork_digest = simulation_.fork_digest();
    status.earliest_slot = Slot(1);
    const Chain* const known = chain();
    if (known == nullptr) return status;
    status.finalized_checkpoint = known->fork_choice().finalized();
    status.head_root = known->head();
    status.head_slot = known->head_slot();
    const bool boasts = behaviour_ == PeerBehaviour::Boast || random_.below(2) == 0;
    if (!boasts || behaviour_ == PeerBehaviour::Dawdle) return status;
    const std::uint64_t now = std::max(simulation_.scheduler().now_ms(), SimulatedChain::kGenesisTimeMs);
    status.head_slot = Slot((now - SimulatedChain::kGenesisTimeMs) / simulation_.parameters().SLOT_DURATION_MS);
    status.head_root = any_root();
    if (behaviour_ == PeerBehaviour::Boast)
        status.finalized_checkpoint = {epoch_of(status.head_slot, simulation_.parameters()), any_root()};
    return status;
}

void ByzantinePeer::on_peer_connected(const PeerId& peer, const PeerConnection& /*connection*/) {
    endpoint_->request(peer, Method::Status, encode(status()), kPatienceMs,
                       [](RequestOutcome /*outcome*/, const ByteVector& /*payload*/) {});
}

void ByzantinePeer::on_gossip(GossipMessage message) { endpoint_->report(message.id, Verdict::Ignore); }

void ByzantinePeer::on_request(InboundRequest request) {
    ++requests_;
    switch (request.method) {
        case Method::Status:
            return answer(request, encode(status()));
        case Method::Goodbye:
        case Method::Ping:
            return answer(request, request.payload);
        case Method::Metadata:
            return answer(request, any_bytes(16));
        case Method::StateList:
            return answer_list(request);
        case Method::StatePart:
        case Method::StateEntries:
            return answer_piece(request);
        case Method::BlocksByRange:
        case Method::BlocksByRoot:
            return answer_blocks(request, honest_answer(request));
    }
}

void ByzantinePeer::answer(const InboundRequest& request, ByteVector payload) {
    endpoint_->respond(request.id, ResponseCode::Success, std::move(payload));
}

void ByzantinePeer::refuse(const InboundRequest& request) {
    endpoint_->respond(request.id, ResponseCode::ResourceUnavailable, {});
}

void ByzantinePeer::answer_late(const InboundRequest& request, std::optional<ByteVector> payload) {
    const auto late = [this, alive = std::weak_ptr<bool>(alive_), request, content = std::move(payload)] {
        if (alive.expired()) return;
        if (!content) return refuse(request);
        answer(request, *content);
    };
    simulation_.scheduler().call_at(simulation_.scheduler().now_ms() + kLastMomentMs, late);
}

/// Who lists nothing is asked for nothing.
void ByzantinePeer::answer_list(const InboundRequest& request) {
    const Chain* const known = chain();
    StateList list;
    if (known != nullptr) list = known->kept_states().list();
    switch (behaviour_) {
        case PeerBehaviour::Stall:
        case PeerBehaviour::Dawdle:
        case PeerBehaviour::Withhold:
        case PeerBehaviour::Forge:
            break;
        case PeerBehaviour::Boast:
            for (Checkpoint& each : list.checkpoints)
                each.root = any_root();
            break;
        case PeerBehaviour::Garble:
        case PeerBehaviour::Spam:
            return answer(request, any_bytes(16));
    }
    answer(request, encode(list));
}

std::optional<ByteVector> ByzantinePeer::honest_piece(const InboundRequest& request) const {
    const Chain* const known = chain();
    if (known == nullptr) return std::nullopt;
    const Parameters& parameters = simulation_.parameters();
    if (request.method == Method::StatePart) {
        const auto asked = decode<StatePartRequest>(request.payload, parameters);
        const StatePointer state = asked ? known->fork_choice().block_state(asked->block_root) : nullptr;
        if (!state) return std::nullopt;
        const auto part = get_state_part(state->consensus(), *asked, parameters);
        return part ? std::optional(encode(*part)) : std::nullopt;
    }
    const auto asked = decode<StateEntriesRequest>(request.payload, parameters);
    const StatePointer state = asked ? known->fork_choice().block_state(asked->block_root) : nullptr;
    if (!state) return std::nullopt;
    const auto entries = get_state_entries(state->tree(), *asked);
    return entries ? std::optional(encode(*entries)) : std::nullopt;
}

void ByzantinePeer::answer_piece(const InboundRequest& request) {
    switch (behaviour_) {
        case PeerBehaviour::Stall:
            return;
        case PeerBehaviour::Dawdle:
            return answer_late(request, honest_piece(request));
        case PeerBehaviour::Withhold: {
            const auto asked = decode<StateEntriesRequest>(request.payload, simulation_.parameters());
            if (request.method != Method::StateEntries || !asked) return refuse(request);
            return answer(request, encode(StateEntries{.last = asked->last, .entries = {}, .proof = {}}));
        }
        case PeerBehaviour::Forge: {
            ByteVector piece = honest_piece(request).value_or(any_bytes(256));
            if (!piece.empty()) piece[random_.below(piece.size())] ^= 1U;
            return answer(request, std::move(piece));
        }
        case PeerBehaviour::Boast:
            return refuse(request);
        case PeerBehaviour::Garble:
        case PeerBehaviour::Spam:
            return answer(request, any_bytes(4096));
    }
}

std::vector<ByteVector> ByzantinePeer::honest_answer(const InboundRequest& request) const {
    std::vector<ByteVector> blocks;
    const Chain* const known = chain();
    if (known == nullptr) return blocks;
    if (request.method == Method::BlocksByRange) {
        const auto range = decode<BlocksByRangeRequest>(request.payload, simulation_.parameters());
        if (!range) return blocks;
        const std::uint64_t count = std::min(range->count, simulation_.parameters().MAX_REQUEST_BLOCKS);
        for (StoredBlock& block : known->canonical_blocks(range->start_slot, count))
            blocks.push_back(std::move(block.signed_block));
        return blocks;
    }
    const auto roots = decode<BlocksByRootRequest>(request.payload, simulation_.parameters());
    if (!roots) return blocks;
    for (const Root& root : roots->roots) {
        if (auto block = known->stored_block(root)) blocks.push_back(std::move(block->signed_block));
    }
    return blocks;
}

void ByzantinePeer::answer_blocks(const InboundRequest& request, std::vector<ByteVector> honest) {
    switch (behaviour_) {
        case PeerBehaviour::Stall:
            return;
        case PeerBehaviour::Dawdle:
            return answer_late(request, encode(BlocksResponse{std::move(honest)}));
        case PeerBehaviour::Withhold:
            if (honest.size() < 3 || random_.below(4) == 0) {
                honest.clear();
            } else {
                honest.erase(honest.begin() + static_cast<std::ptrdiff_t>(1 + random_.below(honest.size() - 2)));
            }
            break;
        case PeerBehaviour::Forge:
            // Nothing links to the last: what is wrong with it shows only when it is executed.
            if (!honest.empty()) honest.back() = forged(honest.back());
            break;
        case PeerBehaviour::Boast:
            honest.clear();
            break;
        case PeerBehaviour::Garble:
            return answer(request, any_bytes(4096));
        case PeerBehaviour::Spam:
            break;
    }
    answer(request, encode(BlocksResponse{std::move(honest)}));
}

ByteVector ByzantinePeer::forged(const ByteVector& signed_block) {
    auto block = decode<SignedBlock>(signed_block, simulation_.parameters());
    if (!block) return signed_block;
    switch (random_.below(4)) {
        case 0:
            block->message.state_root = any_root();
            break;
        case 1:
            block->message.body.graffiti.bytes[0] ^= 1U;
            break;
        case 2:
            block->signature.bytes[7] ^= 1U;
            break;
        default:
            block->message.parent_root = any_root();
    }
    return encode(block.value());
}

std::optional<SignedBlock> ByzantinePeer::head_block() const {
    const Chain* const known = chain();
    if (known == nullptr) return std::nullopt;
    const auto stored = known->stored_block(known->head());
    if (!stored) return std::nullopt;
    const auto block = decode<SignedBlock>(stored->signed_block, simulation_.parameters());
    return block ? std::optional(block.value()) : std::nullopt;
}

void ByzantinePeer::spam() {
    const std::uint64_t next = simulation_.scheduler().now_ms() + kSpamEveryMs;
    simulation_.scheduler().call_at(next, [this, alive = std::weak_ptr<bool>(alive_)] {
        if (alive.expired()) return;
        gossip_junk();
        flood();
        spam();
    });
}

void ByzantinePeer::gossip_junk() {
    auto block = head_block();
    const std::uint64_t subnet = random_.below(simulation_.parameters().ATTESTATION_SUBNET_COUNT);
    switch (random_.below(block ? 4 : 1)) {
        case 0:
            return endpoint_->publish({TopicKind::Attestation, subnet}, any_bytes(256));
        case 1:  // as if it were the next, of a parent that nobody has
            block->message.slot = block->message.slot + 1;
            block->message.parent_root = any_root();
            return endpoint_->publish({TopicKind::Block}, encode(*block));
        case 2:
            block->signature.bytes[7] ^= 1U;
            block->message.body.graffiti.bytes[1] = static_cast<std::uint8_t>(random_.next());
            return endpoint_->publish({TopicKind::Block}, encode(*block));
        default:
            if (block->message.body.attestations.empty()) return;
            Attestation vote = block->message.body.attestations.front();
            vote.data.beacon_block_root = any_root();
            return endpoint_->publish({TopicKind::Attestation, subnet}, encode(vote));
    }
}

void ByzantinePeer::flood() {
    const std::size_t node = random_.below(simulation_.node_count());
    const BlocksByRangeRequest whole{.start_slot = Slot(1), .count = simulation_.parameters().MAX_REQUEST_BLOCKS};
    for (int i = 0; i < kFlood; ++i) {
        endpoint_->request(SimulatedNetwork::peer_id(node), Method::BlocksByRange, encode(whole), kPatienceMs,
                           [](RequestOutcome /*outcome*/, const ByteVector& /*payload*/) {});
    }
}

}  // namespace touchstone::node::sim
