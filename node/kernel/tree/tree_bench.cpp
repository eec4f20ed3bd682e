// The key-value tree of 10^6 entries: building, a block's batch of changes, proofs; each beside the raw hashes of the
// same work, measured in the same run, on one thread. Ratios are of the best run on both sides; the times shown are
// means.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "crypto/sha256.h"
#include "node/kernel/tree/proof.h"
#include "node/types/encoding.h"

namespace touchstone::node::tree {
namespace {

constexpr std::size_t kEntries = 1'000'000;
constexpr std::size_t kChanged = 24'000;

/// The processor time of this thread, so that what else runs on the machine does not count.
double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Seconds of one hash of 65 bytes, as nodes are hashed, the best of several rounds.
double raw_hash_seconds() {
    static const double seconds = [] {
        constexpr std::size_t kHashes = 16'384;
        double best = 1;
        for (int round = 0; round < 20; ++round) {
            std::array<std::uint8_t, 65> message{};
            const double start = now();
            for (std::size_t i = 0; i < kHashes; ++i) {
                const auto digest = crypto::sha256(message);
                std::ranges::copy(digest, message.begin() + 1);
            }
            benchmark::DoNotOptimize(message);
            best = std::min(best, (now() - start) / kHashes);
        }
        return best;
    }();
    return seconds;
}

void set_bound(benchmark::State& state, std::size_t hashes, double measured) {
    const double bound = static_cast<double>(hashes) * raw_hash_seconds();
    state.counters["hashes"] = static_cast<double>(hashes);
    state.counters["bound"] = bound;
    state.counters["ratio"] = measured / bound;
}

Hash hash_of(std::uint64_t number) { return Hash(crypto::sha256({reinterpret_cast<const std::uint8_t*>(&number), 8})); }

std::vector<LeafChange> changes_of(std::uint64_t first, std::size_t step, std::size_t count, std::uint64_t value) {
    std::vector<LeafChange> changes;
    for (std::size_t i = 0; i < count; ++i)
        changes.push_back({Path(hash_of(first + i * step).bytes), hash_of(value + i)});
    std::ranges::sort(changes, {}, &LeafChange::path);
    return changes;
}

const std::vector<LeafChange>& entries() {
    static const std::vector<LeafChange> changes = changes_of(0, 1, kEntries, kEntries);
    return changes;
}

struct Million {
    Tree tree;
    TreeVersion version = tree.apply({}, entries(), serial_for).version;
};

Million& million() {
    static Million million;
    return million;
}

void build_a_million_entries(benchmark::State& bench) {
    double best = 1e9;
    std::size_t hashes = 0;
    for (auto _ : bench) {
        Tree tree;
        const double start = now();
        const TreeVersion version = tree.apply({}, entries(), serial_for).version;
        benchmark::DoNotOptimize(version.root());
        const double took = now() - start;
        best = std::min(best, took);
        bench.SetIterationTime(took);
        hashes = tree.live_inners() + tree.live_leaves();
        bench.counters["inner_nodes_per_entry"] = static_cast<double>(tree.live_inners()) / kEntries;
        bench.counters["bytes_per_entry"] = static_cast<double>(tree.bytes()) / kEntries;
    }
    set_bound(bench, hashes, best);
}
BENCHMARK(build_a_million_entries)->Unit(benchmark::kMillisecond)->UseManualTime();

/// Changed values; and half changed, a quarter new, a quarter removed.
void update(benchmark::State& bench, bool mixed) {
    Million& scene = million();
    double best = 1e9;
    double best_drop = 1e9;
    std::size_t hashes = 0;
    std::uint64_t round = 0;
    for (auto _ : bench) {
        ++round;
        auto changes = changes_of(round, kEntries / kChanged, kChanged, (round + 1) * kEntries);
        for (std::size_t i = 0; mixed && i < changes.size(); ++i) {
            if (i % 4 == 0) changes[i].value_hash.reset();
            if (i % 4 == 1) std::reverse(changes[i].path.bytes.begin() + 2, changes[i].path.bytes.end());
        }
        std::ranges::sort(changes, {}, &LeafChange::path);
        const std::size_t nodes = scene.tree.live_inners() + scene.tree.live_leaves();
        double start = now();
        TreeVersion version = scene.tree.apply(scene.version, changes, serial_for).version;
        benchmark::DoNotOptimize(version.root());
        const double took = now() - start;
        hashes = scene.tree.live_inners() + scene.tree.live_leaves() - nodes;
        version = TreeVersion();
        start = now();
        scene.tree.reclaim();
        best_drop = std::min(best_drop, now() - start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    set_bound(bench, hashes, best);
    bench.counters["goal"] = 3;
    bench.counters["drop_seconds"] = best_drop;
    bench.counters["bytes_per_entry"] = static_cast<double>(scene.tree.bytes()) / kEntries;
}
BENCHMARK_CAPTURE(update, values_of_24000_in_a_million, false)->Unit(benchmark::kMillisecond)->UseManualTime();
BENCHMARK_CAPTURE(update, mix_of_24000_in_a_million, true)->Unit(benchmark::kMillisecond)->UseManualTime();

Query query_of(std::size_t keys) {
    Query query;
    for (const LeafChange& entry : changes_of(7, kEntries / keys - 1, keys, 0))
        query.push_back({entry.path, entry.path});
    return query;
}

void proof(benchmark::State& bench) {
    const Query query = query_of(static_cast<std::size_t>(bench.range(0)));
    const TreeVersion& version = million().version;
    double best = 1e9;
    std::size_t bytes = 0;
    for (auto _ : bench) {
        const double start = now();
        const auto made = get_kv_proof(version, query);
        const double took = now() - start;
        best = std::min(best, took);
        bench.SetIterationTime(took);
        bytes = encode(*made).size();
    }
    bench.counters["bytes"] = static_cast<double>(bytes);
    bench.counters["seconds_a_key"] = best / static_cast<double>(bench.range(0));
}
BENCHMARK(proof)->Arg(1)->Arg(1'000)->Unit(benchmark::kMicrosecond)->UseManualTime();

void verify_proof(benchmark::State& bench) {
    const Query query = query_of(static_cast<std::size_t>(bench.range(0)));
    const TreeVersion& version = million().version;
    const auto leaves = leaves_of(version, query);
    const auto made = get_kv_proof(version, query);
    double best = 1e9;
    for (auto _ : bench) {
        const double start = now();
        if (!verify_kv_proof(version.root(), query, *leaves, *made).ok()) bench.SkipWithError("rejected");
        const double took = now() - start;
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    const auto hashed = std::ranges::count_if(made->shape, [](std::uint8_t byte) { return byte >= 2; });
    set_bound(bench, static_cast<std::size_t>(hashed), best);
}
BENCHMARK(verify_proof)->Arg(1)->Arg(1'000)->Unit(benchmark::kMicrosecond)->UseManualTime();

}  // namespace
}  // namespace touchstone::node::tree

BENCHMARK_MAIN();
