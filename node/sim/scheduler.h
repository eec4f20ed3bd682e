// Simulated time: a queue of tasks in the order of their time, and of their making where the time is the same.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "node/ports/clock.h"
#include "node/ports/timers.h"

namespace touchstone::node::sim {

class Scheduler {
  public:
    using TaskId = std::pair<std::uint64_t, std::uint64_t>;  // time, number

    explicit Scheduler(std::uint64_t start_ms) : now_ms_(start_ms) {}

    std::uint64_t now_ms() const { return now_ms_; }
    TaskId call_at(std::uint64_t unix_ms, std::function<void()> task);
    void cancel(const TaskId& task) { tasks_.erase(task); }

    /// Runs every task up to and including that time, then time is `unix_ms`.
    void run_until(std::uint64_t unix_ms);
    std::uint64_t tasks_run() const { return tasks_run_; }

  private:
    std::uint64_t now_ms_;
    std::uint64_t next_number_ = 0;
    std::uint64_t tasks_run_ = 0;
    std::map<TaskId, std::function<void()>> tasks_;
};

/// The clock of one node: simulated time, set wrong by a constant.
class SimulatedClock final : public Clock {
  public:
    SimulatedClock(const Scheduler& scheduler, std::int64_t skew_ms) : scheduler_(scheduler), skew_ms_(skew_ms) {}
    std::uint64_t now_ms() const override;

  private:
    const Scheduler& scheduler_;
    std::int64_t skew_ms_;
};

/// Wraps a task so that the simulation can do something around it (record a crash inside it).
using TaskGuard = std::function<void(const std::function<void()>& task)>;

/// The timers of one node; they end with this object. Their times are those of the node's own clock.
class SimulatedTimers final : public Timers {
  public:
    SimulatedTimers(Scheduler& scheduler, std::int64_t skew_ms, TaskGuard guard)
        : scheduler_(scheduler), skew_ms_(skew_ms), guard_(std::move(guard)) {}
    ~SimulatedTimers() override;

    TimerId call_at(std::uint64_t unix_ms, std::function<void()> task) override;
    void cancel(TimerId timer) override;

  private:
    Scheduler& scheduler_;
    std::int64_t skew_ms_;
    TaskGuard guard_;
    TimerId next_id_ = 1;
    std::map<TimerId, Scheduler::TaskId> pending_;
};

}  // namespace touchstone::node::sim
