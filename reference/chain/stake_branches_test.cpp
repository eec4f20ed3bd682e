// Page 17 over histories of stake that branch. States are kept, and gone on from again, as a re-org does; what was done
// on one branch is done otherwise, or once more, on another.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "reference/chain/test_history.h"
#include "reference/chain/test_ledger.h"
#include "reference/entries/entries.h"
#include "reference/execution/transaction.h"

namespace touchstone::reference {
namespace {

using test::Stage;

/// What was really reached by all cases of a run.
struct Reached {
    std::uint64_t cases = 0;
    std::uint64_t operations = 0;
    std::uint64_t successes = 0;
    std::uint64_t epochs = 0;
    std::uint64_t slashings = 0;
    std::uint64_t of_another_branch = 0;  // slashings for an offence that another branch reported first
    std::uint64_t for_older_offences = 0;
    std::uint64_t reorgs = 0;
    std::uint64_t repetitions = 0;    // of what another branch did from the same state
    std::uint64_t forks = 0;          // states that two branches or more go on from
    std::uint64_t disagreements = 0;  // pairs of branches of which one has slashed somebody, and the other not
};

struct EpochEnd {
    bool votes = true;
};

/// All that a branch is made of, drawn beforehand: it can be taken again.
using Step = std::variant<test::StakeOperation, test::Offence, EpochEnd>;

/// A state that was kept, and how it came from another one.
struct Kept {
    ConsensusState state;
    Root root;
    std::size_t parent = 0;
    std::vector<Step> steps = {};
};

/// An offence that this branch knows of already is none that it can slash for [VAL-03].
bool can_report(const Stage& stage, const test::Offence& offence) {
    return offence.validator < stage.state().validators.size() && stage.may_slash(offence.validator, offence.epoch);
}

/// Gives whether the step came to anything.
bool take(Stage& stage, const Step& step) {
    if (const auto* operation = std::get_if<test::StakeOperation>(&step))
        return stage.operate(operation->sender, operation->payload).status == SUCCESS;
    if (const auto* offence = std::get_if<test::Offence>(&step)) {
        if (!can_report(stage, *offence)) return false;
        stage.slash(offence->validator, offence->epoch, offence->reporter);
        return true;
    }
    update_tree_root(stage.state());
    stage.end_epoch(std::get<EpochEnd>(step).votes);
    return true;
}

Root root_of(Stage& stage) {
    update_tree_root(stage.state());
    return hash_tree_root(stage.state(), stage.state().config);
}

class Branches {
  public:
    Branches(std::uint64_t seed, Reached& reached) : draws_(seed), reached_(reached) {
        kept_.push_back({stage_.state(), root_of(stage_)});
    }

    void run();

  private:
    void grow();
    void keep();
    /// Leaves this branch for another one, from a state that was kept on the way.
    void reorg();
    void check_in_the_end();
    void take_and_check(const Step& step);
    void operate();
    void report(const test::Offence& offence);
    void offend();
    void repeat_a_branch();
    bool has_branches(std::size_t place) const;
    bool comes_from(std::size_t place, std::size_t ancestor) const;
    void replay_alone(std::size_t place) const;
    void count_disagreements(const std::vector<std::size_t>& tips);

