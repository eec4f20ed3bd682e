#include "node/services/backward_blocks.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <utility>

#include "node/services/block_responses.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

bool offers(const Peers::Peer& peer, Slot first, Slot last) {
    return peer.status && peer.status->earliest_slot <= first && last <= peer.status->head_slot;
}

}  // namespace

BackwardBlocks::BackwardBlocks(Chain& chain, Peers& peers, Network& network, Clock& clock, Timers& timers)
    : chain_(chain),
      peers_(peers),
      network_(network),
      clock_(clock),
      timers_(timers),
      download_(chain.parameters(), network, clock, timers, RangeDownload::Order::Descending) {
    download_.set_hooks(
        {.who = [this](Slot first, Slot last) { return who_has(first, last); },
         .rank = [this](const PeerId& peer) { return peers_.is_last_resort(peer) ? 1U : 0U; },
         .wait = [this](const PeerId& peer,
                        std::uint64_t slots) { return peers_.wait_before_asking(peer, Method::BlocksByRange, slots); },
         .finalized_of = [this](const PeerId& peer) { return finalized_of(peer); },
         .on_failed = [this](const PeerId& peer, auto outcome) { on_failed(peer, outcome); },
         .on_change = [this] { call_at(clock_.now_ms()); }});
}

void BackwardBlocks::begin(const Root& missing, std::optional<Slot> below, std::optional<Slot> goal) {
    end();
    missing_ = missing;
    below_ = below;
    goal_ = goal;
    needs_root_ = !below;
    work();
}

void BackwardBlocks::end() {
    download_.end();
    missing_.reset();
    delivered_.reset();
    unlinked_.clear();
    needs_root_ = false;
    root_requests_.clear();
}

void BackwardBlocks::work() {
    if (!missing_ || (may_work_ && !may_work_())) return;
    take_answered();
    open_range();
    download_.work();
    ask_root();
}

// -------------------------------------------------------------------------------------------------------------- ranges

/// When what was asked for is all there, or is of slots that nobody has any more.
void BackwardBlocks::open_range() {
    if (!missing_ || !below_ || needs_root_ || delivered_) return;
    if (!download_.is_finished() && !is_stuck()) return;
    const auto earliest = earliest_offered();
    if (!earliest) return;
    const Slot one_batch = *below_ - std::min(RangeDownload::kSlotsOfBatch, chain_.parameters().MAX_REQUEST_BLOCKS);
    const Slot wanted = std::min(goal_.value_or(one_batch), one_batch);
    unlinked_.clear();
    download_.begin(std::max({Slot(GENESIS_SLOT + 1), *earliest, wanted}), *below_ - 1);
}

/// Not while somebody who has what comes next is only left alone for a time: to begin anew is to forget what has come.
bool BackwardBlocks::is_stuck() const {
    if (!download_.is_stuck()) return false;
    const RangeBatch& next = download_.batches().front();
    return std::ranges::none_of(peers_.all(), [&](const auto& entry) {
        return offers(entry.second, next.first, next.last) && !is_given_up(entry.first);
    });
}

/// The latest first. Where nothing is delivered the missing block is asked for by its root.
void BackwardBlocks::take_answered() {
    while (missing_ && !delivered_ && !needs_root_ && !download_.batches().empty()) {
        RangeBatch& next = download_.batches().front();
        if (!next.is_answered()) return;
        needs_root_ = next.blocks.empty() ? unlinked_.size() >= kMostUnlinked : !ends_with_missing(next);
        if (needs_root_) return;
        RangeBatch batch = std::move(next);
        download_.pop();
        take(std::move(batch));
    }
    if (missing_ && !delivered_ && download_.is_finished() && !unlinked_.empty()) needs_root_ = true;
}

void BackwardBlocks::take(RangeBatch batch) {
    const Slot end = batch.blocks.empty() ? batch.last : batch.blocks.front().message.slot - 1;
    // Whoever said that nothing is behind these blocks was right.
    if (!batch.blocks.empty()) unlinked_.clear();
    if (batch.first <= end) unlinked_.push_back({*batch.source, batch.first, end, batch.finalized});
    if (!batch.blocks.empty()) deliver(std::move(batch.blocks), *batch.source, false);
}

bool BackwardBlocks::ends_with_missing(const RangeBatch& batch) const {
    const Parameters& parameters = chain_.parameters();
    return hash_tree_root(header_of(batch.blocks.back().message, parameters), parameters) == *missing_;
}

