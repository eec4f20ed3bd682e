// A page of metrics in Prometheus' text format, with names, types and help from the table (metrics.toml).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/adapters/metrics/duration_histogram.h"
#include "node/generated/metrics.h"

namespace touchstone::node::adapters {

/// Made for each page anew, from values that were read before. Throws std::logic_error where a value does not fit its
/// row: another type, or another number of labels.
class Exposition {
  public:
    using Labels = std::initializer_list<std::string_view>;

    Exposition();
    ~Exposition();
    Exposition(const Exposition&) = delete;
    Exposition& operator=(const Exposition&) = delete;

    /// Of a counter or a gauge. The values of the labels stand in the order of the row; texts are escaped.
    void add(Metric metric, double value, Labels labels = {});
    void add(Metric metric, const HistogramValues& values, Labels labels = {});

    /// What has no value is left out.
    std::string text() const;
    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace touchstone::node::adapters
