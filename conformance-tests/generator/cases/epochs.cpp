// Epoch processing, step by step [EPO-01] to [RES-01]. Every state is that of an epoch's last slot.
#include "reference/transition/epoch.h"

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/stake.h"
#include "reference/stake/slash_validator.h"
#include "reference/transition/rewards.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

using Step = ref::Result<void> (*)(ConsensusState&);
using Change = std::function<void(ConsensusState&)>;

constexpr std::uint8_t kTarget = 1U << ref::TIMELY_TARGET_FLAG_INDEX;
constexpr std::uint8_t kAllFlags = 7;

void add(Suite& suite, const std::string& handler, Step step, const Title& title, const ConsensusState& pre,
         const Expected& expected = std::nullopt) {
    add_outcome(suite, state_vector("epoch_processing", handler, title, pre), pre, step, expected);
}

ConsensusState changed(const ConsensusState& state, const Change& change) {
    ConsensusState result = state;
    change(result);
    return settled(result);
}

// The last slot of epoch `epoch` of a chain with all votes.
const ConsensusState& end_of(std::uint64_t epoch) { return busy_state(epoch * 8 + 7); }

// The last slot of an epoch in which nobody has voted yet, on a chain without blocks.
ConsensusState empty_end_of(std::uint64_t epoch, const Plan& plan = {}) {
    return advanced(genesis_state(plan), Slot{epoch * plan.config.SLOTS_PER_EPOCH + plan.config.SLOTS_PER_EPOCH - 1});
}

void set_participation(std::vector<ref::ParticipationFlags>& participation, std::size_t count, std::uint8_t flags) {
    for (std::size_t i = 0; i < participation.size(); ++i)
        participation[i] = i < count ? flags : std::uint8_t{0};
}

void add_lookahead(Suite& suite) {
    const auto with = [&](const Title& title, const ConsensusState& pre, const Expected& expected = std::nullopt) {
        add(suite, "proposer_lookahead", ref::process_proposer_lookahead, title, pre, expected);
    };
    const std::vector<std::string> clauses{"EPO-02", "COM-08", "COM-09"};
    with({"genesis_epoch", "at the end of epoch 0 the proposers of epoch 2 are appended", clauses}, empty_end_of(0));
    with({"busy_chain", "with a mix of reveals", clauses}, end_of(2));
    with({"stakes_of_now", "the stakes of the ending epoch weigh", clauses}, changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.validators[i].effective_stake = tst(i < 4 ? 4096 : 16);
         }));
    with({"set_of_the_epoch_after_next", "who has left by then is not chosen, who comes by then is", clauses},
         changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 10; ++i)
                 s.validators[i].exit_epoch = Epoch{4};
             for (std::size_t i = 10; i < 20; ++i)
                 s.validators[i].activation_epoch = Epoch{4};
             for (std::size_t i = 20; i < 32; ++i)
                 s.validators[i].exit_epoch = Epoch{5};
         }));
    with({"one_validator_left", "all slots are of the only one", clauses}, changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 1; i < 32; ++i)
                 s.validators[i].exit_epoch = Epoch{4};
         }));
    with({"no_stake_but_one_increment", "a validator without stake is never chosen", clauses},
         changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.validators[i].effective_stake = tst(i == 30 ? 1 : 0);
         }));
    with({"slashed_ones_stay", "slashed validators that are still active are chosen as before", clauses},
         changed(end_of(2), [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.validators[i].slashed = true;
         }));
}

// The justification bits and checkpoints of a state at the end of epoch 6, and the votes of its two epochs.
struct Votes {
    std::string bits;  // of the state before, "1100": bit 0 first
    std::uint64_t old_previous;
    std::uint64_t old_current;
    std::size_t previous;  // of 32 validators
    std::size_t current;
};

