#include "node/app/node_metrics.h"

#include <chrono>
#include <utility>

namespace touchstone::node::app {

void NodeMetrics::on_head(const HeadEvent& event) {
    (event.reorganized ? reorganizations_ : extensions_).fetch_add(1, std::memory_order_relaxed);
}

std::uint64_t NodeMetrics::now_us() const {
    const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(since_boot).count());
}

void NodeMetrics::add(MeasuredWork work, std::uint64_t duration_us) {
    durations_[static_cast<std::size_t>(work)].add(duration_us);
}

void NodeMetrics::publish(NodeFigures figures) {
    auto next = std::make_shared<const Published>(Published{std::move(figures), now_us()});
    const std::lock_guard lock(mutex_);
    published_.swap(next);
}

std::shared_ptr<const NodeMetrics::Published> NodeMetrics::published() const {
    const std::lock_guard lock(mutex_);
    return published_;
}

adapters::HistogramValues NodeMetrics::durations(MeasuredWork work) const {
    return durations_[static_cast<std::size_t>(work)].read();
}

}  // namespace touchstone::node::app
