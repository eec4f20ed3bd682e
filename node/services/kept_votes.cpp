#include "node/services/kept_votes.h"

#include <algorithm>
#include <utility>

namespace touchstone::node {

void KeptVotes::keep(const Root& missing, GossipMessage message) {
    if (entries_.size() >= capacity_) remove(least_deserving());
    const Number number = next_++;
    by_block_[missing].insert(number);
    by_peer_[message.sender].insert(number);
    entries_.emplace(number, Entry{missing, std::move(message)});
}

std::vector<GossipMessage> KeptVotes::take(const Root& block) {
    const auto found = by_block_.find(block);
    if (found == by_block_.end()) return {};
    std::vector<GossipMessage> messages;
    for (const Number number : std::set<Number>(found->second))
        messages.push_back(remove(number));
    return messages;
}

/// Of a full store.
KeptVotes::Number KeptVotes::least_deserving() const {
    const auto most = std::ranges::max_element(by_peer_, {}, [](const auto& entry) { return entry.second.size(); });
    return *most->second.begin();
}

GossipMessage KeptVotes::remove(Number number) {
    const auto drop_from = [number](auto& index, const auto& key) {
        const auto found = index.find(key);
        found->second.erase(number);
        if (found->second.empty()) index.erase(found);
    };
    const auto entry = entries_.find(number);
    drop_from(by_block_, entry->second.missing);
    drop_from(by_peer_, entry->second.message.sender);
    GossipMessage message = std::move(entry->second.message);
    entries_.erase(entry);
    return message;
}

}  // namespace touchstone::node
