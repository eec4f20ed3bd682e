#include "node/adapters/metrics/exposition.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace touchstone::node::adapters {

namespace {

const MetricRow& row_of(Metric metric) { return kMetricRows[static_cast<std::size_t>(metric)]; }

[[noreturn]] void refuse(const MetricRow& row, const std::string& why) {
    throw std::logic_error("the metric " + std::string(row.name) + " " + why);
}

prometheus::MetricType type_of(MetricType type) {
    switch (type) {
        case MetricType::Counter:
            return prometheus::MetricType::Counter;
        case MetricType::Gauge:
            return prometheus::MetricType::Gauge;
        case MetricType::Histogram:
            return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

std::vector<prometheus::ClientMetric::Label> labels_of(const MetricRow& row, Exposition::Labels values) {
    std::vector<prometheus::ClientMetric::Label> labels;
    std::string_view names = row.labels;
    for (const std::string_view value : values) {
        if (names.empty()) refuse(row, "has not so many labels");
        const std::size_t end = std::min(names.find(','), names.size());
        labels.push_back({std::string(names.substr(0, end)), std::string(value)});
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    if (!names.empty()) refuse(row, "has more labels: " + std::string(names));
    return labels;
}

}  // namespace

struct Exposition::Families {
    std::vector<prometheus::MetricFamily> by_metric;

    prometheus::ClientMetric& begin(Metric metric, Labels labels) {
        auto& family = by_metric[static_cast<std::size_t>(metric)];
        family.metric.emplace_back().label = labels_of(row_of(metric), labels);
        return family.metric.back();
    }
};

Exposition::Exposition() : families_(std::make_unique<Families>()) {
    for (const MetricRow& row : kMetricRows)
        families_->by_metric.push_back({std::string(row.name), std::string(row.help), type_of(row.type), {}});
}

Exposition::~Exposition() = default;

void Exposition::add(Metric metric, double value, Labels labels) {
    const MetricRow& row = row_of(metric);
    if (row.type == MetricType::Histogram) refuse(row, "is a histogram");
    prometheus::ClientMetric& entry = families_->begin(metric, labels);
    (row.type == MetricType::Counter ? entry.counter.value : entry.gauge.value) = value;
}

void Exposition::add(Metric metric, const HistogramValues& values, Labels labels) {
    const MetricRow& row = row_of(metric);
    if (row.type != MetricType::Histogram) refuse(row, "is no histogram");
    if (values.counts.size() != values.bounds.size() + 1) refuse(row, "needs one class above all bounds");
    prometheus::ClientMetric::Histogram& histogram = families_->begin(metric, labels).histogram;
    for (std::size_t i = 0; i < values.counts.size(); ++i) {
        histogram.sample_count += values.counts[i];
        const double bound = i < values.bounds.size() ? values.bounds[i] : std::numeric_limits<double>::infinity();
        histogram.bucket.push_back({histogram.sample_count, bound});
    }
    histogram.sample_sum = values.sum;
}

std::string Exposition::text() const {
    std::vector<prometheus::MetricFamily> used;
    for (const auto& family : families_->by_metric) {
        if (!family.metric.empty()) used.push_back(family);
    }
    return prometheus::TextSerializer().Serialize(used);
}

}  // namespace touchstone::node::adapters
