// Transition, fork choice and roots at 128, 16,384 and 262,144 validators, each beside the raw hashes or signatures of
// the same work, measured in the same run. Ratios are of the best run on both sides; the times shown are means.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <set>

#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/consensus/transition.h"
#include "node/kernel/duties/schedule.h"
#include "node/kernel/fork_choice/fork_choice.h"
#include "node/kernel/stake/pools.h"
#include "node/kernel/testing/large_states.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

namespace bls = crypto::bls;

using large::Clock;
using large::environment;
using large::epoch_end;
using large::kEpoch;
using large::kParameters;
using large::make_state;
using large::must;
using large::Registry;
using large::registry;
using large::seconds_since;

/// Seconds of one hash of 64 bytes, the best of several rounds.
double raw_hash_seconds() {
    static const double seconds = [] {
        constexpr std::size_t kPairs = 16'384;
        ByteVector blocks(kPairs * 64, 7);
        double best = 1;
        for (int round = 0; round < 20; ++round) {
            ByteVector copy = blocks;
            const auto start = Clock::now();
            crypto::sha256_pairs(copy, copy.data());
            best = std::min(best, seconds_since(start) / kPairs);
        }
        return best;
    }();
    return seconds;
}

void set_bound(benchmark::State& state, double bound, double measured) {
    state.counters["bound"] = bound;
    state.counters["ratio"] = measured / bound;
}

void set_goal(benchmark::State& state, double goal, double measured) {
    state.counters["goal"] = goal;
    state.counters["of_goal"] = measured / goal;
}

void sizes(benchmark::internal::Benchmark* bench) {
    bench->Arg(128)->Arg(16'384)->Arg(262'144)->Unit(benchmark::kMillisecond)->UseManualTime();
}

// ------------------------------------------------------------------------------------------------ how many hashes

/// Distinct inner nodes above the changed leaves of a tree of 2^depth leaves.
std::uint64_t hashes_above(std::set<std::uint64_t> changed, unsigned depth) {
    std::uint64_t hashes = 0;
    for (unsigned level = 0; level < depth; ++level) {
        std::set<std::uint64_t> parents;
        for (const std::uint64_t leaf : changed)
            parents.insert(leaf / 2);
        hashes += parents.size();
        changed = std::move(parents);
    }
    return hashes;
}

/// The first `leaves` leaves changed.
std::uint64_t hashes_above_all(std::uint64_t leaves, unsigned depth) {
    std::uint64_t hashes = 0;
    for (unsigned level = 0; level < depth; ++level) {
        leaves = divide_up(leaves, 2);
        hashes += leaves;
    }
    return hashes;
}

constexpr unsigned kRegistryDepth = 40;
constexpr std::uint64_t kValidatorHashes = 16;  // two chunks of the key, fourteen fields
constexpr std::uint64_t kHeaderHashes = 7;
constexpr std::uint64_t kContainerHashes = 31;

// ------------------------------------------------------------------------------------------------------- epoch

