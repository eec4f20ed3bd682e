#include "node/adapters/runtime/writer_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <map>

namespace touchstone::node::adapters {

namespace asio = boost::asio;

std::uint64_t SystemClock::now_ms() const {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
}

namespace {

/// A clock that is set is noticed within this time.
constexpr std::uint64_t kLongestWaitMs = 500;

class AsioTimers final : public Timers {
  public:
    explicit AsioTimers(asio::io_context& context) : timer_(context) {}

    TimerId call_at(std::uint64_t unix_ms, std::function<void()> task) override {
        const TimerId id = ++last_id_;
        tasks_.emplace(std::pair(unix_ms, id), std::move(task));
        times_.emplace(id, unix_ms);
        if (tasks_.begin()->first.second == id) wait();
        return id;
    }

    void cancel(TimerId timer) override {
        const auto found = times_.find(timer);
        if (found == times_.end()) return;
        tasks_.erase({found->second, timer});
        times_.erase(found);
    }

  private:
    void wait() {
        if (tasks_.empty()) return;
        const std::uint64_t due = tasks_.begin()->first.first;
        const std::uint64_t now = clock_.now_ms();
        timer_.expires_after(std::chrono::milliseconds(due <= now ? 0 : std::min(due - now, kLongestWaitMs)));
        timer_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) run_due();
        });
    }

    void run_due() {
        // Tasks that these ask for wait for the next round, so that none keeps all others away.
        const std::uint64_t now = clock_.now_ms();
        const TimerId newest = last_id_;
        auto next = tasks_.begin();
        while (next != tasks_.end() && next->first.first <= now) {
            const auto key = next->first;
            if (key.second > newest) {
                ++next;
                continue;
            }
            const std::function<void()> task = std::move(next->second);
            tasks_.erase(next);
            times_.erase(key.second);
            task();
            next = tasks_.upper_bound(key);
        }
        wait();
    }

    asio::steady_timer timer_;
    SystemClock clock_;
    TimerId last_id_ = 0;
    std::map<std::pair<std::uint64_t, TimerId>, std::function<void()>> tasks_;
    std::map<TimerId, std::uint64_t> times_;
};

}  // namespace

struct WriterLoop::Impl {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
    AsioTimers timers{context};
    asio::signal_set signals{context};
    std::function<void(int)> on_signal;
    asio::signal_set hangups{context};
    std::function<void()> on_hangup;

    void wait_for_hangup() {
        hangups.async_wait([this](const boost::system::error_code& cancelled, int) {
            if (cancelled) return;
            wait_for_hangup();
            on_hangup();
        });
    }

    void wait_for_signal() {
        signals.async_wait([this](const boost::system::error_code& cancelled, int signal) {
            if (cancelled) return;
            wait_for_signal();
            on_signal(signal);
        });
    }
};

WriterLoop::WriterLoop() : impl_(std::make_unique<Impl>()) {}

WriterLoop::~WriterLoop() = default;

void WriterLoop::run() {
    impl_->context.run();
    impl_->context.restart();
}

void WriterLoop::stop() { impl_->context.stop(); }

void WriterLoop::post(std::function<void()> task) { asio::post(impl_->context, std::move(task)); }

void WriterLoop::on_termination(std::function<void(int)> handler) {
    const bool first = !impl_->on_signal;
    impl_->on_signal = std::move(handler);
    if (!first) return;
    impl_->signals.add(SIGTERM);
    impl_->signals.add(SIGINT);
    impl_->wait_for_signal();
}

void WriterLoop::on_hangup(std::function<void()> handler) {
    const bool first = !impl_->on_hangup;
    impl_->on_hangup = std::move(handler);
    if (!first) return;
    impl_->hangups.add(SIGHUP);
    impl_->wait_for_hangup();
}

Timers& WriterLoop::timers() { return impl_->timers; }

}  // namespace touchstone::node::adapters
