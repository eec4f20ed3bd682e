#include "node/adapters/runtime/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <vector>

namespace touchstone::node::adapters {
namespace {

TEST(WorkerPool, RunsTasksOnOtherThreadsInTheOrderInWhichTheyCame) {
    std::vector<int> order;
    std::promise<std::thread::id> last;
    WorkerPool pool(0);
    for (int i = 0; i < 3; ++i)
        pool.post([&order, i] { order.push_back(i); });
    pool.post([&last] { last.set_value(std::this_thread::get_id()); });
    EXPECT_NE(last.get_future().get(), std::this_thread::get_id());
    EXPECT_EQ(order, (std::vector{0, 1, 2}));
}

TEST(WorkerPool, ALongTaskHoldsUpOneThreadAlone) {
    std::promise<void> release;
    std::promise<void> begun;
    std::promise<void> other;
    WorkerPool pool(2);
    pool.post([&] {
        begun.set_value();
        release.get_future().wait();
    });
    begun.get_future().wait();
    pool.post([&other] { other.set_value(); });
    other.get_future().wait();
    release.set_value();
}

TEST(WorkerPool, WaitsForWhatRunsAndDropsWhatWaits) {
    std::atomic<bool> ended = false;
    std::promise<void> begun;
    const auto held = std::make_shared<int>(1);
    std::optional<WorkerPool> pool(1);
    pool->post([&] {
        begun.set_value();
        std::this_thread::yield();
        ended = true;
    });
    begun.get_future().wait();
    pool->post([held] { EXPECT_TRUE(held); });
    pool.reset();
    EXPECT_TRUE(ended);
    EXPECT_EQ(held.use_count(), 1) << "nothing of a task is left";
}

TEST(WorkerPool, TakesTasksFromManyThreads) {
    std::atomic<int> done = 0;
    std::promise<void> all;
    WorkerPool pool(2);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i)
                pool.post([&] {
                    if (++done == 2000) all.set_value();
                });
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    all.get_future().wait();
}

}  // namespace
}  // namespace touchstone::node::adapters
