#include "node/services/ancestors.h"

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
    if (fetches_.size() >= kMaxFetches) {
        if (hooks_.on_given_up) hooks_.on_given_up(root);
        return;
    }
    fetches_[root].depth = depth;
    ask(root, hint);
}

std::optional<PeerId> Ancestors::choose(const Fetch& fetch, const std::optional<PeerId>& preferred) {
    if (preferred && !fetch.asked.contains(*preferred) && peers_.find(*preferred) != nullptr) return preferred;
    std::vector<PeerId> candidates;
    for (const auto& [id, peer] : peers_.all()) {
        if (!fetch.asked.contains(id)) candidates.push_back(id);
    }
    if (candidates.empty()) return std::nullopt;
    return candidates[random_.next() % candidates.size()];
}

void Ancestors::ask(const Root& root, const std::optional<PeerId>& preferred) {
    Fetch& fetch = fetches_.at(root);
    const auto peer = fetch.asked.size() < kMaxAttempts ? choose(fetch, preferred) : std::nullopt;
    if (!peer) return give_up(root);
    fetch.asked.insert(*peer);
    network_.request(*peer, Method::BlocksByRoot, encode(BlocksByRootRequest{{root}}), Peers::kRequestTimeoutMs,
                     [this, root, peer = *peer](RequestOutcome outcome, const ByteVector& payload) {
                         answered(root, peer, outcome, payload);
                     });
}

void Ancestors::answered(const Root& root, const PeerId& peer, RequestOutcome outcome, const ByteVector& payload) {
    if (!fetches_.contains(root)) return;
    if (outcome != RequestOutcome::Success) {
        if (outcome == RequestOutcome::Malformed) {
            peers_.punish(peer, Offence::BrokenProtocol);
        } else if (outcome != RequestOutcome::Disconnected) {
            peers_.punish(peer, Offence::Unresponsive);
        }
        return ask(root, std::nullopt);
    }
    const auto blocks = check_roots_response(payload, {root}, chain_.parameters());
    if (!blocks) {
        peers_.punish(peer, Offence::BrokenProtocol);
        return ask(root, std::nullopt);
    }
    if (blocks.value().empty()) return ask(root, std::nullopt);  // it may have forgotten the block
    blocks_.import_block(blocks.value().front(), peer,
                         [this, root, peer](ImportOutcome result) { imported(root, peer, result); });
}

void Ancestors::imported(const Root& root, const PeerId& peer, ImportOutcome outcome) {
    switch (outcome) {
        case ImportOutcome::Imported:
        case ImportOutcome::AlreadyKnown:
        case ImportOutcome::MissingParent:
        case ImportOutcome::NotYet:
        case ImportOutcome::Stopped:
            fetches_.erase(root);
            return;
        case ImportOutcome::BadSignature:
            peers_.punish(peer, Offence::BadSignature);
            if (fetches_.contains(root)) ask(root, std::nullopt);
            return;
        case ImportOutcome::Irrelevant:
            return give_up(root);
        case ImportOutcome::Invalid:
            peers_.punish(peer, Offence::BrokenProtocol);
            return give_up(root);
    }
}

void Ancestors::give_up(const Root& root) {
    fetches_.erase(root);
    if (hooks_.on_given_up) hooks_.on_given_up(root);
}

}  // namespace touchstone::node
