#include "node/adapters/runtime/worker_pool.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <utility>

namespace touchstone::node::adapters {

struct WorkerPool::Impl {
    explicit Impl(std::size_t threads) : pool(threads) {}
    boost::asio::thread_pool pool;
};

WorkerPool::WorkerPool(std::size_t threads) : impl_(std::make_unique<Impl>(std::max<std::size_t>(threads, 1))) {}

WorkerPool::~WorkerPool() {
    impl_->pool.stop();
    impl_->pool.join();
}

void WorkerPool::post(std::function<void()> task) { boost::asio::post(impl_->pool, std::move(task)); }

}  // namespace touchstone::node::adapters
