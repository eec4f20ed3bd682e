// Raw rates of the primitives: the bounds beside which the implementations are measured.
#include <benchmark/benchmark.h>

#include "crypto/bls.h"
#include "crypto/development_keys.h"
#include "crypto/ed25519.h"
#include "crypto/random.h"
#include "crypto/sha256.h"

namespace touchstone::crypto {
namespace {

constexpr std::size_t kCommittee = 128;
constexpr std::size_t kPairs = 1024;
constexpr Digest kMessage{1, 2, 3};

void count_items(benchmark::State& state, std::size_t items_each) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items_each));
}

std::vector<bls::PublicKey> committee_keys() {
    return bls::consecutive_public_keys(bls::public_key(development_validator_key(0)), kCommittee).value();
}

bls::SecretKey committee_secret() {
    std::vector<bls::SecretKey> keys;
    keys.reserve(kCommittee);
    for (std::uint64_t i = 0; i < kCommittee; ++i) {
        keys.push_back(bls::SecretKey::from_scalar_add(development_validator_key(0), i).value());
    }
    return bls::SecretKey::sum(keys).value();
}

void bls_sign(benchmark::State& state) {
    const bls::SecretKey key = development_validator_key(0);
    for (auto _ : state)
        benchmark::DoNotOptimize(bls::sign(key, kMessage));
    count_items(state, 1);
}
BENCHMARK(bls_sign);

void bls_verify_from_bytes(benchmark::State& state) {
    const bls::SecretKey secret = development_validator_key(0);
    const bls::PublicKeyBytes key = bls::public_key(secret).to_bytes();
    const bls::SignatureBytes signature = bls::sign(secret, kMessage).to_bytes();
    for (auto _ : state) {
        const bool valid = bls::verify(*bls::PublicKey::parse(key), kMessage, *bls::Signature::parse(signature));
        if (!valid) state.SkipWithError("a good signature was refused");
    }
    count_items(state, 1);
}
BENCHMARK(bls_verify_from_bytes);

void bls_verify_parsed(benchmark::State& state) {
    const bls::SecretKey secret = development_validator_key(0);
    const bls::PublicKey key = bls::public_key(secret);
    const bls::Signature signature = bls::sign(secret, kMessage);
    for (auto _ : state) {
        if (!bls::verify(key, kMessage, signature)) state.SkipWithError("a good signature was refused");
    }
    count_items(state, 1);
}
BENCHMARK(bls_verify_parsed);

// The keys are cached, the signature comes as bytes: what a node does with an aggregate attestation.
void bls_fast_aggregate_verify_128(benchmark::State& state) {
    const std::vector<bls::PublicKey> keys = committee_keys();
    std::vector<const bls::PublicKey*> pointers;
    pointers.reserve(keys.size());
    for (const bls::PublicKey& key : keys)
        pointers.push_back(&key);
    const bls::SignatureBytes signature = bls::sign(committee_secret(), kMessage).to_bytes();
    for (auto _ : state) {
        const auto parsed = bls::Signature::parse(signature);
        if (!bls::fast_aggregate_verify(std::span<const bls::PublicKey* const>(pointers), kMessage, *parsed)) {
            state.SkipWithError("a good signature was refused");
        }
    }
    count_items(state, 1);
}
BENCHMARK(bls_fast_aggregate_verify_128);

void bls_aggregate_public_keys_128(benchmark::State& state) {
    const std::vector<bls::PublicKey> keys = committee_keys();
    for (auto _ : state)
        benchmark::DoNotOptimize(bls::aggregate_public_keys(keys));
    count_items(state, 1);
}
BENCHMARK(bls_aggregate_public_keys_128);

void bls_parse_public_key(benchmark::State& state) {
    const bls::PublicKeyBytes key = bls::public_key(development_validator_key(0)).to_bytes();
    for (auto _ : state)
        benchmark::DoNotOptimize(bls::PublicKey::parse(key));
    count_items(state, 1);
}
BENCHMARK(bls_parse_public_key);

