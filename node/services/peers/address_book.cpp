#include "node/services/peers/address_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "node/base/arithmetic.h"

namespace touchstone::node {

namespace {

/// What is heard again within this time is no news.
constexpr std::uint64_t kHeardAgainMs = 3'600'000;

/// Without the peer's own id at the end; nothing if it is of another peer, or too long.
std::optional<std::string> plain(const PeerId& peer, std::string_view address) {
    if (const auto named = peer_of_multiaddr(address)) {
        if (*named != peer) return std::nullopt;
        address = address.substr(0, address.rfind("/p2p/"));
    }
    if (address.empty() || address.size() > AddressBook::kMostAddressBytes) return std::nullopt;
    return std::string(address);
}

std::vector<std::string> plain(const PeerId& peer, const std::vector<std::string>& addresses) {
    std::vector<std::string> kept;
    for (const std::string& address : addresses) {
        if (kept.size() == AddressBook::kMostAddresses) break;
        auto text = plain(peer, std::string_view(address));
        if (text && std::ranges::find(kept, *text) == kept.end()) kept.push_back(*std::move(text));
    }
    return kept;
}

/// `added` before what was there, but after its first `kept` ones.
std::vector<std::string> merged(const std::vector<std::string>& before, std::size_t kept,
                                const std::vector<std::string>& added) {
    std::vector<std::string> all;
    const auto add = [&all](const std::string& address) {
        if (all.size() < AddressBook::kMostAddresses && std::ranges::find(all, address) == all.end()) {
            all.push_back(address);
        }
    };
    for (std::size_t i = 0; i < std::min(kept, before.size()); ++i)
        add(before[i]);
    std::ranges::for_each(added, add);
    std::ranges::for_each(before, add);
    return all;
}

std::optional<IpAddress> network_of_first(const std::vector<std::string>& addresses) {
    const auto ip = addresses.empty() ? std::nullopt : counted_ip_of(addresses.front());
    if (!ip) return std::nullopt;
    return network_of(*ip);
}

}  // namespace

const AddressBook::Entry* AddressBook::find(const PeerId& peer) const {
    const auto found = entries_.find(peer);
    return found == entries_.end() ? nullptr : &found->second;
}

void AddressBook::restore(const std::vector<RememberedPeer>& peers, std::uint64_t now_ms) {
    for (const RememberedPeer& kept : peers) {
        const auto addresses = plain(kept.peer, kept.addresses);
        const bool sound = !addresses.empty() && kept.failures < kMostFailures && kept.heard_ms <= now_ms;
        Entry* entry = sound ? admit(kept.peer, network_of_first(addresses), kept.connected_ms != 0) : nullptr;
        if (entry == nullptr) {
            changed_.insert(kept.peer);
            continue;
        }
        entry->known = kept;
        entry->known.addresses = addresses;
    }
}

void AddressBook::name(const PeerId& peer, const std::vector<std::string>& addresses, Named named,
                       std::uint64_t now_ms) {
    const auto texts = plain(peer, addresses);
    Entry& entry = entries_[peer];
    entry.named = std::max(entry.named, named);
    entry.known.peer = peer;
    entry.known.addresses = merged(entry.known.addresses, 0, texts);
    entry.known.heard_ms = now_ms;
    entry.known.failures = 0;
    entry.known.not_before_ms = 0;
    entry.network = network_of_first(entry.known.addresses);
    changed_.insert(peer);
}

bool AddressBook::has_room_of_network(const std::optional<IpAddress>& network) const {
    if (!network) return true;
    const auto heard_there = std::ranges::count_if(entries_, [&network](const auto& each) {
        return !each.second.is_met() && each.second.named == Named::Nobody && each.second.network == network;
    });
    return static_cast<std::size_t>(heard_there) < kMostHeardOfNetwork;
}

/// What goes first when there is no room.
bool AddressBook::is_worth_less(const Entry& a, const Entry& b) {
    const auto worth = [](const Entry& entry) {
        return std::tuple(entry.named != Named::Nobody, entry.is_met(), kMostFailures - entry.known.failures,
                          entry.known.heard_ms);
    };
    return worth(a) < worth(b);
}

AddressBook::Entry* AddressBook::admit(const PeerId& peer, const std::optional<IpAddress>& network, bool met) {
    if (const auto found = entries_.find(peer); found != entries_.end()) return &found->second;
    if (!met && !has_room_of_network(network)) return nullptr;
    if (entries_.size() >= kMostPeers) {
        const auto least = std::ranges::min_element(
            entries_, [](const auto& a, const auto& b) { return is_worth_less(a.second, b.second); });
        const bool worth_more = least->second.named != Named::Nobody || (least->second.is_met() && !met);
        if (worth_more) return nullptr;
        erase(least);
    }
    Entry& entry = entries_[peer];
    entry.known.peer = peer;
    entry.network = network;
    return &entry;
}

void AddressBook::erase(Entries::iterator entry) {
    changed_.insert(entry->first);
    entries_.erase(entry);
}

void AddressBook::hear(const PeerId& peer, const std::vector<std::string>& addresses, std::uint64_t now_ms) {
    const auto texts = plain(peer, addresses);
    if (texts.empty()) return;
    const Entry* before = find(peer);
    const std::size_t proven = before == nullptr ? 0 : before->is_met() || before->named != Named::Nobody ? 1 : 0;
    const auto all = before == nullptr ? texts : merged(before->known.addresses, proven, texts);
    const auto network = network_of_first(all);
    if (before != nullptr && before->network != network && !has_room_of_network(network)) return;
    Entry* entry = admit(peer, network, false);
    if (entry == nullptr) return;
    if (entry->known.addresses == all && saturating_add(entry->known.heard_ms, kHeardAgainMs) > now_ms) return;
    entry->known.addresses = all;
    entry->known.heard_ms = now_ms;
    entry->network = network;
    changed_.insert(peer);
}

void AddressBook::reached(const PeerId& peer, const std::string& address, std::uint64_t now_ms) {
    const auto text = plain(peer, std::string_view(address));
    if (!text) return;
    Entry* entry = admit(peer, network_of_first({*text}), true);
    if (entry == nullptr) return;
    entry->known.addresses = merged(entry->known.addresses, 0, {*text});
    entry->known.heard_ms = now_ms;
    entry->known.connected_ms = now_ms;
    entry->network = network_of_first(entry->known.addresses);
    changed_.insert(peer);
}

void AddressBook::settled(const PeerId& peer) {
    const auto found = entries_.find(peer);
    if (found == entries_.end() || found->second.known.failures == 0) return;
    found->second.known.failures = 0;
    found->second.known.not_before_ms = 0;
    changed_.insert(peer);
}

void AddressBook::failed(const PeerId& peer, std::uint64_t now_ms) {
    const auto found = entries_.find(peer);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    entry.known.failures = std::min(entry.known.failures + 1, kMostFailures);
    const bool named = entry.named != Named::Nobody;
    if (entry.known.failures == kMostFailures && !named) return erase(found);
    const std::uint64_t pause_ms =
        std::min(kPauseUnitMs << entry.known.failures, named ? kLongestPauseOfNamedMs : kLongestPauseMs);
    entry.known.not_before_ms = saturating_add(now_ms, pause_ms);
    changed_.insert(peer);
}

void AddressBook::leave_alone(const PeerId& peer, std::uint64_t until_ms, std::uint64_t now_ms) {
    Entry* entry = admit(peer, std::nullopt, false);
    if (entry == nullptr) return;
    entry->known.not_before_ms = std::min(until_ms, saturating_add(now_ms, kLongestPauseMs));
    entry->known.heard_ms = std::max(entry->known.heard_ms, now_ms);
    changed_.insert(peer);
}

/// A pause that is longer than any can be was begun by a clock that has stepped back since.
bool AddressBook::is_due(const Entry& entry, std::uint64_t now_ms) {
    return entry.known.not_before_ms <= now_ms || entry.known.not_before_ms - now_ms > kLongestPauseMs;
}

std::string AddressBook::to_dial(const Entry& entry) {
    if (entry.known.addresses.empty()) return {};
    const std::string& address = entry.known.addresses[entry.known.failures % entry.known.addresses.size()];
    return address.starts_with('/') ? address + "/p2p/" + entry.known.peer.bytes : address;
}

void AddressBook::take_changes(PeerRecordChanges& changes) {
    for (const PeerId& peer : std::exchange(changed_, {})) {
        if (const Entry* entry = find(peer)) {
            if (!entry->known.addresses.empty()) changes.kept.peers.push_back(entry->known);
        } else {
            changes.forgotten_peers.push_back(peer);
        }
    }
}

}  // namespace touchstone::node
