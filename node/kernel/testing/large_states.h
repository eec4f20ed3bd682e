// For benchmarks: states with as many validators as a chain may have, at the end of an epoch in which everybody voted.
#pragma once

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <memory>
#include <vector>

#include "crypto/bls.h"
#include "crypto/development_keys.h"
#include "node/kernel/consensus/genesis.h"
#include "node/kernel/consensus/state.h"
#include "node/kernel/consensus/transition.h"

namespace touchstone::node::large {

namespace bls = crypto::bls;

/// The processor time of this thread, so that what else runs on the machine does not count; everything here runs on
/// one.
struct Clock {
    using time_point = double;
    static time_point now() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    }
};

inline constexpr const Parameters& kParameters = MAINNET;
inline constexpr std::uint64_t kEpoch = 10;

inline double seconds_since(Clock::time_point start) { return Clock::now() - start; }

template <class T>
T must(Result<T> result) {
    if (!result.ok()) std::abort();
    return std::move(result).value();
}

inline const Environment& environment() {
    static const Environment environment{must(make_config(kParameters))};
    return environment;
}

/// Everybody takes one, so that every validator's changes.
inline constexpr std::uint64_t kCommission = 500;

/// Registry and keys of `count` validators whose secrets are base + i.
struct Registry {
    bls::SecretKey base = crypto::development_validator_key(0);
    Genesis genesis;
    PublicKeys keys;

    explicit Registry(std::size_t count) {
        const auto consecutive = bls::consecutive_public_keys(bls::public_key(base), count);
        for (const bls::PublicKey& key : *consecutive) {
            genesis.validators.push_back({BlsPublicKey(key.to_bytes()), {}, Amount(32'500'000'000), kCommission, {}});
            keys.append(key);
        }
    }
    BlsSignature sign(std::span<const ValidatorIndex> signers, const Root& message) const {
        std::vector<bls::SecretKey> secrets;
        for (const ValidatorIndex i : signers)
            secrets.push_back(*bls::SecretKey::from_scalar_add(base, i.value()));
        return BlsSignature(bls::sign(*bls::SecretKey::sum(secrets), message.view()).to_bytes());
    }
};

inline const Registry& registry(std::size_t count) {
    static std::map<std::size_t, std::unique_ptr<Registry>> made;
    auto& place = made[count];
    if (!place) place = std::make_unique<Registry>(count);
    return *place;
}

/// A chain that finalizes, with all votes in: at `slot` of epoch 10, where the block `header` was the last.
inline State make_state(std::size_t count, Slot slot) {
    State made = unchecked_genesis_state(environment(), registry(count).genesis, registry(count).keys);
    ConsensusState& state = made.mutable_consensus();
    state.slot = slot;
    for (std::size_t i = 0; i < state.block_roots.size(); ++i) {
        state.block_roots.mutate(i).bytes[i % 32] = static_cast<std::uint8_t>(i);
        state.state_roots.mutate(i).bytes[i % 32] = static_cast<std::uint8_t>(i + 1);
    }
    state.previous_epoch_participation.assign(count, 7);
    const bool late = slot_in_epoch(slot, kParameters) > 16;
    state.current_epoch_participation.assign(count, late ? 7 : 0);
    state.justification_bits.bits = 15;
    state.previous_justified_checkpoint.epoch = Epoch(kEpoch - 2);
    state.current_justified_checkpoint.epoch = Epoch(kEpoch - 1);
    state.finalized_checkpoint.epoch = Epoch(kEpoch - 2);
    state.latest_block_header = {slot, ValidatorIndex(0), {}, {}, hash_tree_root(BlockBody{}, kParameters)};
    made.refresh(environment());
    made.update_root(environment());
    return made;
}

inline const Slot kLastSlot(kEpoch* kParameters.SLOTS_PER_EPOCH + kParameters.SLOTS_PER_EPOCH - 1);

inline const State& epoch_end(std::size_t count) {
    static std::map<std::size_t, std::unique_ptr<State>> made;
    auto& place = made[count];
    if (!place) place = std::make_unique<State>(make_state(count, kLastSlot));
    return *place;
}

}  // namespace touchstone::node::large
