// A block of 12,000 transfers among 100,000 accounts, on one thread and on all processors, with its signatures and
// without; beside the raw verification of the same signatures on the same threads, measured in the same run. Ratios are
// of the best run on both sides; the times shown are means. And blocks as full of stake operations as gas allows.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "crypto/bls.h"
#include "crypto/development_keys.h"
#include "node/kernel/accounts/address.h"
#include "node/kernel/accounts/ed25519_strict.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/execution/executors.h"
#include "node/kernel/execution/selection.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

constexpr const Parameters& kParameters = MAINNET;
constexpr std::size_t kAccounts = 100'000;
constexpr std::size_t kTransfers = 12'000;
constexpr std::size_t kDelegations = 6'600;
constexpr std::size_t kRegistrations = 100;

/// Time that passes: what several threads do together is not any thread's processor time.
double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

template <class T>
T must(Result<T> result) {
    if (!result.ok()) std::abort();
    return std::move(result).value();
}

std::size_t processors() { return std::max(1U, std::thread::hardware_concurrency()); }

/// Threads that are made for each loop: some 50 µs, which is little here.
ParallelFor threads_for(std::size_t threads) {
    if (threads == 1) return serial_for;
    return [threads](std::size_t count, const RangeTask& task) {
        constexpr std::size_t kParts = 16;
        const std::size_t step = std::max<std::size_t>(1, count / (kParts * threads));
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t begin = next.fetch_add(step); begin < count; begin = next.fetch_add(step))
                task(begin, std::min(count, begin + step));
        };
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < threads; ++i)
            others.emplace_back(work);
        work();
    };
}

Environment environment_of(std::size_t threads) { return {must(make_config(kParameters)), threads_for(threads)}; }

enum class Content : std::uint8_t { transfers, delegations, registrations };

/// Account i has the seed of development account i; senders are the first of them.
struct Scene {
    Environment environment = environment_of(1);
    State state = make_state();
    SignedBlock block;
    std::vector<SignedTransaction> transactions;

