// The steps of an epoch's end together, in their order [EPO-01]: what one does, another sees.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/epochs.h"
#include "conformance-tests/generator/stake.h"
#include "reference/transition/epoch.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// What one step does to stake, another sees.
void add_stake_of_an_epoch(Suite& suite) {
    using Holds = std::function<bool(const ConsensusState& pre, const ConsensusState& post)>;
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change, const Holds& holds) {
        const ConsensusState pre = changed(end_of(4), change);
        ConsensusState post = pre;
        if (ref::process_epoch(post) && !holds(pre, post))
            suite.problem("epoch_processing/epoch/" + name + ": the state is not as said");
        add_epoch_step(suite, "epoch", ref::process_epoch,
                       {name, shows, {"EPO-01", "STK-19", "STK-21", "REG-03", "EFF-01"}}, pre);
    };
    const Address holder = account_address(8);
    const auto bond = [=](ConsensusState& s, std::uint64_t index, std::uint64_t amount) {
        queue_bond(s, {ValidatorIndex{index}, holder, Amount{amount}, Slot{3}});
    };
    with(
        "bond_after_rewards", "a bond buys at the price after the epoch's rewards",
        [&](ConsensusState& s) { bond(s, 3, tst(500).value); },
        [=](const ConsensusState& pre, const ConsensusState& post) {
            const std::uint64_t tokens = post.balances[3].value - tst(500).value;
            return tokens > pre.balances[3].value &&
                   pool_shares(post, 3, holder) == quotient(tst(500).value, pre.shares[3], tokens) &&
                   post.validators[3].effective_stake == tst(1'524).value;
        });
    with(
        "unbond_after_rewards", "and an unbond sells at it; the effective stake follows",
        [&](ConsensusState& s) {
            hold(s, 3, holder, tst(100).value);
            queue_unbond(s, {ValidatorIndex{3}, holder, tst(100).value});
        },
        [](const ConsensusState&, const ConsensusState& post) {
            return cohort_at(post, 3, 5)->tokens > tst(100).value;
        });
    with(
        "bond_makes_a_candidate", "a bond, then the effective stake: eligible one epoch later",
        [&](ConsensusState& s) {
            make_candidate(s, 3, 0);
            s.shares[3] = 0;
            s.balances[3] = {};
            s.entries.change().erase(key_of_pool_shares(3, s.validators[3].operator_address));
            s.previous_epoch_participation[3] = 0;
            bond(s, 3, tst(64).value);
        },
        [](const ConsensusState&, const ConsensusState& post) {
            return post.validators[3].effective_stake == tst(64).value &&
                   post.validators[3].eligibility_epoch == far_future() && post.bond_queue.tail == 1;
        });
    with(
        "unbond_before_bond", "room that stake leaves can be filled at the same boundary",
        [&](ConsensusState& s) {
            hold(s, 3, holder, tst(3'072).value);
            s.balances[3] = tst(4'200);
            queue_unbond(s, {ValidatorIndex{3}, holder, tst(2'000).value});
            bond(s, 3, tst(1'000).value);
        },
        [=](const ConsensusState&, const ConsensusState& post) {
            return pool_shares(post, 3, holder) > tst(1'900).value && balance_of(post, holder) == 0 &&
                   post.bond_queue.head == 1;
        });
    with(
        "ejection_after_the_queue", "who is ejected now waits for the next epoch's end",
        [&](ConsensusState& s) {
            s.validators[25].effective_stake = tst(16);
            s.balances[25] = tst(16);
        },
        [](const ConsensusState&, const ConsensusState& post) {
            return unbond_at(post, 0) == QueuedUnbond{ValidatorIndex{25}, {}, 0} &&
                   post.validators[25].exit_epoch == far_future();
        });
    with(
        "slashed_before_the_queue", "the correlation penalty comes before the queue gives shares back",
        [&](ConsensusState& s) {
            s.slot = Slot{39};
            hold(s, 3, holder, tst(100).value);
            queue_exit(s, 3, 2);
            queue_unbond(s, {ValidatorIndex{3}, holder, tst(100).value});
            s.validators[3].slashed = true;
            s.validators[3].slashed_from = Epoch{2};
            s.validators[3].hold_epoch = Epoch{36};
            s.slashings[2] = tst(1'024);
            put_cohort(s, 3, 3, tst(320).value, {{holder, tst(320).value}}, 36);
        },
        [=](const ConsensusState&, const ConsensusState& post) {
            return pool_shares(post, 3, holder) == tst(100).value &&
                   cohort_at(post, 3, 3)->tokens.value < tst(320).value && !cohort_at(post, 3, 5) &&
                   post.validators[3].exit_epoch == 9;
        });
}

void add_whole(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const ConsensusState& pre) {
        add_epoch_step(suite, "epoch", ref::process_epoch, {name, shows, {"EPO-01", "VAL-06"}}, pre);
    };
    with("busy_chain", "all steps in their order", end_of(4));
    with("genesis_epoch", "the end of epoch 0", empty_end_of(0));
    with("leak", "all steps in a leak", changed(end_of(6), [](ConsensusState& s) {
             s.finalized_checkpoint = {};
             set_participation(s.previous_epoch_participation, 16, kAllFlags);
             set_participation(s.current_epoch_participation, 16, kAllFlags);
             for (std::size_t i = 0; i < 32; ++i)
                 s.inactivity_scores[i] = 100'000 * i;
         }));
    with("justification_before_rewards", "what is justified now ends the leak before rewards are given",
         changed(end_of(6), [](ConsensusState& s) { s.finalized_checkpoint.epoch = Epoch{0}; }));
    with("ejected_after_penalties", "penalties come before ejections, effective stakes after them",
         changed(end_of(4), [](ConsensusState& s) {
             set_participation(s.previous_epoch_participation, 20, kAllFlags);
             s.validators[25].effective_stake = tst(17);
             s.balances[25] = Amount{tst(16).value + 750'000'100};
             s.validators[26].effective_stake = tst(16);
             s.balances[26] = tst(16);
         }));
    add_stake_of_an_epoch(suite);
    with("offenders_pay", "rewards, then the correlation penalty, then the exit",
         changed(end_of(4), [](ConsensusState& s) {
             s.slot = Slot{39};
             for (const std::size_t i : {2U, 3U, 4U}) {
                 s.validators[i].slashed = true;
                 s.validators[i].slashed_from = Epoch{2};
                 s.validators[i].hold_epoch = Epoch{36};
                 queue_exit(s, i, 2);
             }
             s.slashings[2] = tst(3072);
         }));
}

}  // namespace

void add_whole_epochs(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_whole(suite);
}

}  // namespace touchstone::vectors
