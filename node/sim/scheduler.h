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
    /// Called after every task.
    void set_after_task(std::function<void()> hook) { after_task_ = std::move(hook); }

  private:
    std::uint64_t now_ms_;
    std::uint64_t next_number_ = 0;
    std::uint64_t tasks_run_ = 0;
    std::map<TaskId, std::function<void()>> tasks_;
    std::function<void()> after_task_;
};

/// How a node's clock goes wrong: from the start by a constant, and from then on too fast or too slow. [NET-120]
struct ClockError {
    std::int64_t skew_ms = 0;
    std::int64_t drift_ppm = 0;  // above -10^6
    std::uint64_t start_ms = 0;

    std::uint64_t shown_at(std::uint64_t time_ms) const;
    /// The first time at which the clock shows that, or more.
    std::uint64_t time_of(std::uint64_t shown_ms) const;
};

/// The clock of one node.
class SimulatedClock final : public Clock {
  public:
    SimulatedClock(const Scheduler& scheduler, const ClockError& error) : scheduler_(scheduler), error_(error) {}
    SimulatedClock(const Scheduler& scheduler, std::int64_t skew_ms)
        : SimulatedClock(scheduler, ClockError{.skew_ms = skew_ms, .drift_ppm = 0, .start_ms = 0}) {}
    std::uint64_t now_ms() const override { return error_.shown_at(scheduler_.now_ms()); }

  private:
    const Scheduler& scheduler_;
    ClockError error_;
};

/// Wraps a task so that the simulation can do something around it (record a crash inside it).
using TaskGuard = std::function<void(const std::function<void()>& task)>;

/// The timers of one node; they end with this object. Their times are those of the node's own clock.
class SimulatedTimers final : public Timers {
  public:
    SimulatedTimers(Scheduler& scheduler, const ClockError& error, TaskGuard guard)
        : scheduler_(scheduler), error_(error), guard_(std::move(guard)) {}
    SimulatedTimers(Scheduler& scheduler, std::int64_t skew_ms, TaskGuard guard)
        : SimulatedTimers(scheduler, ClockError{.skew_ms = skew_ms, .drift_ppm = 0, .start_ms = 0}, std::move(guard)) {}
    ~SimulatedTimers() override;

    TimerId call_at(std::uint64_t unix_ms, std::function<void()> task) override;
    void cancel(TimerId timer) override;

  private:
    Scheduler& scheduler_;
    ClockError error_;
    TaskGuard guard_;
    TimerId next_id_ = 1;
    std::map<TimerId, Scheduler::TaskId> pending_;
};

}  // namespace touchstone::node::sim
