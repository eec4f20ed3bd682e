#include "reference/validators/committees.h"

#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {

// [COM-01]
Hash get_randao_mix(const ConsensusState& state, Wide epoch) {
    return state.randao_mixes[static_cast<std::size_t>(epoch % state.config.EPOCHS_PER_HISTORICAL_VECTOR)];
}

// [COM-02]
Hash get_seed(const ConsensusState& state, Epoch epoch, const std::array<std::uint8_t, 4>& domain_type) {
    const Wide mix_epoch = epoch + state.config.EPOCHS_PER_HISTORICAL_VECTOR - state.config.MIN_SEED_LOOKAHEAD - 1;
    return hash(concatenate({domain_type, little_endian(epoch.value), get_randao_mix(state, mix_epoch).bytes}));
}

// [COM-03]
std::uint64_t compute_shuffled_index(std::uint64_t index, std::uint64_t count, const Hash& seed, std::uint64_t rounds) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const Bytes round_byte = little_endian(round, 1);
        const Hash pivot_source = hash(concatenate({seed.bytes, round_byte}));
        const std::uint64_t pivot = from_little_endian(ByteView(pivot_source.bytes).first(8)) % count;
        const auto flip = static_cast<std::uint64_t>((Wide{pivot} + count - index) % count);
        const std::uint64_t position = std::max(index, flip);
        const Hash source = hash(concatenate({seed.bytes, round_byte, little_endian(position / 256, 4)}));
        const std::uint8_t byte = source.bytes[position % 256 / 8];
        if ((byte >> (position % 8) & 1) != 0) index = flip;
    }
    return index;
}

// [COM-04]
std::vector<ValidatorIndex> get_active_validator_indices(const ConsensusState& state, Epoch epoch) {
    std::vector<ValidatorIndex> active;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        if (is_active_validator(state.validators[i], epoch)) active.emplace_back(i);
    }
    return active;
}

// [COM-05]
std::uint64_t get_committee_count_per_slot(const ConsensusState& state, Epoch epoch) {
    const std::uint64_t active = get_active_validator_indices(state, epoch).size();
    const std::uint64_t wanted = active / state.config.SLOTS_PER_EPOCH / state.config.TARGET_COMMITTEE_SIZE;
    return std::max<std::uint64_t>(1, std::min(state.config.MAX_COMMITTEES_PER_SLOT, wanted));
}

// [COM-06], [COM-07]
std::vector<ValidatorIndex> get_beacon_committee(const ConsensusState& state, Slot slot, CommitteeIndex index) {
    const Epoch epoch = compute_epoch_at_slot(slot, state.config);
    const std::uint64_t per_slot = get_committee_count_per_slot(state, epoch);
    const Wide k = Wide{slot % state.config.SLOTS_PER_EPOCH} * per_slot + index;
    const Wide m = Wide{per_slot} * state.config.SLOTS_PER_EPOCH;
    const std::vector<ValidatorIndex> active = get_active_validator_indices(state, epoch);
    const Hash seed = get_seed(state, epoch, DOMAIN_ATTESTER);
    std::vector<ValidatorIndex> committee;
    for (Wide i = active.size() * k / m; i < active.size() * (k + 1) / m; ++i) {
        const auto position = static_cast<std::uint64_t>(i);
        committee.push_back(
            active[compute_shuffled_index(position, active.size(), seed, state.config.SHUFFLE_ROUND_COUNT)]);
    }
    return committee;
}

namespace {

/// A hash as a big-endian number, mod `modulus`.
std::uint64_t big_endian_mod(const Hash& number, std::uint64_t modulus) {
    Wide remainder = 0;
    for (std::uint8_t byte : number.bytes)
        remainder = (remainder * 256 + byte) % modulus;
    return static_cast<std::uint64_t>(remainder);
}

ValidatorIndex sample_by_stake(const ConsensusState& state, const std::vector<ValidatorIndex>& active,
                               std::uint64_t r) {
    Wide running_total = 0;
    for (ValidatorIndex index : active) {
        running_total += state.validators[index.value].effective_stake.value;
        if (running_total > r) return index;
    }
    return active.back();
}

}  // namespace

// [COM-08]
Result<std::vector<ValidatorIndex>> compute_proposers(const ConsensusState& state, Epoch epoch) {
    const Hash seed = get_seed(state, epoch, DOMAIN_PROPOSER);
    const std::vector<ValidatorIndex> active = get_active_validator_indices(state, epoch);
    TRY(const Amount total, sum_of_effective_stakes(state, active));
    REQUIRE(total > 0U, Clause::COM_08);
    TRY(const Slot first, store<Slot>(compute_start_slot_at_epoch(epoch, state.config)));
    std::vector<ValidatorIndex> proposers;
    for (std::uint64_t i = 0; i < state.config.SLOTS_PER_EPOCH; ++i) {
        const Hash drawn = hash(concatenate({seed.bytes, little_endian(first.value + i)}));
        proposers.push_back(sample_by_stake(state, active, big_endian_mod(drawn, total.value)));
    }
    return proposers;
}

// [COM-09]
ValidatorIndex get_beacon_proposer_index(const ConsensusState& state) {
    return state.proposer_lookahead[state.slot % state.config.SLOTS_PER_EPOCH];
}

}  // namespace touchstone::reference
