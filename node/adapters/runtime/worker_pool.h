// A few threads for work that needs nothing of the writer's and must not hold it up.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace touchstone::node::adapters {

class WorkerPool {
  public:
    /// At least one thread.
    explicit WorkerPool(std::size_t threads);
    /// Waits for the tasks that run; those that wait are dropped.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// From any thread. Tasks are begun in their order. They do not throw.
    void post(std::function<void()> task);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