void bls_parse_signature(benchmark::State& state) {
    const bls::SignatureBytes signature = bls::sign(development_validator_key(0), kMessage).to_bytes();
    for (auto _ : state)
        benchmark::DoNotOptimize(bls::Signature::parse(signature));
    count_items(state, 1);
}
BENCHMARK(bls_parse_signature);

// Parsed sets; the second argument is the number of different messages among them. The rate is per set.
void bls_verify_batch(benchmark::State& state) {
    const auto count = static_cast<std::uint64_t>(state.range(0));
    const auto messages = static_cast<std::uint64_t>(state.range(1));
    std::vector<bls::SignatureSet> sets;
    for (std::uint64_t i = 0; i < count; ++i) {
        const bls::SecretKey key = development_validator_key(i);
        const Digest message = sha256(std::array<std::uint8_t, 1>{static_cast<std::uint8_t>(i % messages)});
        sets.push_back({bls::public_key(key), message, bls::sign(key, message)});
    }
    bls::BatchSeed seed;
    secure_random(seed);
    for (auto _ : state) {
        if (!bls::verify_all(sets, seed)) state.SkipWithError("good signatures were refused");
    }
    count_items(state, count);
}
BENCHMARK(bls_verify_batch)->Args({16, 16})->Args({128, 128})->Args({128, 1});

void bls_consecutive_public_keys(benchmark::State& state) {
    const bls::PublicKey first = bls::public_key(development_validator_key(0));
    const auto count = static_cast<std::size_t>(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(bls::consecutive_public_keys(first, count));
    count_items(state, count);
}
BENCHMARK(bls_consecutive_public_keys)->Arg(16384);

void sha256_pairs_batched(benchmark::State& state) {
    const std::vector<std::uint8_t> blocks(64 * kPairs, 7);
    std::vector<std::uint8_t> digests(32 * kPairs);
    for (auto _ : state) {
        sha256_pairs(blocks, digests.data());
        benchmark::ClobberMemory();
    }
    count_items(state, kPairs);
}
BENCHMARK(sha256_pairs_batched);

template <Digest (*hash)(const Digest&, const Digest&)>
void sha256_pair_single(benchmark::State& state) {
    Digest digest = kMessage;
    for (auto _ : state)
        digest = hash(digest, kMessage);
    benchmark::DoNotOptimize(digest);
    count_items(state, 1);
}
BENCHMARK(sha256_pair_single<sha256_pair>)->Name("sha256_pair/blst");
BENCHMARK(sha256_pair_single<sha256_pair_botan>)->Name("sha256_pair/botan");

void ed25519_signing(benchmark::State& state) {
    const Ed25519Seed seed = development_account_seed(0);
    for (auto _ : state)
        benchmark::DoNotOptimize(ed25519_sign(seed, kMessage));
    count_items(state, 1);
}
BENCHMARK(ed25519_signing);

template <bool (*verify)(const Ed25519PublicKey&, std::span<const std::uint8_t>, const Ed25519Signature&)>
void ed25519_verification(benchmark::State& state) {
    const Ed25519Seed seed = development_account_seed(0);
    const Ed25519PublicKey key = ed25519_public_key(seed);
    const Ed25519Signature signature = ed25519_sign(seed, kMessage);
    for (auto _ : state) {
        if (!verify(key, kMessage, signature)) state.SkipWithError("a good signature was refused");
    }
    count_items(state, 1);
}
BENCHMARK(ed25519_verification<ed25519_verify_botan>)->Name("ed25519_verify/botan");
BENCHMARK(ed25519_verification<ed25519_verify_dalek>)->Name("ed25519_verify/dalek");
BENCHMARK(ed25519_verification<ed25519_verify_dalek_strict>)->Name("ed25519_verify/dalek_strict");

}  // namespace
}  // namespace touchstone::crypto

BENCHMARK_MAIN();
