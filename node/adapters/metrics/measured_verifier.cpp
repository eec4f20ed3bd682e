#include "node/adapters/metrics/measured_verifier.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace touchstone::node::adapters {

void MeasuredVerifier::verify(SignatureSets sets, VerifyPriority priority, VerifyCompletion completion) {
    using SteadyClock = std::chrono::steady_clock;
    const auto place = static_cast<std::size_t>(priority);
    const std::size_t size = sets.size();
    (*counters_)[place].under_way.fetch_add(size, std::memory_order_relaxed);
    pool_.verify(std::move(sets), priority,
                 [counters = counters_, place, size, begun = SteadyClock::now(),
                  completion = std::move(completion)](const std::vector<bool>& valid) {
                     OfPriority& counts = (*counters)[place];
                     const auto passed =
                         std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - begun);
                     const auto good = static_cast<std::uint64_t>(std::ranges::count(valid, true));
                     counts.batches.add(static_cast<std::uint64_t>(passed.count()));
                     counts.valid.fetch_add(good, std::memory_order_relaxed);
                     counts.invalid.fetch_add(size - good, std::memory_order_relaxed);
                     counts.under_way.fetch_sub(size, std::memory_order_relaxed);
                     completion(valid);
                 });
}

SignatureFigures MeasuredVerifier::figures(VerifyPriority priority) const {
    const OfPriority& counts = (*counters_)[static_cast<std::size_t>(priority)];
    return {counts.valid.load(std::memory_order_relaxed), counts.invalid.load(std::memory_order_relaxed),
            counts.under_way.load(std::memory_order_relaxed), counts.batches.read()};
}

}  // namespace touchstone::node::adapters
