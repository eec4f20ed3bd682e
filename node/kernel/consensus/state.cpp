#include "node/kernel/consensus/state.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "crypto/sha256.h"
#include "node/base/arithmetic.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/stake/entries.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

constexpr ParticipationFlags kTargetFlag = 1U << TIMELY_TARGET_FLAG_INDEX;

/// One pass over the registry for everything that a new epoch needs.
struct EpochScan {
    std::vector<ValidatorIndex> active;
    std::vector<ValidatorIndex> previous_active;
    Uint128 active_stake = 0;
    TargetStakes target_stakes;
};

EpochScan scan(const ConsensusState& state, Epoch current, Epoch previous) {
    EpochScan result;
    result.active.reserve(state.validators.size());
    result.previous_active.reserve(state.validators.size());
    std::uint64_t index = 0;
    for (std::size_t c = 0; c < state.validators.chunk_count(); ++c) {
        for (const Validator& validator : state.validators.chunk(c)) {
            const std::uint64_t stake = validator.effective_stake.value();
            const bool was_active = is_active(validator, previous);
            const bool active = is_active(validator, current);
            if (was_active) result.previous_active.emplace_back(index);
            if (active) {
                result.active.emplace_back(index);
                result.active_stake += stake;
            }
            if (!validator.slashed) {
                const auto counts = [&](const ChunkedList<ParticipationFlags>& flags) {
                    return index < flags.size() && (flags[index] & kTargetFlag) != 0;
                };
                if (was_active && counts(state.previous_epoch_participation)) result.target_stakes.previous += stake;
                if (active && counts(state.current_epoch_participation)) result.target_stakes.current += stake;
            }
            ++index;
        }
    }
    return result;
}

std::shared_ptr<const Shuffling> shuffle(const ConsensusState& state, Epoch epoch, std::vector<ValidatorIndex> active,
                                         const Environment& environment) {
    const Parameters& parameters = environment.parameters();
    const Hash seed = get_seed(state, epoch, DomainType(DOMAIN_ATTESTER), parameters);
    return environment.shufflings.get(epoch, seed, std::move(active), parameters, environment.parallel_for);
}

}  // namespace

namespace {

/// Of how many validators both registries have the same keys from the first on.
std::size_t common_registry(const ConsensusState& a, const ConsensusState& b) {
    std::size_t common = 0;
    const std::size_t end = std::min(a.validators.size(), b.validators.size());
    while (common < end && a.validators[common].pubkey == b.validators[common].pubkey)
        ++common;
    return common;
}

}  // namespace

State State::of(const Environment& environment, ConsensusState consensus, PublicKeys keys) {
    State state;
    state.consensus_ = std::move(consensus);
    state.keys_ = std::move(keys);
    state.parse_new_keys(environment.parallel_for);
    state.entries_ = std::make_shared<tree::Entries>();
    state.refresh(environment);
    return state;
}

Result<State> State::with_entries(const Environment& environment, ConsensusState consensus, const KvEntries& entries,
                                  const State* like) {
    const auto shared = like == nullptr ? std::make_shared<tree::Entries>() : like->entries_;
    NODE_TRY_ASSIGN(version, tree::apply_entries(*shared, entries, environment.parallel_for));
    NODE_TRY(check_entries(entries));
    if (version.root() != consensus.tree_root) {
        return reject(Clause::KVT_19, "the entries have the root " + to_hex(version.root()));
    }
    PublicKeys keys;
    if (like != nullptr) keys = like->keys_.prefix(common_registry(like->consensus_, consensus));
    State state = of(environment, std::move(consensus), std::move(keys));
    state.entries_ = shared;
    state.tree_ = std::move(version);
    return state;
}

void State::parse_new_keys(const ParallelFor& parallel_for) {
    keys_ = parse_public_keys(consensus_, std::move(keys_), parallel_for);
}

Result<void> State::require_entries() const {
    if (tree_.root() == consensus_.tree_root) return {};
    return reject(Clause::KVT_19, "the entries of the tree root " + to_hex(consensus_.tree_root) + " are not there");
}

Result<void> State::change_entries(std::span<const tree::EntryChange> changes, const ParallelFor& parallel_for) {
    NODE_TRY(require_entries());
    NODE_TRY_ASSIGN(version, entries_->apply(tree_, changes, parallel_for));
    tree_ = std::move(version);
    consensus_.tree_root = tree_.root();
    return {};
}

Result<void> State::change_entries(const EntryOverlay& entries, const ParallelFor& parallel_for) {
    if (!entries.touched()) return {};
    NODE_TRY(require_entries());
    const std::vector<tree::EntryChange> changes = entries.changes();
    if (changes.empty()) return {};
    return change_entries(changes, parallel_for);
}