ConsensusState with_votes(const Votes& votes, std::uint64_t epoch = 6) {
    return changed(end_of(epoch), [&](ConsensusState& s) {
        for (std::size_t i = 0; i < 4; ++i)
            s.justification_bits[i] = votes.bits[i] == '1';
        const auto checkpoint = [&](std::uint64_t e) {
            return Checkpoint{Epoch{e}, e == 0 ? Root{} : s.block_roots[e * 8 % 64]};
        };
        s.previous_justified_checkpoint = checkpoint(votes.old_previous);
        s.current_justified_checkpoint = checkpoint(votes.old_current);
        s.finalized_checkpoint = {};
        set_participation(s.previous_epoch_participation, votes.previous, kTarget);
        set_participation(s.current_epoch_participation, votes.current, kTarget);
    });
}

void justify(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
             const ConsensusState& pre, const Expected& expected = std::nullopt) {
    add(suite, "justification_and_finalization", ref::process_justification_and_finalization,
        {name, shows, std::move(clauses)}, pre, expected);
}

void add_justification(Suite& suite) {
    const std::vector<std::string> clauses{"JUS-01", "JUS-02", "JUS-03"};
    const auto all = [](ConsensusState& s) {
        set_participation(s.previous_epoch_participation, 32, kAllFlags);
        set_participation(s.current_epoch_participation, 32, kAllFlags);
    };
    justify(suite, "genesis_epoch", "nothing is justified at the end of epoch 0", clauses,
            changed(empty_end_of(0), all));
    justify(suite, "epoch_one", "nothing is justified at the end of epoch 1", clauses, changed(empty_end_of(1), all));
    justify(suite, "epoch_two", "the end of epoch 2 is the first that justifies", clauses,
            changed(empty_end_of(2), all));
    justify(suite, "nobody_votes", "the bits move up, nothing is justified", clauses, with_votes({"1100", 4, 5, 0, 0}));
    // 32 equal validators: two thirds are 21.33.
    justify(suite, "current_just_below_two_thirds", "21 of 32 do not justify the current epoch", clauses,
            with_votes({"0000", 1, 2, 0, 21}));
    justify(suite, "current_just_above_two_thirds", "22 of 32 justify the current epoch", clauses,
            with_votes({"0000", 1, 2, 0, 22}));
    justify(suite, "previous_just_below_two_thirds", "21 of 32 do not justify the previous epoch", clauses,
            with_votes({"0000", 1, 2, 21, 0}));
    justify(suite, "previous_just_above_two_thirds", "22 of 32 justify the previous epoch", clauses,
            with_votes({"0000", 1, 2, 22, 0}));
    justify(suite, "both_epochs", "both are justified, the current one is the checkpoint", clauses,
            with_votes({"0000", 1, 2, 22, 22}));
    const auto thirds = [](std::size_t participants) {
        return changed(with_votes({"0000", 1, 2, 0, participants}), [](ConsensusState& s) {
            for (std::size_t i = 30; i < 32; ++i)
                s.validators[i].exit_epoch = Epoch{1};
        });
    };
    justify(suite, "exactly_two_thirds", "20 of 30 are two thirds: it justifies", clauses, thirds(20));
    justify(suite, "one_below_exactly_two_thirds", "19 of 30", clauses, thirds(19));
    justify(suite, "weight_not_count", "stake counts, not validators", clauses,
            changed(with_votes({"0000", 1, 2, 0, 3}), [](ConsensusState& s) {
                for (std::size_t i = 0; i < 3; ++i)
                    s.validators[i].effective_stake = tst(4096 * 8);
            }));
    justify(suite, "slashed_do_not_count", "votes of the slashed are left out, their stake is not", clauses,
            changed(with_votes({"0000", 1, 2, 22, 22}), [](ConsensusState& s) { s.validators[0].slashed = true; }));
    justify(suite, "other_flags_do_not_count", "source and head flags are no votes for the target", clauses,
            changed(with_votes({"0000", 1, 2, 0, 0}), [](ConsensusState& s) {
                set_participation(s.previous_epoch_participation, 32, kAllFlags ^ kTarget);
                set_participation(s.current_epoch_participation, 32, kAllFlags ^ kTarget);
            }));
    justify(suite, "who_left_does_not_count",
            "the previous epoch counts those who were active in it, against the total of now", clauses,
            changed(with_votes({"0000", 1, 2, 22, 22}), [](ConsensusState& s) {
                for (std::size_t i = 0; i < 4; ++i)
                    s.validators[i].exit_epoch = Epoch{6};
            }));
    justify(suite, "huge_stakes", "3 · stake does not fit 64 bits", clauses,
            changed(with_votes({"0000", 1, 2, 22, 22}), [](ConsensusState& s) {
                for (auto& validator : s.validators)
                    validator.effective_stake = Amount{(UINT64_MAX / 40) / 1'000'000'000 * 1'000'000'000};
            }));
    justify(suite, "nobody_is_active", "without active stake the floor of one increment is the total", clauses,
            changed(with_votes({"0000", 1, 2, 0, 0}), [](ConsensusState& s) {
                for (auto& validator : s.validators)
                    validator.exit_epoch = Epoch{1};
            }));
    justify(suite, "root_of_a_skipped_slot", "the checkpoint is the block before an empty first slot",
            {"JUS-03", "SLO-03"}, [] {
                ConsensusState state = advanced(busy_state(14), Slot{23});
                set_participation(state.current_epoch_participation, 32, kTarget);
                set_participation(state.previous_epoch_participation, 32, kTarget);
                return state;
            }());
    justify(suite, "root_is_not_known_yet", "in the first slot of an epoch its block root does not exist yet",
            {"SLO-03"},
            changed(busy_state(24),
                    [](ConsensusState& s) { set_participation(s.current_epoch_participation, 32, kTarget); }),
            "SLO-03");
}

