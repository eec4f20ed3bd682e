#include "node/services/range_download.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "node/base/arithmetic.h"
#include "node/services/block_responses.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

/// A response with room for one block more has all that its sender knows of the range. [NET-68] [NET-70]
bool may_be_cut(std::size_t bytes, const Parameters& parameters) {
    constexpr std::size_t kOffsetBytes = 4;
    return bytes + kOffsetBytes + parameters.MAX_BLOCK_BYTES > parameters.RESPONSE_MAX_SIZE;
}

}  // namespace

std::vector<Root> roots_of(const std::vector<SignedBlock>& blocks, const Parameters& parameters) {
    std::vector<Root> roots;
    roots.reserve(blocks.size());
    for (std::size_t i = 1; i < blocks.size(); ++i)
        roots.push_back(blocks[i].message.parent_root);
    if (!blocks.empty()) roots.push_back(hash_tree_root(blocks.back().message, parameters));
    return roots;
}

void RangeBatch::reset() {
    open.clear();
    source.reset();
    blocks.clear();
    bytes = 0;
    given = 0;
    done = 0;
}

// -------------------------------------------------------------------------------------------------------------- range

void RangeDownload::begin(Slot first, Slot last) {
    batches_.clear();
    last_asked_.clear();
    rest_first_ = first;
    rest_last_ = last;
}

void RangeDownload::end() {
    batches_.clear();
    rest_first_ = rest_last_ + 1;
}

RangeBatch* RangeDownload::find(Slot first) {
    const auto found = std::ranges::find(batches_, first, &RangeBatch::first);
    return found == batches_.end() ? nullptr : &*found;
}

std::pair<RangeBatch*, RangeBatch::Request> RangeDownload::close(std::uint64_t number) {
    for (RangeBatch& batch : batches_) {
        const auto found = std::ranges::find(batch.open, number, &RangeBatch::Request::number);
        if (found == batch.open.end()) continue;
        RangeBatch::Request request = std::move(*found);
        batch.open.erase(found);
        return {&batch, std::move(request)};
    }
    return {nullptr, {}};
}

void RangeDownload::replace(std::vector<RangeBatch> anew) {
    const Slot until = anew.back().last;
    std::erase_if(batches_, [until](const RangeBatch& batch) { return batch.first <= until; });
    batches_.insert(batches_.begin(), std::make_move_iterator(anew.begin()), std::make_move_iterator(anew.end()));
}

void RangeDownload::open_batches() {
    while (rest_first_ <= rest_last_ && batches_.size() < kMostBatches) {
        const std::uint64_t steps = slots_of_batch() - 1;
        if (order_ == Order::Ascending) {
            batches_.push_back(RangeBatch::of(rest_first_, std::min(rest_first_ + steps, rest_last_)));
            rest_first_ = batches_.back().last + 1;
        } else {
            batches_.push_back(RangeBatch::of(std::max(rest_first_, rest_last_ - steps), rest_last_));
            rest_last_ = batches_.back().first - 1;
        }
    }
}

void RangeDownload::resume_from(Slot last) {
    if (is_finished()) return;
    std::erase_if(batches_, [last](const RangeBatch& batch) { return batch.last > last; });
    const std::uint64_t missing = batches_.empty() ? 0 : last - batches_.front().last;
    if (batches_.empty() || batches_.size() + missing / slots_of_batch() >= kMostBatches) {
        batches_.clear();
        rest_last_ = last;
        return;
    }
    std::vector<RangeBatch> anew;
    const Slot first = batches_.front().last + 1;
    for (Slot end = last; end >= first; end = anew.back().first - 1)
        anew.push_back(RangeBatch::of(std::max(first, end - (slots_of_batch() - 1)), end));
    batches_.insert(batches_.begin(), std::make_move_iterator(anew.begin()), std::make_move_iterator(anew.end()));
}

// ------------------------------------------------------------------------------------------------------------- asking

void RangeDownload::work() {
    open_batches();
    bool comes_next = true;
    for (RangeBatch& batch : batches_) {
        if (batch.is_answered()) continue;
        const bool first = std::exchange(comes_next, false);
        if (!is_wanted(batch, first)) continue;
        const auto peer = choose(batch);
        if (peer) ask(batch, *peer);
        if (!peer && !first && !batch.only) return;  // nor for a later one
    }
}

/// Where two peers are asked, the first whole answer is taken.
bool RangeDownload::is_wanted(const RangeBatch& batch, bool comes_next) const {
    if (batch.open.empty()) return comes_next || has_room();
    if (batch.open.size() >= kMostAsked || batch.open.back().late_at_ms > clock_.now_ms()) return false;
    return comes_next || (is_ending() && has_room());
}

bool RangeDownload::is_ending() const {
    return rest_first_ > rest_last_ && std::ranges::none_of(batches_, [](const RangeBatch& batch) {
               return !batch.is_answered() && batch.open.empty();
           });
}

bool RangeDownload::is_late(const PeerId& peer) const {
    return std::ranges::any_of(batches_, [&](const RangeBatch& batch) {
        return std::ranges::any_of(batch.open, [&](const RangeBatch::Request& request) {
            return request.peer == peer && request.late_at_ms <= clock_.now_ms();
        });
    });
}

