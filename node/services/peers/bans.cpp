#include "node/services/peers/bans.h"

#include <algorithm>
#include <utility>

#include "node/base/arithmetic.h"

namespace touchstone::node {

bool Bans::lasts(const Ban& ban, std::uint64_t now_ms) {
    return ban.until_ms > now_ms && ban.until_ms - now_ms <= kLongestMs;
}

void Bans::restore(const std::vector<RememberedBan>& bans, std::uint64_t now_ms) {
    for (const RememberedBan& kept : bans) {
        Ban ban{.ip = parse_ip(kept.ip),
                .until_ms = kept.until_ms,
                .length_ms = kept.length_ms,
                .told = false,
                .reason = kept.reason};
        ban.length_ms = std::clamp(ban.length_ms, kFirstMs, kLongestMs);
        ban.told = !lasts(ban, now_ms);
        const bool is_old = saturating_add(ban.until_ms, kRememberedMs) <= now_ms;
        const bool is_nonsense = ban.told && ban.until_ms > now_ms;
        if (is_old || is_nonsense) {
            changed_.insert(kept.peer);
            continue;
        }
        if (!bans_.contains(kept.peer)) make_room();
        bans_.insert_or_assign(kept.peer, ban);
    }
}

/// Those that end first go first; of the ones that have ended, nobody needs to be told.
void Bans::make_room() {
    if (bans_.size() < kMost) return;
    const auto first = std::ranges::min_element(bans_, {}, [](const auto& each) { return each.second.until_ms; });
    if (!first->second.told) dropped_.push_back(first->first);
    changed_.insert(first->first);
    bans_.erase(first);
}

Bans::Ban& Bans::entry_of(const PeerId& peer) {
    const auto found = bans_.find(peer);
    if (found != bans_.end()) return found->second;
    make_room();
    return bans_.emplace(peer, Ban{}).first->second;
}

std::uint64_t Bans::ban(const PeerId& peer, const std::optional<IpAddress>& ip, std::string_view reason,
                        std::uint64_t now_ms) {
    Ban& ban = entry_of(peer);
    const bool is_again = ban.length_ms != 0 && saturating_add(ban.until_ms, kRememberedMs) > now_ms;
    const std::uint64_t length_ms = is_again ? std::min(2 * ban.length_ms, kLongestMs) : kFirstMs;
    const std::uint64_t until_ms = saturating_add(now_ms, length_ms);
    ban = {.ip = ip, .until_ms = until_ms, .length_ms = length_ms, .told = false, .reason = std::string(reason)};
    changed_.insert(peer);
    return until_ms;
}

std::uint64_t Bans::ban_for(const PeerId& peer, const std::optional<IpAddress>& ip, std::string_view reason,
                            std::uint64_t length_ms, std::uint64_t now_ms) {
    Ban& ban = entry_of(peer);
    ban.until_ms = saturating_add(now_ms, std::min(length_ms, kLongestMs));
    ban.length_ms = std::max(ban.length_ms, kFirstMs);
    ban.told = false;
    ban.reason = reason;
    if (ip) ban.ip = ip;
    changed_.insert(peer);
    return ban.until_ms;
}

bool Bans::lift(const PeerId& peer, std::uint64_t now_ms) {
    if (!is_banned(peer, now_ms)) return false;
    bans_.erase(peer);
    changed_.insert(peer);
    return true;
}

std::vector<RememberedBan> Bans::lasting(std::uint64_t now_ms) const {
    std::vector<RememberedBan> list;
    for (const auto& [peer, ban] : bans_) {
        if (lasts(ban, now_ms)) list.push_back(remembered(peer, ban));
    }
    return list;
}

RememberedBan Bans::remembered(const PeerId& peer, const Ban& ban) {
    return {.peer = peer,
            .ip = ban.ip ? to_text(*ban.ip) : "",
            .until_ms = ban.until_ms,
            .length_ms = ban.length_ms,
            .reason = ban.reason};
}

std::uint64_t Bans::remaining_ms(const PeerId& peer, std::uint64_t now_ms) const {
    const auto found = bans_.find(peer);
    return found != bans_.end() && lasts(found->second, now_ms) ? found->second.until_ms - now_ms : 0;
}

bool Bans::is_closed(const IpAddress& ip, std::uint64_t now_ms) const {
    if (ip.is_loopback()) return false;
    std::size_t from_here = 0;
    for (const auto& [peer, ban] : bans_)
        from_here += ban.ip == ip && lasts(ban, now_ms) ? 1U : 0U;
    return from_here >= kClosesAddress;
}

std::size_t Bans::active(std::uint64_t now_ms) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(bans_, [now_ms](const auto& each) { return lasts(each.second, now_ms); }));
}

std::vector<PeerId> Bans::take_ended(std::uint64_t now_ms) {
    std::vector<PeerId> ended = std::exchange(dropped_, {});
    for (auto entry = bans_.begin(); entry != bans_.end();) {
        Ban& ban = entry->second;
        if (!ban.told && !lasts(ban, now_ms)) {
            ban.told = true;
            ended.push_back(entry->first);
        }
        if (ban.told && saturating_add(ban.until_ms, kRememberedMs) <= now_ms) {
            changed_.insert(entry->first);
            entry = bans_.erase(entry);
        } else {
            ++entry;
        }
    }
    return ended;
}

void Bans::take_changes(PeerRecordChanges& changes) {
    for (const PeerId& peer : std::exchange(changed_, {})) {
        const auto found = bans_.find(peer);
        if (found == bans_.end()) {
            changes.forgotten_bans.push_back(peer);
            continue;
        }
        changes.kept.bans.push_back(remembered(peer, found->second));
    }
}

}  // namespace touchstone::node
