#include "node/services/peers.h"

#include "node/kernel/gossip/conditions.h"

namespace touchstone::node {

void Peers::on_connected(const PeerId& peer, const PeerConnection& connection) {
    if (!connections_.on_connected(peer, connection)) return;
    if (connection.outbound) return ask_status(peer);
    // Who dials asks first; after ten seconds of silence it is asked. [NET-63]
    timers_.call_at(clock_.now_ms() + kRequestTimeoutMs, [this, peer] {
        const Peer* still = find(peer);
        if (still != nullptr && !still->status) ask_status(peer);
    });
}

void Peers::on_slot(Slot slot) {
    const Parameters& parameters = chain_.parameters();
    const Epoch epoch = epoch_of(slot, parameters);
    connections_.on_slot(epoch - epoch_.value_or(epoch));
    epoch_ = epoch;
    const std::uint64_t epoch_ms = saturating_multiply(parameters.SLOTS_PER_EPOCH, parameters.SLOT_DURATION_MS);
    std::vector<PeerId> silent;
    for (const auto& [id, peer] : all()) {
        if (clock_.now_ms() >= saturating_add(peer.asked_at_ms, epoch_ms)) silent.push_back(id);
    }
    for (const PeerId& peer : silent)
        ask_status(peer);
}

void Peers::ask_status(const PeerId& peer) {
    Peer* connected = connections_.find(peer);
    if (connected == nullptr || connected->status_is_due) return;
    if (const auto at_ms = wait_before_asking(peer, Method::Status, 1)) {
        connected->status_is_due = true;
        timers_.call_at(*at_ms, [this, peer] {
            Peer* still = connections_.find(peer);
            if (still == nullptr || !still->status_is_due) return;
            still->status_is_due = false;
            ask_status(peer);
        });
        return;
    }
    connected->asked_at_ms = clock_.now_ms();
    network_.request(peer, Method::Status, encode(own_status()), kRequestTimeoutMs,
                     [this, peer](RequestOutcome outcome, const ByteVector& payload) {
                         if (outcome != RequestOutcome::Success) return answer_failed(peer, outcome);
                         const auto status = decode<Status>(payload, chain_.parameters());
                         if (!status) return punish(peer, Offence::BrokenProtocol);
                         receive_status(peer, status.value());
                     });
}

void Peers::receive_status(const PeerId& peer, const Status& status) {
    Peer* connected = connections_.find(peer);
    if (connected == nullptr) return;
    if (!is_of_this_chain(status)) {
        log_.info("peer_of_another_network", {{"peer", peer.bytes},
                                              {"fork_digest", to_hex(status.fork_digest)},
                                              {"finalized_epoch", status.finalized_checkpoint.epoch.value()}});
        return say_goodbye(peer, GoodbyeReason::AnotherNetwork);
    }
    if (!is_possible(status)) return punish(peer, Offence::BrokenProtocol);
    connected->status = status;
    if (on_status_) on_status_(peer);
}

bool Peers::is_of_this_chain(const Status& status) const {
    if (status.fork_digest != chain_.fork_digest()) return false;  // [NET-64]
    const Checkpoint& finalized = status.finalized_checkpoint;
    if (finalized.epoch == kGenesisEpoch) return true;
    const auto own = chain_.finalized_block_of(finalized.epoch);
    return !own || *own == finalized.root;  // [NET-65]
}

/// Whoever claims to be in the future would keep this node from signing for as long as it is believed. [DUT-01]
bool Peers::is_possible(const Status& status) const {
    const Parameters& parameters = chain_.parameters();
    const Slot latest = latest_current_slot(clock_.now_ms(), chain_.genesis_time_ms(), parameters);
    return status.head_slot <= latest && status.finalized_checkpoint.epoch <= epoch_of(latest, parameters);  // [NET-09]
}

Status Peers::own_status() const {
    if (chain_.is_joining()) {  // [SYN-02]
        return {.fork_digest = chain_.fork_digest(),
                .finalized_checkpoint = {kGenesisEpoch, chain_.genesis_block_root()},
                .head_root = chain_.genesis_block_root(),
                .head_slot = Slot(GENESIS_SLOT),
                .earliest_slot = Slot(GENESIS_SLOT + 1)};
    }
    return {.fork_digest = chain_.fork_digest(),
            .finalized_checkpoint = chain_.finalized_to_tell(),
            .head_root = chain_.head(),
            .head_slot = chain_.head_slot(),
            .earliest_slot = chain_.earliest_slot()};
}

/// A refusal costs nothing, and what ends with the connection may be anybody's fault. [NET-98] [NET-105] [NET-106]
void Peers::answer_failed(const PeerId& peer, RequestOutcome outcome) {
    switch (outcome) {
        case RequestOutcome::Success:
        case RequestOutcome::Refused:
        case RequestOutcome::Disconnected:
            return;
        case RequestOutcome::ServerError:
            return punish(peer, Offence::ServerError);
        case RequestOutcome::BrokenStream:
        case RequestOutcome::Timeout:
            return punish(peer, Offence::Unresponsive);
        case RequestOutcome::Malformed:
            return punish(peer, Offence::BrokenProtocol);
    }
}

}  // namespace touchstone::node
