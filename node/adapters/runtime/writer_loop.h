// The writer thread: whoever calls run() is it, and everything that the services do happens there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "node/ports/clock.h"
#include "node/ports/timers.h"

namespace touchstone::node::adapters {

/// The system's clock.
class SystemClock final : public Clock {
  public:
    std::uint64_t now_ms() const override;
};

class WriterLoop {
  public:
    WriterLoop();
    ~WriterLoop();
    WriterLoop(const WriterLoop&) = delete;
    WriterLoop& operator=(const WriterLoop&) = delete;

    /// Runs tasks on the calling thread until stop(); what waits then is run by the next call.
    void run();
    /// From any thread: run() returns after the task that is running.
    void stop();
    /// From any thread: the task is run on the writer thread, after those posted before.
    void post(std::function<void()> task);
    /// Calls the handler on the writer thread at each SIGTERM or SIGINT, which then no longer end the process.
    void on_termination(std::function<void(int signal)> handler);
    /// The same for SIGHUP.
    void on_hangup(std::function<void()> handler);

    /// To be used on the writer thread. They follow the system's clock also when it is set.
    Timers& timers();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