/// Each open request may bring a full response.
bool RangeDownload::has_room() const {
    std::size_t bytes = parameters_.RESPONSE_MAX_SIZE;
    for (const auto& [peer, requests] : open_)
        bytes += requests * parameters_.RESPONSE_MAX_SIZE;
    for (const RangeBatch& batch : batches_)
        bytes += batch.bytes;
    return bytes <= kMostResponses * parameters_.RESPONSE_MAX_SIZE;
}

std::vector<PeerId> RangeDownload::who_may_answer(const RangeBatch& batch) const {
    std::vector<PeerId> peers = hooks_.who(batch.first, batch.last);
    std::erase_if(peers, [&batch](const PeerId& peer) {
        const auto asked = std::ranges::find(batch.open, peer, &RangeBatch::Request::peer);
        return asked != batch.open.end() || (batch.only && *batch.only != peer);
    });
    return peers;
}

bool RangeDownload::is_stuck() const {
    if (batches_.empty()) return false;
    const RangeBatch& batch = batches_.front();
    return !batch.is_answered() && batch.open.empty() && who_may_answer(batch).empty();
}

/// Whoever has least to do, and among equals was asked longest ago. To help out, nobody who is late himself.
std::optional<PeerId> RangeDownload::choose(const RangeBatch& batch) {
    std::vector<std::tuple<unsigned, unsigned, std::uint64_t, PeerId>> able;
    for (const PeerId& peer : who_may_answer(batch)) {
        if (!batch.open.empty() && is_late(peer)) continue;
        const auto open = open_.find(peer);
        const auto asked = last_asked_.find(peer);
        able.emplace_back(hooks_.rank(peer), open == open_.end() ? 0 : open->second,
                          asked == last_asked_.end() ? 0 : asked->second, peer);
    }
    std::ranges::sort(able);
    for (const auto& [rank, open, asked, peer] : able) {
        if (rank != std::get<0>(able.front()) || open >= kRequestsOfPeer) break;
        const auto later_ms = hooks_.wait(peer, batch.last - batch.first + 1);
        if (!later_ms) return peer;
        call_at(*later_ms);
    }
    return std::nullopt;
}

void RangeDownload::ask(RangeBatch& batch, const PeerId& peer) {
    const BlocksByRangeRequest asked{.start_slot = batch.first, .count = batch.last - batch.first + 1};
    const std::uint64_t number = ++numbers_;
    const std::uint64_t now_ms = clock_.now_ms();
    const std::uint64_t late_at_ms = saturating_add(now_ms, times_.patience_ms());
    batch.open.push_back({number, peer, hooks_.finalized_of(peer), late_at_ms});
    ++open_[peer];
    if (last_asked_.size() >= kMostRemembered && !last_asked_.contains(peer)) last_asked_.clear();
    last_asked_[peer] = number;
    network_.request(peer, Method::BlocksByRange, encode(asked), kTimeoutMs,
                     [this, peer, number, asked, now_ms](RequestOutcome outcome, const ByteVector& payload) {
                         // Also of who was outrun: else only the quick would count.
                         const std::uint64_t took_ms = saturating_subtract(clock_.now_ms(), now_ms);
                         if (outcome == RequestOutcome::Success) times_.add(took_ms);
                         answered(peer, number, asked, outcome, payload);
                         hooks_.on_change();
                     });
    call_at(late_at_ms);
}

void RangeDownload::call_at(std::uint64_t time_ms) {
    if (!calls_.insert(time_ms).second) return;
    timers_.call_at(time_ms, [this, time_ms] {
        calls_.erase(time_ms);
        if (!batches_.empty()) hooks_.on_change();
    });
}

// ------------------------------------------------------------------------------------------------------------ answers

void RangeDownload::answered(const PeerId& peer, std::uint64_t number, const BlocksByRangeRequest& asked,
                             RequestOutcome outcome, const ByteVector& payload) {
    if (--open_[peer] == 0) open_.erase(peer);
    const auto [batch, request] = close(number);
    if (outcome != RequestOutcome::Success) return refuse(batch, peer, outcome);
    if (batch == nullptr) return;  // somebody else was quicker, or nobody wants it any more
    auto blocks = check_range_response(payload, asked, parameters_);
    if (!blocks) return refuse(batch, peer, std::nullopt);
    take(*batch, request, std::move(blocks).value(), payload.size());
}

void RangeDownload::take(RangeBatch& batch, const RangeBatch::Request& request, std::vector<SignedBlock> blocks,
                         std::size_t bytes) {
    const Slot end = batch.last;
    if (!blocks.empty() && may_be_cut(bytes, parameters_)) batch.last = blocks.back().message.slot;
    batch.source = request.peer;
    batch.finalized = request.finalized;
    batch.bytes = bytes;
    batch.blocks = std::move(blocks);
    batch.open.clear();
    if (batch.last == end) return;
    batch.rivals.clear();  // theirs was a longer range
    RangeBatch rest = RangeBatch::of(batch.last + 1, end);
    rest.only = batch.only;
    const auto place = std::ranges::find(batches_, batch.first, &RangeBatch::first);
    batches_.insert(order_ == Order::Ascending ? std::next(place) : place, std::move(rest));
}

void RangeDownload::refuse(RangeBatch* batch, const PeerId& peer, std::optional<RequestOutcome> outcome) {
    if (batch != nullptr && batch->open.empty()) batch->reset();
    hooks_.on_failed(peer, outcome);
}

}  // namespace touchstone::node