void BackwardBlocks::deliver(std::vector<SignedBlock> blocks, const PeerId& peer, bool by_root) {
    const auto& first = blocks.front().message;
    delivered_ = Delivered{.peer = peer, .parent = first.parent_root, .slot = first.slot, .by_root = by_root};
    on_blocks_({std::move(blocks), peer});
}

void BackwardBlocks::accept(bool last) {
    if (!delivered_) return;
    const Delivered delivered = *std::exchange(delivered_, std::nullopt);
    pauses_.erase(delivered.peer);
    if (last) return end();
    missing_ = delivered.parent;
    below_ = delivered.slot;
    call_at(clock_.now_ms());
}

void BackwardBlocks::refuse(Offence offence) {
    if (!delivered_) return;
    const Delivered delivered = *std::exchange(delivered_, std::nullopt);
    needs_root_ = delivered.by_root;
    unlinked_.clear();
    if (!delivered.by_root) download_.resume_from(*below_ - 1);
    blame(delivered.peer, offence);
    call_at(clock_.now_ms());
}

// ------------------------------------------------------------------------------------------------------------- by root

/// A second peer is asked when the first is late.
void BackwardBlocks::ask_root() {
    if (!missing_ || !needs_root_ || delivered_ || root_requests_.size() >= kRootsAtOnce) return;
    const std::uint64_t now_ms = clock_.now_ms();
    if (!root_requests_.empty() && root_requests_.back().late_at_ms > now_ms) return;
    if (const auto peer = choose_for_root()) ask_root_of(*peer);
}

void BackwardBlocks::ask_root_of(const PeerId& peer) {
    const std::uint64_t now_ms = clock_.now_ms();
    const std::uint64_t number = ++root_numbers_;
    const std::uint64_t late_at_ms = saturating_add(now_ms, root_times_.patience_ms());
    root_requests_.push_back({number, peer, late_at_ms});
    network_.request(peer, Method::BlocksByRoot, encode(BlocksByRootRequest{{*missing_}}), Peers::kRequestTimeoutMs,
                     [this, peer, number, now_ms](RequestOutcome outcome, const ByteVector& payload) {
                         const auto is_wanted = std::erase_if(
                             root_requests_, [number](const auto& each) { return each.number == number; });
                         if (outcome != RequestOutcome::Success) {
                             on_failed(peer, outcome);
                         } else {
                             root_times_.add(saturating_subtract(clock_.now_ms(), now_ms));
                             if (is_wanted > 0) answered_root(peer, payload);
                         }
                         work();
                     });
    call_at(late_at_ms);
}

/// In turn, so that no single peer carries it all.
std::optional<PeerId> BackwardBlocks::choose_for_root() {
    std::array<std::vector<PeerId>, 4> ranks;
    for (const auto& [id, peer] : peers_.all()) {
        const bool has_it = peer.status && (!below_ || peer.status->earliest_slot < *below_);
        const bool is_asked = std::ranges::find(root_requests_, id, &RootRequest::peer) != root_requests_.end();
        if (has_it && !is_asked && !is_left_alone(id)) ranks.at(rank_for_root(id)).push_back(id);
    }
    for (auto& rank : ranks) {
        if (rank.empty()) continue;
        std::rotate(rank.begin(), rank.begin() + static_cast<std::ptrdiff_t>(root_numbers_ % rank.size()), rank.end());
    }
    std::optional<std::uint64_t> earliest_ms;
    for (const PeerId& id : ranks | std::views::join) {
        const auto wait_ms = peers_.wait_before_asking(id, Method::BlocksByRoot, 1);
        if (!wait_ms) return id;
        earliest_ms = std::min(earliest_ms.value_or(*wait_ms), *wait_ms);
    }
    if (earliest_ms) call_at(*earliest_ms);
    return std::nullopt;
}

/// Those that are a last resort last, and whose own answer is in question after all others.
unsigned BackwardBlocks::rank_for_root(const PeerId& peer) const {
    const auto& batches = download_.batches();
    const bool is_in_question = std::ranges::find(unlinked_, peer, &Answer::peer) != unlinked_.end() ||
                                (!batches.empty() && batches.front().source == peer);
    return (is_in_question ? 2U : 0U) + (peers_.is_last_resort(peer) ? 1U : 0U);
}

