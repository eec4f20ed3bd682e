// Nothing comes from nowhere and nothing gets lost, whatever happens in whatever order. [VAL-06] [STK-04]
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "node/kernel/stake/testing/scene.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kTst = GRAINS_PER_TST;

/// Short times, so that cohorts come to their end and correlation penalties are taken within a test.
Parameters quick_parameters() {
    Parameters parameters = MINIMAL;
    parameters.MIN_CHURN = 40 * kTst;
    parameters.CHURN_QUOTIENT = 64;
    parameters.UNBONDING_EPOCHS = 6;
    parameters.EPOCHS_PER_SLASHINGS_VECTOR = 4;
    parameters.MAX_SEED_LOOKAHEAD = 1;
    parameters.MAX_ACTIVE_VALIDATORS = 13;
    parameters.MAX_QUEUE_ITEMS = 5;
    return parameters;
}

constexpr std::size_t kAccounts = 3;

const TestChain& chain() {
    static const TestChain chain(quick_parameters(), 12, Amount(40 * kTst), kAccounts, Amount(100'000 * kTst));
    return chain;
}

class RandomLife {
  public:
    void step() {
        switch (*rc::gen::weightedElement<int>({{6, 0}, {5, 1}, {1, 2}, {2, 3}, {1, 4}, {4, 5}, {8, 6}})) {
            case 0:
                return bond();
            case 1:
                return unbond();
            case 2:
                return scene_.exit(some_validator());
            case 3:
                return slash();
            case 4:
                return register_validator();
            case 5:
                return participate();
            default:
                return scene_.end_epoch(*rc::gen::inRange<std::uint64_t>(1, 4));
        }
    }
    StakeScene& scene() { return scene_; }

  private:
    std::uint64_t some_validator() { return *rc::gen::inRange<std::uint64_t>(0, scene_.state().validator_count()); }
    Address some_account() { return chain().account_address(*rc::gen::inRange<std::size_t>(0, kAccounts)); }
    std::uint64_t some_amount() { return *rc::gen::inRange<std::uint64_t>(kTst, 150 * kTst); }

    void bond() {
        const Address delegator = some_account();
        const std::uint64_t amount = some_amount();
        if (scene_.account(delegator) >= amount) scene_.bond(some_validator(), delegator, amount);
    }
    void unbond() {
        const std::uint64_t i = some_validator();
        const bool operators = *rc::gen::arbitrary<bool>();
        const Address holder = operators ? scene_.validator(i).operator_address : some_account();
        const std::uint64_t held = scene_.shares(i, holder);
        const std::uint64_t shares = *rc::gen::arbitrary<bool>() ? held : std::min(held, some_amount());
        if (shares != 0 && !is_free(scene_.validator(i), scene_.epoch(), chain().parameters())) {
            scene_.unbond(i, holder, shares);
        }
    }
    void slash() {
        const std::uint64_t i = some_validator();
        const Epoch offence = scene_.epoch() - *rc::gen::inRange<std::uint64_t>(0, 8);
        if (!is_slashable(scene_.validator(i), scene_.epoch(), offence, chain().parameters())) return;
        scene_.slash(i, offence, some_validator());
    }
    void register_validator() {
        const std::uint64_t i = scene_.register_validator(++keys_, some_account()).value();
        scene_.consensus().validators.mutate(i).commission = *rc::gen::inRange<std::uint64_t>(0, BASIS_POINTS + 1);
        scene_.bond(i, scene_.validator(i).operator_address, some_amount() / 3);
    }
    void participate() {
        ConsensusState& state = scene_.consensus();
        for (std::size_t i = 0; i < state.validators.size(); ++i) {
            state.previous_epoch_participation.mutate(i) = *rc::gen::inRange<std::uint8_t>(0, 8);
            state.current_epoch_participation.mutate(i) = *rc::gen::inRange<std::uint8_t>(0, 8);
            state.validators.mutate(i).commission = 1'000 * (i % 11);
        }
        scene_.state().refresh(chain().environment());
    }

    StakeScene scene_{chain()};
    std::uint8_t keys_ = 0;
};

RC_GTEST_PROP(StakeConservation, HoldsAfterEveryStep, ()) {
    RandomLife life;
    const auto steps = *rc::gen::inRange<std::size_t>(10, 80);
    for (std::size_t i = 0; i < steps; ++i) {
        life.step();
        const auto imbalance = life.scene().imbalance();
        if (imbalance) RC_FAIL(*imbalance + " after step " + std::to_string(i));
    }
    State& state = life.scene().state();
    const TargetStakes kept = state.target_stakes();
    state.refresh(chain().environment());
    RC_ASSERT(kept == state.target_stakes());
    RC_CLASSIFY(state.consensus().unbonding != Amount(0), "with cohorts");
    RC_CLASSIFY(state.consensus().commissions.to_vector() != std::vector<Amount>(state.validator_count()),
                "commission");
    RC_ASSERT(is_well_formed(state.consensus(), chain().parameters()));
}

}  // namespace
}  // namespace touchstone::node
