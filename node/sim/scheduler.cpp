#include "node/sim/scheduler.h"

#include <algorithm>

namespace touchstone::node::sim {

Scheduler::TaskId Scheduler::call_at(std::uint64_t unix_ms, std::function<void()> task) {
    const TaskId id{std::max(unix_ms, now_ms_), next_number_++};
    tasks_.emplace(id, std::move(task));
    return id;
}

void Scheduler::run_until(std::uint64_t unix_ms) {
    while (!tasks_.empty() && tasks_.begin()->first.first <= unix_ms) {
        auto task = tasks_.extract(tasks_.begin());
        now_ms_ = task.key().first;
        ++tasks_run_;
        task.mapped()();
    }
    now_ms_ = std::max(now_ms_, unix_ms);
}

std::uint64_t SimulatedClock::now_ms() const {
    return scheduler_.now_ms() + static_cast<std::uint64_t>(skew_ms_);  // modulo 2^64: a negative skew is taken off
}

SimulatedTimers::~SimulatedTimers() {
    for (const auto& [id, task] : pending_)
        scheduler_.cancel(task);
}

TimerId SimulatedTimers::call_at(std::uint64_t unix_ms, std::function<void()> task) {
    const TimerId id = next_id_++;
    const std::uint64_t when = unix_ms - static_cast<std::uint64_t>(skew_ms_);
    // The task is moved to the stack before it runs: it may destroy the node, and this object with it.
    pending_[id] = scheduler_.call_at(when, [this, id, run = std::move(task)] {
        const auto guard = guard_;
        const auto body = run;
        pending_.erase(id);
        guard(body);
    });
    return id;
}

void SimulatedTimers::cancel(TimerId timer) {
    const auto found = pending_.find(timer);
    if (found == pending_.end()) return;
    scheduler_.cancel(found->second);
    pending_.erase(found);
}

}  // namespace touchstone::node::sim
