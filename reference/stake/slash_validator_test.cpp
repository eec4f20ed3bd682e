#include "reference/stake/slash_validator.h"

#include <gtest/gtest.h>

#include "reference/chain/test_ledger.h"
#include "reference/chain/test_stage.h"
#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/stake/cohorts.h"
#include "reference/validators/slots_and_epochs.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::saver;
using test::Stage;
using test::tst;

constexpr ValidatorIndex OFFENDER{3};

/// Epoch 6, and cohorts of 10 TST that left the pool at the ends of the epochs 1 to 5.
class Slashing : public testing::Test {
  protected:
    Slashing() {
        for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) {
            state.slot = Slot{epoch * 8 + 7};
            const auto left = leave(state, OFFENDER, saver(0), tst(10).value);
            EXPECT_TRUE(left);
        }
        set_pool_shares(state, OFFENDER, stage.operator_of(3), tst(1024 - 50).value);
        state.slot = Slot{6 * 8 + 7};
    }
    ~Slashing() override { EXPECT_EQ(test::broken_ledger(state), ""); }

    Cohort cohort(std::uint64_t exit_epoch) const { return *get_cohort(state, OFFENDER, Epoch{exit_epoch}); }
    std::vector<std::uint64_t> in_scope(std::uint64_t offence) const {
        std::vector<std::uint64_t> epochs;
        const auto found = get_cohorts_in_scope(state, OFFENDER, Epoch{offence});
        for (Epoch epoch : found.value())
            epochs.push_back(epoch.value);
        return epochs;
    }

    Stage stage;
    ConsensusState& state = stage.state();
};

// [STK-23] Unbonding takes four epochs.
TEST_F(Slashing, CohortsAreInScopeAfterTheOffenceUntilTheirTimeIsOver) {
    using Epochs = std::vector<std::uint64_t>;
    EXPECT_EQ(in_scope(0), (Epochs{6, 5, 4, 3}));
    EXPECT_EQ(in_scope(3), (Epochs{6, 5, 4}));
    EXPECT_EQ(in_scope(4), (Epochs{6, 5}));
    EXPECT_EQ(in_scope(6), Epochs{});
    Cohort oldest = cohort(2);
    oldest.hold_epoch = Epoch{7};
    set_cohort(state, OFFENDER, Epoch{2}, oldest);
    EXPECT_EQ(in_scope(0), (Epochs{6, 5, 4, 3, 2}));
    state.slot = Slot{7 * 8};
    EXPECT_EQ(in_scope(0), (Epochs{6, 5, 4}));
}

TEST_F(Slashing, AListThatGoesRoundIsRefused) {
    Cohort round = cohort(5);
    round.previous = Epoch{6};
    set_cohort(state, OFFENDER, Epoch{5}, round);
    EXPECT_EQ(get_cohorts_in_scope(state, OFFENDER, Epoch{0}).failure().clause, Clause::STK_03);
}

// [VAL-09]
TEST_F(Slashing, ThePoolAndWhatLeftSinceTheOffencePayTheSamePart) {
    stage.slash(3, Epoch{4});
    const Validator& validator = stage.validator(3);
    EXPECT_TRUE(validator.slashed);
    EXPECT_EQ(validator.slashed_from, Epoch{4});
    EXPECT_EQ(validator.hold_epoch, Epoch{14});
    EXPECT_EQ(state.slashings[6], tst(1024 + 20));
    EXPECT_EQ(state.balances[3], Amount{tst(974).value - tst(974).value / 32});
    for (std::uint64_t epoch : {5U, 6U}) {
        EXPECT_EQ(cohort(epoch).tokens, Amount{tst(10).value - tst(10).value / 32});
        EXPECT_EQ(cohort(epoch).hold_epoch, Epoch{14});
    }
    EXPECT_EQ(cohort(4).tokens, tst(10));
    EXPECT_EQ(cohort(4).hold_epoch, Epoch{0});
    const Amount reward = get_account(state, stage.operator_of(0)).balance;
    EXPECT_EQ(reward, Amount{tst(16).value / 64});
    EXPECT_EQ(state.burnt, Amount{tst(994).value / 32 - reward.value});
}

TEST_F(Slashing, AReporterOfWhoHasNothingIsGivenNothing) {
    ASSERT_TRUE(decrease_balance(state, OFFENDER, state.balances[3]));
    stage.slash(3, Epoch{6});
    EXPECT_FALSE(has_account(state, stage.operator_of(0)));
}

