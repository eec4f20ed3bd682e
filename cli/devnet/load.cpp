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

using node::adapters::Done;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds kSendPause{50};
constexpr std::chrono::milliseconds kLookPause{100};
constexpr std::chrono::milliseconds kRetryPause{500};
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
        : options(given), meter(given.rate, given.accounts), servers(nodes.begin(), nodes.end()) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            senders.emplace_back(
                [this, i, count = nodes.size()](const std::stop_token& stop) { send(stop, i, count); });
        }
        watcher = std::jthread([this](const std::stop_token& stop) { watch(stop); });
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

    /// Waits until the node is somewhere; nothing if it is time to stop.
    std::optional<HttpUrl> server(const std::stop_token& stop, std::size_t node) {
        do {
            const std::lock_guard lock(mutex);
            if (servers[node]) return servers[node];
        } while (wait(stop, kRetryPause));
        return std::nullopt;
    }

    /// Whether a node that did not answer is tried again.
    bool goes_on(const std::stop_token& stop, const Fault& problem) {
        if (!options.nodes_may_fail) tell(problem);
        return options.nodes_may_fail && wait(stop, kRetryPause);
    }

    void send(const std::stop_token& stop, std::uint64_t part, std::uint64_t parts) {
        const double offset = Seconds(options.begins_in).count();
        const auto due_time = [&](std::uint64_t count) {
            return offset + static_cast<double>(count * parts + part) / static_cast<double>(options.rate);
        };
        std::uint64_t count = 0;
        for (bool again = false; const auto node = server(stop, part); again = true) {
            LoadSender sender(*node, accounts_of(part, parts, options.accounts), options.validators, meter);
            if (again) {
                sender.doubt_nonces();
                while (due_time(count) <= now())
                    ++count;
            }
            const auto done = send_to(stop, sender, due_time, count);
            if (done.ok() || !goes_on(stop, done.fault())) return;
        }
    }

    /// Until it is time to stop, or the node does not answer.
    template <class DueTime>
    Outcome<Done> send_to(const std::stop_token& stop, LoadSender& sender, const DueTime& due_time,
                          std::uint64_t& count) {
        double terms_time = -kTermsAge;
        while (wait(stop, kSendPause)) {
            const double time = now();
            std::vector<double> due;
            for (; due_time(count) <= time; ++count)
                due.push_back(due_time(count));
            if (due.empty()) continue;
            if (time - terms_time >= kTermsAge) {
                if (auto done = sender.refresh_terms(); !done.ok()) return done;
                terms_time = time;
            }
            if (auto done = sender.send(due); !done.ok()) return done;
        }
        return Done{};
    }

    void watch(const std::stop_token& stop) {
        std::optional<LoadWatcher> chain;
        while (const auto node = server(stop, 0)) {
            if (chain) {
                chain->follow(*node);
            } else {
                chain.emplace(*node, meter);
            }
            Outcome<Done> done = Done{};
            while (done.ok() && wait(stop, kLookPause))
                done = chain->look([this] { return now(); });
            if (done.ok() || !goes_on(stop, done.fault())) return;
        }
    }

    const LoadOptions options;
    const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
    LoadMeter meter;
    mutable std::mutex mutex;
    std::condition_variable_any wake;
    std::vector<std::optional<HttpUrl>> servers;  // by node
    std::optional<std::string> fault;
    std::vector<std::jthread> senders;
    std::jthread watcher;
};

TransactionLoad::TransactionLoad(const LoadOptions& options, const std::vector<HttpUrl>& nodes)
    : impl_(std::make_unique<Impl>(options, nodes)) {}

TransactionLoad::~TransactionLoad() { stop(); }

void TransactionLoad::move(std::size_t node, std::optional<HttpUrl> url) {
    const std::lock_guard lock(impl_->mutex);
    impl_->servers[node] = std::move(url);
}

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
