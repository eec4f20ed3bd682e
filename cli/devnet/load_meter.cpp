#include "cli/devnet/load_meter.h"

#include <algorithm>
#include <cmath>

namespace touchstone::cli {

std::optional<Percentiles> percentiles_of(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    std::ranges::sort(values);
    const auto rank = [&](double share) {
        const auto place = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
        return values[std::max<std::size_t>(1, place) - 1];
    };
    return Percentiles{rank(0.50), rank(0.95), rank(0.99)};
}

LoadMeter::LoadMeter(std::uint64_t rate, std::uint64_t accounts) {
    report_.rate = rate;
    report_.accounts = accounts;
}

void LoadMeter::count(const Under& under, std::uint64_t OperationCounts::* counter) {
    if (under.operation) ++(report_.stake_operations[static_cast<std::size_t>(*under.operation)].*counter);
}

void LoadMeter::fail(const Under& under, const std::string& reason) {
    ++report_.failed;
    count(under, &OperationCounts::failed);
    if (!report_.first_failure.empty()) return;
    report_.first_failure = (under.operation ? std::string(name_of(*under.operation)) + ": " : "") + reason;
}

void LoadMeter::sending(const node::Root& id, double due, std::optional<StakeOperation> operation) {
    const std::lock_guard lock(mutex_);
    const Under under{due, operation, false};
    under_way_.try_emplace(id, under);
    count(under, &OperationCounts::sent);
    first_due_ = std::min(first_due_.value_or(due), due);
    ++report_.sent;
}

void LoadMeter::refused(const node::Root& id, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return;
    fail(found->second, reason);
    under_way_.erase(found);
}

void LoadMeter::included(const node::Root& id, const std::string& status, double now) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(id);
    if (found == under_way_.end() || found->second.included) return;
    last_inclusion_ = std::max(last_inclusion_, now);
    if (status != "success") {
        fail(found->second, status);
        under_way_.erase(found);
        return;
    }
    ++report_.included;
    count(found->second, &OperationCounts::included);
    found->second.included = true;
    inclusion_.push_back(now - found->second.due);
}

void LoadMeter::finalized(const node::Root& id, double now) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(id);
    if (found == under_way_.end() || !found->second.included) return;
    ++report_.finalized;
    finality_.push_back(now - found->second.due);
    under_way_.erase(found);
}

LoadReport LoadMeter::report() const {
    const std::lock_guard lock(mutex_);
    LoadReport report = report_;
    const double time = last_inclusion_ - first_due_.value_or(last_inclusion_);
    if (time > 0) report.tx_per_s = static_cast<double>(report.included) / time;
    report.inclusion_latency_s = percentiles_of(inclusion_);
    report.finality_latency_s = percentiles_of(finality_);
    return report;
}

}  // namespace touchstone::cli
