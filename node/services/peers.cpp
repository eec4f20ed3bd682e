#include "node/services/peers.h"

#include "node/kernel/gossip/conditions.h"

namespace touchstone::node {

namespace {

unsigned weight_of(Offence offence) {
    switch (offence) {
        case Offence::Unresponsive:
            return 5;
        case Offence::BadSignature:
            return 25;
        case Offence::BrokenProtocol:
            return 50;
    }
    return Peers::kOffenceLimit;
}

/// Peer ids are binary.
std::string readable(const PeerId& peer) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(peer.bytes.data());
    return to_hex(Bytes(bytes, peer.bytes.size()));
}

}  // namespace

const Peers::Peer* Peers::find(const PeerId& peer) const {
    const auto found = peers_.find(peer);
    return found == peers_.end() ? nullptr : &found->second;
}

void Peers::on_connected(const PeerId& peer, bool outbound) {
    peers_[peer] = Peer{.outbound = outbound, .status = {}, .asked_at_ms = clock_.now_ms(), .offences = 0};
    log_.debug("peer_connected", {{"peer", readable(peer)}, {"outbound", outbound}});
    if (outbound) return ask_status(peer);
    // Who dials asks first; after ten seconds of silence it is asked. [NET-63]
    timers_.call_at(clock_.now_ms() + kRequestTimeoutMs, [this, peer] {
        const Peer* still = find(peer);
        if (still != nullptr && !still->status) ask_status(peer);
    });
}

void Peers::on_slot(Slot slot) {
    const bool epoch_begins = slot.value() % chain_.parameters().SLOTS_PER_EPOCH == 0;
    const std::uint64_t epoch_ms =
        saturating_multiply(chain_.parameters().SLOTS_PER_EPOCH, chain_.parameters().SLOT_DURATION_MS);
    std::vector<PeerId> silent;
    for (auto& [id, peer] : peers_) {
        if (epoch_begins) peer.offences /= 2;
        if (clock_.now_ms() >= saturating_add(peer.asked_at_ms, epoch_ms)) silent.push_back(id);
    }
    for (const PeerId& peer : silent)
        ask_status(peer);
}

void Peers::ask_status(const PeerId& peer) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    found->second.asked_at_ms = clock_.now_ms();
    network_.request(peer, Method::Status, encode(own_status()), kRequestTimeoutMs,
                     [this, peer](RequestOutcome outcome, const ByteVector& payload) {
                         if (outcome == RequestOutcome::Disconnected) return;
                         if (outcome != RequestOutcome::Success) return punish(peer, Offence::Unresponsive);
                         const auto status = decode<Status>(payload, chain_.parameters());
                         if (!status) return punish(peer, Offence::BrokenProtocol);
                         receive_status(peer, status.value());
                     });
}

void Peers::receive_status(const PeerId& peer, const Status& status) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    if (!is_of_this_chain(status)) {
        log_.info("peer_of_another_network", {{"peer", readable(peer)},
                                              {"fork_digest", to_hex(status.fork_digest)},
                                              {"finalized_epoch", status.finalized_checkpoint.epoch.value()}});
        return say_goodbye(peer, GoodbyeReason::AnotherNetwork);
    }
    if (!is_possible(status)) return punish(peer, Offence::BrokenProtocol);
    found->second.status = status;
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
    return {.fork_digest = chain_.fork_digest(),
            .finalized_checkpoint = chain_.fork_choice().finalized(),
            .head_root = chain_.head(),
            .head_slot = chain_.head_slot(),
            .earliest_slot = Slot(GENESIS_SLOT + 1)};
}

// Never told of what is only ignored. [NET-08]
void Peers::punish(const PeerId& peer, Offence offence) {
    const auto found = peers_.find(peer);
    if (found == peers_.end()) return;
    found->second.offences += weight_of(offence);
    if (found->second.offences >= kOffenceLimit) say_goodbye(peer, GoodbyeReason::ScoreTooLow);
}

void Peers::say_goodbye(const PeerId& peer, GoodbyeReason reason) {
    if (!peers_.contains(peer)) return;
    log_.info("goodbye", {{"peer", readable(peer)}, {"reason", static_cast<std::uint64_t>(reason)}});
    constexpr std::uint64_t kPatienceMs = 1000;
    const bool ban = reason == GoodbyeReason::AnotherNetwork || reason == GoodbyeReason::ScoreTooLow;
    peers_.erase(peer);
    network_.request(
        peer, Method::Goodbye, encode_number(static_cast<std::uint64_t>(reason)), kPatienceMs,
        // The answer may come when this object is gone; the network is not.
        [&network = network_, peer, ban](RequestOutcome, const ByteVector&) { network.disconnect(peer, ban); });
}

void Peers::say_goodbye_to_all() {
    while (!peers_.empty())
        say_goodbye(PeerId(peers_.begin()->first), GoodbyeReason::ShutDown);
}

}  // namespace touchstone::node