void add_finalization(Suite& suite) {
    const std::vector<std::string> clauses{"JUS-04"};
    const auto with = [&](const std::string& name, const std::string& shows, const Votes& votes) {
        justify(suite, name, shows, clauses, with_votes(votes));
    };
    // At the end of epoch 6. Bits of the state before: bit 0 is epoch 5, bit 1 epoch 4, bit 2 epoch 3.
    with("rule_4", "epoch 5 justified, now 6: epoch 5 is final", {"1000", 4, 5, 32, 32});
    with("rule_3", "epoch 4, and now 5 and 6: epoch 4 is final", {"0100", 2, 4, 32, 32});
    with("rule_2", "epoch 4, and now 5: epoch 4 is final", {"0100", 4, 4, 32, 0});
    with("rule_1", "epochs 3 and 4, and now 5: epoch 3 is final", {"0110", 3, 4, 32, 0});
    with("rule_4_over_rule_2", "two rules hold: the later one gives the checkpoint", {"1100", 4, 5, 32, 32});
    with("rule_3_over_rule_1", "rules 1 and 3 hold: rule 3 gives the checkpoint", {"0110", 3, 4, 32, 32});
    with("rule_4_without_the_current_votes", "the current epoch has too few votes", {"1000", 4, 5, 32, 21});
    with("rule_4_with_an_older_checkpoint", "the source is not of the epoch before", {"1000", 4, 4, 0, 32});
    with("rule_3_with_a_newer_checkpoint", "the source is of the epoch before", {"0100", 2, 5, 21, 32});
    with("rule_3_with_a_gap", "epoch 5 is not justified", {"0100", 2, 4, 21, 32});
    with("rule_2_with_an_older_checkpoint", "the source is three epochs old", {"0100", 3, 4, 32, 0});
    with("rule_2_without_its_bit", "epoch 4 is not justified", {"0000", 4, 4, 32, 0});
    with("rule_1_with_a_gap", "epoch 4 is not justified", {"0010", 3, 3, 32, 0});
    with("rule_1_with_an_older_checkpoint", "the source is four epochs old", {"0110", 2, 4, 32, 0});
    with("rule_1_without_the_fourth_bit", "epoch 3 is not justified", {"0100", 3, 4, 32, 0});
    with("no_rule", "justified with a gap: nothing is final", {"0001", 1, 2, 0, 32});
    with("finalized_stays", "nothing new is final", {"0000", 1, 2, 32, 32});
}

