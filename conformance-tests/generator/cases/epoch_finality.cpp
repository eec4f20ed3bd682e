// Justification and finalization [JUS-01] to [JUS-04], and what a leak does to inactivity scores [INA-01] to [INA-03].
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/epochs.h"
#include "reference/transition/epoch.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

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
    add_epoch_step(suite, "justification_and_finalization", ref::process_justification_and_finalization,
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
        add_epoch_step(suite, "inactivity_updates", ref::process_inactivity_updates, {name, shows, clauses}, pre,
                       expected);
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

}  // namespace

void add_epoch_finality(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_justification(suite);
    add_finalization(suite);
    add_inactivity(suite);
}

}  // namespace touchstone::vectors
