#include "node/adapters/runtime/verifier_pool.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "crypto/random.h"

namespace touchstone::node::adapters {

namespace {

constexpr std::size_t kPriorities = 4;
/// Sets in one multi-pairing: most of what batching gains, and little lost when one of them is bad.
constexpr std::size_t kSetsAtOnce = 32;

struct Batch {
    SignatureSets sets;
    std::size_t priority = 0;
    std::uint64_t number = 0;  // within its priority, from 0
    VerifyCompletion completion;
    std::vector<char> valid;  // not vector<bool>: threads write neighbours
    std::atomic<std::size_t> open_parts{0};
};

/// Some sets of a batch.
struct Part {
    std::shared_ptr<Batch> batch;
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<bool> verify_with_fresh_seed(const SignatureSets& sets) {
    crypto::bls::BatchSeed seed{};
    crypto::secure_random(seed);
    return verify_inline(seed)(sets);
}

}  // namespace

struct VerifierPool::Impl {
    PostToWriter post;

    std::mutex mutex;
    std::condition_variable work;
    std::array<std::deque<Part>, kPriorities> waiting;
    bool ending = false;
    std::vector<std::thread> threads;

    // Of the writer thread alone: answers in the order of the questions.
    std::array<std::uint64_t, kPriorities> next_question{};
    std::array<std::uint64_t, kPriorities> next_answer{};
    std::array<std::map<std::uint64_t, std::shared_ptr<Batch>>, kPriorities> answers;
    bool closed = false;

    std::vector<Part> take() {
        std::unique_lock lock(mutex);
        work.wait(lock, [this] { return ending || std::ranges::any_of(waiting, [](auto& q) { return !q.empty(); }); });
        std::vector<Part> parts;
        if (ending) return parts;
        auto& queue = *std::ranges::find_if(waiting, [](auto& q) { return !q.empty(); });
        std::size_t sets = 0;
        while (!queue.empty() && (parts.empty() || sets + queue.front().end - queue.front().begin <= kSetsAtOnce)) {
            sets += queue.front().end - queue.front().begin;
            parts.push_back(std::move(queue.front()));
            queue.pop_front();
        }
        return parts;
    }

    static void verify_together(const std::vector<Part>& parts) {
        SignatureSets sets;
        for (const Part& part : parts) {
            const auto* const first = part.batch->sets.data();
            sets.insert(sets.end(), first + part.begin, first + part.end);
        }
        const std::vector<bool> valid = verify_with_fresh_seed(sets);
        std::size_t next = 0;
        for (const Part& part : parts) {
            for (std::size_t i = part.begin; i < part.end; ++i)
                part.batch->valid[i] = valid[next++] ? 1 : 0;
        }
    }

    static void run(const std::shared_ptr<Impl>& self) {
        for (std::vector<Part> parts = self->take(); !parts.empty(); parts = self->take()) {
            verify_together(parts);
            for (Part& part : parts) {
                if (part.batch->open_parts.fetch_sub(1) == 1) answer(self, std::move(part.batch));
            }
        }
    }

    static void answer(const std::shared_ptr<Impl>& self, std::shared_ptr<Batch> batch) {
        self->post([self, batch = std::move(batch)] {
            if (self->closed) return;
            const std::size_t priority = batch->priority;
            auto& ready = self->answers[priority];
            ready.emplace(batch->number, batch);
            while (!self->closed && !ready.empty() && ready.begin()->first == self->next_answer[priority]) {
                const auto next = ready.begin()->second;
                ready.erase(ready.begin());
                ++self->next_answer[priority];
                next->completion({next->valid.begin(), next->valid.end()});
            }
        });
    }
};

VerifierPool::VerifierPool(std::size_t threads, PostToWriter post) : impl_(std::make_shared<Impl>()) {
    impl_->post = std::move(post);
    for (std::size_t i = 0; i < std::max<std::size_t>(1, threads); ++i) {
        impl_->threads.emplace_back([self = impl_] { Impl::run(self); });
    }
}

VerifierPool::~VerifierPool() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->ending = true;
    }
    impl_->work.notify_all();
    for (std::thread& thread : impl_->threads)
        thread.join();
    impl_->threads.clear();
    impl_->closed = true;
}

void VerifierPool::verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) {
    auto batch = std::make_shared<Batch>();
    batch->priority = static_cast<std::size_t>(priority);
    batch->number = impl_->next_question[batch->priority]++;
    batch->completion = std::move(completion);
    batch->sets = std::move(sets);
    const std::size_t size = batch->sets.size();
    batch->valid.assign(size, 0);
    if (size == 0) return Impl::answer(impl_, std::move(batch));
    const std::size_t share = (size + impl_->threads.size() - 1) / impl_->threads.size();
    const std::size_t step = std::clamp<std::size_t>(share, 4, kSetsAtOnce);
    batch->open_parts = (size + step - 1) / step;
    {
        const std::lock_guard lock(impl_->mutex);
        for (std::size_t begin = 0; begin < size; begin += step) {
            impl_->waiting[batch->priority].push_back({batch, begin, std::min(size, begin + step)});
        }
    }
    impl_->work.notify_all();
}

}  // namespace touchstone::node::adapters
