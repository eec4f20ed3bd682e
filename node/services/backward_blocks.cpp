#include "node/services/backward_blocks.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "node/services/block_responses.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

Root root_of(const SignedBlock& block, const Parameters& parameters) {
    return hash_tree_root(header_of(block.message, parameters), parameters);
}

}  // namespace

void BackwardBlocks::begin(const Root& missing, std::optional<Slot> below) {
    end();
    missing_ = missing;
    below_ = below;
    work();
}

void BackwardBlocks::end() {
    ++number_;
    missing_.reset();
    delivered_.reset();
    said_empty_.reset();
    is_said_empty_ = false;
    is_open_ = false;
}

void BackwardBlocks::work() {
    if (!missing_ || is_open_ || (may_work_ && !may_work_())) return;
    const std::uint64_t tokens = how() == How::ByRange ? std::min(slots_, below_->value()) : 1;
    const auto peer = choose(how(), tokens);
    if (!peer) return;
    is_open_ = true;
    if (how() == How::ByRange) {
        ask_range(*peer);
    } else {
        ask_root(*peer);
    }
}

bool BackwardBlocks::may_have(const PeerId& id, const Peers::Peer& peer) const {
    if (!peer.status) return false;
    if (below_ && peer.status->earliest_slot >= *below_) return false;
    const auto pause = pauses_.find(id);
    return pause == pauses_.end() || pause->second.not_before_ms <= clock_.now_ms();
}

/// Those that are a last resort last, and whoever said that there is nothing after all others.
std::optional<PeerId> BackwardBlocks::choose(How how, std::uint64_t tokens) {
    std::vector<PeerId> may;
    for (const auto& [id, peer] : peers_.all()) {
        if (may_have(id, peer)) may.push_back(id);
    }
    // Others are asked in turn, so that no single one carries it all.
    if (!may.empty()) {
        const auto turn = static_cast<std::ptrdiff_t>(number_ % may.size());
        std::rotate(may.begin(), may.begin() + turn, may.end());
    }
    std::array<std::vector<PeerId>, 4> ranks;
    for (const PeerId& id : may) {
        const std::size_t rank = (said_empty_ == id ? 2U : 0U) + (peers_.is_last_resort(id) ? 1U : 0U);
        ranks.at(rank).push_back(id);
    }
    const Method method = how == How::ByRange ? Method::BlocksByRange : Method::BlocksByRoot;
    std::optional<std::uint64_t> earliest;
    for (const PeerId& id : ranks | std::views::join) {
        const auto wait = peers_.wait_before_asking(id, method, tokens);
        if (!wait) return id;
        earliest = std::min(earliest.value_or(*wait), *wait);
    }
    for (const auto& [id, pause] : pauses_) {
        if (pause.not_before_ms > clock_.now_ms() && peers_.find(id) != nullptr) {
            earliest = std::min(earliest.value_or(pause.not_before_ms), pause.not_before_ms);
        }
    }
    if (earliest) call_at(*earliest);
    return std::nullopt;
}

void BackwardBlocks::call_at(std::uint64_t time_ms) {
    if (last_call_ms_ == time_ms) return;
    last_call_ms_ = time_ms;
    timers_.call_at(time_ms, [this] {
        last_call_ms_ = 0;
        work();
    });
}

// ------------------------------------------------------------------------------------------------------------ requests

void BackwardBlocks::ask_range(const PeerId& peer) {
    const Peers::Peer* known = peers_.find(peer);
    const Slot earliest = known != nullptr && known->status ? known->status->earliest_slot : Slot();
    const Slot start = std::max({Slot(GENESIS_SLOT + 1), earliest, *below_ - slots_});
    const BlocksByRangeRequest asked{.start_slot = start, .count = std::max<std::uint64_t>(1, *below_ - start)};
    network_.request(peer, Method::BlocksByRange, encode(asked), Peers::kRequestTimeoutMs,
                     [this, peer, asked, number = ++number_](RequestOutcome outcome, const ByteVector& payload) {
                         if (number != number_) return;
                         is_open_ = false;
                         if (take_failure(peer, outcome)) answered_range(peer, asked, payload);
                         work();
                     });
}

