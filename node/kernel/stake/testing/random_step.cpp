#include "node/kernel/stake/testing/random_step.h"

#include <rapidcheck.h>

#include <algorithm>

namespace touchstone::node {
namespace {

std::uint64_t some_validator(const StakeScene& scene) {
    return *rc::gen::inRange<std::uint64_t>(0, scene.state().validator_count());
}

Address some_account(const StakeScene& scene) {
    return scene.chain().account_address(*rc::gen::inRange<std::size_t>(0, scene.chain().genesis().accounts.size()));
}

std::uint64_t some_amount() { return *rc::gen::inRange<std::uint64_t>(kTst, 150 * kTst); }

std::optional<StakeStep> draw_bond(const StakeScene& scene) {
    const BondStep step{some_validator(scene), some_account(scene), some_amount()};
    if (scene.account(step.delegator) < step.amount) return std::nullopt;
    return step;
}

std::optional<StakeStep> draw_unbond(const StakeScene& scene) {
    const std::uint64_t i = some_validator(scene);
    const bool operators = *rc::gen::arbitrary<bool>();
    const Address holder = operators ? scene.validator(i).operator_address : some_account(scene);
    const std::uint64_t held = scene.shares(i, holder);
    const std::uint64_t shares = *rc::gen::arbitrary<bool>() ? held : std::min(held, some_amount());
    if (shares == 0 || is_free(scene.validator(i), scene.epoch(), scene.chain().parameters())) return std::nullopt;
    return UnbondStep{i, holder, shares};
}

std::optional<StakeStep> draw_slash(const StakeScene& scene) {
    const std::uint64_t i = some_validator(scene);
    const Epoch offence = scene.epoch() - *rc::gen::inRange<std::uint64_t>(0, 8);
    if (!is_slashable(scene.validator(i), scene.epoch(), offence, scene.chain().parameters())) return std::nullopt;
    return SlashStep{i, offence, some_validator(scene)};
}

std::optional<StakeStep> draw_registration(const StakeScene& scene) {
    BlsPublicKey pubkey;
    const auto key = *rc::gen::inRange<std::uint8_t>(1, 100);
    pubkey.bytes.fill(key);
    if (find_validator(scene.state(), pubkey)) return std::nullopt;
    const std::uint64_t commission = *rc::gen::inRange<std::uint64_t>(0, BASIS_POINTS + 1);
    const RegisterStep step{key, some_account(scene), commission, some_amount() / 3};
    if (scene.account(step.operator_address) < step.stake) return std::nullopt;
    return step;
}

std::optional<StakeStep> draw_participation(const StakeScene& scene) {
    const auto flags = rc::gen::container<std::vector<ParticipationFlags>>(scene.state().validator_count(),
                                                                           rc::gen::inRange<std::uint8_t>(0, 8));
    ParticipateStep step;
    step.previous = *flags;
    step.current = *flags;
    return step;
}

void do_step(StakeScene& scene, const BondStep& step) { scene.bond(step.validator, step.delegator, step.amount); }
void do_step(StakeScene& scene, const UnbondStep& step) { scene.unbond(step.validator, step.holder, step.shares); }
void do_step(StakeScene& scene, const ExitStep& step) { scene.exit(step.validator); }
void do_step(StakeScene& scene, const SlashStep& step) { scene.slash(step.validator, step.offence, step.proposer); }
void do_step(StakeScene& scene, const RegisterStep& step) {
    const std::uint64_t i = scene.register_validator(step.key, step.operator_address).value();
    scene.consensus().validators.mutate(i).commission = step.commission;
    scene.bond(i, step.operator_address, step.stake);
}
void do_step(StakeScene& scene, const ParticipateStep& step) {
    ConsensusState& state = scene.consensus();
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        state.previous_epoch_participation.mutate(i) = step.previous[i];
        state.current_epoch_participation.mutate(i) = step.current[i];
        state.validators.mutate(i).commission = 1'000 * (i % 11);
    }
    scene.state().refresh(scene.chain().environment());
}
void do_step(StakeScene& scene, const EndEpochStep& step) { scene.end_epoch(step.back); }

}  // namespace

std::optional<StakeStep> draw_stake_step(const StakeScene& scene) {
    switch (*rc::gen::weightedElement<int>({{6, 0}, {5, 1}, {1, 2}, {2, 3}, {1, 4}, {4, 5}, {8, 6}})) {
        case 0:
            return draw_bond(scene);
        case 1:
            return draw_unbond(scene);
        case 2:
            return ExitStep{some_validator(scene)};
        case 3:
            return draw_slash(scene);
        case 4:
            return draw_registration(scene);
        case 5:
            return draw_participation(scene);
        default:
            return EndEpochStep{*rc::gen::inRange<std::uint64_t>(1, 4)};
    }
}

void perform(StakeScene& scene, const StakeStep& step) {
    std::visit([&](const auto& each) { do_step(scene, each); }, step);
}

}  // namespace touchstone::node
