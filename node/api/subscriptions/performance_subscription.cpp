#include "node/api/subscriptions/performance_subscription.h"

#include <algorithm>

#include "node/api/performance_values.h"
#include "node/api/subscriptions/cursor.h"

namespace touchstone::node::api {

namespace {

/// An epoch is read with all its validators.
constexpr std::uint64_t kCostOfEpoch = 64;
constexpr std::uint64_t kValidatorsPerCost = 256;

}  // namespace

bool PerformanceSubscription::go_on(Turn& turn, Telling& telling) {
    const PerformanceRecords& records = turn.node.chain().performance();
    const Epoch recorded = records.recorded_until();
    if (looked_at_ == recorded) return false;
    const auto kept = records.epochs();
    // The last one that is kept is never complete.
    while (kept && (!told_ || *told_ + 1 < kept->second)) {
        const Epoch epoch = std::max(told_ ? *told_ + 1 : kept->first, kept->first);
        if (epoch >= kept->second) break;
        if (turn.budget.is_spent() || !telling.has_room()) return true;
        turn.budget.charge(kCostOfEpoch);
        told_ = epoch;
        const auto record = records.find(epoch);
        if (!record) continue;
        turn.budget.charge(record->validators.size() / kValidatorsPerCost);
        Json event = performance_json(*record, validators_);
        event["kind"] = "performance";
        telling.tell(to_text(Cursor{epoch, record->root, std::nullopt}), event_text(event));
    }
    looked_at_ = recorded;
    return false;
}

}  // namespace touchstone::node::api
