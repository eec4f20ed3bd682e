#include "cli/devnet/stall.h"

#include <algorithm>

namespace touchstone::cli {

std::int64_t stall_limit_ms(std::uint64_t slot_ms) {
    constexpr std::uint64_t kSlots = 12;
    constexpr std::uint64_t kLeastMs = 30'000;
    return static_cast<std::int64_t>(std::max(kLeastMs, kSlots * slot_ms));
}

std::optional<std::string> StallWatch::observe(const Progress& progress) {
    const std::int64_t now = std::max<std::int64_t>(0, progress.ms_since_genesis);
    moved_.resize(progress.nodes.size(), Moved{node::Slot(0), now});
    std::string stalled;
    for (std::size_t i = 0; i < progress.nodes.size(); ++i) {
        const NodeProgress& node = progress.nodes[i];
        if (node.head_slot != moved_[i].slot) moved_[i] = {node.head_slot, now};
        if (now - moved_[i].at_ms < limit_ms_) continue;
        stalled += (stalled.empty() ? "node " : "; node ") + std::to_string(i) + " stands at slot " +
                   std::to_string(node.head_slot.value()) + " with " +
                   (node.peers ? std::to_string(*node.peers) : "an unknown number of") + " peers";
    }
    if (stalled.empty()) return std::nullopt;
    std::string text = "no new head for " + std::to_string(limit_ms_ / 1000) + " s: " + stalled;
    if (progress.participation) {
        text += "; " + std::to_string(static_cast<int>(progress.participation->share * 100)) +
                " % of the stake voted in epoch " + std::to_string(progress.participation->epoch.value());
    }
    return text;
}

}  // namespace touchstone::cli