void BackwardBlocks::ask_root(const PeerId& peer) {
    network_.request(peer, Method::BlocksByRoot, encode(BlocksByRootRequest{{*missing_}}), Peers::kRequestTimeoutMs,
                     [this, peer, number = ++number_](RequestOutcome outcome, const ByteVector& payload) {
                         if (number != number_) return;
                         is_open_ = false;
                         if (take_failure(peer, outcome)) answered_root(peer, payload);
                         work();
                     });
}

/// True if it is none.
bool BackwardBlocks::take_failure(const PeerId& peer, RequestOutcome outcome) {
    if (outcome == RequestOutcome::Success) return true;
    leave_alone(peer);
    peers_.answer_failed(peer, outcome);
    return false;
}

void BackwardBlocks::answered_range(const PeerId& peer, const BlocksByRangeRequest& asked, const ByteVector& payload) {
    const Parameters& parameters = chain_.parameters();
    auto blocks = check_range_response(payload, asked, parameters);
    if (!blocks) return blame(peer, Offence::BrokenProtocol);
    if (blocks->empty()) {
        // There may be nothing: the block that is missing tells, wherever it is.
        is_said_empty_ = true;
        said_empty_ = peer;
        empty_from_ = asked.start_slot;
        return;
    }
    if (root_of(blocks->back(), parameters) == *missing_) return deliver(*std::move(blocks), peer);
    const std::uint64_t one_more = saturating_add(parameters.MAX_BLOCK_BYTES, 4);
    if (asked.count > 1 && saturating_add(payload.size(), one_more) > parameters.RESPONSE_MAX_SIZE) {
        slots_ = std::max<std::uint64_t>(1, asked.count / 2);  // the answer was full before it came to the end
        return;
    }
    if (broke_its_word(peer, *below_)) return blame(peer, Offence::BrokenProtocol);
    leave_alone(peer);  // it may have another chain yet
}

void BackwardBlocks::answered_root(const PeerId& peer, const ByteVector& payload) {
    auto blocks = check_roots_response(payload, {*missing_}, chain_.parameters());
    if (!blocks) return blame(peer, Offence::BrokenProtocol);
    if (blocks->empty()) return leave_alone(peer);
    const Slot slot = blocks->front().message.slot;
    if (said_empty_ && slot >= empty_from_ && broke_its_word(*said_empty_, *below_)) {
        blame(*said_empty_, Offence::BrokenProtocol);
    }
    deliver(*std::move(blocks), peer);
}

void BackwardBlocks::deliver(std::vector<SignedBlock> blocks, const PeerId& peer) {
    is_open_ = true;
    delivered_ = Delivered{peer, blocks.front().message.parent_root, blocks.front().message.slot};
    on_blocks_({std::move(blocks), peer});
}

void BackwardBlocks::accept(bool last) {
    if (!delivered_) return;
    const Delivered delivered = *std::exchange(delivered_, std::nullopt);
    pauses_.erase(delivered.peer);
    if (last) return end();
    missing_ = delivered.parent;
    below_ = delivered.slot;
    said_empty_.reset();
    is_said_empty_ = false;
    slots_ = std::min(kMostSlots, 2 * slots_);
    is_open_ = false;
    work();
}

void BackwardBlocks::refuse(Offence offence) {
    if (!delivered_) return;
    const PeerId peer = std::exchange(delivered_, std::nullopt)->peer;
    is_open_ = false;
    blame(peer, offence);
    work();
}

// --------------------------------------------------------------------------------------------------------------- peers

bool BackwardBlocks::broke_its_word(const PeerId& peer, Slot slot) const {
    const Peers::Peer* known = peers_.find(peer);
    if (known == nullptr || !known->status) return false;
    return start_slot_of(known->status->finalized_checkpoint.epoch, chain_.parameters()) >= slot;
}

void BackwardBlocks::leave_alone(const PeerId& peer) {
    std::erase_if(pauses_, [this](const auto& entry) { return peers_.find(entry.first) == nullptr; });
    Pause& pause = pauses_[peer];
    pause.not_before_ms = saturating_add(clock_.now_ms(), kFirstPauseMs << std::min(pause.failures, kMaxDoublings));
    ++pause.failures;
}

void BackwardBlocks::blame(const PeerId& peer, Offence offence) {
    leave_alone(peer);
    peers_.punish(peer, offence);
}

}  // namespace touchstone::node