void State::refresh(const Environment& environment) {
    const Parameters& parameters = environment.parameters();
    auto context = std::make_shared<EpochContext>();
    context->epoch = epoch_of(consensus_.slot, parameters);
    const Epoch previous = previous_of(context->epoch);
    EpochScan found = scan(consensus_, context->epoch, previous);
    const std::uint64_t total = narrow(found.active_stake).value_or(kUint64Max);
    context->total_active_stake = Amount(std::max(parameters.EFFECTIVE_STAKE_INCREMENT, total));
    const Uint128 numerator = wide_multiply(parameters.EFFECTIVE_STAKE_INCREMENT, parameters.BASE_REWARD_FACTOR);
    const Uint128 reward = numerator / integer_square_root(context->total_active_stake.value());
    context->base_reward_per_increment = narrow(reward).value_or(kUint64Max);
    context->current = shuffle(consensus_, context->epoch, std::move(found.active), environment);
    context->previous = previous == context->epoch
                            ? context->current
                            : shuffle(consensus_, previous, std::move(found.previous_active), environment);
    context_ = std::move(context);
    target_stakes_ = found.target_stakes;
}

bool is_well_formed(const ConsensusState& state, const Parameters& parameters) {
    const std::size_t count = state.validators.size();
    const auto registered = [count](const ChunkedList<ValidatorIndex>& indices) {
        return std::ranges::all_of(indices.to_vector(), [count](ValidatorIndex i) { return i.value() < count; });
    };
    return count != 0 && state.balances.size() == count && state.inactivity_scores.size() == count &&
           state.previous_epoch_participation.size() == count && state.current_epoch_participation.size() == count &&
           state.shares.size() == count && state.commissions.size() == count &&
           state.bond_queue.head <= state.bond_queue.tail && state.unbond_queue.head <= state.unbond_queue.tail &&
           state.proposer_lookahead.size() == 2 * parameters.SLOTS_PER_EPOCH && registered(state.proposer_lookahead) &&
           !state.fork_schedule.empty();
}

Epoch current_epoch(const State& state, const Environment& environment) {
    return epoch_of(state.slot(), environment.parameters());
}

Epoch previous_epoch(const State& state, const Environment& environment) {
    return previous_of(current_epoch(state, environment));
}

Result<Root> get_block_root_at_slot(const ConsensusState& state, Slot slot, const Parameters& parameters) {
    if (slot >= state.slot || state.slot > slot + parameters.SLOTS_PER_HISTORICAL_ROOT) {
        return reject(Clause::SLO_03, "slot " + std::to_string(slot.value()));
    }
    return state.block_roots[slot.value() % parameters.SLOTS_PER_HISTORICAL_ROOT];
}

Result<Root> get_block_root(const ConsensusState& state, Epoch epoch, const Parameters& parameters) {
    return get_block_root_at_slot(state, start_slot_of(epoch, parameters), parameters);
}

const Hash& get_randao_mix(const ConsensusState& state, Epoch epoch, const Parameters& parameters) {
    return state.randao_mixes[epoch.value() % parameters.EPOCHS_PER_HISTORICAL_VECTOR];
}

Hash get_seed(const ConsensusState& state, Epoch epoch, const DomainType& type, const Parameters& parameters) {
    // Modulo the vector's length before anything can leave 64 bits.
    const std::uint64_t length = parameters.EPOCHS_PER_HISTORICAL_VECTOR;
    const std::uint64_t at = (epoch.value() % length + length - parameters.MIN_SEED_LOOKAHEAD - 1) % length;
    std::array<std::uint8_t, 4 + 8 + 32> input{};
    std::ranges::copy(type.bytes, input.begin());
    const std::uint64_t number = epoch.value();
    std::memcpy(input.data() + 4, &number, sizeof number);
    std::ranges::copy(state.randao_mixes[at].bytes, input.begin() + 12);
    return Hash(crypto::sha256(input));
}

std::vector<ValidatorIndex> get_active_validator_indices(const ConsensusState& state, Epoch epoch) {
    std::vector<ValidatorIndex> active;
    std::uint64_t index = 0;
    for (std::size_t c = 0; c < state.validators.chunk_count(); ++c) {
        for (const Validator& validator : state.validators.chunk(c)) {
            if (is_active(validator, epoch)) active.emplace_back(index);
            ++index;
        }
    }
    return active;
}

std::shared_ptr<const Shuffling> get_shuffling(const State& state, Epoch epoch, const Environment& environment) {
    const EpochContext& context = state.context();
    if (epoch == context.epoch) return context.current;
    if (epoch + 1 == context.epoch) return context.previous;
    if (epoch != context.epoch + 1) return nullptr;
    return shuffle(state.consensus(), epoch, get_active_validator_indices(state.consensus(), epoch), environment);
}

