#include "node/services/peers/response_bytes.h"

#include <algorithm>

namespace touchstone::node {

bool ResponseBytes::may_serve(const PeerId& peer, std::uint64_t now_ms) {
    const auto found = entries_.find(peer);
    if (found == entries_.end() || found->second.share.holds_some(now_ms)) return true;
    return all_.holds_some(now_ms) && found->second.own.holds_some(now_ms);
}

void ResponseBytes::sent(const PeerId& peer, std::uint64_t bytes, std::uint64_t now_ms) {
    all_.overdraw(bytes, now_ms);
    auto found = entries_.find(peer);
    if (found == entries_.end()) {
        if (entries_.size() >= kMostPeers) {
            entries_.erase(
                std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.number; }));
        }
        const Entry full{FixedTokenBucket(kCapacity / 2, kFillMs), FixedTokenBucket(share_, kFillMs), 0};
        found = entries_.emplace(peer, full).first;
    }
    found->second.number = ++uses_;
    found->second.own.overdraw(bytes, now_ms);
    found->second.share.overdraw(bytes, now_ms);
}

void ResponseBytes::forget_full(std::uint64_t now_ms) {
    std::erase_if(entries_, [now_ms](auto& each) {
        return each.second.own.is_full(now_ms) && each.second.share.is_full(now_ms);
    });
}

}  // namespace touchstone::node