void add_inactivity(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const ConsensusState& pre,
                          const Expected& expected = std::nullopt) {
        std::vector<std::string> clauses{"INA-01", "INA-02", "INA-03"};
        if (expected) clauses.insert(clauses.begin(), *expected);
        add(suite, "inactivity_updates", ref::process_inactivity_updates, {name, shows, clauses}, pre, expected);
    };
    const auto leaking = [](std::uint64_t finalized, const Change& change) {
        return changed(with_votes({"0000", 1, 1, 16, 0}), [&](ConsensusState& s) {
            s.finalized_checkpoint.epoch = Epoch{finalized};
            for (std::size_t i = 0; i < 32; ++i)
                s.inactivity_scores[i] = i % 20;
            change(s);
        });
    };
    const Change nothing = [](ConsensusState&) {};
    with("genesis_epoch", "nothing happens in epoch 0",
         changed(empty_end_of(0), [](ConsensusState& s) { s.inactivity_scores[0] = 5; }));
    with("no_leak", "four epochs behind: scores of the absent rise by 4 and recover by 16", leaking(1, nothing));
    with("leak", "five epochs behind: scores of the absent rise, those of the present fall by one",
         leaking(0, nothing));
    with("leak_spares_the_present", "a score of zero of somebody present stays zero",
         leaking(0, [](ConsensusState& s) { s.inactivity_scores.assign(32, 0); }));
    with("recovery", "large scores recover by 16 outside a leak",
         leaking(1, [](ConsensusState& s) { s.inactivity_scores.assign(32, 100); }));
    with("recovery_rate_at_the_score", "scores of 16, 17 and 18 outside a leak", leaking(1, [](ConsensusState& s) {
             for (std::size_t i = 0; i < 32; ++i)
                 s.inactivity_scores[i] = 15 + i % 4;
         }));
    with("slashed_are_absent", "a slashed validator's vote does not count", leaking(0, [](ConsensusState& s) {
             s.validators[0].slashed = true;
             s.validators[0].exit_epoch = Epoch{100};
         }));
    with("not_eligible", "who was not active in the previous epoch is left out", leaking(0, [](ConsensusState& s) {
             s.validators[20].exit_epoch = Epoch{5};
             s.validators[21].exit_epoch = Epoch{6};
             s.validators[22].activation_epoch = Epoch{6};
             s.validators[23].activation_epoch = Epoch{5};
         }));
    with("slashed_and_gone", "a slashed validator is eligible until it may withdraw", leaking(0, [](ConsensusState& s) {
             for (const std::size_t i : {20U, 21U, 22U}) {
                 s.validators[i].slashed = true;
                 s.validators[i].exit_epoch = Epoch{2};
             }
             s.config.UNBONDING_EPOCHS = 1;
             s.config.MAX_EVIDENCE_AGE = 16;
             s.validators[20].hold_epoch = Epoch{6};
             s.validators[21].hold_epoch = Epoch{7};
             s.validators[22].hold_epoch = Epoch{5};
         }));
    with("score_overflows", "a score beyond 64 bits is invalid",
         leaking(0, [](ConsensusState& s) { s.inactivity_scores[31] = UINT64_MAX - 3; }), "TYP-01");
    with("score_at_the_greatest", "a score that just fits",
         leaking(0, [](ConsensusState& s) { s.inactivity_scores[31] = UINT64_MAX - 4; }));
}

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
        add(suite, "rewards_and_penalties", ref::process_rewards_and_penalties, {name, shows, clauses}, pre, expected);
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
        add(suite, "rewards_and_penalties", ref::process_rewards_and_penalties, {name, shows, clauses}, pre, expected);
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
        add(suite, "slashings", ref::process_slashings, {name, shows, clauses}, pre, expected);
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

