#include "node/api/subscriptions/watching_subscriptions.h"

#include <utility>

#include "node/api/value_types.h"

namespace touchstone::node::api {

namespace {

EventText status_event(const State& state, ValidatorIndex index, std::optional<ValidatorStatus> before,
                       ValidatorStatus status, const ChainPoint& head, Epoch epoch) {
    return event_text({{"kind", "status"},
                       {"validator_index", to_json(index.value())},
                       {"pubkey", to_json(state.consensus().validators[index.value()].pubkey)},
                       {"previous", before ? Json(name_of(*before)) : Json(nullptr)},
                       {"status", name_of(status)},
                       {"at", block_id(head.root, head.slot)},
                       {"epoch", to_json(epoch)}});
}

EventText peer_event(std::string_view kind, const PeerId& peer, const std::string& address, bool outbound,
                     std::size_t peers) {
    return event_text({{"kind", kind},
                       {"peer", peer.bytes},
                       {"address", address},
                       {"outbound", outbound},
                       {"peers", to_json(std::uint64_t{peers})}});
}

EventText sync_event(const StatusEvent& status) {
    return event_text({{"kind", status.syncing ? "sync_begun" : "sync_ended"},
                       {"slot", to_json(status.slot)},
                       {"head_slot", to_json(status.head_slot)},
                       {"distance", to_json(status.sync_distance)}});
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------- validators

ValidatorsSubscription::ValidatorsSubscription(const std::vector<ValidatorIndex>& validators) {
    for (const ValidatorIndex index : validators)
        watched_.push_back({index, std::nullopt});
}

bool ValidatorsSubscription::go_on(Turn& turn, Telling& telling) {
    const ChainPoint head = turn.chain.head();
    if (seen_ != head.root) next_ = 0;
    if (seen_ == head.root && next_ == watched_.size()) return false;
    seen_ = head.root;
    const StatePointer state = turn.node.chain().head_state();
    const Parameters& parameters = turn.node.chain().parameters();
    const Epoch epoch = epoch_of(state->slot(), parameters);
    for (; next_ < watched_.size(); ++next_) {
        if (turn.budget.is_spent() || !telling.has_room()) return true;
        turn.budget.charge(1);
        Watched& watched = watched_[next_];
        // On another branch it may not be registered yet.
        if (watched.index.value() >= state->validator_count()) continue;
        const ValidatorStatus status =
            status_of(state->consensus().validators[watched.index.value()], epoch, parameters);
        if (watched.told == status) continue;
        EventText event = status_event(*state, watched.index, watched.told, status, head, epoch);
        watched.told = status;
        telling.tell("", std::move(event));
    }
    return false;
}

// ------------------------------------------------------------------------------------------------------------- network

void NetworkSubscription::hear(const News& news, Telling& telling) {
    for (const EventText& event : news.network)
        telling.tell("", event);
}

NetworkWatch::Seen NetworkWatch::see(Node& node) {
    Seen seen{.peers = {}, .syncing = node.status().syncing};
    for (const auto& [id, peer] : node.peers().all())
        seen.peers.emplace(id, Peer{peer.address, peer.outbound, peer.since_ms});
    return seen;
}

std::vector<EventText> NetworkWatch::look(Node& node) {
    const auto before = std::exchange(seen_, see(node));
    if (!before) return {};
    std::vector<EventText> events;
    for (const auto& [id, peer] : before->peers) {
        const auto now = seen_->peers.find(id);
        if (now != seen_->peers.end() && now->second.since_ms == peer.since_ms) continue;
        events.push_back(peer_event("peer_disconnected", id, peer.address, peer.outbound, seen_->peers.size()));
    }
    for (const auto& [id, peer] : seen_->peers) {
        const auto then = before->peers.find(id);
        if (then != before->peers.end() && then->second.since_ms == peer.since_ms) continue;
        events.push_back(peer_event("peer_connected", id, peer.address, peer.outbound, seen_->peers.size()));
    }
    if (before->syncing != seen_->syncing) events.push_back(sync_event(node.status()));
    return events;
}

}  // namespace touchstone::node::api
