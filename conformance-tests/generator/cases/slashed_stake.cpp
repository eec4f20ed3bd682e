// What an offence costs the stake of a validator [VAL-09], [STK-23] to [STK-25]: its pool, its cohorts, and the reward
// of who reports it. The current epoch is 300, an unbonding time 256, the window of slashings 64, the least penalty a
// 32nd.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"
#include "reference/entries/accounts.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/slashing.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

using Holds = std::function<bool(const ConsensusState& pre, const ConsensusState& post)>;

const ValidatorIndex kOffender{kOperator};

ProposerSlashing evidence(const ConsensusState& state, ValidatorIndex offender, std::uint64_t epoch) {
    const auto header = [&](std::uint8_t tag) {
        ref::BlockHeader result;
        result.slot = Slot{epoch * 8 + 3};
        result.proposer_index = offender;
        result.body_root.bytes.fill(tag);
        return ref::SignedBlockHeader{result,
                                      sign(offender, signing_root(state, result, ref::DOMAIN_PROPOSER, Epoch{epoch}))};
    };
    return {header(1), header(2)};
}

template <class Operation>
std::string what_is_wrong(const ConsensusState& pre, const Operation& operation, Process<Operation> process,
                          const Holds& holds) {
    ConsensusState post = pre;
    if (!process(post, operation)) return "";  // add_operation says so
    return holds(pre, post) ? "" : ": the state is not as said";
}

void slash(Suite& suite, const Title& title, const ConsensusState& pre, std::uint64_t epoch, const Holds& holds,
           ValidatorIndex offender = kOffender) {
    const ProposerSlashing slashing = evidence(pre, offender, epoch);
    const std::string wrong = what_is_wrong<ProposerSlashing>(pre, slashing, ref::process_proposer_slashing, holds);
    if (!wrong.empty()) suite.problem("operations/proposer_slashing/" + title.name + wrong);
    add_operation(suite, "proposer_slashing", "proposer_slashing", title, pre, slashing, ref::process_proposer_slashing,
                  std::nullopt);
}

std::uint64_t reporter(const ConsensusState& state) { return ref::get_beacon_proposer_index(state).value; }

std::uint64_t reward(const ConsensusState& pre, const ConsensusState& post) {
    const Address& address = pre.validators[reporter(pre)].operator_address;
    return balance_of(post, address) - balance_of(pre, address);
}

// What the operator's holding is worth, by an entry of so many shares.
Change operator_holds(std::uint64_t shares) {
    return [shares](ConsensusState& s) {
        const Address& address = s.validators[kOperator].operator_address;
        const std::uint64_t before = pool_shares(s, kOperator, address);
        s.entries.change().erase(key_of_pool_shares(kOperator, address));
        s.shares[kOperator] -= before;
        s.balances[kOperator].value -= before;
        if (shares > 0) hold(s, kOperator, address, shares);
    };
}

