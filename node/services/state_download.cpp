#include "node/services/state_download.h"

#include <algorithm>
#include <utility>

#include "node/base/arithmetic.h"
#include "node/kernel/state_sync/entries.h"
#include "node/types/encoding.h"

namespace touchstone::node {

namespace {

/// The path after it; nothing after the last.
std::optional<Path> after(Path path) {
    for (std::size_t i = Path::kSize; i-- > 0;) {
        if (++path.bytes[i] != 0) return path;
    }
    return std::nullopt;
}

/// Precondition: it is not the first.
Path before(Path path) {
    for (std::size_t i = Path::kSize; i-- > 0;) {
        if (path.bytes[i]-- != 0) break;
    }
    return path;
}

Path last_path() {
    Path path;
    path.bytes.fill(0xff);
    return path;
}

/// Where the interval of that number begins.
Path begin_of(std::size_t interval) {
    constexpr std::size_t kWidth = 0x10000 / StateDownload::kIntervals;
    Path path;
    path.bytes[0] = static_cast<std::uint8_t>(interval * kWidth >> 8U);
    path.bytes[1] = static_cast<std::uint8_t>(interval * kWidth);
    return path;
}

/// As a part of all paths.
double place_of(const Path& path) {
    double place = 0;
    for (std::size_t i = 8; i-- > 0;)
        place = (place + path.bytes[i]) / 256;
    return place;
}

}  // namespace

void StateDownload::begin(const Root& block_root, const Root& state_root) {
    end();
    block_root_ = block_root;
    assembly_.emplace(parameters_, block_root, state_root);
    for (std::size_t i = 0; i < kIntervals; ++i) {
        const Path last = i + 1 == kIntervals ? last_path() : before(begin_of(i + 1));
        intervals_.push_back({begin_of(i), last});
    }
}

void StateDownload::end() {
    assembly_.reset();
    intervals_.clear();
    entries_.clear();
    open_.clear();
    asked_parts_.clear();
    pauses_.clear();
    delivered_.clear();
    bytes_ = 0;
}

bool StateDownload::is_complete() const { return assembly_ && intervals_.empty() && assembly_->is_complete(); }

KvEntries StateDownload::take_entries() {
    KvEntries all{std::exchange(entries_, {})};
    std::ranges::sort(all.entries, {}, &KvEntry::key);
    return all;
}

StateDownload::Progress StateDownload::progress() const {
    if (!assembly_) return {};
    double left = 0;
    for (const Interval& interval : intervals_)
        left += place_of(interval.last) - place_of(interval.first);
    const auto parts = static_cast<double>(assembly_->had_parts());
    const auto needed = static_cast<double>(assembly_->needed_parts());
    return {.parts = assembly_->had_parts(),
            .needed_parts = assembly_->needed_parts(),
            .entries = entries_.size(),
            .done = std::clamp((parts / needed + (1 - left)) / 2, 0.0, 1.0),
            .bytes = bytes_,
            .peers = delivered_.size()};
}

// ------------------------------------------------------------------------------------------------------------ requests

std::vector<StatePartRequest> StateDownload::parts_to_ask() const {
    std::vector<StatePartRequest> parts = assembly_->missing();
    std::erase_if(parts, [this](const auto& part) {
        const auto asked = asked_parts_.find({part.field, part.first});
        return asked != asked_parts_.end() && asked->second != 0;
    });
    return parts;
}

/// Entries are proved against the tree's root, which is a part.
StateDownload::Interval* StateDownload::interval_to_ask() {
    if (!assembly_->tree_root()) return nullptr;
    const auto found = std::ranges::find(intervals_, 0U, &Interval::asked);
    return found == intervals_.end() ? nullptr : &*found;
}

unsigned* StateDownload::asked_of(const Request& request) {
    if (request.method == Method::StatePart) {
        const auto part = decode<StatePartRequest>(request.payload, parameters_);
        if (!part || assembly_->has(*part)) return nullptr;
        return &asked_parts_[{part->field, part->first}];
    }
    const auto asked = decode<StateEntriesRequest>(request.payload, parameters_);
    if (!asked) return nullptr;
    const auto interval = std::ranges::find(intervals_, asked->first, &Interval::first);
    return interval == intervals_.end() ? nullptr : &interval->asked;
}

bool StateDownload::may_ask(const PeerId& peer, Method method) {
    const auto open = std::ranges::count_if(
        open_, [&](const auto& each) { return each.second.peer == peer && each.second.method == method; });
    if (open >= kRequestsOfPeer) return false;
    const auto pause = pauses_.find(peer);
    if (pause != pauses_.end() && pause->second.not_before_ms > clock_.now_ms()) {
        call_at(pause->second.not_before_ms);
        return false;
    }
    const auto wait = hooks_.wait(peer, method);
    if (wait) call_at(*wait);
    return !wait;
}

void StateDownload::work() {
    if (!assembly_ || is_complete()) return;
    std::vector<StatePartRequest> parts = parts_to_ask();
    std::ranges::reverse(parts);  // the next is the last
    while (ask_round(parts)) {
    }
    if (parts.empty()) ask_again(Method::StatePart);
    if (interval_to_ask() == nullptr) ask_again(Method::StateEntries);
    call_when_late();
}

/// One of each kind, so that what is missing is spread over all. False: nobody may be asked for more.
bool StateDownload::ask_round(std::vector<StatePartRequest>& parts) {
    bool asked = false;
    for (const PeerId& peer : hooks_.who()) {
        if (!parts.empty() && may_ask(peer, Method::StatePart)) {
            ask(peer, Method::StatePart, encode(parts.back()));
            parts.pop_back();
            asked = true;
        }
        const Interval* interval = interval_to_ask();
        if (interval != nullptr && may_ask(peer, Method::StateEntries)) {
            ask(peer, Method::StateEntries, encode(StateEntriesRequest{block_root_, interval->first, interval->last}));
            asked = true;
        }
    }
    return asked;
}

void StateDownload::ask_again(Method method) {
    std::vector<Request> late;
    for (const auto& [number, request] : open_) {
        if (request.method == method && request.late_at_ms <= clock_.now_ms()) late.push_back(request);
    }
    for (const Request& request : late) {
        const unsigned* asked = asked_of(request);
        if (asked == nullptr || *asked >= kMostAsked) continue;
        const auto helpers = who_helps_out(request);
        const auto helper = std::ranges::find_if(helpers, [&](const PeerId& peer) { return may_ask(peer, method); });
        if (helper != helpers.end()) ask(*helper, method, request.payload);
    }
}

/// Who has least to do first; nobody who is late himself.
std::vector<PeerId> StateDownload::who_helps_out(const Request& late) const {
    std::map<PeerId, std::size_t> open;
    for (const auto& [number, request] : open_)
        ++open[request.peer];
    std::multimap<std::size_t, PeerId> by_load;  // those of equal load in their order
    for (const PeerId& peer : hooks_.who()) {
        if (peer != late.peer && !is_late(peer)) by_load.emplace(open[peer], peer);
    }
    std::vector<PeerId> who;
    for (const auto& [load, peer] : by_load)
        who.push_back(peer);
    return who;
}

bool StateDownload::is_late(const PeerId& peer) const {
    return std::ranges::any_of(
        open_, [&](const auto& each) { return each.second.peer == peer && each.second.late_at_ms <= clock_.now_ms(); });
}

void StateDownload::call_when_late() {
    std::optional<std::uint64_t> next;
    for (const auto& [number, request] : open_) {
        if (request.late_at_ms > clock_.now_ms())
            next = std::min(next.value_or(request.late_at_ms), request.late_at_ms);
    }
    if (next) call_at(*next);
}

void StateDownload::ask(const PeerId& peer, Method method, ByteVector payload) {
    const std::uint64_t number = ++numbers_;
    const std::uint64_t now_ms = clock_.now_ms();
    const Request& request =
        open_.emplace(number, Request{peer, method, payload, now_ms, saturating_add(now_ms, times_.patience_ms())})
            .first->second;
    if (unsigned* asked = asked_of(request)) ++*asked;
    network_.request(
        peer, method, std::move(payload), kTimeoutMs,
        [this, number](RequestOutcome outcome, const ByteVector& answer) { answered(number, outcome, answer); });
}

void StateDownload::answered(std::uint64_t number, RequestOutcome outcome, const ByteVector& payload) {
    const auto found = open_.find(number);
    if (found == open_.end()) return;  // of a state that is not asked for any more
    const Request request = std::move(found->second);
    open_.erase(found);
    // It may be asked for again. Nothing: somebody else was quicker.
    unsigned* const asked = asked_of(request);
    if (asked != nullptr && *asked != 0) --*asked;
    if (outcome == RequestOutcome::Success) times_.add(saturating_subtract(clock_.now_ms(), request.asked_at_ms));
    bool brought = false;
    if (outcome != RequestOutcome::Success) {
        leave_alone(request.peer);
        hooks_.on_failed(request.peer, outcome);
    } else if (asked == nullptr) {
        pauses_.erase(request.peer);
    } else if (!take(request.method, request.payload, payload).ok()) {
        leave_alone(request.peer);
        hooks_.on_failed(request.peer, std::nullopt);
    } else {
        pauses_.erase(request.peer);
        delivered_.insert(request.peer);
        hooks_.on_answer({.method = request.method, .request = request.payload, .answer = payload});
        brought = true;
    }
    if (!assembly_) return;
    if (brought && is_complete()) return hooks_.on_complete();
    work();
}

// ------------------------------------------------------------------------------------------------------------- answers

bool StateDownload::restore(const SyncAnswer& answer) {
    return assembly_ && take(answer.method, answer.request, answer.answer).ok();
}

Result<void> StateDownload::take(Method method, const ByteVector& request, const ByteVector& answer) {
    NODE_TRY(method == Method::StatePart ? take_part(request, answer) : take_entries_of(request, answer));
    bytes_ += answer.size();
    return {};
}

Result<void> StateDownload::take_part(const ByteVector& request, const ByteVector& answer) {
    NODE_TRY_ASSIGN(asked, decode<StatePartRequest>(request, parameters_));
    NODE_TRY_ASSIGN(part, decode<StatePart>(answer, parameters_));
    return assembly_->add(asked, std::move(part));
}

Result<void> StateDownload::take_entries_of(const ByteVector& request, const ByteVector& answer) {
    NODE_TRY_ASSIGN(asked, decode<StateEntriesRequest>(request, parameters_));
    NODE_TRY_ASSIGN(entries, decode<StateEntries>(answer, parameters_));
    NODE_TRY(check_state_entries_request(asked));
    const auto tree_root = assembly_->tree_root();
    if (!tree_root || asked.block_root != block_root_) return reject(Clause::SYN_21, "of another state");
    NODE_TRY(verify_state_entries(*tree_root, asked, entries));
    // Nothing is counted twice.
    const bool is_missing = std::ranges::any_of(intervals_, [&](const Interval& interval) {
        return interval.first <= asked.first && entries.last <= interval.last;
    });
    if (!is_missing) return {};
    for (KvEntry& entry : entries.entries)
        entries_.push_back(std::move(entry));
    cover(asked.first, entries.last);
    return {};
}

void StateDownload::cover(const Path& first, const Path& last) {
    std::vector<Interval> left;
    for (const Interval& interval : intervals_) {
        if (last < interval.first || interval.last < first) {
            left.push_back(interval);
            continue;
        }
        if (interval.first < first) left.push_back({interval.first, before(first)});
        const auto next = after(last);
        if (next && *next <= interval.last) left.push_back({*next, interval.last});
    }
    intervals_ = std::move(left);
}

// --------------------------------------------------------------------------------------------------------------- peers

void StateDownload::leave_alone(const PeerId& peer) {
    Pause& pause = pauses_[peer];
    pause.not_before_ms = saturating_add(clock_.now_ms(), kFirstPauseMs << std::min(pause.failures, kMaxDoublings));
    ++pause.failures;
}

void StateDownload::call_at(std::uint64_t time_ms) {
    if (next_call_ms_ != 0 && next_call_ms_ <= time_ms) return;
    next_call_ms_ = time_ms;
    timers_.call_at(time_ms, [this, time_ms] {
        if (next_call_ms_ == time_ms) next_call_ms_ = 0;
        work();
    });
}

}  // namespace touchstone::node