void BackwardBlocks::answered_root(const PeerId& peer, const ByteVector& payload) {
    auto blocks = check_roots_response(payload, {*missing_}, chain_.parameters());
    if (!blocks) return blame(peer, Offence::BrokenProtocol);
    if (blocks->empty()) return leave_alone(peer);
    const Slot slot = blocks->front().message.slot;
    const std::vector<Answer> wrong = wrong_about(slot);
    root_requests_.clear();
    unlinked_.clear();
    needs_root_ = false;
    if (below_) download_.resume_from(slot - 1);
    for (const Answer& answer : wrong)
        judge(answer);
    deliver(*std::move(blocks), peer, true);
}

/// The answers that leave out the block of this slot, which is the missing one, or have others instead.
std::vector<BackwardBlocks::Answer> BackwardBlocks::wrong_about(Slot slot) const {
    std::vector<Answer> wrong;
    std::ranges::copy_if(unlinked_, std::back_inserter(wrong),
                         [slot](const Answer& answer) { return answer.first <= slot && slot <= answer.last; });
    if (download_.batches().empty()) return wrong;
    const RangeBatch& next = download_.batches().front();
    if (!next.is_answered() || next.last < slot) return wrong;
    if (!next.blocks.empty() && !ends_with_missing(next)) {
        const Slot last = std::max(slot, next.blocks.back().message.slot);
        wrong.push_back({*next.source, next.first, last, next.finalized});
    } else if (next.blocks.empty() && next.first <= slot) {
        wrong.push_back({*next.source, next.first, slot, next.finalized});
    }
    return wrong;
}

/// Up to the checkpoint that it claimed to be final the peer can have had nothing else; of another branch than this one
/// it may be otherwise.
void BackwardBlocks::judge(const Answer& answer) {
    if (start_slot_of(answer.finalized.epoch, chain_.parameters()) >= answer.last) {
        return blame(answer.peer, Offence::BrokenProtocol);
    }
    leave_alone(answer.peer);
}

// --------------------------------------------------------------------------------------------------------------- peers

std::optional<Slot> BackwardBlocks::earliest_offered() const {
    std::optional<Slot> earliest;
    for (const auto& [id, peer] : peers_.all()) {
        if (!peer.status || is_left_alone(id)) continue;
        const Slot first = peer.status->earliest_slot;
        if (first < *below_ && peer.status->head_slot + 1 >= *below_)
            earliest = std::min(earliest.value_or(first), first);
    }
    return earliest;
}

std::vector<PeerId> BackwardBlocks::who_has(Slot first, Slot last) const {
    std::vector<PeerId> found;
    for (const auto& [id, peer] : peers_.all()) {
        if (offers(peer, first, last) && !is_left_alone(id)) found.push_back(id);
    }
    return found;
}

bool BackwardBlocks::is_left_alone(const PeerId& peer) const {
    const auto pause = pauses_.find(peer);
    return pause != pauses_.end() && clock_.now_ms() < pause->second.not_before_ms;
}

bool BackwardBlocks::is_given_up(const PeerId& peer) const {
    const auto pause = pauses_.find(peer);
    return pause != pauses_.end() && pause->second.failures > kMaxDoublings;
}

Checkpoint BackwardBlocks::finalized_of(const PeerId& peer) const {
    const Peers::Peer* known = peers_.find(peer);
    return known != nullptr && known->status ? known->status->finalized_checkpoint : Checkpoint{};
}

/// Without an outcome, the answer breaks NET-69.
void BackwardBlocks::on_failed(const PeerId& peer, std::optional<RequestOutcome> outcome) {
    if (!outcome) return blame(peer, Offence::BrokenProtocol);
    leave_alone(peer);
    peers_.answer_failed(peer, *outcome);
}

void BackwardBlocks::leave_alone(const PeerId& peer) {
    std::erase_if(pauses_, [this](const auto& entry) { return peers_.find(entry.first) == nullptr; });
    Pause& pause = pauses_[peer];
    pause.not_before_ms = saturating_add(clock_.now_ms(), kFirstPauseMs << std::min(pause.failures, kMaxDoublings));
    ++pause.failures;
    call_at(pause.not_before_ms);
}

void BackwardBlocks::blame(const PeerId& peer, Offence offence) {
    leave_alone(peer);
    peers_.punish(peer, offence);
}

void BackwardBlocks::call_at(std::uint64_t time_ms) {
    if (!calls_.insert(time_ms).second) return;
    timers_.call_at(time_ms, [this, time_ms] {
        calls_.erase(time_ms);
        work();
    });
}

}  // namespace touchstone::node
