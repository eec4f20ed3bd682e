// Page 09, process_registry_updates: who is ejected, let in, and displaced.
#include <gtest/gtest.h>

#include "reference/chain/test_stage.h"
#include "reference/entries/stake_entries.h"
#include "reference/transition/epoch.h"

namespace touchstone::reference {
namespace {

using test::Stage;
using test::tst;

class RegistryUpdates : public testing::Test {
  protected:
    RegistryUpdates() { state.slot = Slot{5 * 8 + 7}; }

    /// A validator that has never been active.
    ValidatorIndex add(Amount effective_stake) {
        const ValidatorIndex index{state.validators.size()};
        Validator validator = state.validators[0];
        validator.effective_stake = effective_stake;
        validator.activation_epoch = validator.eligibility_epoch = Epoch{FAR_FUTURE_EPOCH};
        state.validators.push_back(validator);
        return index;
    }
    bool is_eligible(ValidatorIndex index) const { return state.validators[index.value].eligibility_epoch == Epoch{6}; }

    Stage stage;
    ConsensusState& state = stage.state();
};

// [REG-03], [REG-05] There are ten, and twelve may stay.
TEST_F(RegistryUpdates, CandidatesAreLetInByTheirIndexWhileThereIsRoom) {
    const auto small = add(tst(31));
    const auto first = add(tst(32));
    const auto second = add(tst(4096));
    const auto third = add(tst(1024));
    ASSERT_TRUE(process_registry_updates(state));
    EXPECT_FALSE(is_eligible(small));
    EXPECT_TRUE(is_eligible(first));
    EXPECT_TRUE(is_eligible(second));
    EXPECT_FALSE(is_eligible(third));  // not a tenth more than anybody
    EXPECT_EQ(get_first_bond(state).value(), (QueuedBond{first, {}, Amount{0}, Slot{48}}));
    EXPECT_EQ(state.bond_queue.tail, 2U);
    EXPECT_EQ(state.unbond_queue.tail, 0U);
}

TEST_F(RegistryUpdates, WhoIsEligibleOrLeavesIsNoCandidate) {
    const auto eligible = add(tst(32));
    stage.validator(eligible.value).eligibility_epoch = Epoch{2};
    const auto leaving = add(tst(32));
    stage.validator(leaving.value).exit_request_epoch = Epoch{5};
    ASSERT_TRUE(process_registry_updates(state));
    EXPECT_EQ(state.bond_queue.tail, 0U);
}

// [REG-04]
TEST_F(RegistryUpdates, TheHeaviestCandidateTakesThePlaceOfTheLightest) {
    state.config.MAX_ACTIVE_VALIDATORS = 10;
    stage.validator(2).effective_stake = tst(1000);
    stage.validator(7).effective_stake = tst(1000);
    const auto light = add(tst(1099));
    EXPECT_TRUE(process_registry_updates(state));
    EXPECT_FALSE(is_eligible(light));
    const auto heavy = add(tst(1100));
    const auto equal = add(tst(1100));
    ASSERT_TRUE(process_registry_updates(state));
    EXPECT_TRUE(is_eligible(heavy));
    EXPECT_FALSE(is_eligible(equal));
    EXPECT_EQ(stage.validator(7).exit_request_epoch, Epoch{5});
    EXPECT_EQ(stage.validator(2).exit_request_epoch, Epoch{FAR_FUTURE_EPOCH});
    EXPECT_EQ(get_first_unbond(state).value(), (QueuedUnbond{ValidatorIndex{7}, {}, 0}));
}

// [REG-01] The place of one that is ejected is free at once.
TEST_F(RegistryUpdates, WhoIsEjectedLeavesHisPlace) {
    state.config.MAX_ACTIVE_VALIDATORS = 10;
    stage.validator(4).effective_stake = tst(16);
    const auto candidate = add(tst(32));
    ASSERT_TRUE(process_registry_updates(state));
    EXPECT_EQ(stage.validator(4).exit_request_epoch, Epoch{5});
    EXPECT_TRUE(is_eligible(candidate));
    EXPECT_EQ(state.unbond_queue.tail, 1U);
}

TEST_F(RegistryUpdates, NobodyIsDisplacedWhereNobodyIsActive) {
    state.config.MAX_ACTIVE_VALIDATORS = 1;
    for (Validator& validator : state.validators)
        validator.activation_epoch = Epoch{100};
    add(tst(4096));
    ASSERT_TRUE(process_registry_updates(state));
    EXPECT_EQ(state.bond_queue.tail, 0U);
}

}  // namespace
}  // namespace touchstone::reference
