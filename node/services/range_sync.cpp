#include "node/services/range_sync.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "node/types/encoding.h"

namespace touchstone::node {

RangeSync::RangeSync(Chain& chain, BlockPipeline& blocks, Ancestors& ancestors, Peers& peers, Network& network,
                     Clock& clock, Timers& timers, Log& log)
    : chain_(chain),
      blocks_(blocks),
      ancestors_(ancestors),
      peers_(peers),
      clock_(clock),
      timers_(timers),
      log_(log),
      claims_(chain, peers, clock),
      download_(chain.parameters(), network, clock, timers) {
    download_.set_hooks(
        {.who = [this](Slot, Slot last) { return who_may_be_asked(last); },
         .rank = [this](const PeerId& peer) { return rank(peer); },
         .wait = [this](const PeerId& peer,
                        std::uint64_t slots) { return peers_.wait_before_asking(peer, Method::BlocksByRange, slots); },
         .finalized_of =
             [this](const PeerId& peer) {
                 const Peers::Peer* known = peers_.find(peer);
                 const bool claims = known != nullptr && known->status;
                 return claims ? known->status->finalized_checkpoint : Checkpoint{};
             },
         .on_failed = [this](const PeerId& peer, auto outcome) { on_failed(peer, outcome); },
         .on_change = [this] { ask_for_turn(); }});
}

// ------------------------------------------------------------------------------------------------------------- claims

/// While requests for what a believed peer claims are open. Whoever is of another network, or of the future, has no
/// status here (NET-64, NET-65, NET-09). [DUT-01]
bool RangeSync::is_behind() {
    settle_by_root();
    if (run_) {
        const SyncTarget& target = run_->target;
        if (clock_.now_ms() >= run_->patience_until_ms) {
            for (const PeerId& peer : target.claimers)
                claims_.disbelieve(peer);
        }
        const auto believed = [this](const PeerId& peer) { return claims_.is_believed(peer); };
        if (std::ranges::any_of(target.claimers, believed) &&
            claims_.is_far_ahead(target.finalized.epoch, target.head_slot)) {
            return true;
        }
    }
    return std::ranges::any_of(by_root_, [this](const auto& entry) {
        const Peers::Peer* peer = peers_.find(entry.first);
        return claims_.is_believed(entry.first) && peer != nullptr && peer->status &&
               claims_.is_far_ahead(peer->status->finalized_checkpoint.epoch, peer->status->head_slot);
    });
}

std::optional<RangeSync::Progress> RangeSync::progress() const {
    if (!run_) return std::nullopt;
    const std::uint64_t now = clock_.now_ms();
    const std::uint64_t distance = run_->target.head_slot - run_->progress.position();
    return Progress{.distance = distance,
                    .speed = run_->progress.speed(now),
                    .seconds_left = run_->progress.seconds_left(distance, now),
                    .peers = run_->delivered.size()};
}

void RangeSync::on_status(const PeerId& peer) {
    settle_by_root();
    const Peers::Peer* known = peers_.find(peer);
    if (known == nullptr || !known->status) return;
    if (run_) {
        if (known->status->head_root == run_->target.head_root) run_->target.claimers.insert(peer);
        return ask_for_turn();  // it may help
    }
    if (claims_.knows_more(*known->status)) consider();
}

/// A head that is near by its slot may be the end of a long branch, each of whose blocks costs a request: where the
/// network loses many of them, a chain grows faster than it is followed. [NET-66]
bool RangeSync::goes_by_root(const PeerId& peer, const Status& status) const {
    return !claims_.by_root_failed(peer) && status.head_slot <= chain_.head_slot() + kFewSlots;
}

void RangeSync::follow_by_root(const PeerId& peer, const Head& head) {
    const auto [entry, is_new] = by_root_.try_emplace(
        peer, ByRoot{.first = head, .latest = {}, .patience_until_ms = clock_.now_ms() + kPatienceMs});
    // A new head on the way does not begin the patience anew.
    if (!is_new && entry->second.first.root != head.root) entry->second.latest = head;
    ancestors_.fetch(head.root, peer);
}

void RangeSync::settle_by_root() {
    for (auto entry = by_root_.begin(); entry != by_root_.end();)
        entry = is_settled(entry->first, entry->second) ? by_root_.erase(entry) : std::next(entry);
}

/// Ends what is followed by root: with the head, or in disbelief when it was given up or takes too long. [DUT-01]
bool RangeSync::is_settled(const PeerId& peer, ByRoot& followed) {
    while (has(followed.first.root, followed.first.slot)) {
        if (!followed.latest) return true;
        followed.first = *std::exchange(followed.latest, std::nullopt);
        followed.patience_until_ms = clock_.now_ms() + kPatienceMs;
    }
    const Root& head = followed.first.root;
    const bool open = ancestors_.is_fetching(head) || blocks_.is_waiting(head);
    if (open && clock_.now_ms() < followed.patience_until_ms) return false;
    claims_.note_by_root_failed(peer);
    return true;
}

void RangeSync::on_too_deep(const PeerId& peer) {
    const Peers::Peer* known = peers_.find(peer);
    if (run_ || known == nullptr || claims_.is_left_alone(peer)) return;
    if (known->status && claims_.knows_more(*known->status)) return begin(claims_.target_of(*known->status));
    peers_.ask_status(peer);
}

/// Follows by root whatever is near, and one of the others by range.
void RangeSync::consider(const std::set<PeerId>& except) {
    if (run_) return;
    std::set<PeerId> not_by_range = except;
    std::vector<std::pair<PeerId, Head>> near;
    for (const auto& [id, peer] : peers_.all()) {
        if (!peer.status || except.contains(id) || !claims_.knows_more(*peer.status)) continue;
        if (!goes_by_root(id, *peer.status)) continue;
        near.emplace_back(id, Head{peer.status->head_root, peer.status->head_slot});
        not_by_range.insert(id);
    }
    for (const auto& [peer, head] : near)
        follow_by_root(peer, head);
    if (run_) return;  // it may have been too deep
    if (auto target = claims_.most_claimed(not_by_range)) begin(*std::move(target));
}

// ------------------------------------------------------------------------------------------------------------ the run

void RangeSync::begin(SyncTarget target) {
    const std::uint64_t now = clock_.now_ms();
    const Slot final_slot = chain_.fork_choice().block_slot(chain_.fork_choice().finalized().root).value_or(Slot());
    for (const PeerId& peer : target.claimers)
        by_root_.erase(peer);
    run_.emplace();
    run_->target = std::move(target);
    run_->first = final_slot + 1;
    run_->final_at_first = chain_.fork_choice().finalized().epoch;
    run_->number = ++runs_;
    run_->began_ms = now;
    run_->patience_until_ms = now + kPatienceMs;
    run_->progress.begin(final_slot, now);
    download_.begin(run_->first, run_->target.head_slot);
    log_.info("sync_started", {{"from_slot", run_->first.value()},
                               {"to_slot", run_->target.head_slot.value()},
                               {"claimers", std::uint64_t{run_->target.claimers.size()}}});
    ask_for_turn();
}

void RangeSync::ask_for_turn() {
    if (!run_ || std::exchange(turn_is_asked_, true)) return;
    timers_.call_at(clock_.now_ms(), [this] {
        turn_is_asked_ = false;
        turn();
    });
}

/// Gives one block to the pipeline at most: then it is the turn of whatever else waits for this thread.
void RangeSync::turn() {
    if (!run_) return;
    const std::uint64_t number = run_->number;
    const auto has_ended = [&] { return !run_ || run_->number != number; };
    const bool more = give_next();
    if (has_ended()) return;
    take_finished();
    if (run_->given.empty() && has(run_->target.head_root, run_->target.head_slot)) return complete();
    if (run_->sole_is_lost) ask_another_alone(run_->sole->from, run_->sole->until);
    if (has_ended()) return;
    if (!has_claimer()) {
        if (!more && run_->given.empty()) return give_up();  // what has come is imported first
        if (more) ask_for_turn();
        return;
    }
    download_.work();
    if (download_.is_finished() && run_->given.empty()) return finish();
    if (download_.is_stuck()) {
        if (!run_->sole && waits_for_busy()) return;
        if (!run_->sole) return fail();
        ask_another_alone(run_->sole->from, run_->sole->until);
        if (has_ended()) return;
        ask_for_turn();
    }
    if (more) ask_for_turn();
}

bool RangeSync::has_claimer() const {
    return std::ranges::any_of(run_->target.claimers, [this](const PeerId& peer) {
        return peers_.find(peer) != nullptr && (!claims_.is_left_alone(peer) || claims_.is_busy(peer));
    });
}

/// Of those who claim the head, somebody is asked again in a moment.
bool RangeSync::waits_for_busy() const {
    return std::ranges::any_of(run_->target.claimers, [this](const PeerId& peer) {
        return peers_.find(peer) != nullptr && claims_.is_busy(peer);
    });
}

/// Whose head is the target answers for all of it. Others know the same finalized chain, as far as they say; of a
/// branch that is not final they need not know anything.
bool RangeSync::may_ask(const PeerId& peer, Slot last) const {
    const Peers::Peer* known = peers_.find(peer);
    if (!run_ || known == nullptr || !known->status || claims_.is_left_alone(peer)) return false;
    // Who began from a checkpoint would refuse. [NET-68]
    if (known->status->earliest_slot > run_->first) return false;
    const SyncTarget& target = run_->target;
    if (target.claimers.contains(peer)) return true;
    const Checkpoint& finalized = known->status->finalized_checkpoint;
    if (target.finalized.epoch <= run_->final_at_first || finalized.epoch <= run_->final_at_first) return false;
    if (finalized.epoch == target.finalized.epoch && finalized.root != target.finalized.root) return false;
    return last < target.head_slot && last <= known->status->head_slot;
}

std::vector<PeerId> RangeSync::who_may_be_asked(Slot last) const {
    std::vector<PeerId> found;
    for (const auto& [id, peer] : peers_.all()) {
        if (may_ask(id, last)) found.push_back(id);
    }
    return found;
}

/// Last who is so by its demerits; before it, whose version was another than the one that was imported.
unsigned RangeSync::rank(const PeerId& peer) const {
    const bool is_doubted = run_ && run_->doubted.contains(peer);
    return (peers_.is_last_resort(peer) ? 2U : 0U) + (is_doubted ? 1U : 0U);
}

void RangeSync::on_failed(const PeerId& peer, std::optional<RequestOutcome> outcome) {
    if (outcome == RequestOutcome::Refused) {
        if (!claims_.is_left_alone(peer)) leave_alone_until(peer, claims_.pause_refused(peer));
        return lose_sole(peer);
    }
    if (outcome) peers_.answer_failed(peer, *outcome);
    blame(peer, outcome ? std::nullopt : std::optional(Offence::BrokenProtocol));
}

void RangeSync::blame(const PeerId& peer, std::optional<Offence> offence) {
    lose_sole(peer);
    if (!claims_.is_left_alone(peer)) leave_alone_until(peer, claims_.pause(peer));
    if (offence) peers_.punish(peer, *offence);
}

void RangeSync::lose_sole(const PeerId& peer) {
    if (run_ && run_->sole && run_->sole->peer == peer) run_->sole_is_lost = true;
}

void RangeSync::leave_alone_until(const PeerId& peer, std::uint64_t time_ms) {
    timers_.call_at(time_ms, [this, peer] {
        if (run_) return ask_for_turn();
        if (peers_.find(peer) != nullptr) peers_.ask_status(peer);
    });
}

/// All of the range is imported, and the head is not in it, although the last batch is of a peer that claims it: others
/// who claim it are asked, each alone. Where something new has come, the head may just have moved.
void RangeSync::finish() {
    if (!run_->unlinked.empty()) {
        const Slot until = run_->unlinked.back().last;
        run_->broke_promise.insert(run_->unlinked.back().version.peer);
        run_->asked_alone.insert(run_->unlinked.back().version.peer);
        if (const auto peer = choose_alone(until)) return ask_alone(*peer, run_->unlinked.front().first, until);
    }
    if (run_->imported > 0) return complete();
    const std::set<PeerId> guilty = run_->unlinked.empty() ? run_->target.claimers : run_->broke_promise;
    for (const PeerId& peer : guilty)
        blame(peer, Offence::EmptyPromise);
    give_up();
}

void RangeSync::complete() {
    judge_disputed();
    for (const PeerId& peer : run_->delivered) {
        if (!run_->doubted.contains(peer)) claims_.forgive(peer);
    }
    const std::set<PeerId> claimers = run_->target.claimers;
    const std::uint64_t took_ms = clock_.now_ms() - run_->began_ms;
    log_.info("sync_finished", {{"imported", run_->imported},
                                {"head_slot", chain_.head_slot().value()},
                                {"peers", std::uint64_t{run_->delivered.size()}},
                                {"milliseconds", took_ms}});
    end();
    for (const PeerId& peer : claimers)
        peers_.ask_status(peer);
    consider(claimers);  // others may claim more; these are asked anew first
}

/// Nobody is left who could answer for a part of it alone.
void RangeSync::fail() {
    std::set<PeerId> guilty = run_->doubted;
    std::erase_if(guilty, [this](const PeerId& peer) { return claims_.is_left_alone(peer); });
    if (guilty.empty()) guilty = run_->target.claimers;
    for (const PeerId& peer : guilty)
        blame(peer, std::nullopt);
    give_up();
}

/// Others at once; these, if nobody else helps, after their pause.
void RangeSync::give_up() {
    judge_disputed();
    log_.info("sync_failed", {{"imported", run_->imported}, {"to_slot", run_->target.head_slot.value()}});
    end();
    consider();
}

void RangeSync::end() {
    run_.reset();
    download_.end();
}

// ------------------------------------------------------------------------------------------------------------- import

/// False: nothing can be given now.
bool RangeSync::give_next() {
    if (run_->given.size() >= kMostUnderWay) return false;
    for (RangeBatch& batch : download_.batches()) {
        if (!batch.is_answered()) return false;
        while (batch.given < batch.blocks.size()) {
            const SignedBlock& block = batch.blocks[batch.given];
            if (!has(hash_tree_root(block.message, chain_.parameters()), block.message.slot)) {
                if (batch.given > 0 || joins(block)) {
                    give(batch);
                    return true;
                }
                if (!run_->given.empty()) return false;  // which may come to something else
                take_finished();
                doubt(batch);
                return true;
            }
            ++batch.given;
            ++batch.done;
        }
    }
    return false;
}

/// The fork choice forgets what is final; a part that is asked for anew may begin with it.
bool RangeSync::has(const Root& root, Slot slot) const {
    return chain_.contains(root) || (slot <= chain_.finalized_slot() && chain_.is_canonical(root, slot));
}

bool RangeSync::joins(const SignedBlock& block) const {
    const Root& parent = block.message.parent_root;
    return chain_.contains(parent) || blocks_.is_being_verified(parent);
}

void RangeSync::give(RangeBatch& batch) {
    const std::uint64_t number = ++given_;
    run_->given[number] = batch.first;
    const SignedBlock block = batch.blocks[batch.given++];  // the batch may be gone before the call returns
    blocks_.import_block(
        block, *batch.source, [this, number](ImportOutcome outcome) { imported(number, outcome); },
        WithoutParent::IsDropped);
}

/// May be called at once, from within `give`.
void RangeSync::imported(std::uint64_t number, ImportOutcome outcome) {
    if (!run_) return;
    const auto found = run_->given.find(number);
    if (found == run_->given.end()) return;  // given again since, or no longer wanted
    RangeBatch* batch = download_.find(found->second);
    run_->given.erase(found);
    if (outcome == ImportOutcome::Stopped) return end();
    if (batch == nullptr) return;
    ask_for_turn();
    switch (outcome) {
        case ImportOutcome::Imported:
            ++run_->imported;
            run_->patience_until_ms = clock_.now_ms() + kPatienceMs;
            run_->delivered.insert(*batch->source);
            claims_.believe(*batch->source);
            [[fallthrough]];
        case ImportOutcome::AlreadyKnown:
        case ImportOutcome::NotYet:
            run_->progress.advance(batch->blocks[batch->done++].message.slot, clock_.now_ms());
            return;
        case ImportOutcome::MissingParent:  // it did not become what it was when this was given
            return rewind(batch->first);
        case ImportOutcome::Irrelevant:
        case ImportOutcome::Stopped:
            return reject(*batch, std::nullopt);  // another branch than the one that is final here
        case ImportOutcome::BadSignature:
            return reject(*batch, Offence::BadSignature);
        case ImportOutcome::Invalid:
            return reject(*batch, Offence::InvalidBlock);
    }
}

/// The batch is asked for again, and what came after it is given again.
void RangeSync::reject(RangeBatch& batch, std::optional<Offence> offence) {
    const PeerId source = *batch.source;
    rewind(batch.first);
    batch.reset();
    doubt_peer(source);
    blame(source, offence);
}

void RangeSync::rewind(Slot first) {
    std::erase_if(run_->given, [first](const auto& entry) { return entry.second >= first; });
    for (RangeBatch& batch : download_.batches()) {
        if (batch.first < first) continue;
        batch.given = 0;
        batch.done = 0;
    }
}

void RangeSync::take_finished() {
    while (!download_.batches().empty()) {
        const RangeBatch& batch = download_.batches().front();
        if (!batch.is_answered() || batch.done < batch.blocks.size()) return;
        settle(batch);
        if (!batch.blocks.empty()) run_->unlinked.clear();
        run_->unlinked.push_back({batch.first, batch.last, version_of(batch)});
        run_->progress.advance(batch.last, clock_.now_ms());
        if (run_->sole && batch.last >= run_->sole->until) {
            if (run_->imported > run_->sole->imported) run_->asked_alone.erase(run_->sole->peer);
            run_->sole.reset();
            run_->sole_is_lost = false;
        }
        download_.pop();
    }
}

}  // namespace touchstone::node
