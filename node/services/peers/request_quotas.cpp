#include "node/services/peers/request_quotas.h"

#include <algorithm>

#include "node/types/encoding.h"

namespace touchstone::node {

FixedTokenBucket RequestQuotas::full_bucket(Method method) const {
    constexpr std::uint64_t kFillMs = 10'000;
    constexpr std::uint64_t kStatusFillMs = 15'000;
    const auto bucket = [this](std::uint64_t capacity, std::uint64_t fill_ms) {
        return FixedTokenBucket(std::max<std::uint64_t>(1, capacity / divisor_), fill_ms);
    };
    switch (method) {
        case Method::Status:
            return bucket(5, kStatusFillMs);
        case Method::Goodbye:
            return bucket(1, kFillMs);
        case Method::Ping:
        case Method::Metadata:
            return bucket(4, kFillMs);
        case Method::BlocksByRange:
            return bucket(saturating_multiply(64, most_blocks_), kFillMs);
        case Method::BlocksByRoot:
            return bucket(saturating_multiply(4, most_blocks_), kFillMs);
        case Method::StateList:  // [SYN-29]
            return bucket(4, kFillMs);
        case Method::StatePart:
        case Method::StateEntries:
            return bucket(512, kFillMs);
    }
    return bucket(1, kFillMs);
}

FixedTokenBucket& RequestQuotas::bucket(const PeerId& peer, Method method) {
    auto found = entries_.find(peer);
    if (found == entries_.end()) {
        if (entries_.size() >= kMostPeers) {
            entries_.erase(
                std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.number; }));
        }
        found = entries_.emplace(peer, Entry{}).first;
    }
    found->second.number = ++uses_;
    return found->second.buckets.try_emplace(method, full_bucket(method)).first->second;
}

bool RequestQuotas::take(const PeerId& peer, Method method, std::uint64_t cost, std::uint64_t now_ms) {
    return bucket(peer, method).take(cost, now_ms);
}

std::uint64_t RequestQuotas::ready_at(const PeerId& peer, Method method, std::uint64_t cost, std::uint64_t now_ms) {
    return bucket(peer, method).ready_at(cost, now_ms);
}

void RequestQuotas::forget_full(std::uint64_t now_ms) {
    for (auto& [peer, entry] : entries_)
        std::erase_if(entry.buckets, [now_ms](auto& each) { return each.second.is_full(now_ms); });
    std::erase_if(entries_, [](const auto& each) { return each.second.buckets.empty(); });
}

std::uint64_t cost_of_request(Method method, Bytes payload, const Parameters& parameters) {
    std::uint64_t items = 1;
    if (method == Method::BlocksByRange) {
        if (const auto range = decode<BlocksByRangeRequest>(payload, parameters)) items = range.value().count;
    } else if (method == Method::BlocksByRoot) {
        items = payload.size() / Root::kSize;  // the list's offset is shorter than a root
    }
    return std::clamp<std::uint64_t>(items, 1, std::max<std::uint64_t>(1, parameters.MAX_REQUEST_BLOCKS));
}

}  // namespace touchstone::node