    test::StakeDraws draws_;
    Reached& reached_;
    Stage stage_;
    Wide at_genesis_ = test::supply(stage_.state());
    std::vector<Kept> kept_;
    std::size_t from_ = 0;                 // the kept state that this branch goes on from
    std::vector<Step> steps_;              // since then
    std::vector<test::Offence> reported_;  // on any branch
};

void Branches::take_and_check(const Step& step) {
    const bool came_to_something = take(stage_, step);
    steps_.push_back(step);
    RC_ASSERT(test::broken_conservation(stage_.state(), at_genesis_) == "");  // [VAL-06], [STK-04]
    if (std::holds_alternative<test::StakeOperation>(step)) {
        ++reached_.operations;
        reached_.successes += came_to_something ? 1 : 0;
    }
}

void Branches::operate() { take_and_check(draws_.any_operation(stage_)); }

void Branches::report(const test::Offence& offence) {
    if (!can_report(stage_, offence)) return;
    ++reached_.slashings;
    reached_.for_older_offences += stage_.validator(offence.validator).slashed ? 1 : 0;
    take_and_check(offence);
    RC_ASSERT(!can_report(stage_, offence));
    if (std::ranges::find(reported_, offence) != reported_.end()) {
        ++reached_.of_another_branch;
    } else {
        reported_.push_back(offence);
    }
}

/// Somebody offends, and perhaps an older offence comes out too; or one is reported of which another branch knows.
void Branches::offend() {
    if (!reported_.empty() && draws_.one_in(2)) return report(reported_[draws_.below(reported_.size())]);
    const test::Offence offence = draws_.any_offence(stage_);
    report(offence);
    const std::uint64_t age = std::min(offence.epoch.value, draws_.below(4));
    report({offence.validator, Epoch{offence.epoch.value - age}, draws_.below(Stage::VALIDATORS)});
}

void Branches::grow() {
    for (std::uint64_t i = draws_.below(6); i > 0; --i)
        operate();
    if (draws_.one_in(4)) offend();
    if (draws_.one_in(3)) return;
    take_and_check(EpochEnd{!draws_.one_in(12)});
    RC_ASSERT(stage_.state().tree_root == kv_root(stage_.state().entries.map()));
    ++reached_.epochs;
}

void Branches::keep() {
    if (steps_.empty()) return;
    const Root root = root_of(stage_);
    kept_.push_back({stage_.state(), root, from_, std::move(steps_)});
    from_ = kept_.size() - 1;
    steps_.clear();
}

void Branches::reorg() {
    keep();
    const std::uint64_t depth = draws_.one_in(5) ? kept_.size() : std::min<std::uint64_t>(kept_.size(), 6);
    const std::size_t back_to = kept_.size() - 1 - draws_.below(depth);
    if (back_to == from_) return;
    from_ = back_to;
    stage_.state() = kept_[from_].state;
    RC_ASSERT(root_of(stage_) == kept_[from_].root);
    ++reached_.reorgs;
    if (draws_.one_in(2)) repeat_a_branch();
}

/// The same steps from the same state: whatever other branches did in between, they end in the same state.
void Branches::repeat_a_branch() {
    std::vector<std::size_t> branches;
    for (std::size_t place = 1; place < kept_.size(); ++place) {
        if (kept_[place].parent == from_) branches.push_back(place);
    }
    if (branches.empty()) return;
    from_ = branches[draws_.below(branches.size())];
    for (const Step& step : kept_[from_].steps)
        take(stage_, step);
    RC_ASSERT(root_of(stage_) == kept_[from_].root);
    RC_ASSERT(stage_.state() == kept_[from_].state);
    ++reached_.repetitions;
}

bool Branches::has_branches(std::size_t place) const {
    return std::ranges::any_of(kept_.begin() + 1, kept_.end(), [&](const Kept& kept) { return kept.parent == place; });
}

bool Branches::comes_from(std::size_t place, std::size_t ancestor) const {
    while (place > ancestor)
        place = kept_[place].parent;
    return place == ancestor;
}

/// The way from genesis to a kept state once more, on a stage that has seen no other branch.
void Branches::replay_alone(std::size_t place) const {
    Stage alone;
    for (std::size_t next = 0; next < kept_.size(); ++next) {
        if (!comes_from(place, next)) continue;
        for (const Step& step : kept_[next].steps)
            take(alone, step);
        RC_ASSERT(root_of(alone) == kept_[next].root);
        RC_ASSERT(alone.state() == kept_[next].state);
    }
}

void Branches::count_disagreements(const std::vector<std::size_t>& tips) {
    for (std::size_t i = 1; i < tips.size(); ++i) {
        const std::vector<Validator>& one = kept_[tips[i - 1]].state.validators;
        const std::vector<Validator>& other = kept_[tips[i]].state.validators;
        for (std::size_t index = 0; index < Stage::VALIDATORS; ++index) {
            if (one[index].slashed == other[index].slashed) continue;
            ++reached_.disagreements;
            break;
        }
    }
}

void Branches::check_in_the_end() {
    keep();
    std::vector<std::size_t> tips;
    for (std::size_t place = 0; place < kept_.size(); ++place) {
        stage_.state() = kept_[place].state;
        RC_ASSERT(root_of(stage_) == kept_[place].root);
        if (!has_branches(place)) tips.push_back(place);
        const auto goes_on = [&](const Kept& kept) { return kept.parent == place; };
        if (std::count_if(kept_.begin() + 1, kept_.end(), goes_on) > 1) ++reached_.forks;
    }
    for (int i = 0; i < 4; ++i)
        replay_alone(tips[draws_.below(tips.size())]);
    count_disagreements(tips);
    ++reached_.cases;
}

void Branches::run() {
    for (int i = 0; i < 150; ++i) {
        grow();
        if (draws_.one_in(6)) keep();
        if (draws_.one_in(10)) reorg();
    }
    check_in_the_end();
}

/// So many in a case, on the average of the run.
void expect_reached(const char* what, std::uint64_t count, const Reached& reached, std::uint64_t in_a_case) {
    EXPECT_GE(count, in_a_case * reached.cases) << what;
    testing::Test::RecordProperty(what, static_cast<int>(count));
}

TEST(StakeOnBranches, EveryBranchConservesAndKnowsNothingOfTheOthers) {
    Reached reached;
    ASSERT_TRUE(rc::check("branches of stake", [&](std::uint64_t seed) { Branches(seed, reached).run(); }));
    if (reached.cases < 10) GTEST_SKIP() << "the cases hold, but they are too few for an average";
    expect_reached("operations", reached.operations, reached, 200);
    expect_reached("operations_that_succeed", reached.successes, reached, 60);
    expect_reached("epochs", reached.epochs, reached, 50);
    expect_reached("reorgs", reached.reorgs, reached, 5);
    expect_reached("repetitions", reached.repetitions, reached, 1);
    expect_reached("forks", reached.forks, reached, 2);
    expect_reached("slashings", reached.slashings, reached, 3);
    expect_reached("slashings_of_another_branch", reached.of_another_branch, reached, 1);
    expect_reached("slashings_for_older_offences", reached.for_older_offences, reached, 1);
    expect_reached("disagreements", reached.disagreements, reached, 1);
}

}  // namespace
}  // namespace touchstone::reference
