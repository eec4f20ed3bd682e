// What the rationales of page 17 say nobody can do, tried.
#include <gtest/gtest.h>

#include "reference/chain/test_ledger.h"
#include "reference/chain/test_stage.h"
#include "reference/entries/accounts.h"
#include "reference/entries/stake_entries.h"
#include "reference/execution/transaction.h"
#include "reference/stake/pools.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/epoch.h"
#include "reference/transition/rewards.h"
#include "reference/validators/validators.h"

namespace touchstone::reference {
namespace {

using test::POOL;
using test::saver;
using test::Stage;
using test::tst;

constexpr ValidatorIndex FIRST_NEW{Stage::VALIDATORS};

/// A delegation that has become final and is in the pool.
void join(Stage& stage, const Address& who, Amount amount, ValidatorIndex index = POOL) {
    ASSERT_EQ(stage.status_of(who, Delegate{index, amount}), SUCCESS);
    stage.end_epochs_until_shares_change(index.value, who);
    ASSERT_GT(stage.shares(index.value, who), 0U);
}

/// Has all that the delegator holds leave the pool; the cohort that it comes to.
Epoch depart(Stage& stage, const Address& who) {
    EXPECT_EQ(stage.status_of(who, Undelegate{POOL, stage.shares(POOL.value, who)}), SUCCESS);
    const Epoch exit_epoch{stage.epoch().value + 1};
    stage.end_epoch();
    EXPECT_TRUE(get_cohort(stage.state(), POOL, exit_epoch));
    return exit_epoch;
}

Amount tokens_of(const Stage& stage, Epoch exit_epoch) { return get_cohort(stage.state(), POOL, exit_epoch)->tokens; }

// STK-02, STK-18: the operator cannot leave one dear share behind, on which others' stakes round to nothing.
TEST(Attacks, NobodyMakesAShareSoDearThatStakesRoundToNothing) {
    Stage stage;
    const Address attacker = saver(0);
    const Address victim = saver(1);
    stage.operate(attacker, test::registration(0, Amount{stage.state().config.MIN_SELF_STAKE}));
    stage.end_epochs_until_shares_change(FIRST_NEW.value, attacker);
    const std::uint64_t all = stage.shares(FIRST_NEW.value, attacker);
    EXPECT_EQ(stage.status_of(attacker, Undelegate{FIRST_NEW, all - 1}), LOCKED);
    EXPECT_EQ(stage.status_of(attacker, Undelegate{FIRST_NEW, all}), LOCKED);

    // However much the pool earns: nobody loses as much as a share is worth.
    ASSERT_TRUE(increase_balance(stage.state(), FIRST_NEW, tst(3'000)));
    const Amount bond{stage.state().config.MIN_BOND + 123'456'789};
    const Wide before = stage.wealth(victim);
    stage.operate(victim, Delegate{FIRST_NEW, bond});
    stage.end_epochs_until_shares_change(FIRST_NEW.value, victim);
    const Wide price = share_value(stage.state(), FIRST_NEW, 1) + 1;
    EXPECT_LT(price, Wide{1'000});
    EXPECT_GE(stage.wealth(victim) + price, before);
    EXPECT_LE(stage.wealth(victim), before);
}

// STK-18: and if he leaves before the pool was ever active, whoever followed him has his stake back.
TEST(Attacks, WhoDelegatesToAPoolThatIsGivenUpHasItBack) {
    Stage stage;
    const Address attacker = saver(0);
    const Address victim = saver(1);
    stage.operate(attacker, test::registration(0, tst(20)));
    stage.end_epochs_until_shares_change(FIRST_NEW.value, attacker);
    stage.operate(victim, Delegate{FIRST_NEW, tst(50)});
    EXPECT_EQ(stage.status_of(attacker, ExitValidator{FIRST_NEW}), SUCCESS);
    EXPECT_EQ(stage.status_of(attacker, Undelegate{FIRST_NEW, stage.shares(FIRST_NEW.value, attacker)}), SUCCESS);
    EXPECT_EQ(stage.status_of(victim, Delegate{FIRST_NEW, tst(50)}), LEAVING);
    stage.end_epochs(6);
    EXPECT_EQ(get_account(stage.state(), victim).balance, tst(1'000'000));
    EXPECT_EQ(stage.state().shares[FIRST_NEW.value], 0U);
    EXPECT_EQ(test::broken_ledger(stage.state()), "");
}

// STK-23: who left after the offence pays as the pool does, who left before it does not.
TEST(Attacks, TheUnbondQueueIsNoWayOutOfASlashing) {
    Stage stage;
    join(stage, saver(0), tst(64));
    join(stage, saver(1), tst(64));
    join(stage, saver(2), tst(64));
    const Epoch innocent = depart(stage, saver(0));
    const Epoch offence = stage.epoch();
    ASSERT_EQ(innocent, offence);
    const Epoch guilty = depart(stage, saver(1));
    const Amount before_innocent = tokens_of(stage, innocent);
    const Amount before_guilty = tokens_of(stage, guilty);
    stage.operate(saver(2), Undelegate{POOL, stage.shares(POOL.value, saver(2))});  // waits in the queue
    const Amount pool = stage.state().balances[POOL.value];

    stage.slash(POOL.value, offence);
    const std::uint64_t q = stage.state().config.MIN_SLASHING_PENALTY_QUOTIENT;
    EXPECT_EQ(tokens_of(stage, innocent), before_innocent);
    EXPECT_TRUE(before_guilty - tokens_of(stage, guilty) == ceil_div(before_guilty.value, q));
    EXPECT_TRUE(pool - stage.state().balances[POOL.value] == ceil_div(pool.value, q));
    EXPECT_EQ(get_cohort(stage.state(), POOL, guilty)->hold_epoch, stage.validator(POOL.value).hold_epoch);

    stage.end_epoch();  // STK-19: what waits is given back to the pool
    EXPECT_GT(stage.shares(POOL.value, saver(2)), 0U);
    EXPECT_EQ(stage.status_of(saver(2), Undelegate{POOL, 1}), TOO_SMALL);
    EXPECT_EQ(stage.status_of(saver(2), Undelegate{POOL, stage.shares(POOL.value, saver(2))}), NOT_WITHDRAWABLE);

    const Amount held = tokens_of(stage, guilty);
    const Epoch due{stage.validator(POOL.value).hold_epoch.value - 4};
    while (stage.epoch() < due) {
        EXPECT_EQ(stage.status_of(saver(1), Withdraw{POOL, guilty}), NOT_WITHDRAWABLE);
        stage.end_epoch();
    }
    const CorrelationPenalty penalty = get_correlation_penalty(stage.state()).value();
    stage.end_epoch();
    EXPECT_TRUE(held - tokens_of(stage, guilty) == penalty.of(held));
    EXPECT_GT(penalty.of(held), Wide{0});
    stage.end_epochs(3);
    EXPECT_EQ(stage.status_of(saver(1), Withdraw{POOL, guilty}), SUCCESS);
    EXPECT_EQ(stage.status_of(saver(1), Withdraw{POOL, guilty}), NOTHING_THERE);
    EXPECT_EQ(test::broken_ledger(stage.state()), "");
}

struct OlderOffence {
    Stage stage{[] {
        Parameters config = test::stage_config();
        config.UNBONDING_EPOCHS = 12;  // a cohort outlives the correlation penalty of the newer offence
        return config;
    }()};
    Epoch older;
    Epoch exit_epoch;

    /// Stake leaves between two offences, and the newer one is reported first.
    OlderOffence() {
        join(stage, saver(1), tst(64));
        older = stage.epoch();
        exit_epoch = depart(stage, saver(1));
        stage.end_epoch();
        stage.slash(POOL.value, stage.epoch());
    }
};

// STK-24: a newer offence, reported by the offender himself, is no shield; the correlation penalty is still to come.
TEST(Attacks, ANewerOffenceIsNoShieldForWhatLeftBeforeIt) {
    OlderOffence attack;
    Stage& stage = attack.stage;
    const Amount before = tokens_of(stage, attack.exit_epoch);
    EXPECT_EQ(get_cohort(stage.state(), POOL, attack.exit_epoch)->hold_epoch, Epoch{0});
    const Amount pool = stage.state().balances[POOL.value];
    stage.slash(POOL.value, attack.older);
    EXPECT_TRUE(before - tokens_of(stage, attack.exit_epoch) == ceil_div(before.value, 32));
    EXPECT_EQ(stage.state().balances[POOL.value], pool);  // the pool has paid
    EXPECT_EQ(get_cohort(stage.state(), POOL, attack.exit_epoch)->hold_epoch, stage.validator(POOL.value).hold_epoch);
    EXPECT_EQ(stage.validator(POOL.value).slashed_from, attack.older);
    EXPECT_FALSE(
        is_slashable_validator(stage.validator(POOL.value), stage.epoch(), attack.older, stage.state().config));
    const Amount rest = tokens_of(stage, attack.exit_epoch);
    stage.end_epochs(4);
    EXPECT_EQ(tokens_of(stage, attack.exit_epoch), rest);
    stage.end_epoch();
    EXPECT_LT(tokens_of(stage, attack.exit_epoch), rest);
    EXPECT_EQ(test::broken_ledger(stage.state()), "");
}

// STK-24: and where it has been taken already, it is taken of the cohort at once.
TEST(Attacks, AnOldOffenceThatIsReportedLateCostsTheWholeAtOnce) {
    OlderOffence attack;
    Stage& stage = attack.stage;
    stage.end_epochs(5);
    const Amount before = tokens_of(stage, attack.exit_epoch);
    stage.slash(POOL.value, attack.older);
    const CorrelationPenalty penalty = get_correlation_penalty(stage.state()).value();
    const Amount rest{before.value - static_cast<std::uint64_t>(ceil_div(before.value, 32))};
    EXPECT_TRUE(tokens_of(stage, attack.exit_epoch) == rest - penalty.of(rest));
    EXPECT_EQ(get_cohort(stage.state(), POOL, attack.exit_epoch)->hold_epoch, Epoch{0});
    EXPECT_EQ(test::broken_ledger(stage.state()), "");
}

// STK-24: a cohort that has been slashed for the newer offence is not slashed for the older one again.
TEST(Attacks, NobodyPaysTwiceForOneValidatorsOffences) {
    OlderOffence attack;
    Stage& stage = attack.stage;
    stage.slash(POOL.value, attack.older);
    const Amount once = tokens_of(stage, attack.exit_epoch);
    stage.slash(POOL.value, Epoch{attack.older.value - 1});
    EXPECT_EQ(tokens_of(stage, attack.exit_epoch), once);
}

// STK-21: the price of a bond is that of the boundary, after the epoch's rewards and penalties.
TEST(Attacks, NobodyBuysIntoRewardsThatHeDidNotEarn) {
    Stage stage;
    stage.end_epochs(4);
    const Address late = saver(0);
    const Wide before = stage.wealth(late);
    stage.operate(late, Delegate{POOL, tst(500)});
    while (stage.shares(POOL.value, late) == 0) {
        const Amount pool = stage.state().balances[POOL.value];
        stage.end_epoch();
        EXPECT_GT(stage.state().balances[POOL.value], pool);  // there were rewards
        EXPECT_LE(stage.wealth(late), before);
    }
    EXPECT_GE(stage.wealth(late) + 2, before);
    stage.end_epoch();
    EXPECT_GT(stage.wealth(late), before);  // those that he earned
}

// STK-10: whoever does not like a higher commission is gone before it comes.
TEST(Attacks, ACommissionIsNotRaisedAtOnce) {
    Stage stage;
    const Address operator_address = stage.operator_of(POOL.value);
    join(stage, saver(0), tst(64));
    const Epoch begin = stage.epoch();
    EXPECT_EQ(stage.status_of(operator_address, EditValidator{POOL, 9'000}), SUCCESS);
    // Neither asking twice nor lowering it on the way brings it sooner.
    stage.end_epoch();
    EXPECT_EQ(stage.status_of(operator_address, EditValidator{POOL, 0}), SUCCESS);
    EXPECT_EQ(stage.status_of(operator_address, EditValidator{POOL, 9'000}), SUCCESS);
    const Epoch exit_epoch = depart(stage, saver(0));
    while (get_commission(stage.validator(POOL.value), stage.epoch()) == 0)
        stage.end_epoch();
    EXPECT_EQ(stage.epoch(), Epoch{begin.value + 1 + stage.state().config.UNBONDING_EPOCHS});
    EXPECT_LT(exit_epoch, stage.epoch());
    EXPECT_EQ(stage.state().commissions[POOL.value], Amount{0});
    stage.end_epoch();
    EXPECT_GT(stage.state().commissions[POOL.value], Amount{0});
    // A lower one holds at once.
    EXPECT_EQ(stage.status_of(operator_address, EditValidator{POOL, 100}), SUCCESS);
    EXPECT_EQ(get_commission(stage.validator(POOL.value), stage.epoch()), 100U);
}

// STK-06: however little is left in a pool, the commission of an epoch is there.
TEST(Attacks, ACommissionIsNeverMoreThanThePoolHas) {
    for (const unsigned flags : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U}) {
        for (const std::uint64_t balance : {0U, 1U, 1'000U, 1'000'000U}) {
            Stage stage;
            stage.end_epochs(2);
            ConsensusState& state = stage.state();
            stage.validator(POOL.value).commission = BASIS_POINTS;
            const Amount taken{state.balances[POOL.value].value - balance};
            ASSERT_TRUE(decrease_balance(state, POOL, taken));
            state.previous_epoch_participation[POOL.value] = static_cast<ParticipationFlags>(flags);
            state.inactivity_scores[POOL.value] = 1'000;
            const Wide before = test::supply(state) + state.burnt - state.minted;
            ASSERT_TRUE(process_rewards_and_penalties(state)) << flags;
            EXPECT_TRUE(test::supply(state) + state.burnt - state.minted == before);
            if (flags == 7) {
                EXPECT_GT(state.commissions[POOL.value], Amount{0});
                EXPECT_EQ(state.balances[POOL.value], Amount{balance});
            }
        }
    }
}

// REW-01: it is of what an epoch really earned.
TEST(Attacks, ACommissionIsOfRewardsLessPenalties) {
    Stage stage;
    stage.end_epochs(2);
    ConsensusState& state = stage.state();
    stage.validator(POOL.value).commission = 2'500;
    state.previous_epoch_participation[POOL.value] = 6;  // target and head, but not the source: a penalty
    const Amount before = state.balances[POOL.value];
    const Amount commission = state.commissions[POOL.value];
    Wide rewards = 0;
    Wide penalties = 0;
    for (std::size_t flag = 0; flag < PARTICIPATION_FLAG_WEIGHTS.size(); ++flag) {
        const Deltas deltas = get_flag_index_deltas(state, flag).value();
        rewards += deltas.rewards[POOL.value].value;
        penalties += deltas.penalties[POOL.value].value;
    }
    ASSERT_GT(penalties, Wide{0});
    ASSERT_GT(rewards, penalties);
    ASSERT_TRUE(process_rewards_and_penalties(state));
    const Wide net = rewards - penalties;
    EXPECT_TRUE(state.commissions[POOL.value] - commission == net / 4);
    EXPECT_TRUE(state.balances[POOL.value] - before == net - net / 4);
}

// VAL-09: whoever reports himself loses more than he is given.
TEST(Attacks, SlashingOneselfNeverPays) {
    for (const Amount stake : {Amount{0}, Amount{1}, tst(1), tst(16), tst(1024)}) {
        Stage stage;
        stage.end_epoch();
        ConsensusState& state = stage.state();
        const Amount taken{state.balances[POOL.value].value - stake.value};
        ASSERT_TRUE(decrease_balance(state, POOL, taken));
        const Address operator_address = stage.operator_of(POOL.value);
        const Wide before = stage.wealth(operator_address);
        const Amount burnt = state.burnt;
        stage.slash(POOL.value, stage.epoch(), POOL.value);
        const Wide lost = ceil_div(stake.value, 32);
        const Wide reward = get_account(state, operator_address).balance.value;
        EXPECT_TRUE(reward == std::min<Wide>(stake.value, tst(16).value) / 64);
        EXPECT_TRUE(reward * 2 <= lost);
        EXPECT_TRUE(stage.wealth(operator_address) == before - lost + reward);
        EXPECT_TRUE(state.burnt - burnt == lost - reward);
    }
}

// STK-18: an operator has something to lose as long as others trust him with theirs.
TEST(Attacks, TheOperatorDoesNotLeaveBeforeHisDelegators) {
    Stage stage;
    const Address operator_address = stage.operator_of(POOL.value);
    join(stage, saver(0), tst(64));
    const auto undelegates = [&](std::uint64_t shares) {
        return stage.status_of(operator_address, Undelegate{POOL, shares});
    };
    const std::uint64_t held = stage.shares(POOL.value, operator_address);
    EXPECT_EQ(undelegates(held), LOCKED);
    EXPECT_EQ(undelegates(held - tst(15).value), LOCKED);
    EXPECT_EQ(undelegates(held - tst(17).value), SUCCESS);
    stage.end_epochs(4);
    const std::uint64_t locked = stage.shares(POOL.value, operator_address);
    EXPECT_EQ(stage.status_of(operator_address, ExitValidator{POOL}), SUCCESS);
    while (!is_free(stage.validator(POOL.value), stage.epoch(), stage.state().config)) {
        EXPECT_EQ(undelegates(locked), LOCKED);
        stage.end_epoch();
    }
    EXPECT_EQ(undelegates(locked), SUCCESS);
    EXPECT_EQ(stage.status_of(saver(0), Undelegate{POOL, stage.shares(POOL.value, saver(0))}), SUCCESS);
    EXPECT_EQ(stage.state().shares[POOL.value], 0U);
    EXPECT_EQ(stage.state().balances[POOL.value], Amount{0});
}

// STK-21: a fork that does not finalize cannot bring itself stake.
TEST(Attacks, ABondCountsOnlyOnceItsBlockIsFinal) {
    Stage stage;
    stage.end_epochs(4);
    const Slot bonded = stage.state().slot;
    stage.operate(saver(0), Delegate{POOL, tst(64)});
    stage.end_epochs(20, false);
    EXPECT_EQ(stage.shares(POOL.value, saver(0)), 0U);
    EXPECT_EQ(stage.state().bonding, tst(64));
    stage.end_epochs_until_shares_change(POOL.value, saver(0));
    EXPECT_GE(stage.state().finalized_checkpoint.epoch.value * stage.state().config.SLOTS_PER_EPOCH, bonded.value);
    EXPECT_EQ(stage.state().bonding, Amount{0});
}

// STK-19: exits that wait for want of validators do not hold the stake of everybody behind them.
TEST(Attacks, ExitsThatHaveToWaitHoldNobodyUp) {
    Stage stage;
    join(stage, saver(0), tst(64));
    for (std::uint64_t index = 4; index < 8; ++index)
        ASSERT_EQ(stage.status_of(stage.operator_of(index), ExitValidator{ValidatorIndex{index}}), SUCCESS);
    stage.end_epochs(8);  // two may leave, two have to wait
    stage.operate(saver(0), Undelegate{POOL, stage.shares(POOL.value, saver(0))});
    stage.end_epoch();
    EXPECT_GT(stage.state().unbonding, Amount{0});
    EXPECT_EQ(stage.state().unbond_queue.tail - stage.state().unbond_queue.head, 2U);
    EXPECT_EQ(test::broken_ledger(stage.state()), "");
}

}  // namespace
}  // namespace touchstone::reference