void epoch_transition_without_root(benchmark::State& bench) {
    const State& before = epoch_end(static_cast<std::size_t>(bench.range(0)));
    double best = 1e9;
    for (auto _ : bench) {
        State state = before;
        const auto start = Clock::now();
        if (!process_epoch(environment(), state).ok()) bench.SkipWithError("rejected");
        const double took = seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    if (bench.range(0) == 262'144) set_goal(bench, 0.1, best);
}
BENCHMARK(epoch_transition_without_root)->Apply(sizes);

/// Both queues with as many items as an epoch's end may process, each of another delegator, all within the churn.
State full_queues(std::size_t count) {
    constexpr std::uint64_t kGrains = 100'000'000;
    State state = epoch_end(count);
    ConsensusState& consensus = state.mutable_consensus();
    EntryOverlay entries(state.tree());
    for (std::uint64_t n = 0; n < kParameters.MAX_QUEUE_ITEMS; ++n) {
        const ValidatorIndex index(n % count);
        Address delegator;
        std::memcpy(delegator.data(), &n, sizeof n);
        const std::uint64_t own = read_shares(entries, index, Address{});
        write_shares(entries, index, Address{}, own - kGrains);
        if (!append_bond(consensus, entries, {index, delegator, Amount(kGrains), Slot(0)}).ok() ||
            !append_unbond(consensus, entries, {index, delegator, kGrains}).ok()) {
            std::abort();
        }
    }
    consensus.bonding = Amount(kParameters.MAX_QUEUE_ITEMS * kGrains);
    if (!state.change_entries(entries, serial_for).ok()) std::abort();
    return state;
}

void epoch_transition_with_full_queues(benchmark::State& bench) {
    const State before = full_queues(static_cast<std::size_t>(bench.range(0)));
    double best = 1e9;
    for (auto _ : bench) {
        State state = before;
        const auto start = Clock::now();
        if (!process_epoch(environment(), state).ok()) bench.SkipWithError("rejected");
        const double took = seconds_since(start);
        best = std::min(best, took);
        if (state.consensus().bonding != Amount(0)) bench.SkipWithError("the queue was not processed");
        bench.SetIterationTime(took);
    }
    if (bench.range(0) == 262'144) set_goal(bench, 0.1, best);
}
BENCHMARK(epoch_transition_with_full_queues)->Apply(sizes);

void epoch_transition_with_shuffling_and_root(benchmark::State& bench) {
    const auto count = static_cast<std::size_t>(bench.range(0));
    const State& before = epoch_end(count);
    double best = 1e9;
    for (auto _ : bench) {
        environment().shufflings = ShufflingMemo{};
        State state = before;
        const auto start = Clock::now();
        if (!process_slots(environment(), state, before.slot() + 1).ok()) bench.SkipWithError("rejected");
        benchmark::DoNotOptimize(state.update_root(environment()));
        const double took = seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    // Balances, commissions, both participations, the sources of two shufflings.
    const std::uint64_t sources = 2 * kParameters.SHUFFLE_ROUND_COUNT * divide_up(count, 256);
    const std::uint64_t hashes = 2 * hashes_above_all(divide_up(count, 4), 38) +
                                 2 * hashes_above_all(divide_up(count, 32), 35) + sources + 2 * kContainerHashes;
    set_bound(bench, static_cast<double>(hashes) * raw_hash_seconds(), best);
}
BENCHMARK(epoch_transition_with_shuffling_and_root)->Apply(sizes);

void shuffling_of_an_epoch(benchmark::State& bench) {
    const auto count = static_cast<std::uint64_t>(bench.range(0));
    std::vector<ValidatorIndex> indices;
    for (std::uint64_t i = 0; i < count; ++i)
        indices.emplace_back(i);
    double best = 1e9;
    for (auto _ : bench) {
        const auto start = Clock::now();
        benchmark::DoNotOptimize(shuffle_list(indices, Hash{}, kParameters.SHUFFLE_ROUND_COUNT, serial_for));
        const double took = seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    const auto hashes = static_cast<double>(kParameters.SHUFFLE_ROUND_COUNT * divide_up(count, 256));
    set_bound(bench, hashes * raw_hash_seconds(), best);
}
BENCHMARK(shuffling_of_an_epoch)->Apply(sizes);

// --------------------------------------------------------------------------------------------------- block import

/// A store with the first two blocks of an epoch, and a third that carries all votes for both.
struct ImportScene {
    std::unique_ptr<ForkChoice> store;
    SignedBlock block;
    SignatureSets sets;
    std::vector<std::vector<ValidatorIndex>> signers;
    PublicKeys keys;
};

SignedBlock sign_block(const Registry& keys, const State& state, BlockBody body) {
    SignedBlock block;
    block.message.slot = state.slot();
    block.message.proposer_index = *get_proposer(state.consensus(), state.slot(), kParameters);
    block.message.parent_root = hash_tree_root(state.consensus().latest_block_header, kParameters);
    const std::array proposer{block.message.proposer_index};
    body.receipts_root = receipts_root({}, kParameters, serial_for);
    body.randao_reveal = keys.sign(proposer, randao_signing_root(environment(), state, state.context().epoch));
    block.message.body = std::move(body);
    State post = state;
    SignatureSets sets;
    if (!process_block(environment(), post, block, sets).ok()) std::abort();
    block.message.state_root = post.update_root(environment());
    block.signature = keys.sign(proposer, block_signing_root(environment(), state, block.message));
    return block;
}

void add_votes(ImportScene& scene, const Registry& keys, const State& state, AttestationData data, BlockBody& body) {
    const Shuffling& shuffling = *state.context().current;
    for (std::uint64_t index = 0; index < shuffling.committees_per_slot(); ++index) {
        data.index = CommitteeIndex(index);
        const auto members = shuffling.committee(data.slot, data.index);
        Bits bits(members.size());
        for (std::size_t i = 0; i < members.size(); ++i)
            bits.set(i);
        scene.signers.emplace_back(members.begin(), members.end());
        const Root message = attestation_signing_root(environment(), state, data);
        body.attestations.push_back({bits, data, keys.sign(members, message)});
    }
}

std::unique_ptr<ImportScene> make_scene(std::size_t count) {
    const Registry& keys = registry(count);
    auto scene = std::make_unique<ImportScene>();
    scene->keys = keys.keys;
    const Slot first(kEpoch * kParameters.SLOTS_PER_EPOCH);
    State anchor_state = make_state(count, first);
    Block anchor;
    anchor.slot = first;
    anchor.state_root = anchor_state.update_root(environment());
    const Root anchor_root = hash_tree_root(anchor, kParameters);
    const std::uint64_t genesis_time = anchor_state.consensus().genesis_time_ms;
    scene->store = std::make_unique<ForkChoice>(must(ForkChoice::from_anchor(environment(), anchor_state, anchor)));
    if (!scene->store->on_tick(genesis_time + (first.value() + 2) * kParameters.SLOT_DURATION_MS).ok()) std::abort();

    State at_second = anchor_state;
    if (!process_slots(environment(), at_second, first + 1).ok()) std::abort();
    const SignedBlock second = sign_block(keys, at_second, {});
    const Root second_root = must(scene->store->on_block(second, trust_all)).root;

    State at_third = *scene->store->block_state(second_root);
    if (!process_slots(environment(), at_third, first + 2).ok()) std::abort();
    BlockBody body;
    AttestationData data;
    data.source = at_third.consensus().current_justified_checkpoint;
    data.target = {Epoch(kEpoch), anchor_root};
    data.slot = first;
    data.beacon_block_root = anchor_root;
    add_votes(*scene, keys, at_third, data, body);
    data.slot = first + 1;
    data.beacon_block_root = second_root;
    add_votes(*scene, keys, at_third, data, body);
    scene->block = sign_block(keys, at_third, std::move(body));
    State post = at_third;
    if (!process_block(environment(), post, scene->block, scene->sets).ok()) std::abort();
    return scene;
}

/// Sums of the attesters' keys, and the batch.
double raw_signature_seconds(const ImportScene& scene) {
    const auto start = Clock::now();
    for (const auto& signers : scene.signers) {
        std::vector<const bls::PublicKey*> keys;
        for (const ValidatorIndex i : signers)
            keys.push_back(scene.keys.find(i.value()));
        benchmark::DoNotOptimize(bls::aggregate_public_keys(keys));
    }
    const auto valid = verify_inline({})(scene.sets);
    const double took = seconds_since(start);
    if (std::ranges::find(valid, false) != valid.end()) std::abort();
    return took;
}

void block_import_with_full_attestations(benchmark::State& bench) {
    const auto scene = make_scene(static_cast<std::size_t>(bench.range(0)));
    const VerifySignatures verify = verify_inline({});
    double bound = 1e9;
    double best = 1e9;
    for (auto _ : bench) {
        bound = std::min(bound, raw_signature_seconds(*scene));
        ForkChoice store = *scene->store;
        const auto start = Clock::now();
        const auto imported = store.on_block(scene->block, verify);
        benchmark::DoNotOptimize(store.get_head());
        const double took = seconds_since(start);
        if (!imported.ok()) bench.SkipWithError(imported.rejection().detail.c_str());
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    bench.counters["signatures"] = static_cast<double>(scene->sets.size());
    set_bound(bench, bound, best);
}
BENCHMARK(block_import_with_full_attestations)->Apply(sizes)->Iterations(10);

// ------------------------------------------------------------------------------------------------------ fork choice

void head_after_all_votes_moved(benchmark::State& bench) {
    constexpr ProtoArray::Position kBlocks = 256;
    const auto count = static_cast<std::uint64_t>(bench.range(0));
    const auto root_of = [](std::uint64_t i) {
        return Root(crypto::sha256({reinterpret_cast<const std::uint8_t*>(&i), 8}));
    };
    ProtoArray::Node anchor;
    anchor.root = root_of(0);
    ProtoArray array(anchor);
    for (ProtoArray::Position i = 1; i < kBlocks; ++i) {
        ProtoArray::Node node;
        node.root = root_of(i);
        node.parent = i % 4 == 0 ? i / 2 : i - 1;
        node.slot = array.node(node.parent).slot + 1;
        array.insert(std::move(node));
    }
    const ProtoArray::View view{{Epoch(0), root_of(0)}, {Epoch(0), root_of(0)}, Epoch(8), 32, root_of(kBlocks - 1), 40};
    const std::vector<std::uint64_t> stakes(count, 32'000'000'000);
    Votes votes;
    std::uint64_t epoch = 0;
    double best = 1e9;
    for (auto _ : bench) {
        ++epoch;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto block = static_cast<ProtoArray::Position>((i * 2'654'435'761U + epoch * 97) % kBlocks);
            votes.update(ValidatorIndex(i), Epoch(epoch), block);
        }
        const auto start = Clock::now();
        array.apply(votes.take_deltas(array.size(), stakes));
        benchmark::DoNotOptimize(array.head(view));
        const double took = seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    if (count == 262'144) set_goal(bench, 0.005, best);
}
BENCHMARK(head_after_all_votes_moved)->Apply(sizes);

// ------------------------------------------------------------------------------------------------------------ roots

void hash_tree_root_full(benchmark::State& bench) {
    const auto count = static_cast<std::size_t>(bench.range(0));
    const ByteVector encoded = encode(epoch_end(count).consensus());
    double best = 1e9;
    for (auto _ : bench) {
        ConsensusState state = must(decode<ConsensusState>(encoded, kParameters));
        const auto start = Clock::now();
        benchmark::DoNotOptimize(state.update_root(kParameters));
        const double took = seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    const std::uint64_t hashes =
        count * kValidatorHashes + hashes_above_all(count, kRegistryDepth) +
        2 * hashes_above_all(divide_up(count, 4), 38) + 2 * hashes_above_all(divide_up(count, 32), 35) +
        2 * hashes_above_all(kParameters.SLOTS_PER_HISTORICAL_ROOT, 13) +
        hashes_above_all(kParameters.EPOCHS_PER_HISTORICAL_VECTOR, 16) + 5 + kContainerHashes + kHeaderHashes;
    set_bound(bench, static_cast<double>(hashes) * raw_hash_seconds(), best);
}
BENCHMARK(hash_tree_root_full)->Apply(sizes);

void hash_tree_root_after_a_block(benchmark::State& bench) {
    const auto count = static_cast<std::size_t>(bench.range(0));
    const State& before = epoch_end(count);
    // What a block with the votes of one slot touches.
    std::set<std::uint64_t> voters;
    for (std::uint64_t i = 0; voters.size() < std::max<std::size_t>(1, count / kParameters.SLOTS_PER_EPOCH); ++i) {
        voters.insert(i * 2'654'435'761U % count);
    }
    std::set<std::uint64_t> voter_leaves;
    for (const std::uint64_t voter : voters)
        voter_leaves.insert(voter / 32);
    const std::uint64_t hashes = hashes_above(voter_leaves, 35) + 1 + hashes_above({0}, 38) + 1 +
                                 hashes_above({0}, 13) * 2 + hashes_above({0}, 16) + kHeaderHashes +
                                 hashes_above({3, 5, 6, 7, 10, 11, 14}, 5);
    double best = 1e9;
    for (auto _ : bench) {
        State state = before;
        ConsensusState& consensus = state.mutable_consensus();
        ++consensus.slot;
        consensus.latest_block_header.slot = consensus.slot;
        consensus.block_roots.mutate(0).bytes[0] ^= 1;
        consensus.state_roots.mutate(0).bytes[0] ^= 1;
        consensus.randao_mixes.mutate(0).bytes[0] ^= 1;
        consensus.balances.mutate(0) = Amount(7);
        for (const std::uint64_t voter : voters)
            consensus.current_epoch_participation.mutate(voter) ^= 1;
        const auto start = Clock::now();
        benchmark::DoNotOptimize(state.update_root(environment()));
        const double took = seconds_since(start);
        best = std::min(best, took);
        bench.SetIterationTime(took);
    }
    bench.counters["hashes"] = static_cast<double>(hashes);
    set_bound(bench, static_cast<double>(hashes) * raw_hash_seconds(), best);
}
BENCHMARK(hash_tree_root_after_a_block)->Apply(sizes);

void copy_of_a_state(benchmark::State& bench) {
    const State& before = epoch_end(static_cast<std::size_t>(bench.range(0)));
    for (auto _ : bench) {
        const auto start = Clock::now();
        State state = before;
        benchmark::DoNotOptimize(state);
        bench.SetIterationTime(seconds_since(start));
    }
}
BENCHMARK(copy_of_a_state)->Apply(sizes);

}  // namespace
}  // namespace touchstone::node

BENCHMARK_MAIN();
