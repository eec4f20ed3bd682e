// What the records of validators' performance cost with the end of an epoch in which everybody voted, beside the
// epoch's transition without its root, measured in the same run. Ratios are of the best run on both sides; the times
// shown are means.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/testing/large_states.h"
#include "node/services/epoch_performance.h"

namespace touchstone::node {
namespace {

const Epoch kEnding(large::kEpoch);

double transition_seconds(const State& before) {
    State state = before;
    const auto start = large::Clock::now();
    if (!process_epoch(large::environment(), state).ok()) std::abort();
    return large::seconds_since(start);
}

/// Of every committee of the epoch, all.
std::vector<CastVotes> all_votes(const Shuffling& shuffling) {
    std::vector<CastVotes> all;
    const Slot first = start_slot_of(kEnding, large::kParameters);
    for (Slot slot = first; slot < first + large::kParameters.SLOTS_PER_EPOCH; ++slot) {
        for (std::uint64_t index = 0; index < shuffling.committees_per_slot(); ++index) {
            Bits bits(shuffling.committee(slot, CommitteeIndex(index)).size());
            for (std::size_t i = 0; i < bits.size(); ++i)
                bits.set(i);
            all.push_back({slot, CommitteeIndex(index), std::move(bits)});
        }
    }
    return all;
}

/// As PerformanceRecords does it: the epoch is begun, the one before is complete, both are encoded.
void performance_of_an_epoch(benchmark::State& bench) {
    const State& state = large::epoch_end(static_cast<std::size_t>(bench.range(0)));
    const auto shuffling = get_shuffling(state, kEnding, large::environment());
    const std::vector<CastVotes> votes = all_votes(*shuffling);
    const EpochPerformance before = begin_performance(kEnding - 1, {}, state);
    double transition = 1e9;
    double best = 1e9;
    std::size_t bytes = 0;
    for (auto _ : bench) {
        transition = std::min(transition, transition_seconds(state));
        EpochPerformance completed = before;
        const auto start = large::Clock::now();
        EpochPerformance begun = begin_performance(kEnding, {}, state);
        for (const CastVotes& each : votes)
            count_votes(begun, each, each.slot + 1, *shuffling);
        if (!complete_performance(completed, large::environment(), state).ok()) bench.SkipWithError("rejected");
        bytes = encode_performance(completed).size() + encode_performance(begun).size();
        const double took = large::seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    bench.counters["bytes"] = static_cast<double>(bytes);
    bench.counters["bound"] = transition;
    bench.counters["ratio"] = best / transition;
}
BENCHMARK(performance_of_an_epoch)->Arg(16'384)->Arg(262'144)->Unit(benchmark::kMillisecond)->UseManualTime();

}  // namespace
}  // namespace touchstone::node

BENCHMARK_MAIN();
