// Epoch processing on states whose balances, flags, exits and offences are any that a chain could have.
#include <algorithm>

#include "fuzz/agreement.h"
#include "fuzz/chain/translate.h"
#include "fuzz/random.h"
#include "fuzz/targets.h"
#include "fuzz/transition/scenarios.h"
#include "node/kernel/consensus/transition.h"
#include "reference/chain/test_chain.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/transition/state_transition.h"
#include "reference/validators/slots_and_epochs.h"

namespace touchstone::fuzz {
namespace {

using reference::Amount;
using reference::Epoch;
using reference::ValidatorIndex;

/// Balances stay far below what the bound of the supply allows, as their sum does.
constexpr std::uint64_t kMostGrains = std::uint64_t{1} << 57U;

std::uint64_t any_balance(Input& input, std::uint64_t effective) {
    switch (input.below(5)) {
        case 0:
            return input.below(4);
        case 1:
            return effective + input.below(4'000'000'000) - std::min<std::uint64_t>(effective, 2'000'000'000);
        case 2:
            return input.number(8) % kMostGrains;
        case 3:
            return effective;
        default:
            return input.number(6);
    }
}

Epoch epoch_near(Input& input, Epoch epoch) {
    const std::uint64_t later = epoch.value + input.below(8);
    return Epoch{later < 4 ? 0 : later - 4};
}

void request_exit(reference::ConsensusState& state, std::size_t i, Epoch when) {
    if (state.validators[i].exit_request_epoch.value != reference::FAR_FUTURE_EPOCH) return;
    state.validators[i].exit_request_epoch = when;
    need(append_unbond(state, {ValidatorIndex{i}, {}, 0}));
}

reference::Address fuzzed_address(std::uint64_t account) { return reference::test::development_address(account); }

/// As if delegated before; the tokens are added to what there is.
void queue_bond(reference::ConsensusState& state, std::size_t i, Input& input) {
    constexpr std::uint64_t kMost = 4'000 * reference::GRAINS_PER_TST;
    const Amount amount{state.config.MIN_BOND + input.number(6) % kMost};
    const std::uint64_t back = input.below(3 * state.config.SLOTS_PER_EPOCH);
    const reference::Slot slot{state.slot.value - std::min(state.slot.value, back)};
    state.bonding = Amount{state.bonding.value + amount.value};
    need(append_bond(state, {ValidatorIndex{i}, fuzzed_address(input.below(4)), amount, slot}));
}

/// Shares of the operator go into the queue: all, or a part.
void queue_unbond(reference::ConsensusState& state, std::size_t i, Input& input) {
    const reference::Address& holder = state.validators[i].operator_address;
    const std::uint64_t held = get_pool_shares(state, ValidatorIndex{i}, holder);
    const std::uint64_t shares = input.flag() ? held : held / (1 + input.below(64));
    if (shares == 0) return;
    set_pool_shares(state, ValidatorIndex{i}, holder, held - shares);
    need(append_unbond(state, {ValidatorIndex{i}, holder, shares}));
}

/// The newest of the validator, held by its operator.
void add_cohort(reference::ConsensusState& state, std::size_t i, Epoch current, Input& input) {
    reference::Validator& validator = state.validators[i];
    const Epoch exit_epoch{current.value + 1 - std::min(current.value, input.below(4))};
    if (exit_epoch <= validator.last_cohort) return;
    const Amount tokens{1 + input.number(5)};
    const Epoch hold{input.flag() ? validator.hold_epoch : epoch_near(input, current)};
    set_cohort(state, ValidatorIndex{i}, exit_epoch, {tokens, tokens.value, hold, validator.last_cohort});
    set_cohort_shares(state, ValidatorIndex{i}, exit_epoch, validator.operator_address, tokens.value);
    validator.last_cohort = exit_epoch;
    state.unbonding = Amount{state.unbonding.value + tokens.value};
}

/// A validator that is registered but not active yet, or waits for that.
void make_young(reference::ConsensusState& state, std::size_t i, Epoch current, Input& input) {
    reference::Validator& validator = state.validators[i];
    if (i < state.config.MIN_ACTIVE_VALIDATORS / 2) return;  // somebody has to stay
    if (validator.activation_epoch.value == reference::FAR_FUTURE_EPOCH) return;
    validator.activation_epoch = Epoch{reference::FAR_FUTURE_EPOCH};
    validator.eligibility_epoch = Epoch{reference::FAR_FUTURE_EPOCH};
    if (!input.flag()) return;
    validator.eligibility_epoch = current;
    need(append_bond(state, {ValidatorIndex{i}, {}, Amount{}, state.slot}));
}

void change_stake(reference::ConsensusState& state, Epoch current, Input& input) {
    const std::size_t i = input.below(state.validators.size());
    switch (input.below(6)) {
        case 0:
            return queue_bond(state, i, input);
        case 1:
            return queue_unbond(state, i, input);
        case 2:
            return add_cohort(state, i, current, input);
        case 3:
            return make_young(state, i, current, input);
        case 4:
            state.validators[i].commission = input.below(reference::BASIS_POINTS + 1);
            break;
        default:
            state.validators[i].next_commission = input.below(reference::BASIS_POINTS + 1);
            state.validators[i].next_commission_epoch = epoch_near(input, current);
            break;
    }
}

void slash(reference::ConsensusState& state, std::size_t i, Epoch current, Input& input) {
    const std::uint64_t window = state.config.EPOCHS_PER_SLASHINGS_VECTOR;
    state.validators[i].slashed = true;
    state.validators[i].slashed_from = epoch_near(input, current);
    state.validators[i].hold_epoch =
        Epoch{current.value + window / 2 + input.below(3) - std::min<std::uint64_t>(1, window / 2)};
    state.slashings[input.below(window)] = Amount{state.validators[i].effective_stake.value * (1 + input.below(20))};
    request_exit(state, i, current);
}

void change_validator(reference::ConsensusState& state, Epoch current, Input& input) {
    const std::size_t i = input.below(state.validators.size());
    reference::Validator& validator = state.validators[i];
    const reference::Parameters& config = state.config;
    switch (input.below(9)) {
        case 0:
            state.balances[i] = Amount{any_balance(input, validator.effective_stake.value)};
            break;
        case 1:
            validator.effective_stake =
                Amount{input.below(config.MAX_EFFECTIVE_STAKE / config.EFFECTIVE_STAKE_INCREMENT + 1) *
                       config.EFFECTIVE_STAKE_INCREMENT};
            break;
        case 2:
            state.previous_epoch_participation[i] = static_cast<std::uint8_t>(input.below(8));
            break;
        case 3:
            state.current_epoch_participation[i] = static_cast<std::uint8_t>(input.below(8));
            break;
        case 4:
            state.inactivity_scores[i] = input.flag() ? input.below(64) : input.number(5);
            break;
        case 5:
            slash(state, i, current, input);
            break;
        case 6:
            request_exit(state, i, epoch_near(input, current));
            break;
        case 7:
            if (validator.exit_request_epoch.value == reference::FAR_FUTURE_EPOCH) {
                validator.exit_request_epoch = Epoch{0};
                validator.exit_epoch = epoch_near(input, current);
            }
            break;
        default:
            validator.hold_epoch = epoch_near(input, current);
            break;
    }
}

void change_chain(reference::ConsensusState& state, Epoch current, Input& input) {
    const auto past_checkpoint = [&] {
        const Epoch epoch{current.value - std::min(current.value, input.below(5))};
        return reference::Checkpoint{epoch, state.block_roots[input.below(state.block_roots.size())]};
    };
    switch (input.below(8)) {
        case 0:
            for (std::size_t bit = 0; bit < state.justification_bits.size(); ++bit) {
                state.justification_bits[bit] = input.flag();
            }
            break;
        case 1:
            state.previous_justified_checkpoint = past_checkpoint();
            break;
        case 2:
            state.current_justified_checkpoint = past_checkpoint();
            break;
        case 3:
            state.finalized_checkpoint = past_checkpoint();
            break;
        case 4:
            (input.flag() ? state.bond_queue : state.unbond_queue).budget = Amount{input.number(6)};
            break;
        case 5:
            state.minted = Amount{input.number(7)};
            break;
        case 6:
            state.slashings[input.below(state.slashings.size())] = Amount{input.number(6)};
            break;
        default:
            std::ranges::copy(input.take(32), input.choose(state.randao_mixes).bytes.begin());
            break;
    }
}

/// All validators did the same: what matters is often a share of all.
void change_all(reference::ConsensusState& state, Input& input) {
    const std::uint64_t mask = input.number(2);
    const auto flags = static_cast<std::uint8_t>(input.below(8));
    auto& participation = input.flag() ? state.previous_epoch_participation : state.current_epoch_participation;
    for (std::size_t i = 0; i < participation.size(); ++i) {
        if ((mask >> (i % 16) & 1U) != 0) participation[i] = flags;
    }
}

}  // namespace

void fuzz_epoch(Bytes bytes) {
    Input input(bytes);
    const Scenario& scenario = input.choose(scenarios());
    reference::ConsensusState state = scenario.state;
    const std::uint64_t slots = 1 + input.below(2 * state.config.SLOTS_PER_EPOCH);
    const Epoch current = reference::get_current_epoch(state);
    for (std::size_t change = 0; change < 64 && !input.empty(); ++change) {
        switch (input.below(6)) {
            case 0:
                change_chain(state, current, input);
                break;
            case 4:
            case 5:
                change_stake(state, current, input);
                break;
            case 1:
                change_all(state, input);
                break;
            default:
                change_validator(state, current, input);
                break;
        }
    }
    reference::update_tree_root(state, scenario.state.entries);
    node::State for_node = node_state_of(*scenario.environment, state, &scenario.node_state);
    const std::string about = scenario.name + ", " + std::to_string(slots) + " slots on";
    const reference::Slot slot{state.slot.value + slots};
    if (!agree_on_verdict(about, reference::process_slots(state, slot),
                          node::process_slots(*scenario.environment, for_node, node::Slot(slot.value)))) {
        return;
    }
    agree_on_state(about, state, for_node, *scenario.environment);
}

std::vector<ByteVector> epoch_seeds() {
    std::vector<ByteVector> seeds;
    for (std::uint8_t scenario = 0; scenario < static_cast<std::uint8_t>(scenarios().size()); ++scenario) {
        seeds.push_back({scenario, 7});
        Random random(scenario);
        ByteVector seed{scenario, random.byte()};
        const ByteVector changes = random.bytes(60);
        seed.insert(seed.end(), changes.begin(), changes.end());
        seeds.push_back(std::move(seed));
    }
    return seeds;
}

}  // namespace touchstone::fuzz
