// Of RangeSync: what is done about batches that do not join. [NET-70]
#include <algorithm>
#include <tuple>
#include <utility>

#include "node/services/range_sync.h"

namespace touchstone::node {

/// The batch does not join what comes before it: it is of another branch, or something is missing in between. Whose
/// fault it is shows when one peer answers for both sides.
void RangeSync::doubt(RangeBatch& batch) {
    const Slot until = batch.last;
    const Slot from = run_->unlinked.empty() ? download_.batches().front().first : run_->unlinked.front().first;
    if (!batch.only || !run_->sole) return ask_another_alone(from, until);
    const Sole sole = *run_->sole;
    const Slot after_final = std::max(run_->first, chain_.finalized_slot() + 1);
    if (sole.from > after_final) return ask_alone(sole.peer, after_final, std::max(until, sole.until));
    // It has answered for all of it from the last final block on, which every chain joins.
    const bool promised = run_->target.claimers.contains(sole.peer);
    blame(sole.peer, promised ? std::optional(Offence::EmptyPromise) : std::nullopt);
    doubt_peer(sole.peer);
    ask_another_alone(sole.from, sole.until);
}

void RangeSync::ask_another_alone(Slot from, Slot until) {
    run_->sole.reset();
    run_->sole_is_lost = false;
    const auto peer = choose_alone(until);
    if (!peer) return fail();
    ask_alone(*peer, from, until);
}

/// Whose version is not in doubt, and among those who claims the head.
std::optional<PeerId> RangeSync::choose_alone(Slot until) const {
    std::vector<std::tuple<unsigned, bool, PeerId>> able;
    for (const PeerId& peer : who_may_be_asked(until)) {
        if (!run_->asked_alone.contains(peer))
            able.emplace_back(rank(peer), !run_->target.claimers.contains(peer), peer);
    }
    if (able.empty()) return std::nullopt;
    return std::get<PeerId>(*std::ranges::min_element(able));
}

void RangeSync::ask_alone(const PeerId& peer, Slot from, Slot until) {
    std::vector<RangeBatch> batches = anew(from, until);
    for (RangeBatch& batch : batches)
        batch.only = peer;
    const Slot first = batches.front().first;
    rewind(first);
    download_.replace(std::move(batches));
    std::erase_if(run_->unlinked, [first](const Answer& answer) { return answer.last >= first; });
    run_->sole = Sole{.peer = peer, .from = first, .until = until, .imported = run_->imported};
    run_->asked_alone.insert(peer);
    log_.info("sync_asks_alone", {{"from_slot", first.value()}, {"to_slot", until.value()}});
    ask_for_turn();
}

/// The batches of that part as they were, and with them the versions that have come, to be compared.
std::vector<RangeBatch> RangeSync::anew(Slot from, Slot until) const {
    std::vector<RangeBatch> batches;
    for (const Answer& answer : run_->unlinked) {
        if (answer.last < from) continue;
        batches.push_back(RangeBatch::of(answer.first, answer.last));
        batches.back().rivals.push_back(answer.version);
    }
    for (const RangeBatch& batch : download_.batches()) {
        if (batch.first > until) break;
        batches.push_back(RangeBatch::of(batch.first, batch.last));
        batches.back().rivals = batch.rivals;
        if (batch.is_answered()) batches.back().rivals.push_back(version_of(batch));
    }
    if (batches.empty()) batches.push_back(RangeBatch::of(until, until));
    while (from < batches.front().first) {
        const Slot last = batches.front().first - 1;
        const Slot first = std::max(from, last - (RangeDownload::kSlotsOfBatch - 1));
        batches.insert(batches.begin(), RangeBatch::of(first, last));
    }
    return batches;
}

RangeVersion RangeSync::version_of(const RangeBatch& batch) const {
    return {*batch.source, batch.finalized, roots_of(batch.blocks, chain_.parameters())};
}

/// Whose version was another is doubted from now on; whether it was a lie shows later.
void RangeSync::settle(const RangeBatch& batch) {
    if (batch.rivals.empty()) return;
    const std::vector<Root> roots = roots_of(batch.blocks, chain_.parameters());
    for (const RangeVersion& rival : batch.rivals) {
        if (rival.roots == roots || rival.peer == *batch.source) continue;
        doubt_peer(rival.peer);
        if (run_->disputed.size() < kMostDisputed) run_->disputed.push_back({batch.first, batch.last, rival});
    }
}

/// What else it has brought, or is asked for, others are asked for instead, before it can hold the run up again; what
/// has come is kept to be compared.
void RangeSync::doubt_peer(const PeerId& peer) {
    if (!run_->doubted.insert(peer).second) return;
    for (RangeBatch& batch : download_.batches()) {
        if (batch.only) continue;
        std::erase_if(batch.open, [&peer](const RangeBatch::Request& request) { return request.peer == peer; });
        if (batch.source != peer || batch.given > 0) continue;
        RangeVersion version = version_of(batch);
        batch.reset();
        batch.rivals.push_back(std::move(version));
    }
}

void RangeSync::judge_disputed() {
    for (const Answer& answer : run_->disputed) {
        if (is_refuted(answer)) blame(answer.version.peer, Offence::BrokenProtocol);
    }
}

/// Beneath the checkpoint that a peer itself claimed to be final, and that is final here, it can have had nothing else
/// than what is canonical here. [NET-68] [NET-70]
bool RangeSync::is_refuted(const Answer& answer) const {
    const Checkpoint& claimed = answer.version.finalized;
    if (claimed.epoch == kGenesisEpoch || chain_.finalized_block_of(claimed.epoch) != claimed.root) return false;
    if (answer.last > start_slot_of(claimed.epoch, chain_.parameters())) return false;
    std::vector<Root> canonical;
    for (const StoredBlock& block : chain_.canonical_blocks(answer.first, answer.last - answer.first + 1))
        canonical.push_back(block.root);
    return answer.version.roots != canonical;
}

}  // namespace touchstone::node
