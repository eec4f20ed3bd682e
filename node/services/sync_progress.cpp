#include "node/services/sync_progress.h"

#include <cmath>

namespace touchstone::node {

void SyncProgress::begin(Slot from, std::uint64_t now_ms) {
    position_ = from;
    samples_ = {{now_ms, from}};
}

void SyncProgress::advance(Slot to, std::uint64_t now_ms) {
    if (to <= position_) return;
    position_ = to;
    if (now_ms < samples_.back().time_ms + kStepMs) return;
    samples_.push_back({now_ms, to});
    while (samples_.size() > 2 && samples_[1].time_ms + kWindowMs <= now_ms)
        samples_.pop_front();
}

double SyncProgress::speed(std::uint64_t now_ms) const {
    constexpr double kMsPerSecond = 1000;
    if (samples_.empty() || now_ms <= samples_.front().time_ms) return 0;
    const auto slots = static_cast<double>(position_ - samples_.front().position);
    return slots * kMsPerSecond / static_cast<double>(now_ms - samples_.front().time_ms);
}

std::optional<std::uint64_t> SyncProgress::seconds_left(std::uint64_t slots, std::uint64_t now_ms) const {
    const double slots_per_second = speed(now_ms);
    if (slots_per_second <= 0) return std::nullopt;
    return static_cast<std::uint64_t>(std::ceil(static_cast<double>(slots) / slots_per_second));
}

}  // namespace touchstone::node
