#include "cli/devnet/load.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "cli/devnet/load_sender.h"
#include "cli/devnet/load_watcher.h"

namespace touchstone::cli {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds kSendPause{50};
constexpr std::chrono::milliseconds kLookPause{100};
constexpr double kTermsAge = 1.0;

std::vector<std::uint64_t> accounts_of(std::uint64_t part, std::uint64_t parts, std::uint64_t accounts) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = part; i < accounts; i += parts)
        numbers.push_back(i);
    return numbers;
}

}  // namespace

struct TransactionLoad::Impl {
    Impl(const LoadOptions& given, const std::vector<HttpUrl>& nodes)
        : options(given), meter(given.rate, given.accounts) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            senders.emplace_back([this, i, node = nodes[i], count = nodes.size()](const std::stop_token& stop) {
                send(stop, node, i, count);
            });
        }
        watcher = std::jthread([this, node = nodes.front()](const std::stop_token& stop) { watch(stop, node); });
    }

    double now() const { return Seconds(std::chrono::steady_clock::now() - begin).count(); }

    /// False if it is time to stop.
    bool wait(const std::stop_token& stop, std::chrono::milliseconds time) {
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, time, [] { return false; });
        return !stop.stop_requested();
    }

    void tell(const Fault& problem) {
        const std::lock_guard lock(mutex);
        if (!fault) fault = problem.text;
    }

    void send(const std::stop_token& stop, const HttpUrl& node, std::uint64_t part, std::uint64_t parts) {
        LoadSender sender(node, accounts_of(part, parts, options.accounts), options.validators, meter);
        const double offset = Seconds(options.begins_in).count();
        const auto due_time = [&](std::uint64_t count) {
            return offset + static_cast<double>(count * parts + part) / static_cast<double>(options.rate);
        };
        double terms_time = -kTermsAge;
        for (std::uint64_t count = 0; wait(stop, kSendPause);) {
            const double time = now();
            std::vector<double> due;
            for (; due_time(count) <= time; ++count)
                due.push_back(due_time(count));
            if (due.empty()) continue;
            if (time - terms_time >= kTermsAge) {
                if (const auto done = sender.refresh_terms(); !done.ok()) return tell(done.fault());
                terms_time = time;
            }
            if (const auto done = sender.send(due); !done.ok()) return tell(done.fault());
        }
    }

    void watch(const std::stop_token& stop, const HttpUrl& node) {
        LoadWatcher chain(node, meter);
        while (wait(stop, kLookPause)) {
            if (const auto done = chain.look([this] { return now(); }); !done.ok()) return tell(done.fault());
        }
    }

    const LoadOptions options;
    const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
    LoadMeter meter;
    mutable std::mutex mutex;
    std::condition_variable_any wake;
    std::optional<std::string> fault;
    std::vector<std::jthread> senders;
    std::jthread watcher;
};

TransactionLoad::TransactionLoad(const LoadOptions& options, const std::vector<HttpUrl>& nodes)
    : impl_(std::make_unique<Impl>(options, nodes)) {}

TransactionLoad::~TransactionLoad() { stop(); }

void TransactionLoad::stop_sending() {
    for (std::jthread& sender : impl_->senders)
        sender.request_stop();
    impl_->senders.clear();
}

void TransactionLoad::stop() {
    stop_sending();
    if (!impl_->watcher.joinable()) return;
    impl_->watcher.request_stop();
    impl_->watcher.join();
}

LoadReport TransactionLoad::report() const { return impl_->meter.report(); }

std::optional<std::string> TransactionLoad::fault() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->fault;
}

}  // namespace touchstone::cli