    explicit Scene(Content content) {
        switch (content) {
            case Content::transfers:
                for (std::size_t i = 0; i < kTransfers; ++i)
                    transactions.push_back(signed_by(i, Transfer{address((i * 7'919 + 13) % kAccounts), Amount(5)}));
                break;
            case Content::delegations:
                for (std::size_t i = 0; i < kDelegations; ++i)
                    transactions.push_back(signed_by(i, delegation(i)));
                break;
            case Content::registrations:
                for (std::size_t i = 0; i < kRegistrations; ++i)
                    transactions.push_back(signed_by(i, registration(i)));
                break;
        }
        block = make_block();
    }

  private:
    static Delegate delegation(std::size_t i) {
        return {ValidatorIndex(i % kParameters.MIN_ACTIVE_VALIDATORS), Amount(kParameters.MIN_BOND)};
    }
    /// A key that no validator has.
    static RegisterValidator registration(std::size_t i) {
        const auto secret = crypto::development_validator_key(kParameters.MIN_ACTIVE_VALIDATORS + i);
        const BlsPublicKey key(crypto::bls::public_key(secret).to_bytes());
        const Root message = proof_of_possession_root(key, address(i), kParameters);
        const BlsSignature proof(crypto::bls::pop_prove(secret, message.view()).to_bytes());
        return {key, proof, 500, Amount(kParameters.MIN_SELF_STAKE)};
    }
    static Address address(std::size_t account) {
        // Only senders need keys.
        if (account < kTransfers) {
            return address_of(crypto::ed25519_public_key(crypto::development_account_seed(account)));
        }
        return Address(crypto::sha256({reinterpret_cast<const std::uint8_t*>(&account), sizeof account}));
    }
    State make_state() {
        Genesis genesis;
        for (std::size_t i = 0; i < kParameters.MIN_ACTIVE_VALIDATORS; ++i) {
            const auto key = crypto::bls::public_key(crypto::development_validator_key(i)).to_bytes();
            GenesisValidator& validator = genesis.validators.emplace_back();
            validator.pubkey = BlsPublicKey(key);
            validator.stake = Amount(32'500'000'000);
        }
        for (std::size_t i = 0; i < kAccounts; ++i)
            genesis.accounts.push_back({address(i), Amount(1'000'000'000'000)});
        State made = unchecked_genesis_state(environment, genesis);
        if (!process_slots(environment, made, Slot(1)).ok()) std::abort();
        return made;
    }
    SignedTransaction signed_by(std::size_t sender, const Payload& payload) const {
        const crypto::Ed25519Seed seed = crypto::development_account_seed(sender);
        SignedTransaction transaction;
        Transaction& message = transaction.message;
        message.sender = Ed25519PublicKey(crypto::ed25519_public_key(seed));
        message.payload = payload;
        message.gas_limit = intrinsic_gas(transaction, kParameters);
        message.max_fee = 2'000;
        message.tip = 1;
        const Root root = transaction_signing_root(message, state.consensus(), kParameters);
        transaction.signature = Ed25519Signature(crypto::ed25519_sign(seed, root.view()));
        return transaction;
    }
    /// Its own two signatures are not looked at.
    SignedBlock make_block() const {
        SignedBlock made;
        Block& message = made.message;
        message.slot = state.slot();
        message.proposer_index = *get_proposer(state.consensus(), state.slot(), kParameters);
        message.parent_root = hash_tree_root(state.consensus().latest_block_header, kParameters);
        message.body.transactions = transactions;
        const auto selected = select_transactions(environment, state, transactions, kParameters.MAX_BLOCK_BYTES);
        const auto succeeded = [](const Receipt& each) { return each.status == 0; };
        if (selected.transactions.size() != transactions.size()) std::abort();
        if (!std::ranges::all_of(selected.receipts, succeeded)) std::abort();
        message.body.receipts_root = receipts_root(selected.receipts, kParameters, serial_for);
        State post = state;
        SignatureSets sets;
        if (!process_block(environment, post, made, sets).ok()) std::abort();
        message.state_root = post.update_root(environment);
        return made;
    }
};

const Scene& scene() {
    static const Scene scene(Content::transfers);
    return scene;
}
const Scene& delegations() {
    static const Scene scene(Content::delegations);
    return scene;
}
const Scene& registrations() {
    static const Scene scene(Content::registrations);
    return scene;
}

struct RawCheck {
    crypto::Ed25519PublicKey key;
    crypto::Digest message;
    crypto::Ed25519Signature signature;
};

const std::vector<RawCheck>& raw_checks() {
    static const std::vector<RawCheck> checks = [] {
        std::vector<RawCheck> made;
        for (const SignedTransaction& each : scene().transactions) {
            const Root root = transaction_signing_root(each.message, scene().state.consensus(), kParameters);
            made.push_back({each.message.sender.bytes, root.bytes, each.signature.bytes});
        }
        return made;
    }();
    return checks;
}

/// The library alone.
double raw_signature_seconds(const ParallelFor& parallel_for) {
    const auto& checks = raw_checks();
    std::atomic<bool> valid = true;
    const double start = now();
    parallel_for(checks.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (!crypto::ed25519_verify_dalek(checks[i].key, checks[i].message, checks[i].signature)) valid = false;
        }
    });
    const double took = now() - start;
    if (!valid) std::abort();
    return took;
}

void verify_transactions(const SignatureSets& sets, const ParallelFor& parallel_for) {
    std::atomic<bool> valid = true;
    parallel_for(sets.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (std::holds_alternative<AccountCheck>(sets[i].check) && !verify_one(sets[i])) valid = false;
        }
    });
    if (!valid) std::abort();
}

/// Everything from the decoded block to the post-state with its root. The pre-state is dropped by whoever imports, so
/// what it alone held is freed in each round as in a chain.
void execute_block(benchmark::State& bench, std::size_t threads, bool with_signatures) {
    const Environment environment = environment_of(threads);
    const KnownSignatures all_known = [](const Root&, const Root&, const Ed25519Signature&) { return true; };
    double bound = 1e9;
    double best = 1e9;
    for (auto _ : bench) {
        bound = std::min(bound, raw_signature_seconds(environment.parallel_for));
        SignatureSets sets;
        State state = scene().state;
        const double start = now();
        const auto executed = execute_block_at_slot(environment, std::move(state), scene().block, sets,
                                                    with_signatures ? KnownSignatures() : all_known);
        if (with_signatures) verify_transactions(sets, environment.parallel_for);
        const double took = now() - start;
        if (!executed.ok()) bench.SkipWithError(executed.rejection().detail.c_str());
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    bench.counters["threads"] = static_cast<double>(threads);
    bench.counters["per_second"] = kTransfers / best;
    bench.counters["bound"] = bound;
    bench.counters["ratio"] = best / bound;
    if (with_signatures) bench.counters["goal"] = 1.3;
}
void blocks(benchmark::internal::Benchmark* bench) {
    bench->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(10);
}
BENCHMARK_CAPTURE(execute_block, of_12000_transfers_serially, 1, true)->Apply(blocks);
BENCHMARK_CAPTURE(execute_block, of_12000_transfers_in_parallel, processors(), true)->Apply(blocks);
BENCHMARK_CAPTURE(execute_block, of_12000_known_transfers_serially, 1, false)->Apply(blocks);
BENCHMARK_CAPTURE(execute_block, of_12000_known_transfers_in_parallel, processors(), false)->Apply(blocks);

/// From the decoded block to the post-state with its root, the senders' signatures known.
void execute_stake(benchmark::State& bench, std::size_t threads, const Scene& of) {
    const Environment environment = environment_of(threads);
    const KnownSignatures all_known = [](const Root&, const Root&, const Ed25519Signature&) { return true; };
    double best = 1e9;
    for (auto _ : bench) {
        SignatureSets sets;
        State state = of.state;
        const double start = now();
        const auto executed = execute_block_at_slot(environment, std::move(state), of.block, sets, all_known);
        const double took = now() - start;
        if (!executed.ok()) bench.SkipWithError(executed.rejection().detail.c_str());
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    bench.counters["threads"] = static_cast<double>(threads);
    bench.counters["per_second"] = static_cast<double>(of.transactions.size()) / best;
}
BENCHMARK_CAPTURE(execute_stake, of_6600_delegations_serially, 1, delegations())->Apply(blocks);
BENCHMARK_CAPTURE(execute_stake, of_6600_delegations_in_parallel, processors(), delegations())->Apply(blocks);
BENCHMARK_CAPTURE(execute_stake, of_100_registrations_serially, 1, registrations())->Apply(blocks);
BENCHMARK_CAPTURE(execute_stake, of_100_registrations_in_parallel, processors(), registrations())->Apply(blocks);

/// The two executors alone, without hashes, signatures and the tree's new version.
void execute_accounts(benchmark::State& bench, std::size_t threads, bool optimistically, std::size_t senders) {
    const ParallelFor parallel_for = threads_for(threads);
    const BlockTerms terms(scene().state.consensus(), kParameters);
    std::vector<SignedTransaction> transactions = scene().transactions;
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        transactions[i].message.sender = scene().transactions[i % senders].message.sender;
        transactions[i].message.nonce = i / senders;
    }
    std::vector<PreparedTransaction> prepared;
    for (const SignedTransaction& each : transactions)
        prepared.push_back(prepare(each, terms));
    double best = 1e9;
    for (auto _ : bench) {
        const double start = now();
        const BlockEffects effects = optimistically
                                         ? execute_optimistically(prepared, terms, scene().state, parallel_for)
                                         : execute_serially(prepared, terms, scene().state);
        const double took = now() - start;
        if (effects.rejection) bench.SkipWithError(effects.rejection->detail.c_str());
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    bench.counters["threads"] = static_cast<double>(threads);
    bench.counters["best_seconds"] = best;
}
BENCHMARK_CAPTURE(execute_accounts, serially, 1, false, kTransfers)->Apply(blocks);
BENCHMARK_CAPTURE(execute_accounts, optimistically_on_one_thread, 1, true, kTransfers)->Apply(blocks);
BENCHMARK_CAPTURE(execute_accounts, optimistically, processors(), true, kTransfers)->Apply(blocks);
BENCHMARK_CAPTURE(execute_accounts, serially_of_one_sender, 1, false, 1)->Apply(blocks);
BENCHMARK_CAPTURE(execute_accounts, optimistically_of_one_sender, processors(), true, 1)->Apply(blocks);

void select_for_a_block(benchmark::State& bench) {
    for (auto _ : bench) {
        const double start = now();
        const auto selected =
            select_transactions(scene().environment, scene().state, scene().transactions, kParameters.MAX_BLOCK_BYTES);
        bench.SetIterationTime(now() - start);
        if (selected.transactions.size() != kTransfers) bench.SkipWithError("some were left out");
    }
}
BENCHMARK(select_for_a_block)->Apply(blocks);

std::size_t allocated() {
    const auto info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// All that the allocator has given out for the tree and the entries' bytes.
void memory_of_accounts(benchmark::State& bench) {
    const auto count = static_cast<std::uint64_t>(bench.range(0));
    for (auto _ : bench) {
        const std::size_t before = allocated();
        tree::Entries entries;
        tree::TreeVersion version;
        // In parts, as blocks would.
        constexpr std::uint64_t kPart = 20'000;
        for (std::uint64_t first = 0; first < count; first += kPart) {
            std::vector<tree::EntryChange> changes;
            for (std::uint64_t i = first; i < std::min(count, first + kPart); ++i) {
                const Address address(crypto::sha256({reinterpret_cast<const std::uint8_t*>(&i), sizeof i}));
                changes.push_back(account_change(address, {i, Amount(1)}));
            }
            version = must(entries.apply(version, changes, serial_for));
        }
        entries.reclaim();
        bench.counters["bytes_per_account"] = static_cast<double>(allocated() - before) / static_cast<double>(count);
    }
}
BENCHMARK(memory_of_accounts)->Arg(kAccounts)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace touchstone::node

BENCHMARK_MAIN();
