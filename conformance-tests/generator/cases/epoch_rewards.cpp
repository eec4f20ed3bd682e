// What an epoch's end gives and takes: rewards and penalties [REW-01], commissions [STK-05], and the correlation
// penalty [SLA-01].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/epochs.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/epoch.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

// Commissions of the first twelve validators, which have all flags unless `flags` says otherwise.
void add_commissions(Suite& suite) {
    struct Rates {
        std::uint64_t now;
        std::uint64_t next;
        Epoch from;
    };
    const auto with = [&](const std::string& name, const std::string& shows, const std::vector<Rates>& rates,
                          const Change& change, const Expected& expected = std::nullopt) {
        const ConsensusState pre = changed(end_of(3), [&](ConsensusState& s) {
            for (std::size_t i = 0; i < 12; ++i) {
                const Rates& rate = rates[i % rates.size()];
                s.validators[i].commission = rate.now;
                s.validators[i].next_commission = rate.next;
                s.validators[i].next_commission_epoch = rate.from;
            }
            change(s);
        });
        std::vector<std::string> clauses{"REW-01", "STK-05", "STK-06", "STK-01"};
        if (expected) clauses.insert(clauses.begin(), *expected);
        add_epoch_step(suite, "rewards_and_penalties", ref::process_rewards_and_penalties, {name, shows, clauses}, pre,
                       expected);
    };
    const std::vector<Rates> some{{1, 0, far_future()},
                                  {500, 0, far_future()},
                                  {9'999, 0, far_future()},
                                  {10'000, 0, far_future()},
                                  {0, 0, far_future()}};
    const Change nothing = [](ConsensusState&) {};
    with("commissions", "commission of the net rewards, rounded down", some, nothing);
    with("commission_joins_what_was_earned", "it is added to what was not claimed", some,
         [](ConsensusState& s) { s.commissions.assign(32, tst(3)); });
    with("commission_that_waits", "one that holds from this epoch on, or from the next, or did before",
         {{500, 900, Epoch{3}}, {500, 900, Epoch{4}}, {500, 900, Epoch{1}}, {500, 900, far_future()}}, nothing);
    with("commission_of_net_rewards", "of rewards less penalties; none of a loss", some, [](ConsensusState& s) {
        for (std::size_t i = 0; i < 12; ++i)
            s.previous_epoch_participation[i] = static_cast<std::uint8_t>(i % 8);
    });
    with("no_commission_in_a_leak", "nobody is rewarded, nobody earns", some, [](ConsensusState& s) {
        s.slot = Slot{6 * 8 + 7};
        s.finalized_checkpoint = {};
    });
    with("penalty_that_found_nothing", "a penalty that an empty pool could not pay counts in full", some,
         [](ConsensusState& s) {
             for (std::size_t i = 0; i < 12; ++i) {
                 s.previous_epoch_participation[i] = kTarget;
                 s.balances[i] = Amount{i};
             }
         });
    with(
        "commissions_overflow", "a commission that does not fit", some,
        [](ConsensusState& s) { s.commissions[3] = Amount{UINT64_MAX}; }, "TYP-01");
}

void add_rewards(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const ConsensusState& pre,
                          const Expected& expected = std::nullopt) {
        std::vector<std::string> clauses{"REW-01", "REW-02", "REW-03", "REW-04", "VAL-05"};
        if (expected) clauses.insert(clauses.begin(), *expected);
        add_epoch_step(suite, "rewards_and_penalties", ref::process_rewards_and_penalties, {name, shows, clauses}, pre,
                       expected);
    };
    with("genesis_epoch", "nothing happens in epoch 0", empty_end_of(0));
    with("all_voted", "everybody has all flags", end_of(3));
    with("nobody_voted", "everybody pays for source and target, not for the head",
         changed(end_of(3), [](ConsensusState& s) { set_participation(s.previous_epoch_participation, 0, 0); }));
    with("half_voted", "rewards shrink with those who take part", changed(end_of(3), [](ConsensusState& s) {
             set_participation(s.previous_epoch_participation, 16, kAllFlags);
         }));
    with("penalty_above_the_balance", "a penalty takes what is there and burns no more",
         changed(end_of(3), [](ConsensusState& s) {
             set_participation(s.previous_epoch_participation, 0, 0);
             for (std::size_t i = 0; i < 32; ++i)
                 s.balances[i] = Amount{i * 1000};
         }));
    with("leak", "in a leak nobody is rewarded, and scores cost", changed(end_of(6), [](ConsensusState& s) {
             s.finalized_checkpoint = {};
             set_participation(s.previous_epoch_participation, 16, kAllFlags);
             for (std::size_t i = 0; i < 32; ++i)
                 s.inactivity_scores[i] = 1000 * i;
         }));
    add_commissions(suite);
    with("balance_overflows", "a reward that does not fit the balance",
         changed(end_of(3), [](ConsensusState& s) { s.balances[3] = Amount{UINT64_MAX}; }), "TYP-01");
    with("minted_overflows", "a reward that does not fit the sum of all rewards",
         changed(end_of(3), [](ConsensusState& s) { s.minted = Amount{UINT64_MAX}; }), "TYP-01");
    with("burnt_overflows", "a penalty that does not fit the sum of all penalties",
         changed(end_of(3),
                 [](ConsensusState& s) {
                     s.burnt = Amount{UINT64_MAX};
                     set_participation(s.previous_epoch_participation, 16, kAllFlags);
                 }),
         "TYP-01");
}

void add_slashings(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          const Expected& expected = std::nullopt) {
        std::vector<std::string> clauses{"SLA-01"};
        if (expected) clauses.insert(clauses.begin(), *expected);
        // The end of epoch 40: half of the 64 epochs of the window after an offence in epoch 8.
        const ConsensusState pre = changed(end_of(3), [&](ConsensusState& s) {
            s.slot = Slot{40 * 8 + 7};
            change(s);
        });
        add_epoch_step(suite, "slashings", ref::process_slashings, {name, shows, clauses}, pre, expected);
    };
    const auto slash = [](ConsensusState& s, std::size_t index, std::uint64_t hold) {
        s.validators[index].slashed = true;
        s.validators[index].hold_epoch = Epoch{hold};
        s.validators[index].slashed_from = Epoch{hold - 64};
    };
    with("nobody_slashed", "nothing happens", [](ConsensusState& s) { s.slashings[8] = tst(5000); });
    with("one_of_32", "three times its share of the stake", [&](ConsensusState& s) {
        slash(s, 4, 72);
        s.slashings[8] = tst(1024);
    });
    with("a_third", "a third of the stake loses all", [&](ConsensusState& s) {
        for (std::size_t i = 0; i < 11; ++i)
            slash(s, i, 72);
        s.slashings[8] = tst(1024 * 11);
    });
    with("just_below_a_third", "somewhat less than a third of the stake keeps something", [&](ConsensusState& s) {
        for (std::size_t i = 0; i < 10; ++i)
            slash(s, i, 72);
        s.slashings[8] = tst(1024 * 10);
    });
    with("window_counts_together", "offences of other epochs of the window count", [&](ConsensusState& s) {
        slash(s, 4, 72);
        s.slashings[8] = tst(1024);
        s.slashings[20] = tst(2048);
        s.slashings[63] = tst(1024);
    });
    with("one_epoch_early", "half of the window has not passed", [&](ConsensusState& s) {
        slash(s, 4, 73);
        s.slashings[9] = tst(1024);
    });
    with("one_epoch_late", "half of the window has passed already", [&](ConsensusState& s) {
        slash(s, 4, 71);
        s.slashings[7] = tst(1024);
    });
    with("held_but_not_slashed", "a hold alone is no offence", [](ConsensusState& s) {
        s.validators[4].hold_epoch = Epoch{72};
        s.slashings[8] = tst(1024);
    });
    with("balance_is_not_the_effective_stake", "the fraction is of the whole balance and rounds up",
         [&](ConsensusState& s) {
             slash(s, 4, 72);
             slash(s, 5, 72);
             slash(s, 6, 72);
             s.balances[4] = Amount{9'000'000'000'001};
             s.balances[5] = Amount{1};
             s.balances[6] = Amount{0};
             s.slashings[8] = tst(3072);
         });
    with("sum_beyond_64_bits", "the window's sum is exact: it caps at the total", [&](ConsensusState& s) {
        slash(s, 4, 72);
        s.slashings.assign(s.slashings.size(), Amount{UINT64_MAX});
    });
    with(
        "burnt_overflows", "the penalty does not fit the sum of all penalties",
        [&](ConsensusState& s) {
            slash(s, 4, 72);
            s.slashings[8] = tst(1024);
            s.burnt = Amount{UINT64_MAX};
        },
        "TYP-01");
}

}  // namespace

void add_epoch_rewards(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_rewards(suite);
    add_slashings(suite);
}

}  // namespace touchstone::vectors
