// What the writer's thread publishes of itself, for other threads to read: its figures once a second, and what it
// measures at once. Readers never wait for the writer, nor it for them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "node/adapters/metrics/duration_histogram.h"
#include "node/ports/events.h"
#include "node/ports/measurements.h"
#include "node/services/node.h"

namespace touchstone::node::app {

class NodeMetrics final : public Events, public Measurements {
  public:
    // ------------------------------------------------------------------------------------------ the writer's thread
    void on_block(const BlockEvent&) override {}
    void on_head(const HeadEvent& event) override;
    void on_finalized(const FinalizedEvent&) override {}
    void on_status(const StatusEvent&) override {}
    void on_fatal(const std::string&) override {}

    std::uint64_t now_us() const override;
    void add(MeasuredWork work, std::uint64_t duration_us) override;

    void publish(NodeFigures figures);
    /// How late a task began that was due at a set time.
    void add_writer_delay(std::uint64_t delay_us) { writer_delay_.add(delay_us); }

    // --------------------------------------------------------------------------------------------------- any thread
    struct Published {
        NodeFigures figures;
        std::uint64_t at_us = 0;  // by now_us
    };
    /// The last ones; null before the first.
    std::shared_ptr<const Published> published() const;
    std::uint64_t extensions() const { return extensions_.load(std::memory_order_relaxed); }
    std::uint64_t reorganizations() const { return reorganizations_.load(std::memory_order_relaxed); }
    adapters::HistogramValues durations(MeasuredWork work) const;
    adapters::HistogramValues writer_delay() const { return writer_delay_.read(); }

  private:
    std::atomic<std::uint64_t> extensions_ = 0;
    std::atomic<std::uint64_t> reorganizations_ = 0;
    std::array<adapters::DurationHistogram, kMeasuredWorks.size()> durations_;
    adapters::DurationHistogram writer_delay_;
    mutable std::mutex mutex_;  // held for a copy of a pointer
    std::shared_ptr<const Published> published_;
};

}  // namespace touchstone::node::app
