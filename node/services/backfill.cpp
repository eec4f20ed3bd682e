#include "node/services/backfill.h"

#include <algorithm>
#include <utility>

#include "node/kernel/state_sync/beginning.h"

namespace touchstone::node {

Backfill::Backfill(Chain& chain, Peers& peers, const Ports& ports, bool all, std::function<bool()> may_work)
    : chain_(chain), ports_(ports), all_(all), backward_(chain, peers, ports.network, ports.clock, ports.timers) {
    backward_.set_may_work(std::move(may_work));
    backward_.set_on_blocks([this](BackwardBlocks::Delivery delivery) { take(std::move(delivery)); });
}

Slot Backfill::goal() const {
    if (all_) return Slot(GENESIS_SLOT + 1);
    const Epoch now = epoch_of(chain_.current_slot(), chain_.parameters());
    return std::max(Slot(GENESIS_SLOT + 1),
                    start_slot_of(now - chain_.parameters().MAX_EVIDENCE_AGE, chain_.parameters()));
}

void Backfill::start() {
    const auto missing = chain_.missing_parent();
    if (!missing || chain_.earliest_slot() <= goal()) return;
    began_at_ = chain_.earliest_slot();
    speed_.begin(0, ports_.clock.now_ms());
    ports_.log.info("backfill_started", {{"from_slot", began_at_.value()}, {"to_slot", goal().value()}});
    backward_.begin(*missing, began_at_, goal());
}

void Backfill::take(BackwardBlocks::Delivery delivery) {
    const StatePointer state = chain_.head_state();
    auto sets = check_older_blocks(chain_.environment(), *state, *chain_.missing_parent(), delivery.blocks);
    if (!sets) return backward_.refuse(Offence::BrokenProtocol);
    ports_.verifier.verify(*std::move(sets), VerifyPriority::Transaction,
                           [this, blocks = std::move(delivery.blocks)](const std::vector<bool>& valid) {
                               if (!chain_.failure()) verified(blocks, valid);
                           });
}

void Backfill::verified(const std::vector<SignedBlock>& blocks, const std::vector<bool>& valid) {
    if (std::ranges::find(valid, false) != valid.end()) return backward_.refuse(Offence::BadSignature);
    if (!chain_.add_older(blocks)) return;
    speed_.add(static_cast<double>(began_at_ - chain_.earliest_slot()), ports_.clock.now_ms());
    const bool is_last = !chain_.missing_parent() || chain_.earliest_slot() <= goal();
    if (is_last) ports_.log.info("backfill_finished", {{"earliest_slot", chain_.earliest_slot().value()}});
    backward_.accept(is_last);
}

std::optional<Backfill::Progress> Backfill::progress() const {
    if (!backward_.is_running()) return std::nullopt;
    const std::uint64_t now_ms = ports_.clock.now_ms();
    const std::uint64_t distance = chain_.earliest_slot() - goal();
    return Progress{.distance = distance,
                    .speed = speed_.per_second(now_ms),
                    .seconds_left = speed_.seconds_until(static_cast<double>(distance), now_ms)};
}

}  // namespace touchstone::node