void add_rewards(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          std::uint64_t expected, ValidatorIndex offender = kOffender) {
        slash(
            suite, {name, shows, {"VAL-09", "PSL-08", "STK-01"}}, stake_state_with(change), 299,
            [=](const ConsensusState& pre, const ConsensusState& post) {
                const std::uint64_t lost = quotient_up(pre.balances[offender.value].value, 1, 32);
                return reward(pre, post) == expected &&
                       post.balances[offender.value].value == pre.balances[offender.value].value - lost &&
                       post.burnt.value == pre.burnt.value + lost - expected &&
                       post.validators[offender.value].slashed_from == 299 &&
                       post.validators[offender.value].hold_epoch == 364;
            },
            offender);
    };
    const Change nothing = [](ConsensusState&) {};
    with("reward", "a 64th of MIN_SELF_STAKE, which the operator has", nothing, 250'000'000);
    with(
        "reward_of_more_own_stake", "the operator's own stake counts up to MIN_SELF_STAKE",
        [](ConsensusState& s) { s.balances[kOperator] = tst(4'000); }, 250'000'000);
    with(
        "reward_of_less_own_stake", "a 64th of what the operator has, rounded down",
        [](ConsensusState& s) {
            operator_holds(1'000'000'063)(s);
            s.balances[kOperator].value = s.shares[kOperator];
        },
        15'625'000);
    with(
        "reward_of_own_stake_below_a_grain", "63 grains of its own are no reward",
        [](ConsensusState& s) {
            operator_holds(63)(s);
            s.balances[kOperator].value = s.shares[kOperator];
        },
        0);
    with(
        "reward_of_one_grain", "64 grains of its own are one",
        [](ConsensusState& s) {
            operator_holds(64)(s);
            s.balances[kOperator].value = s.shares[kOperator];
        },
        1);
    with("no_own_stake", "an operator that holds nothing: all of it burns", operator_holds(0), 0);
    with(
        "own_stake_in_the_queue", "shares that wait in the queue are no more the operator's own",
        [](ConsensusState& s) { queue_unbond(s, {kOffender, account_address(kOperator), tst(1'024).value}); }, 0);
    with(
        "pool_without_shares", "nobody holds anything",
        [](ConsensusState& s) {
            for (const std::uint64_t i : {kOperator, kHolder, kOther})
                s.entries.change().erase(key_of_pool_shares(kOperator, account_address(i)));
            s.shares[kOperator] = 0;
            s.balances[kOperator] = Amount{77};
        },
        0);
    with(
        "reward_makes_an_account", "the reporter's operator has no account yet",
        [](ConsensusState& s) {
            s.entries.change().erase(ref::account_key(s.validators[reporter(s)].operator_address));
        },
        250'000'000);
    with("reward_of_slashing_oneself", "the proposer reports itself", nothing, 250'000'000,
         ValidatorIndex{reporter(stake_state())});
}

// A cohort of the offender, one holder's.
Change cohorts(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& exits_and_tokens,
               std::uint64_t hold_epoch = 0) {
    return [=](ConsensusState& s) {
        for (const auto& [exit_epoch, tokens] : exits_and_tokens) {
            put_cohort(s, kOperator, exit_epoch, tokens,
                       {{account_address(kHolder), std::max<std::uint64_t>(tokens, 7)}}, hold_epoch);
        }
    };
}

// What cohorts have after an offence, and until when they are held.
struct After {
    std::uint64_t exit_epoch;
    std::uint64_t tokens;
    std::uint64_t hold_epoch;
};

bool cohorts_are(const ConsensusState& post, const std::vector<After>& expected) {
    return std::ranges::all_of(expected, [&](const After& after) {
        const auto cohort = cohort_at(post, kOperator, after.exit_epoch);
        return cohort && cohort->tokens == after.tokens && cohort->hold_epoch == after.hold_epoch;
    });
}

void add_scope(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, std::uint64_t epoch, const Change& change,
                          const std::vector<After>& after, std::uint64_t slashed_of_cohorts) {
        slash(suite, {name, shows, {"STK-23", "VAL-09", "STK-03"}}, stake_state_with(change), epoch,
              [=](const ConsensusState& pre, const ConsensusState& post) {
                  return cohorts_are(post, after) &&
                         post.slashings[300 % 64] == tst(1'024).value + slashed_of_cohorts &&
                         post.unbonding.value <= pre.unbonding.value && reward(pre, post) == 250'000'000;
              });
    };
    with("cohort_in_scope", "stake that voted and has left since pays as well", 299, cohorts({{300, 3'200}}),
         {{300, 3'100, 364}}, 3'200);
    with("cohort_that_left_before", "stake that had left by the offence does not", 299, cohorts({{299, 3'200}}),
         {{299, 3'200, 0}}, 0);
    with("cohorts_of_a_list", "two of three: the oldest had left", 100, cohorts({{60, 320}, {200, 640}, {290, 6'400}}),
         {{60, 320, 0}, {200, 620, 364}, {290, 6'200, 364}}, 7'040);
    with("cohort_that_is_over", "a cohort whose unbonding time is over with this epoch", 10,
         cohorts({{44, 320}, {45, 640}}), {{44, 320, 0}, {45, 620, 364}}, 640);
    with("cohort_that_is_held", "over, but held until the next epoch", 10, cohorts({{44, 320}}, 301), {{44, 310, 364}},
         320);
    with("cohort_whose_hold_is_over", "held until this epoch", 10, cohorts({{44, 320}}, 300), {{44, 320, 300}}, 0);
    with(
        "cohort_before_one_that_is_gone", "the list ends at a cohort that was withdrawn", 5,
        [](ConsensusState& s) {
            cohorts({{30, 320}})(s);
            s.validators[kOperator].last_cohort = Epoch{44};
            cohorts({{290, 640}})(s);
        },
        {{30, 320, 0}, {290, 620, 364}}, 640);
    with(
        "newest_cohort_is_gone", "the newest was withdrawn", 5,
        [](ConsensusState& s) {
            cohorts({{30, 320}})(s);
            s.validators[kOperator].last_cohort = Epoch{44};
        },
        {{30, 320, 0}}, 0);
    with("cohorts_round_up", "33 grains lose two, one loses one, none lose nothing", 200,
         cohorts({{250, 33}, {260, 1}, {270, 0}}), {{250, 31, 364}, {260, 0, 364}, {270, 0, 364}}, 34);
    with(
        "cohorts_share_a_longer_hold", "a hold that is longer already", 200,
        [](ConsensusState& s) {
            cohorts({{250, 3'200}})(s);
            s.validators[kOperator].hold_epoch = Epoch{1'000};
        },
        {{250, 3'100, 1'000}}, 3'200);
    with(
        "cohorts_of_others", "cohorts of other validators are not concerned", 200,
        [](ConsensusState& s) {
            put_cohort(s, 4, 250, 3'200, {{account_address(kHolder), 5}});
            cohorts({{250, 320}})(s);
        },
        {{250, 310, 364}}, 320);
    ConsensusState full = stake_state_with(cohorts({{250, 3'200}}));
    full.slashings[300 % 64] = Amount{UINT64_MAX - tst(1'024).value - 3'199};
    add_operation(suite, "proposer_slashing", "proposer_slashing",
                  {"cohorts_overflow", "the stakes do not fit the epoch's entry", {"TYP-01", "VAL-09"}}, full,
                  evidence(full, kOffender, 200), ref::process_proposer_slashing, "TYP-01");
}

// The offender has been slashed for an offence of epoch 200.
Change slashed_before(std::uint64_t hold_epoch, const Change& change) {
    return [=](ConsensusState& s) {
        queue_exit(s, kOperator, 299);
        ref::Validator& v = s.validators[kOperator];
        v.slashed = true;
        v.slashed_from = Epoch{200};
        v.hold_epoch = Epoch{hold_epoch};
        change(s);
    };
}

const std::vector<std::string> kAgain{"STK-24", "VAL-03", "PSL-05"};

void add_slashed_again(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, std::uint64_t hold_epoch,
                          const Change& change, const std::vector<After>& after, std::uint64_t slashed,
                          std::uint64_t epoch = 100) {
        slash(suite, {name, shows, kAgain}, stake_state_with(slashed_before(hold_epoch, change)), epoch,
              [=](const ConsensusState& pre, const ConsensusState& post) {
                  const ref::Validator& v = post.validators[kOperator];
                  return cohorts_are(post, after) && post.balances == pre.balances && reward(pre, post) == 0 &&
                         post.slashings[300 % 64].value == pre.slashings[300 % 64].value + slashed &&
                         v.slashed_from == epoch && v.hold_epoch == hold_epoch &&
                         post.unbond_queue == pre.unbond_queue &&
                         post.burnt.value - pre.burnt.value == pre.unbonding.value - post.unbonding.value;
              });
    };
    const Change nothing = [](ConsensusState&) {};
    with("again_without_cohorts", "an older offence: nothing is left to take", 364, nothing, {}, 0);
    const Change five = cohorts({{90, 320}, {101, 640}, {200, 960}, {201, 1'280}, {250, 1'600}});
    with("again", "stake that left between the offences pays, and is held for the correlation penalty", 364, five,
         {{90, 320, 0}, {101, 620, 364}, {200, 930, 364}, {201, 1'280, 0}, {250, 1'600, 0}}, 1'600);
    with("again_in_the_last_epoch_before_the_penalty", "the correlation penalty comes at the end of this epoch", 332,
         five, {{101, 620, 332}, {200, 930, 332}, {201, 1'280, 0}}, 1'600);
    // 8,192 TST are active; three times (1,600 grains and what was slashed) of them, rounded up.
    const auto after_penalty = [](std::uint64_t tokens, std::uint64_t slashed) {
        const std::uint64_t left = tokens - quotient_up(tokens, 1, 32);
        return left - quotient_up(left, std::min(3 * slashed, tst(8'192).value), tst(8'192).value);
    };
    with(
        "again_after_the_penalty", "the correlation penalty has been taken: it pays at once, and is not held", 331,
        [&](ConsensusState& s) {
            five(s);
            s.slashings[40] = tst(1'024);
        },
        {{90, 320, 0},
         {101, after_penalty(640, tst(1'024).value + 1'600), 0},
         {200, after_penalty(960, tst(1'024).value + 1'600), 0},
         {201, 1'280, 0}},
        1'600);
    with(
        "again_after_a_great_penalty", "a third of the stake was slashed: all is lost", 310,
        [&](ConsensusState& s) {
            five(s);
            s.slashings[40] = tst(8'192 / 3 + 1);
        },
        {{101, 0, 0}, {200, 0, 0}, {201, 1'280, 0}}, 1'600);
    const auto rounded = [](ConsensusState& s) {
        cohorts({{150, tst(33).value + 1}})(s);
        s.slashings[40] = tst(5);
    };
    with("again_rounds_up_twice", "each of the two penalties rounds up", 310, rounded,
         {{150, after_penalty(tst(33).value + 1, tst(38).value + 1), 0}}, tst(33).value + 1);
    with(
        "again_of_one_that_is_over", "cohorts whose time is over are out of scope", 364,
        [](ConsensusState& s) { cohorts({{44, 320}, {45, 640}})(s); }, {{44, 320, 0}, {45, 620, 364}}, 640, 10);
    with("again_one_epoch_before", "an offence of the epoch before the first", 364, cohorts({{199, 320}, {200, 640}}),
         {{199, 320, 0}, {200, 620, 364}}, 640, 199);
    const auto refuse = [&](
                            const std::string& name, const std::string& shows, std::uint64_t epoch,
                            const Change& change = [](ConsensusState&) {}) {
        const ConsensusState pre = stake_state_with(slashed_before(364, change));
        add_operation(suite, "proposer_slashing", "proposer_slashing", {name, shows, {"PSL-05", "VAL-03"}}, pre,
                      evidence(pre, kOffender, epoch), ref::process_proposer_slashing, "PSL-05");
    };
    refuse("again_of_the_same_epoch", "an offence of the same epoch", 200);
    refuse("again_of_a_later_epoch", "a newer offence", 201);
    refuse("again_of_this_epoch", "nor one of this epoch", 300);
    refuse("again_after_it_is_free", "who may withdraw is not slashed again either", 100, [](ConsensusState& s) {
        s.validators[kOperator].exit_epoch = Epoch{44};
        s.validators[kOperator].hold_epoch = Epoch{300};
    });
}

AttesterSlashing votes(const ConsensusState& state, std::uint64_t first_target, std::uint64_t second_target,
                       const std::vector<ValidatorIndex>& offenders) {
    AttestationData first;
    first.source.epoch = Epoch{first_target > second_target ? 50U : 60U};
    first.target.epoch = Epoch{first_target};
    AttestationData second;
    second.source.epoch = Epoch{first_target > second_target ? 60U : 50U};
    second.target.epoch = Epoch{second_target};
    return {indexed_attestation(state, offenders, first), indexed_attestation(state, offenders, second)};
}

void add_votes(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          const AttesterSlashing& slashing, const std::vector<After>& after, std::uint64_t from) {
        const ConsensusState pre = stake_state_with(change);
        const Holds holds = [=](const ConsensusState&, const ConsensusState& post) {
            return cohorts_are(post, after) && post.validators[kOperator].slashed_from == from;
        };
        const std::string wrong = what_is_wrong<AttesterSlashing>(pre, slashing, ref::process_attester_slashing, holds);
        if (!wrong.empty()) suite.problem("operations/attester_slashing/" + name + wrong);
        add_operation(suite, "attester_slashing", "attester_slashing",
                      {name, shows, {"ASL-05", "STK-23", "STK-24", "VAL-09", "VAL-03"}}, pre, slashing,
                      ref::process_attester_slashing, std::nullopt);
    };
    const ConsensusState& state = stake_state();
    const Change three = cohorts({{100, 320}, {101, 640}, {151, 960}});
    with("smaller_target_is_the_offence", "the smaller target's epoch is that of the offence: the first", three,
         votes(state, 100, 150, {kOffender}), {{100, 320, 0}, {101, 620, 364}, {151, 930, 364}}, 100);
    with("smaller_target_is_the_offence_of_the_second", "or the second", three, votes(state, 150, 100, {kOffender}),
         {{100, 320, 0}, {101, 620, 364}, {151, 930, 364}}, 100);
    with("again_by_votes", "an older offence of one, the first of others: each as it stands",
         slashed_before(364, three), votes(state, 100, 150, {ValidatorIndex{1}, kOffender, ValidatorIndex{6}}),
         {{100, 320, 0}, {101, 620, 364}, {151, 930, 364}}, 100);
    const auto already = [&](ConsensusState& s) {
        three(s);
        slashed_before(364, [](ConsensusState& r) { r.validators[kOperator].slashed_from = Epoch{100}; })(s);
    };
    with("slashed_for_it_already", "who was slashed for the same epoch is passed over", already,
         votes(state, 100, 150, {kOffender, ValidatorIndex{6}}), {{100, 320, 0}, {101, 640, 0}, {151, 960, 0}}, 100);
    const ConsensusState pre = stake_state_with(already);
    add_operation(suite, "attester_slashing", "attester_slashing",
                  {"slashed_for_it_alone", "nobody is left to slash", {"ASL-06", "VAL-03"}}, pre,
                  votes(state, 100, 150, {kOffender}), ref::process_attester_slashing, "ASL-06");
}

// The end of epoch 300: the penalty of who is held until 332 is due.
void add_correlation(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          const std::vector<After>& after) {
        const ConsensusState pre = stake_state_with([&](ConsensusState& s) {
            s.slot = Slot{300 * 8 + 7};
            slashed_before(332, change)(s);
            s.validators[kOperator].slashed_from = Epoch{267};
        });
        ConsensusState post = pre;
        if (ref::process_slashings(post) && !cohorts_are(post, after))
            suite.problem("epoch_processing/slashings/" + name + ": the state is not as said");
        add_outcome(
            suite,
            state_vector("epoch_processing", "slashings", {name, shows, {"SLA-01", "STK-25", "STK-23", "STK-01"}}, pre),
            pre, ref::process_slashings, std::nullopt);
    };
    const auto with_slashed = [](std::uint64_t slashed, const Change& change) {
        return [=](ConsensusState& s) {
            s.slashings[268 % 64] = Amount{slashed};
            change(s);
        };
    };
    // Three eighths of the stake: 3 · 1,024 of 8,192 TST.
    with("cohorts_pay_too", "the cohorts in scope lose the same fraction, rounded up",
         with_slashed(tst(1'024).value, cohorts({{268, 800}, {280, 801}, {300, 1}}, 332)),
         {{268, 500, 332}, {280, 500, 332}, {300, 0, 332}});
    with("cohorts_that_had_left", "a cohort that had left by the offence is not in scope",
         with_slashed(tst(1'024).value, cohorts({{267, 800}, {268, 800}}, 332)), {{267, 800, 332}, {268, 500, 332}});
    with("cohorts_with_other_holds", "only those that are held as long as the validator",
         with_slashed(tst(1'024).value,
                      [](ConsensusState& s) {
                          cohorts({{268, 800}}, 331)(s);
                          cohorts({{270, 800}})(s);
                          cohorts({{280, 800}}, 332)(s);
                          cohorts({{290, 800}}, 333)(s);
                      }),
         {{268, 800, 331}, {270, 800, 0}, {280, 500, 332}, {290, 800, 333}});
    with("cohorts_lose_all", "a third of the stake was slashed",
         with_slashed(tst(8'192 / 3 + 1).value, cohorts({{268, 800}, {280, 3}}, 332)), {{268, 0, 332}, {280, 0, 332}});
    with("cohorts_lose_nothing", "nothing is left in the window", with_slashed(0, cohorts({{268, 800}}, 332)),
         {{268, 800, 332}});
    with("cohorts_behind_one_that_is_gone", "the list ends where a cohort was withdrawn",
         with_slashed(tst(1'024).value,
                      [](ConsensusState& s) {
                          s.validators[kOperator].last_cohort = Epoch{44};
                          cohorts({{280, 800}}, 332)(s);
                      }),
         {{280, 500, 332}});
}

}  // namespace

void add_slashed_stake(Suite& suite) {
    if (suite.wants("operations")) {
        add_rewards(suite);
        add_scope(suite);
        add_slashed_again(suite);
        add_votes(suite);
    }
    if (suite.wants("epoch_processing")) add_correlation(suite);
}

}  // namespace touchstone::vectors