std::optional<ValidatorIndex> find_validator(const State& state, const BlsPublicKey& pubkey) {
    EntryOverlay entries(state.tree());
    return read_validator(entries, pubkey);
}

Result<std::vector<ValidatorIndex>> compute_proposers(const ConsensusState& state, Epoch epoch,
                                                      const Parameters& parameters) {
    std::vector<ValidatorIndex> active;
    std::vector<std::uint64_t> running;  // total up to and including each
    active.reserve(state.validators.size());
    running.reserve(state.validators.size());
    std::uint64_t index = 0;
    std::uint64_t total = 0;
    for (std::size_t c = 0; c < state.validators.chunk_count(); ++c) {
        for (const Validator& validator : state.validators.chunk(c)) {
            if (is_active(validator, epoch)) {
                total = saturating_add(total, validator.effective_stake.value());
                active.emplace_back(index);
                running.push_back(total);
            }
            ++index;
        }
    }
    if (total == 0) return reject(Clause::COM_08, "no stake in epoch " + std::to_string(epoch.value()));
    std::vector<ValidatorIndex> proposers(parameters.SLOTS_PER_EPOCH);
    const Hash seed = get_seed(state, epoch, DomainType(DOMAIN_PROPOSER), parameters);
    const Slot first = start_slot_of(epoch, parameters);
    for (std::uint64_t i = 0; i < proposers.size(); ++i) {
        std::array<std::uint8_t, 40> input{};
        std::ranges::copy(seed.bytes, input.begin());
        const std::uint64_t slot = (first + i).value();
        std::memcpy(input.data() + 32, &slot, sizeof slot);
        Uint128 remainder = 0;
        for (const std::uint8_t byte : crypto::sha256(input))
            remainder = (remainder * 256 + byte) % total;
        const auto chosen = std::ranges::upper_bound(running, static_cast<std::uint64_t>(remainder));
        proposers[i] = active[static_cast<std::size_t>(chosen - running.begin())];
    }
    return proposers;
}

std::optional<ValidatorIndex> get_proposer(const ConsensusState& state, Slot slot, const Parameters& parameters) {
    const Epoch current = epoch_of(state.slot, parameters);
    const Epoch epoch = epoch_of(slot, parameters);
    if (epoch != current && epoch != current + 1) return std::nullopt;
    const std::uint64_t half = epoch == current ? 0 : parameters.SLOTS_PER_EPOCH;
    return state.proposer_lookahead[half + slot_in_epoch(slot, parameters)];
}

Version fork_version_at(const ConsensusState& state, Epoch epoch, const Parameters& parameters) {
    Version version = version_of(parameters.GENESIS_FORK_VERSION);
    for (const Fork& fork : state.fork_schedule) {
        if (fork.epoch <= epoch) version = fork.version;
    }
    return version;
}

Domain get_domain(const ConsensusState& state, const DomainType& type, Epoch epoch, const Parameters& parameters) {
    return compute_domain(type, fork_version_at(state, epoch, parameters), state.genesis_root);
}

ForkDigest fork_digest_at(const ConsensusState& state, Epoch epoch, const Parameters& parameters) {
    return compute_fork_digest(fork_version_at(state, epoch, parameters), state.genesis_root);
}

Root latest_block_root(const State& state, const Environment& environment) {
    BlockHeader header = state.consensus().latest_block_header;
    if (header.state_root.is_zero()) header.state_root = state.root(environment);
    return hash_tree_root(header, environment.parameters());
}

std::uint64_t base_reward(const State& state, ValidatorIndex index, const Parameters& parameters) {
    const Amount stake = state.consensus().validators[index.value()].effective_stake;
    return saturating_multiply(stake.value() / parameters.EFFECTIVE_STAKE_INCREMENT,
                               state.context().base_reward_per_increment);
}

Epoch withdrawable_epoch(const Validator& validator, const Parameters& parameters) {
    if (validator.exit_epoch == kFarFutureEpoch) return kFarFutureEpoch;
    return std::max(validator.exit_epoch + parameters.UNBONDING_EPOCHS, validator.hold_epoch);
}

bool is_slashable(const Validator& validator, Epoch current, Epoch offence, const Parameters& parameters) {
    return validator.activation_epoch <= current && current < withdrawable_epoch(validator, parameters) &&
           (!validator.slashed || offence < validator.slashed_from);
}

Amount get_churn(const State& state, const Parameters& parameters) {
    const std::uint64_t share = state.context().total_active_stake.value() / parameters.CHURN_QUOTIENT;
    return Amount(std::max(parameters.MIN_CHURN, share - share % parameters.EFFECTIVE_STAKE_INCREMENT));
}

}  // namespace touchstone::node
