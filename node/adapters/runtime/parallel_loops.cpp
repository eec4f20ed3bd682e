#include "node/adapters/runtime/parallel_loops.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace touchstone::node::adapters {

namespace {

/// Below this a thread costs more than it takes off.
constexpr std::size_t kSmallest = 4;
constexpr std::size_t kPiecesPerThread = 4;

}  // namespace

struct ParallelLoops::Impl {
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable done;
    const RangeTask* task = nullptr;
    std::size_t next = 0;
    std::size_t count = 0;
    std::size_t step = 1;
    std::size_t running = 0;
    bool ending = false;
    std::vector<std::thread> threads;

    /// With the mutex held, which is released while a piece runs.
    void work(std::unique_lock<std::mutex>& lock) {
        while (next < count) {
            const std::size_t begin = next;
            const std::size_t end = std::min(count, begin + step);
            next = end;
            ++running;
            lock.unlock();
            (*task)(begin, end);
            lock.lock();
            --running;
        }
        if (running == 0) done.notify_all();
    }

    void serve() {
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [this] { return ending || next < count; });
            if (ending) return;
            work(lock);
        }
    }
};

ParallelLoops::ParallelLoops() : ParallelLoops(std::max(1U, std::thread::hardware_concurrency()) - 1) {}

ParallelLoops::ParallelLoops(std::size_t threads) : impl_(std::make_unique<Impl>()) {
    for (std::size_t i = 0; i < threads; ++i)
        impl_->threads.emplace_back([this] { impl_->serve(); });
}

ParallelLoops::~ParallelLoops() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->ending = true;
    }
    impl_->wake.notify_all();
    for (std::thread& thread : impl_->threads)
        thread.join();
}

void ParallelLoops::run(std::size_t count, const RangeTask& task) {
    if (count < kSmallest || impl_->threads.empty()) return serial_for(count, task);
    std::unique_lock lock(impl_->mutex);
    impl_->task = &task;
    impl_->count = count;
    impl_->next = 0;
    impl_->step = std::max<std::size_t>(1, count / ((impl_->threads.size() + 1) * kPiecesPerThread));
    impl_->wake.notify_all();
    impl_->work(lock);
    impl_->done.wait(lock, [this] { return impl_->running == 0; });
    impl_->count = 0;
    impl_->next = 0;
    impl_->task = nullptr;
}

}  // namespace touchstone::node::adapters
