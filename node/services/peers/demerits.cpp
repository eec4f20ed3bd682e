#include "node/services/peers/demerits.h"

#include <algorithm>

namespace touchstone::node {

std::string_view name_of(Offence offence) {
    switch (offence) {
        case Offence::Unresponsive:
            return "unresponsive";
        case Offence::ServerError:
            return "server_error";
        case Offence::AboveQuota:
            return "above_quota";
        case Offence::EmptyPromise:
            return "empty_promise";
        case Offence::BadSignature:
            return "bad_signature";
        case Offence::BrokenProtocol:
            return "broken_protocol";
        case Offence::InvalidBlock:
            return "invalid_block";
    }
    return {};
}

unsigned demerits_of(Offence offence) {
    switch (offence) {
        case Offence::Unresponsive:
        case Offence::ServerError:
            return 5;
        case Offence::AboveQuota:
            return 10;
        case Offence::EmptyPromise:
            return 20;
        case Offence::BadSignature:
            return 25;
        case Offence::BrokenProtocol:
            return 50;
        case Offence::InvalidBlock:
            return 100;
    }
    return 0;
}

namespace {

/// What may be the fault of the network between, or of an overloaded machine, bans nobody.
bool may_ban(Offence offence) { return offence != Offence::Unresponsive && offence != Offence::ServerError; }

}  // namespace

unsigned Demerits::add(const PeerId& peer, Offence offence) {
    if (entries_.size() >= kMostPeers && !entries_.contains(peer)) {
        entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.number; }));
    }
    Entry& entry = entries_[peer];
    entry.number = ++offences_;
    const unsigned most = std::max(entry.demerits, may_ban(offence) ? kMost : kLastResort);
    entry.demerits = std::min(entry.demerits + demerits_of(offence), most);
    return entry.demerits;
}

unsigned Demerits::of(const PeerId& peer) const {
    const auto found = entries_.find(peer);
    return found == entries_.end() ? 0 : found->second.demerits;
}

void Demerits::forgive_half() {
    for (auto& [peer, entry] : entries_)
        entry.demerits /= 2;
    std::erase_if(entries_, [](const auto& each) { return each.second.demerits == 0; });
}

}  // namespace touchstone::node
