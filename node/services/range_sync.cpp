#include "node/services/range_sync.h"

#include <algorithm>
#include <utility>

#include "node/services/block_responses.h"
#include "node/types/encoding.h"

namespace touchstone::node {

bool RangeSync::knows_more(const Status& status) const {
    if (chain_.contains(status.head_root)) return false;
    return status.finalized_checkpoint.epoch > chain_.fork_choice().finalized().epoch ||
           status.head_slot > chain_.head_slot();
}

bool RangeSync::is_left_alone(const PeerId& peer) const {
    const auto found = records_.find(peer);
    return found != records_.end() && found->second.not_before_ms > clock_.now_ms();
}

bool RangeSync::is_believed(const PeerId& peer) const {
    const auto found = records_.find(peer);
    return found == records_.end() || found->second.believed;
}

bool RangeSync::is_far_ahead(const Status& status) const {
    return status.finalized_checkpoint.epoch > chain_.fork_choice().finalized().epoch ||
           status.head_slot > chain_.head_slot() + chain_.parameters().SLOTS_PER_EPOCH;
}

/// While requests for what a believed peer claims are open. Whoever is of another network, or of the future, has no
/// status here (NET-64, NET-65, NET-09). [DUT-01]
bool RangeSync::is_behind() {
    settle_by_root();
    if (run_ && is_believed(run_->claimer) && is_far_ahead(run_->promised)) return true;
    return std::ranges::any_of(by_root_, [this](const auto& entry) {
        const Peers::Peer* peer = peers_.find(entry.first);
        return is_believed(entry.first) && peer != nullptr && peer->status && is_far_ahead(*peer->status);
    });
}

std::uint64_t RangeSync::distance() const {
    return run_ && run_->promised.head_slot > chain_.head_slot() ? run_->promised.head_slot - chain_.head_slot() : 0;
}

void RangeSync::on_status(const PeerId& peer) {
    settle_by_root();
    const Peers::Peer* known = peers_.find(peer);
    if (run_ || known == nullptr || !known->status || !knows_more(*known->status)) return;
    const Status& status = *known->status;
    if (goes_by_root(peer, status)) return follow_by_root(peer, status.head_root);
    consider();
}

/// A head that is near by its slot may be the end of a long branch, each of whose blocks costs a request: where the
/// network loses many of them, a chain grows faster than it is followed. [NET-66]
bool RangeSync::goes_by_root(const PeerId& peer, const Status& status) const {
    const auto found = records_.find(peer);
    if (found != records_.end() && found->second.by_root_failed) return false;
    return status.head_slot <= chain_.head_slot() + kFewSlots;
}

void RangeSync::follow_by_root(const PeerId& peer, const Root& head) {
    // A new head on the way does not begin the patience anew.
    by_root_.try_emplace(peer, ByRoot{.head = {}, .patience_until_ms = clock_.now_ms() + kPatienceByRootMs})
        .first->second.head = head;
    ancestors_.fetch(head, peer);
}

/// Ends what is followed by root: with the head, or in disbelief when it was given up or takes too long. [DUT-01]
void RangeSync::settle_by_root() {
    std::erase_if(by_root_, [this](const auto& entry) {
        const auto& [peer, followed] = entry;
        if (chain_.contains(followed.head)) return true;
        const bool open = ancestors_.is_fetching(followed.head) || blocks_.is_waiting(followed.head);
        if (open && clock_.now_ms() < followed.patience_until_ms) return false;
        Record& record = record_of(peer);
        record.believed = false;
        record.by_root_failed = true;
        return true;
    });
}

void RangeSync::on_delivered(const PeerId& peer) {
    const auto found = records_.find(peer);
    if (found != records_.end()) found->second.believed = true;
}

void RangeSync::on_too_deep(const PeerId& peer) {
    const Peers::Peer* known = peers_.find(peer);
    if (run_ || known == nullptr || is_left_alone(peer)) return;
    if (known->status && knows_more(*known->status)) return begin(peer, *known->status);
    peers_.ask_status(peer);
}

/// The peer with the highest finality, then the latest head, that is not left alone.
void RangeSync::consider(const std::optional<PeerId>& except) {
    if (run_) return;
    std::optional<std::pair<PeerId, Status>> best;
    for (const auto& [id, peer] : peers_.all()) {
        if (!peer.status || id == except || is_left_alone(id) || !knows_more(*peer.status)) continue;
        const auto rank = [](const Status& status) {
            return std::pair(status.finalized_checkpoint.epoch, status.head_slot);
        };
        if (!best || rank(best->second) < rank(*peer.status)) best = {id, *peer.status};
    }
    if (best) begin(best->first, best->second);
}

void RangeSync::begin(const PeerId& peer, const Status& status) {
    const Slot final_slot = chain_.fork_choice().block_slot(chain_.fork_choice().finalized().root).value_or(Slot());
    by_root_.erase(peer);
    run_ = Run{.claimer = peer,
               .peer = peer,
               .promised = status,
               .next = final_slot + 1,
               .asked = {},
               .empty_answers = {},
               .batch = {},
               .at = 0,
               .imported = 0,
               .number = ++runs_};
    log_.info("sync_started", {{"from_slot", run_->next.value()}, {"to_slot", status.head_slot.value()}});
    ask_next();
}

void RangeSync::ask_next() {
    if (run_->next > run_->promised.head_slot) return complete();
    run_->asked = {.start_slot = run_->next,
                   .count = std::min(kSlotsPerRequest, chain_.parameters().MAX_REQUEST_BLOCKS)};
    run_->empty_answers.clear();
    ask(run_->peer);
}

void RangeSync::ask(const PeerId& peer) {
    network_.request(peer, Method::BlocksByRange, encode(run_->asked), Peers::kRequestTimeoutMs,
                     [this, peer, number = run_->number](RequestOutcome outcome, const ByteVector& payload) {
                         if (run_ && run_->number == number) answered(peer, outcome, payload);
                     });
}

void RangeSync::answered(const PeerId& peer, RequestOutcome outcome, const ByteVector& payload) {
    switch (outcome) {
        case RequestOutcome::Success:
            break;
        case RequestOutcome::Malformed:
            return fail(peer, Offence::BrokenProtocol);
        case RequestOutcome::Refused:
        case RequestOutcome::ServerError:
        case RequestOutcome::BrokenStream:
        case RequestOutcome::Timeout:
            return fail(peer, Offence::Unresponsive);
        case RequestOutcome::Disconnected:
            return fail(peer, std::nullopt);
    }
    auto blocks = check_range_response(payload, run_->asked, chain_.parameters());
    if (!blocks) return fail(peer, Offence::BrokenProtocol);
    if (blocks.value().empty()) return empty_answer(peer);
    run_->peer = peer;
    run_->batch = std::move(blocks).value();
    run_->at = 0;
    import_next();
}

/// A range without blocks is believed when nobody else who could know has any. [NET-70]
void RangeSync::empty_answer(const PeerId& peer) {
    run_->empty_answers.insert(peer);
    const Slot last = run_->asked.start_slot + (run_->asked.count - 1);
    if (last >= run_->promised.head_slot) {  // whose head is in this range has no empty answer
        if (run_->empty_answers.contains(run_->claimer)) return fail(run_->claimer, Offence::Unresponsive);
        return ask(run_->claimer);
    }
    for (const auto& [id, other] : peers_.all()) {
        const bool could_know = other.status && other.status->head_slot >= run_->asked.start_slot;
        if (could_know && !run_->empty_answers.contains(id) && !is_left_alone(id)) return ask(id);
    }
    run_->next = last + 1;
    ask_next();
}

void RangeSync::import_next() {
    const std::uint64_t number = run_->number;
    // Known blocks are passed over in a loop: each answer of the pipeline may come at once.
    while (run_->at < run_->batch.size() &&
           chain_.contains(hash_tree_root(run_->batch[run_->at].message, chain_.parameters()))) {
        ++run_->at;
    }
    if (run_->at == run_->batch.size()) {
        run_->next = run_->batch.back().message.slot + 1;
        return ask_next();
    }
    blocks_.import_block(run_->batch[run_->at], run_->peer, [this, number](ImportOutcome outcome) {
        if (run_ && run_->number == number) imported(outcome);
    });
}

void RangeSync::imported(ImportOutcome outcome) {
    switch (outcome) {
        case ImportOutcome::Imported:
            ++run_->imported;
            on_delivered(run_->peer);
            [[fallthrough]];
        case ImportOutcome::AlreadyKnown:
        case ImportOutcome::NotYet:
            ++run_->at;
            return import_next();
        case ImportOutcome::Stopped:
            run_.reset();
            return;
        case ImportOutcome::MissingParent:
        case ImportOutcome::Irrelevant:
            return fail(run_->peer, std::nullopt);  // another branch than the one that is final here
        case ImportOutcome::BadSignature:
            return fail(run_->peer, Offence::BadSignature);
        case ImportOutcome::Invalid:
            return fail(run_->peer, Offence::BrokenProtocol);
    }
}

void RangeSync::complete() {
    if (!chain_.contains(run_->promised.head_root) && run_->imported == 0) {
        return fail(run_->claimer, Offence::Unresponsive);  // promised more than it had
    }
    const Run run = *std::exchange(run_, std::nullopt);
    if (const auto record = records_.find(run.peer); record != records_.end()) {
        record->second = {
            .failures = 0, .not_before_ms = 0, .believed = record->second.believed, .by_root_failed = false};
    }
    log_.info("sync_finished", {{"imported", run.imported}, {"head_slot", chain_.head_slot().value()}});
    peers_.ask_status(run.peer);
    consider(run.claimer);  // others may claim more; it is asked anew first
}

void RangeSync::fail(const PeerId& peer, std::optional<Offence> offence) {
    const std::uint64_t again_ms = pause(peer);
    if (offence) peers_.punish(peer, *offence);
    timers_.call_at(again_ms, [this, peer] {
        if (!run_ && peers_.find(peer) != nullptr) peers_.ask_status(peer);
    });
    run_.reset();  // and with it, maybe, the peer's name
    // Another peer at once; this one, if nobody else helps, after its pause.
    consider();
}

RangeSync::Record& RangeSync::record_of(const PeerId& peer) {
    if (records_.size() >= kMaxRecords && !records_.contains(peer)) {
        records_.erase(
            std::ranges::min_element(records_, {}, [](const auto& entry) { return entry.second.not_before_ms; }));
    }
    return records_[peer];
}

std::uint64_t RangeSync::pause(const PeerId& peer) {
    Record& record = record_of(peer);
    const std::uint64_t length_ms = kFirstPauseMs << std::min(record.failures, kMaxDoublings);
    ++record.failures;
    record.not_before_ms = clock_.now_ms() + length_ms;
    record.believed = false;
    log_.info("sync_failed", {{"failures", std::uint64_t{record.failures}}, {"pause_ms", length_ms}});
    return record.not_before_ms;
}

}  // namespace touchstone::node
