#include "node/services/sync_claims.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace touchstone::node {

bool SyncClaims::knows_more(const Status& status) const {
    if (chain_.contains(status.head_root)) return false;
    return status.finalized_checkpoint.epoch > chain_.fork_choice().finalized().epoch ||
           status.head_slot > chain_.finalized_slot();
}

bool SyncClaims::is_far_ahead(Epoch finalized, Slot head) const {
    return finalized > chain_.fork_choice().finalized().epoch ||
           head > chain_.head_slot() + chain_.parameters().SLOTS_PER_EPOCH;
}

std::optional<SyncTarget> SyncClaims::most_claimed(const std::set<PeerId>& except) const {
    const Epoch final_here = chain_.fork_choice().finalized().epoch;
    std::vector<const Status*> claims;
    std::map<Checkpoint, std::size_t> of_finalized;
    std::map<Root, std::size_t> of_head;
    for (const auto& [id, peer] : peers_.all()) {
        if (!peer.status || except.contains(id) || is_left_alone(id) || !knows_more(*peer.status)) continue;
        claims.push_back(&*peer.status);
        ++of_finalized[peer.status->finalized_checkpoint];
        ++of_head[peer.status->head_root];
    }
    if (claims.empty()) return std::nullopt;
    const auto rank = [&](const Status* claim) {
        const bool later = claim->finalized_checkpoint.epoch > final_here;
        const std::size_t votes = later ? of_finalized.at(claim->finalized_checkpoint) : 0;
        return std::tuple(later, votes, later ? claim->finalized_checkpoint : Checkpoint{},
                          of_head.at(claim->head_root), claim->head_slot, claim->head_root);
    };
    return target_of(**std::ranges::max_element(claims, {}, rank));
}

SyncTarget SyncClaims::target_of(const Status& status) const {
    SyncTarget target{status.finalized_checkpoint, status.head_root, status.head_slot, {}};
    for (const auto& [id, peer] : peers_.all()) {
        const bool same =
            peer.status && peer.status->head_root == status.head_root && peer.status->head_slot == status.head_slot;
        if (same && !is_left_alone(id)) target.claimers.insert(id);
    }
    return target;
}

const SyncClaims::Record* SyncClaims::find(const PeerId& peer) const {
    const auto found = records_.find(peer);
    return found == records_.end() ? nullptr : &found->second;
}

bool SyncClaims::is_left_alone(const PeerId& peer) const {
    const Record* record = find(peer);
    return record != nullptr && record->not_before_ms > clock_.now_ms();
}

bool SyncClaims::is_believed(const PeerId& peer) const {
    const Record* record = find(peer);
    return record == nullptr || record->believed;
}

bool SyncClaims::by_root_failed(const PeerId& peer) const {
    const Record* record = find(peer);
    return record != nullptr && record->by_root_failed;
}

void SyncClaims::believe(const PeerId& peer) {
    const auto found = records_.find(peer);
    if (found == records_.end()) return;
    found->second.believed = true;
    found->second.refusals = 0;
}

void SyncClaims::note_by_root_failed(const PeerId& peer) {
    Record& record = record_of(peer);
    record.believed = false;
    record.by_root_failed = true;
}

void SyncClaims::forgive(const PeerId& peer) {
    const auto found = records_.find(peer);
    if (found == records_.end()) return;
    const bool believed = found->second.believed;
    found->second = {};
    found->second.believed = believed;
}

std::uint64_t SyncClaims::pause(const PeerId& peer) {
    Record& record = record_of(peer);
    record.refused = false;
    return pause(record, record.failures++);
}

std::uint64_t SyncClaims::pause_refused(const PeerId& peer) {
    const bool believed = is_believed(peer);
    Record& record = record_of(peer);
    record.refused = true;
    const std::uint64_t until_ms = pause(record, record.refusals++);
    record.believed = believed && is_busy(peer);
    return until_ms;
}

bool SyncClaims::is_busy(const PeerId& peer) const {
    const Record* record = find(peer);
    return record != nullptr && is_left_alone(peer) && record->refused && record->refusals < kRefusalsOfBusy;
}

std::uint64_t SyncClaims::pause(Record& record, unsigned doublings) const {
    record.not_before_ms = clock_.now_ms() + (kFirstPauseMs << std::min(doublings, kMaxDoublings));
    record.believed = false;
    return record.not_before_ms;
}

SyncClaims::Record& SyncClaims::record_of(const PeerId& peer) {
    if (records_.size() >= kMaxRecords && !records_.contains(peer)) {
        records_.erase(
            std::ranges::min_element(records_, {}, [](const auto& entry) { return entry.second.not_before_ms; }));
    }
    return records_[peer];
}

}  // namespace touchstone::node
