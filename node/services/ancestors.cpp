#include "node/services/ancestors.h"

#include <algorithm>

#include "node/services/block_responses.h"
#include "node/types/encoding.h"

namespace touchstone::node {

void Ancestors::fetch(const Root& root, const PeerId& hint, const std::optional<Root>& child) {
    if (fetches_.contains(root) || chain_.contains(root) || blocks_.is_waiting(root)) return;
    unsigned depth = 0;
    if (child) {
        const auto needed_by = fetches_.find(*child);
        if (needed_by != fetches_.end()) depth = needed_by->second.depth + 1;
    }
    if (depth > kMaxDepth) {
        if (hooks_.on_given_up) hooks_.on_given_up(root);
        if (hooks_.on_too_deep) hooks_.on_too_deep(hint);
        return;
    }
    if (!has_room_for(hint)) {
        if (hooks_.on_given_up) hooks_.on_given_up(root);
        return;
    }
    fetches_[root] = Fetch{.preferred = hint, .asked = {}, .depth = depth, .waiting = false};
    ask(root);
}

bool Ancestors::has_room_for(const PeerId& hint) const {
    const auto of_peer =
        std::ranges::count_if(fetches_, [&](const auto& entry) { return entry.second.preferred == hint; });
    return fetches_.size() < kMaxFetches && static_cast<std::size_t>(of_peer) < kMaxFetchesOfPeer;
}

std::vector<PeerId> Ancestors::candidates(const Fetch& fetch) const {
    if (!fetch.asked.contains(fetch.preferred) && peers_.find(fetch.preferred) != nullptr) return {fetch.preferred};
    std::vector<PeerId> found;
    for (const bool last_resort : {false, true}) {
        for (const auto& [id, peer] : peers_.all()) {
            if (!fetch.asked.contains(id) && peers_.is_last_resort(id) == last_resort) found.push_back(id);
        }
        if (!found.empty()) break;
    }
    return found;
}

void Ancestors::ask(const Root& root) {
    Fetch& fetch = fetches_.at(root);
    fetch.waiting = false;
    std::vector<PeerId> able = candidates(fetch);
    if (able.empty() || fetch.asked.size() >= kMaxAttempts) return give_up(root);
    std::erase_if(able, [this](const PeerId& peer) { return busy_.contains(peer); });
    fetch.waiting = able.empty();
    if (fetch.waiting) return;
    const PeerId peer = able[random_.next() % able.size()];
    if (const auto later_ms = peers_.wait_before_asking(peer, Method::BlocksByRoot, 1)) {  // [NET-112]
        fetch.waiting = true;
        timers_.call_at(*later_ms, [this] { ask_waiting(); });
        return;
    }
    fetch.asked.insert(peer);
    busy_.insert(peer);
    network_.request(peer, Method::BlocksByRoot, encode(BlocksByRootRequest{{root}}), Peers::kRequestTimeoutMs,
                     [this, root, peer](RequestOutcome outcome, const ByteVector& payload) {
                         answered(root, peer, outcome, payload);
                     });
}

void Ancestors::ask_waiting() {
    std::vector<Root> waiting;
    for (const auto& [root, fetch] : fetches_) {
        if (fetch.waiting) waiting.push_back(root);
    }
    for (const Root& root : waiting) {
        if (fetches_.contains(root)) ask(root);  // giving one up may have ended others
    }
}

/// What waits does not wait for the silence of the same peer again and again.
void Ancestors::pass_over(const PeerId& peer) {
    for (auto& [root, fetch] : fetches_) {
        if (fetch.waiting) fetch.asked.insert(peer);
    }
}

void Ancestors::answered(const Root& root, const PeerId& peer, RequestOutcome outcome, const ByteVector& payload) {
    busy_.erase(peer);
    if (outcome != RequestOutcome::Success) pass_over(peer);
    if (fetches_.contains(root)) evaluate(root, peer, outcome, payload);
    ask_waiting();
}

void Ancestors::evaluate(const Root& root, const PeerId& peer, RequestOutcome outcome, const ByteVector& payload) {
    if (outcome != RequestOutcome::Success) {
        peers_.answer_failed(peer, outcome);
        return ask(root);
    }
    const auto blocks = check_roots_response(payload, {root}, chain_.parameters());
    if (!blocks) {
        peers_.punish(peer, Offence::BrokenProtocol);
        return ask(root);
    }
    if (blocks.value().empty()) return ask(root);  // it may have forgotten the block
    blocks_.import_block(blocks.value().front(), peer,
                         [this, root, peer](ImportOutcome result) { imported(root, peer, result); });
}

void Ancestors::imported(const Root& root, const PeerId& peer, ImportOutcome outcome) {
    switch (outcome) {
        case ImportOutcome::Imported:
            if (hooks_.on_delivered) hooks_.on_delivered(peer);
            [[fallthrough]];
        case ImportOutcome::AlreadyKnown:
        case ImportOutcome::MissingParent:
        case ImportOutcome::NotYet:
        case ImportOutcome::Stopped:
            fetches_.erase(root);
            return;
        case ImportOutcome::BadSignature:
            peers_.punish(peer, Offence::BadSignature);
            if (fetches_.contains(root)) ask(root);
            return;
        case ImportOutcome::Irrelevant:
            return give_up(root);
        case ImportOutcome::Invalid:
            peers_.punish(peer, Offence::InvalidBlock);
            return give_up(root);
    }
}

void Ancestors::give_up(const Root& root) {
    fetches_.erase(root);
    if (hooks_.on_given_up) hooks_.on_given_up(root);
}

}  // namespace touchstone::node
