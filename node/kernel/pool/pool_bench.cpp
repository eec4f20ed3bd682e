// The transaction pool at its limit of 65,536: coming in, driving out, selecting a full block.
#include <benchmark/benchmark.h>

#include "crypto/sha256.h"
#include "node/kernel/pool/selection.h"
#include "node/kernel/pool/transaction_pool.h"

namespace touchstone::node {
namespace {

constexpr std::size_t kFull = 65'536;
constexpr std::size_t kBlock = 12'000;
constexpr std::uint64_t kGas = 21'000;

VerifiedTransaction transaction(std::uint64_t sender, std::uint64_t nonce, std::uint64_t max_fee) {
    SignedTransaction made;
    made.message.sender = Ed25519PublicKey(crypto::sha256({reinterpret_cast<const std::uint8_t*>(&sender), 8}));
    made.message.nonce = nonce;
    made.message.gas_limit = kGas;
    made.message.max_fee = max_fee;
    made.message.tip = max_fee % 997;
    made.message.payload = Transfer{{}, Amount(1)};
    return VerifiedTransaction::of_block(made, {}, MAINNET);
}

/// From `senders`, in turn.
std::vector<VerifiedTransaction> transactions(std::size_t count, std::size_t senders, std::uint64_t least_fee) {
    std::vector<VerifiedTransaction> made;
    made.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(transaction(i % senders, i / senders, least_fee + i * 7919 % 100'000));
    return made;
}

TransactionPool empty_pool() {
    TransactionPool pool(MAINNET);
    pool.on_head([](const Address&) { return Account{0, Amount(~std::uint64_t{0})}; }, {});
    return pool;
}

TransactionPool full_pool(std::size_t senders) {
    TransactionPool pool = empty_pool();
    for (VerifiedTransaction& each : transactions(kFull, senders, 1'000))
        static_cast<void>(pool.add(std::move(each), 0).ok());
    return pool;
}

void fill(benchmark::State& state) {
    const auto all = transactions(kFull, static_cast<std::size_t>(state.range(0)), 1'000);
    for (auto _ : state) {
        TransactionPool pool = empty_pool();
        for (const VerifiedTransaction& each : all)
            static_cast<void>(pool.add(each, 0).ok());
        if (pool.size() != kFull) state.SkipWithError("the pool is not full");
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t{kFull});
}
BENCHMARK(fill)->Arg(2'048)->Arg(65'536)->Unit(benchmark::kMillisecond);

void drive_out(benchmark::State& state) {
    std::vector<VerifiedTransaction> better;
    for (std::uint64_t i = 0; i < kBlock; ++i)
        better.push_back(transaction(1'000'000 + i, 0, 1'000'000 + i));
    for (auto _ : state) {
        state.PauseTiming();
        TransactionPool pool = full_pool(static_cast<std::size_t>(state.range(0)));
        state.ResumeTiming();
        for (const VerifiedTransaction& each : better)
            static_cast<void>(pool.add(each, 0).ok());
        if (pool.size() != kFull) state.SkipWithError("the pool is not full");
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t{kBlock});
}
BENCHMARK(drive_out)->Arg(2'048)->Arg(65'536)->Unit(benchmark::kMillisecond)->Iterations(3);

void select_block(benchmark::State& state) {
    const TransactionPool pool = full_pool(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        const auto selected = pool.select(1'000, kBlock * kGas, MAINNET.MAX_BLOCK_BYTES);
        if (selected.size() != kBlock) state.SkipWithError("not a full block");
        benchmark::DoNotOptimize(selected);
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t{kBlock});
}
BENCHMARK(select_block)->Arg(2'048)->Arg(65'536)->Unit(benchmark::kMillisecond);

void ask_before_verifying(benchmark::State& state) {
    const TransactionPool pool = full_pool(kFull);
    const VerifiedTransaction newcomer = transaction(1'000'000, 0, 1'000'000);
    for (auto _ : state) {
        const auto verdict = pool.would_take(newcomer.candidate());
        benchmark::DoNotOptimize(verdict);
    }
}
BENCHMARK(ask_before_verifying)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace touchstone::node

BENCHMARK_MAIN();
