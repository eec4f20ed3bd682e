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
        if (after_task_) after_task_();
    }
    now_ms_ = std::max(now_ms_, unix_ms);
}

std::uint64_t ClockError::shown_at(std::uint64_t time_ms) const {
    constexpr std::int64_t kMillion = 1'000'000;
    const auto elapsed = static_cast<std::int64_t>(time_ms - start_ms);
    const std::int64_t drifted =
        drift_ppm == 0 ? 0 : elapsed / kMillion * drift_ppm + elapsed % kMillion * drift_ppm / kMillion;
    return time_ms + static_cast<std::uint64_t>(skew_ms + drifted);  // modulo 2^64: a negative error is taken off
}

std::uint64_t ClockError::time_of(std::uint64_t shown_ms) const {
    constexpr std::uint64_t kNever = UINT64_MAX / 4;
    if (drift_ppm == 0 || shown_ms > kNever) return shown_ms - static_cast<std::uint64_t>(skew_ms);
    // Taking off the error at a time near it brings it nearer: the drift is small. The rest is a step or two.
    std::uint64_t time = shown_ms;
    for (int tries = 0; tries < 4; ++tries)
        time -= shown_at(time) - shown_ms;
    while (shown_at(time) < shown_ms)
        ++time;
    while (shown_at(time - 1) >= shown_ms)
        --time;
    return time;
}

SimulatedTimers::~SimulatedTimers() {
    for (const auto& [id, task] : pending_)
        scheduler_.cancel(task);
}

TimerId SimulatedTimers::call_at(std::uint64_t unix_ms, std::function<void()> task) {
    const TimerId id = next_id_++;
    const std::uint64_t when = error_.time_of(unix_ms);
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
