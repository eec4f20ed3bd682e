#include "node/services/health.h"

#include "node/base/arithmetic.h"

namespace touchstone::node {

Objections objections_to_live(std::uint64_t age_seconds) {
    if (age_seconds <= kStuckSeconds) return {};
    return {"the node has done nothing for " + std::to_string(age_seconds) + " seconds"};
}

Objections objections_to_ready(const StatusEvent& status, std::uint64_t slots_per_epoch, std::uint64_t age_seconds) {
    Objections objections;
    if (age_seconds > kOutdatedSeconds) {
        objections.push_back("the node has been busy for " + std::to_string(age_seconds) + " seconds");
    }
    if (status.peers == 0) objections.emplace_back("no peers");
    if (status.syncing) {
        objections.push_back("catching up: " + std::to_string(status.sync_distance) + " slots behind a peer");
    }
    const std::uint64_t behind = saturating_subtract(status.slot.value(), status.head_slot.value());
    if (behind > slots_per_epoch) {
        objections.push_back("the head is " + std::to_string(behind) + " slots behind the clock");
    }
    return objections;
}

}  // namespace touchstone::node
