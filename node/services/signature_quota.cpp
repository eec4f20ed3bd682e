#include "node/services/signature_quota.h"

#include <algorithm>

#include "node/base/arithmetic.h"

namespace touchstone::node {

void SignatureQuota::set_validators(std::uint64_t active, std::uint64_t committees_per_slot) {
    constexpr std::uint64_t kOfAggregate = 3;  // NET-44 to NET-46
    constexpr std::uint64_t kOthers = 64;      // blocks and operations
    const std::uint64_t votes = divide_up(active, parameters_->SLOTS_PER_EPOCH);
    const std::uint64_t aggregates = saturating_multiply(
        saturating_multiply(kOfAggregate, parameters_->TARGET_AGGREGATORS_PER_COMMITTEE), committees_per_slot);
    of_slot_ = std::max(kLeastOfSlot, saturating_add(saturating_add(votes, aggregates), kOthers));
}

bool SignatureQuota::take(const PeerId& peer, SignatureUse use, std::size_t signatures, std::uint64_t now_ms) {
    if (signatures == 0) return true;
    Buckets& buckets = buckets_of(peer, now_ms);
    switch (use) {
        case SignatureUse::Judged:
            return buckets.messages.take(signatures, messages(), now_ms);
        case SignatureUse::Kept:
            // Else what costs a peer nothing could use up what its honest messages need.
            return buckets.messages.take(signatures, messages(), now_ms, of_slot_);
        case SignatureUse::Evidence:
            return buckets.evidence.take(signatures, evidence(), now_ms);
        case SignatureUse::Transaction:
            return buckets.transactions.take(signatures, transactions(), now_ms);
    }
    return false;
}

SignatureQuota::Buckets& SignatureQuota::buckets_of(const PeerId& peer, std::uint64_t now_ms) {
    const auto known = peers_.find(peer);
    if (known != peers_.end()) return known->second;
    if (peers_.size() >= kMaxPeers) forget_idle(now_ms);
    if (peers_.size() >= kMaxPeers) peers_.erase(peers_.begin());
    return peers_[peer];
}

void SignatureQuota::forget_idle(std::uint64_t now_ms) {
    for (auto entry = peers_.begin(); entry != peers_.end();) {
        Buckets& each = entry->second;
        const bool idle = each.messages.is_full(messages(), now_ms) && each.evidence.is_full(evidence(), now_ms) &&
                          each.transactions.is_full(transactions(), now_ms);
        entry = idle ? peers_.erase(entry) : std::next(entry);
    }
}

}  // namespace touchstone::node
