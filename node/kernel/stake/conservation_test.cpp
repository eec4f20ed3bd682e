// Nothing comes from nowhere and nothing gets lost, whatever happens in whatever order and on whatever branch.
// [VAL-06] [STK-04]
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>

#include "node/kernel/stake/testing/random_step.h"

namespace touchstone::node {
namespace {

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

TestChain made_quick_chain() { return {quick_parameters(), 12, Amount(40 * kTst), 3, Amount(100'000 * kTst)}; }

const TestChain& quick_chain() {
    static const TestChain chain = made_quick_chain();
    return chain;
}

/// The same genesis, with a tree of its own.
const TestChain& chain_apart() {
    static const TestChain chain = made_quick_chain();
    return chain;
}

RC_GTEST_PROP(StakeConservation, HoldsAfterEveryStep, ()) {
    StakeScene scene(quick_chain());
    const auto steps = *rc::gen::inRange<std::size_t>(10, 80);
    for (std::size_t i = 0; i < steps; ++i) {
        if (const auto step = draw_stake_step(scene)) perform(scene, *step);
        const auto imbalance = scene.imbalance();
        if (imbalance) RC_FAIL(*imbalance + " after step " + std::to_string(i));
    }
    State& state = scene.state();
    const TargetStakes kept = state.target_stakes();
    state.refresh(quick_chain().environment());
    RC_ASSERT(kept == state.target_stakes());
    RC_CLASSIFY(state.consensus().unbonding != Amount(0), "with cohorts");
    RC_CLASSIFY(state.consensus().commissions.to_vector() != std::vector<Amount>(state.validator_count()),
                "commission");
    RC_ASSERT(is_well_formed(state.consensus(), quick_chain().parameters()));
}

// ----------------------------------------------------------------------------------------------------------- branches

/// What all cases together have reached.
struct Reached {
    std::size_t steps = 0;
    std::size_t slashings = 0;
    std::size_t slashings_again = 0;    // for an older offence
    std::size_t foreign_slashings = 0;  // for an offence that was reported on another branch first
    std::size_t branches = 0;           // that ended, each with steps that no other has
    std::size_t reorgs = 0;             // to a state without some of the steps
    std::size_t reorgs_across_cohorts = 0;
    std::size_t reorgs_across_epochs = 0;
    std::size_t reorgs_across_registrations = 0;
};

/// A state and the way from the genesis to it, with the root after each step.
struct Branch {
    struct Done {
        std::shared_ptr<const StakeStep> step;  // the same for all branches that have it in common
        Root root;
    };
    StakeScene scene{quick_chain()};
    std::vector<Done> history;

    Root root() { return scene.state().update_root(scene.chain().environment()); }
    bool is_ancestor_of(const Branch& other) const {
        return history.size() <= other.history.size() &&
               (history.empty() || history.back().step == other.history[history.size() - 1].step);
    }
};

/// Goes on from the newest state or from any that it has kept; all of them share structure.
class BranchingLife {
  public:
    explicit BranchingLife(Reached& reached) : reached_(reached) {}

    void step() {
        switch (*rc::gen::weightedElement<int>({{16, 0}, {2, 1}, {2, 2}, {2, 3}})) {
            case 0:
                if (auto drawn = draw_stake_step(current_.scene)) take(*std::move(drawn));
                return;
            case 1:
                return report_an_offence_of_any_branch();
            case 2:
                return keep(current_);
            default:
                return reorganize();
        }
    }
    /// Every branch that is left is what it would be if there were no other.
    void expect_as_if_alone() {
        kept_.push_back(std::move(current_));
        for (Branch& branch : kept_) {
            check(branch);
            const ConsensusState& consensus = branch.scene.state().consensus();
            RC_ASSERT(is_well_formed(consensus, quick_chain().parameters()));
            const auto rebuilt = State::with_entries(quick_chain().environment(), consensus,
                                                     tree::all_entries(branch.scene.state().tree()));
            RC_ASSERT(rebuilt.ok());
            RC_ASSERT(rebuilt->target_stakes() == branch.scene.state().target_stakes());
            const bool is_an_end = std::ranges::none_of(
                kept_, [&](const Branch& other) { return &other != &branch && branch.is_ancestor_of(other); });
            if (!is_an_end) continue;
            ++reached_.branches;
            live_again(branch);
        }
    }

  private:
    static constexpr std::size_t kKept = 6;

    void take(StakeStep step) {
        if (const auto* slash = std::get_if<SlashStep>(&step)) {
            ++reached_.slashings;
            if (current_.scene.validator(slash->validator).slashed) ++reached_.slashings_again;
            offences_.push_back(*slash);
        }
        ++reached_.steps;
        perform(current_.scene, step);
        current_.history.push_back({std::make_shared<const StakeStep>(std::move(step)), current_.root()});
        check(current_);
    }
    static void check(Branch& branch) {
        const auto imbalance = branch.scene.imbalance();
        if (imbalance) RC_FAIL(*imbalance + " after step " + std::to_string(branch.history.size()));
        if (!branch.history.empty()) RC_ASSERT(branch.root() == branch.history.back().root);
    }

    void report_an_offence_of_any_branch() {
        if (offences_.empty()) return;
        const SlashStep offence = offences_[*rc::gen::inRange<std::size_t>(0, offences_.size())];
        const StakeScene& scene = current_.scene;
        const std::uint64_t count = scene.state().validator_count();
        if (offence.validator >= count || offence.proposer >= count) return;
        const Validator& validator = scene.validator(offence.validator);
        if (!is_slashable(validator, scene.epoch(), offence.offence, quick_chain().parameters())) return;
        // Not included here, or it would not be news.
        ++reached_.foreign_slashings;
        take(offence);
    }

    void keep(const Branch& branch) {
        if (kept_.size() >= kKept) {
            kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(*rc::gen::inRange<std::size_t>(0, kKept)));
        }
        kept_.push_back(branch);
    }

    /// To a kept state; that from which it goes is kept, so that it may come back.
    void reorganize() {
        if (kept_.empty()) return;
        Branch next = kept_[*rc::gen::inRange<std::size_t>(0, kept_.size())];
        if (!current_.is_ancestor_of(next)) {
            count_reorg(next);
            keep(current_);
        }
        current_ = std::move(next);
        check(current_);
    }
    void count_reorg(const Branch& next) {
        const State& from = current_.scene.state();
        const State& to = next.scene.state();
        ++reached_.reorgs;
        if (from.consensus().unbonding != to.consensus().unbonding) ++reached_.reorgs_across_cohorts;
        if (from.context().epoch != to.context().epoch) ++reached_.reorgs_across_epochs;
        if (from.validator_count() != to.validator_count()) ++reached_.reorgs_across_registrations;
    }

    static void live_again(const Branch& branch) {
        StakeScene scene(chain_apart());
        for (std::size_t i = 0; i < branch.history.size(); ++i) {
            perform(scene, *branch.history[i].step);
            const Root root = scene.state().update_root(chain_apart().environment());
            if (root != branch.history[i].root) RC_FAIL("another root after step " + std::to_string(i));
        }
    }

    Reached& reached_;
    Branch current_;
    std::vector<Branch> kept_;
    std::vector<SlashStep> offences_;
};

TEST(StakeConservation, HoldsOnEveryBranchAsIfThereWereNoOther) {
    Reached reached;
    EXPECT_TRUE(rc::check("branches of stake", [&] {
        BranchingLife life(reached);
        const auto steps = *rc::gen::inRange<std::size_t>(60, 200);
        for (std::size_t i = 0; i < steps; ++i)
            life.step();
        life.expect_as_if_alone();
    }));
    // About a third of what 100 cases reach.
    EXPECT_GE(reached.steps, 2'000U);
    EXPECT_GE(reached.slashings, 150U);
    EXPECT_GE(reached.slashings_again, 1U);
    EXPECT_GE(reached.foreign_slashings, 30U);
    EXPECT_GE(reached.branches, 120U);
    EXPECT_GE(reached.reorgs, 150U);
    EXPECT_GE(reached.reorgs_across_cohorts, 70U);
    EXPECT_GE(reached.reorgs_across_epochs, 120U);
    EXPECT_GE(reached.reorgs_across_registrations, 40U);
}

}  // namespace
}  // namespace touchstone::node