// Penalties round up: a grain of a cohort is lost whole.
TEST_F(Slashing, PenaltiesRoundUp) {
    Cohort small = cohort(6);
    small.tokens = Amount{1};
    state.unbonding = Amount{state.unbonding.value - tst(10).value + 1};
    set_cohort(state, OFFENDER, Epoch{6}, small);
    stage.slash(3, Epoch{5});
    EXPECT_EQ(cohort(6).tokens, Amount{0});
}

// [VAL-03]
TEST_F(Slashing, OnlyAnOlderOffenceSlashesAgain) {
    const auto slashable = [&](std::uint64_t offence) {
        return is_slashable_validator(stage.validator(3), stage.epoch(), Epoch{offence}, state.config);
    };
    EXPECT_TRUE(slashable(5) && slashable(6));
    stage.slash(3, Epoch{5});
    EXPECT_TRUE(slashable(4));
    EXPECT_FALSE(slashable(5) || slashable(6));
}

// [STK-24] Only what left between the two offences pays, and `slashings` count it.
TEST_F(Slashing, TheOlderOffenceCostsWhatLeftBetweenTheTwo) {
    stage.slash(3, Epoch{5});
    const Amount pool = state.balances[3];
    const Amount newest = cohort(6).tokens;
    const Amount burnt = state.burnt;
    stage.slash(3, Epoch{3});
    EXPECT_EQ(state.balances[3], pool);
    EXPECT_EQ(cohort(6).tokens, newest);
    for (std::uint64_t epoch : {4U, 5U}) {
        EXPECT_EQ(cohort(epoch).tokens, Amount{tst(10).value - tst(10).value / 32});
        EXPECT_EQ(cohort(epoch).hold_epoch, Epoch{14});
    }
    EXPECT_EQ(cohort(3).tokens, tst(10));
    EXPECT_EQ(state.slashings[6], tst(1024 + 10 + 20));
    EXPECT_TRUE(state.burnt - burnt == tst(20).value / 32);
}

// [STK-24] A block in the epoch at whose end the correlation penalty is taken comes before it; one in the next, after
// it.
TEST_F(Slashing, TheOlderOffenceIsInTimeUntilThePenaltyIsTaken) {
    state.config.UNBONDING_EPOCHS = 12;
    stage.slash(3, Epoch{5});
    state.slot = Slot{11 * 8};
    ConsensusState late = state;
    state.slot = Slot{10 * 8 + 7};
    stage.slash(3, Epoch{4});
    const Amount rest = cohort(5).tokens;
    EXPECT_EQ(rest, Amount{tst(10).value - tst(10).value / 32});
    EXPECT_EQ(cohort(5).hold_epoch, Epoch{14});
    const CorrelationPenalty penalty = get_correlation_penalty(state).value();
    ASSERT_TRUE(process_slashings(state));
    EXPECT_TRUE(rest - cohort(5).tokens == penalty.of(rest));

    ASSERT_TRUE(slash_validator(late, OFFENDER, Epoch{4}, ValidatorIndex{0}));
    const CorrelationPenalty at_once = get_correlation_penalty(late).value();
    EXPECT_TRUE(get_cohort(late, OFFENDER, Epoch{5})->tokens == rest - at_once.of(rest));
    EXPECT_EQ(get_cohort(late, OFFENDER, Epoch{5})->hold_epoch, Epoch{0});
}

// [SLA-01], [STK-25] Half a vector after the slashing, of what is held as long as the validator.
TEST_F(Slashing, TheCorrelationPenaltyIsOfThePoolAndItsHeldCohorts) {
    stage.slash(3, Epoch{5});
    const Amount pool = state.balances[3];
    const Amount held = cohort(6).tokens;
    Cohort other = cohort(6);
    other.hold_epoch = Epoch{13};
    state.slot = Slot{9 * 8 + 7};
    ASSERT_TRUE(process_slashings(state));
    EXPECT_EQ(state.balances[3], pool);
    state.slot = Slot{10 * 8 + 7};
    const CorrelationPenalty penalty = get_correlation_penalty(state).value();
    EXPECT_TRUE(penalty.a == tst(1034).value * Wide{3});
    ConsensusState not_held = state;
    set_cohort(not_held, OFFENDER, Epoch{6}, other);
    ASSERT_TRUE(process_slashings(not_held));
    EXPECT_EQ(get_cohort(not_held, OFFENDER, Epoch{6})->tokens, held);
    ASSERT_TRUE(process_slashings(state));
    EXPECT_TRUE(pool - state.balances[3] == penalty.of(pool));
    EXPECT_TRUE(held - cohort(6).tokens == penalty.of(held));
}

}  // namespace
}  // namespace touchstone::reference
