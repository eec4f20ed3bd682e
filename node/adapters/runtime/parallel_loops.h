// Loops of pure code over several threads.
#pragma once

#include <cstddef>
#include <memory>

#include "node/base/parallel.h"

namespace touchstone::node::adapters {

/// One loop at a time, from one thread. Short loops stay on it.
class ParallelLoops {
  public:
    /// `threads` beside the calling one; by default as many as the machine has further processors.
    ParallelLoops();
    explicit ParallelLoops(std::size_t threads);
    ~ParallelLoops();
    ParallelLoops(const ParallelLoops&) = delete;
    ParallelLoops& operator=(const ParallelLoops&) = delete;

    void run(std::size_t count, const RangeTask& task);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace touchstone::node::adapters
