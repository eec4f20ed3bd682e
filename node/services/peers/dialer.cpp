#include "node/services/peers/dialer.h"

#include <algorithm>
#include <utility>

#include "node/base/arithmetic.h"

namespace touchstone::node {

namespace {

/// The less, the sooner.
int rank(const AddressBook::Entry& entry) {
    switch (entry.named) {
        case Named::Trusted:
            return 0;
        case Named::Bootstrap:
            return 3;
        case Named::Nobody:
            return entry.is_met() ? 1 : 2;
    }
    return 2;
}

}  // namespace

void Dialer::on_failed(const PeerId& peer, std::uint64_t now_ms) {
    if (under_way_.erase(peer) != 0) book_.failed(peer, now_ms);
}

void Dialer::give_up_silent(std::uint64_t now_ms) {
    std::vector<PeerId> silent;
    for (const auto& [peer, since_ms] : under_way_) {
        if (now_ms < since_ms || now_ms >= saturating_add(since_ms, kPatienceMs)) silent.push_back(peer);
    }
    for (const PeerId& peer : silent)
        on_failed(peer, now_ms);
}

std::vector<PeerId> Dialer::candidates(std::uint64_t now_ms) const {
    std::vector<std::pair<std::pair<int, std::uint64_t>, PeerId>> order;
    for (const auto& [peer, entry] : book_.all()) {
        const bool possible = !entry.known.addresses.empty() && AddressBook::is_due(entry, now_ms);
        if (possible && !under_way_.contains(peer)) order.push_back({{rank(entry), random_.next()}, peer});
    }
    std::ranges::sort(order);
    std::vector<PeerId> peers;
    for (auto& [place, peer] : order)
        peers.push_back(std::move(peer));
    return peers;
}

std::uint64_t Dialer::dial(std::uint64_t missing, std::uint64_t now_ms, const MayDial& may_dial) {
    give_up_silent(now_ms);
    const auto is_trusted = [this](const PeerId& peer) {
        const AddressBook::Entry* entry = book_.find(peer);
        return entry != nullptr && entry->named == Named::Trusted;
    };
    auto under_way = static_cast<std::uint64_t>(
        std::ranges::count_if(under_way_, [&](const auto& each) { return !is_trusted(each.first); }));
    std::uint64_t dialed = 0;
    for (const PeerId& peer : candidates(now_ms)) {
        const AddressBook::Entry& entry = *book_.find(peer);
        const bool trusted = is_trusted(peer);
        if (!trusted && under_way >= std::min<std::uint64_t>(missing, kAtOnce)) break;
        const std::string address = AddressBook::to_dial(entry);
        if (!may_dial(peer, address)) continue;
        under_way_[peer] = now_ms;
        under_way += trusted ? 0 : 1;
        ++dialed;
        network_.dial(address);
    }
    return dialed;
}

}  // namespace touchstone::node
