// How pure code asks for parallel loops without knowing of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace touchstone::node {

using RangeTask = std::function<void(std::size_t begin, std::size_t end)>;

/// Calls the task on disjoint ranges that cover [0, count), possibly at the same time, and returns when all are done.
using ParallelFor = std::function<void(std::size_t count, const RangeTask& task)>;

/// The whole range on the calling thread.
inline void serial_for(std::size_t count, const RangeTask& task) {
    if (count != 0) task(0, count);
}

}  // namespace touchstone::node