void add_effective_stakes(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, std::uint64_t effective,
                          std::vector<std::uint64_t> balances) {
        const ConsensusState pre = changed(empty_end_of(1), [&](ConsensusState& s) {
            for (std::size_t i = 0; i < balances.size(); ++i) {
                s.validators[i].effective_stake = tst(effective);
                s.balances[i] = Amount{balances[i]};
            }
        });
        add(suite, "effective_stake_updates", ref::process_effective_stake_updates, {name, shows, {"EFF-01"}}, pre);
    };
    constexpr std::uint64_t kTst = ref::GRAINS_PER_TST;
    with("downward", "below by a quarter of an increment, by one grain more, and by one less", 100,
         {100 * kTst - kTst / 4, 100 * kTst - kTst / 4 - 1, 100 * kTst - kTst / 4 + 1, 100 * kTst, 99 * kTst,
          3 * kTst + 7});
    with("upward", "above by five quarters, by one grain more, and by one less", 100,
         {100 * kTst + 5 * kTst / 4, 100 * kTst + 5 * kTst / 4 + 1, 100 * kTst + 5 * kTst / 4 - 1, 101 * kTst,
          102 * kTst, 777 * kTst + 5});
    with("at_the_cap", "no stake counts above MAX_EFFECTIVE_STAKE", 4096,
         {4096 * kTst, 4097 * kTst, 4098 * kTst, 9999 * kTst, 4096 * kTst - kTst / 4, 4096 * kTst - kTst / 4 - 1});
    with("to_the_cap", "stake rises to the cap and not above", 4000,
         {4095 * kTst, 4096 * kTst, 4097 * kTst, 90'000 * kTst});
    with("to_zero", "balances of less than an increment count nothing", 1,
         {0, 1, kTst / 2, kTst - kTst / 4, kTst - kTst / 4 - 1, kTst});
    with("from_zero", "who had nothing counts again", 0, {0, kTst, kTst + kTst / 4, kTst + kTst / 4 + 1, 2 * kTst});
    with("greatest_balance", "a balance of 2^64 − 1", 100, {UINT64_MAX, UINT64_MAX - 1});
    const ConsensusState no_hysteresis = changed(empty_end_of(1), [&](ConsensusState& s) {
        s.config = minimal_with([](Parameters& c) { c.HYSTERESIS_QUOTIENT = c.EFFECTIVE_STAKE_INCREMENT + 1; });
        for (std::size_t i = 0; i < 4; ++i) {
            s.validators[i].effective_stake = tst(100);
            s.balances[i] = Amount{100 * kTst + i * kTst / 2 - 1};
        }
    });
    add(suite, "effective_stake_updates", ref::process_effective_stake_updates,
        {"quotient_above_the_increment",
         "a quotient above the increment: no hysteresis, one grain is enough",
         {"EFF-01"}},
        no_hysteresis);
}

void add_resets(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const ConsensusState& pre) {
        add(suite, "resets", ref::process_resets, {name, shows, {"RES-01"}}, pre);
    };
    const auto filled = [](std::uint64_t epoch) {
        return changed(end_of(3), [&](ConsensusState& s) {
            s.slot = Slot{epoch * 8 + 7};
            for (std::size_t i = 0; i < s.slashings.size(); ++i)
                s.slashings[i] = tst(i + 1);
            for (std::size_t i = 0; i < s.randao_mixes.size(); ++i)
                s.randao_mixes[i].bytes.fill(static_cast<std::uint8_t>(i));
        });
    };
    with("no_summary", "the next epoch is no multiple of eight", filled(5));
    with("summary", "the next epoch is a multiple of eight: the roots are summed up", filled(7));
    with("one_after_the_summary", "one epoch later, no summary", filled(8));
    with("window_wraps", "the windows begin again", filled(63));
    with("genesis_epoch", "the end of epoch 0", empty_end_of(0));
    with("participation_moves", "the current epoch's votes become the previous ones'", end_of(3));
}

// What one step does to stake, another sees.
void add_stake_of_an_epoch(Suite& suite) {
    using Holds = std::function<bool(const ConsensusState& pre, const ConsensusState& post)>;
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change, const Holds& holds) {
        const ConsensusState pre = changed(end_of(4), change);
        ConsensusState post = pre;
        if (ref::process_epoch(post) && !holds(pre, post))
            suite.problem("epoch_processing/epoch/" + name + ": the state is not as said");
        add(suite, "epoch", ref::process_epoch, {name, shows, {"EPO-01", "STK-19", "STK-21", "REG-03", "EFF-01"}}, pre);
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
        add(suite, "epoch", ref::process_epoch, {name, shows, {"EPO-01", "VAL-06"}}, pre);
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

void add_epochs(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_lookahead(suite);
    add_justification(suite);
    add_finalization(suite);
    add_inactivity(suite);
    add_rewards(suite);
    add_slashings(suite);
    add_effective_stakes(suite);
    add_resets(suite);
    add_whole(suite);
}

}  // namespace touchstone::vectors
