// Ejections, eligibility and displacement [REG-01], [REG-03] to [REG-05], at the end of epoch 3.
#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/cases/stake.h"
#include "reference/transition/epoch.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;

using Holds = std::function<bool(const ConsensusState&)>;

// Sixteen validators of 1,024 TST. At most so many may stay.
ConsensusState registry_state(const Change& change, std::uint64_t most = 16) {
    static const ConsensusState made = advanced(genesis_state({.validators = 16}), Slot{31});
    ConsensusState state = made;
    state.config.MAX_ACTIVE_VALIDATORS = most;
    change(state);
    return settled(state);
}

void add(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
         const ConsensusState& pre, const Holds& holds) {
    ConsensusState post = pre;
    if (ref::process_registry_updates(post) && !holds(post))
        suite.problem("epoch_processing/registry_updates/" + name + ": the state is not as said");
    add_outcome(suite, state_vector("epoch_processing", "registry_updates", {name, shows, std::move(clauses)}, pre),
                pre, ref::process_registry_updates, std::nullopt);
}

// Which exits the step has appended, in their order.
bool exits_are(const ConsensusState& post, const std::vector<std::uint64_t>& indices) {
    const std::uint64_t first = post.unbond_queue.tail - indices.size();
    for (std::uint64_t i = 0; i < indices.size(); ++i) {
        if (unbond_at(post, first + i) != QueuedUnbond{ValidatorIndex{indices[i]}, {}, 0}) return false;
        if (post.validators[indices[i]].exit_request_epoch != 3) return false;
    }
    return std::ranges::count(post.validators, Epoch{3}, &ref::Validator::exit_request_epoch) ==
           static_cast<std::ptrdiff_t>(indices.size());
}

// Who has become eligible, in the order of the queue.
bool eligible_are(const ConsensusState& post, const std::vector<std::uint64_t>& indices, std::uint64_t before = 0) {
    if (post.bond_queue.tail != before + indices.size()) return false;
    for (std::uint64_t i = 0; i < indices.size(); ++i) {
        if (bond_at(post, before + i) != QueuedBond{ValidatorIndex{indices[i]}, {}, {}, Slot{32}}) return false;
        if (post.validators[indices[i]].eligibility_epoch != 4) return false;
    }
    return std::ranges::count(post.validators, Epoch{4}, &ref::Validator::eligibility_epoch) ==
           static_cast<std::ptrdiff_t>(indices.size());
}

void add_ejections(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          const std::vector<std::uint64_t>& ejected) {
        add(suite, name, shows, {"REG-01", "VAL-08", "STK-17"}, registry_state(change),
            [=](const ConsensusState& post) { return exits_are(post, ejected) && post.bond_queue.tail == 0; });
    };
    const auto of_stake = [](std::uint64_t stake) {
        return [stake](ConsensusState& s) { s.validators[6].effective_stake = tst(stake); };
    };
    with("nothing_to_do", "everybody has enough", [](ConsensusState& s) { s.unbond_queue = {5, 5, tst(500)}; }, {});
    with("ejected_at_the_floor", "a stake of exactly EJECTION_STAKE ejects", of_stake(16), {6});
    with("one_increment_above_the_floor", "a stake of one increment more stays", of_stake(17), {});
    with("ejected_without_stake", "no stake at all", of_stake(0), {6});
    with("ejection_joins_the_queue", "ejected ones stand behind those who asked before, in the order of their indices",
         [](ConsensusState& s) {
             for (const std::uint64_t i : {14U, 13U})
                 queue_exit(s, i);
             for (const std::size_t i : {9U, 4U, 11U})
                 s.validators[i].effective_stake = tst(10);
         },
         {4, 9, 11});
    with("ejected_once", "who is in the queue is not appended again",
         [](ConsensusState& s) {
             queue_exit(s, 12);
             s.validators[12].effective_stake = tst(10);
         },
         {});
    with("not_active_not_ejected", "who is not active is not ejected",
         [](ConsensusState& s) {
             s.validators[6].effective_stake = s.validators[7].effective_stake = tst(1);
             s.validators[6].activation_epoch = Epoch{4};
             s.validators[7].exit_request_epoch = Epoch{0};
             s.validators[7].exit_epoch = Epoch{3};
             make_candidate(s, 8, 1);
         },
         {});
}

void add_eligibility(Suite& suite) {
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          const std::vector<std::uint64_t>& eligible, std::uint64_t most = 16,
                          std::uint64_t before = 0) {
        add(suite, name, shows, {"REG-03", "REG-05", "STK-17"}, registry_state(change, most),
            [=](const ConsensusState& post) { return eligible_are(post, eligible, before); });
    };
    const auto candidate = [](std::uint64_t stake) {
        return [stake](ConsensusState& s) { make_candidate(s, 5, stake); };
    };
    with("candidate", "somebody who is not active and has enough becomes eligible", candidate(64), {5});
    with("candidate_of_the_least", "exactly MIN_ACTIVATION_STAKE", candidate(32), {5});
    with("candidate_below_the_least", "one increment less", candidate(31), {});
    with(
        "candidate_behind_others", "its activation stands behind others in the queue",
        [&](ConsensusState& s) {
            s.bond_queue = {7, 7, tst(4)};
            queue_bond(s, {ValidatorIndex{2}, account_address(9), tst(2), Slot{3}});
            candidate(64)(s);
        },
        {5}, 16, 8);
    with("several_candidates", "in the order of their indices, whatever their stake",
         [](ConsensusState& s) {
             make_candidate(s, 3, 32);
             make_candidate(s, 9, 4'096);
             make_candidate(s, 15, 500);
         },
         {3, 9, 15});
    with("eligible_already", "whose activation waits is no candidate again",
         [&](ConsensusState& s) {
             candidate(64)(s);
             s.validators[5].eligibility_epoch = Epoch{3};
         },
         {});
    with("candidate_that_leaves", "who has asked for its exit is no candidate",
         [&](ConsensusState& s) {
             candidate(64)(s);
             s.validators[5].exit_request_epoch = Epoch{2};
             s.validators[5].exit_epoch = Epoch{3};
         },
         {});
    with("active_ones_are_no_candidates", "who is active has been eligible", [](ConsensusState&) {}, {});
    with("last_place", "one place is left", candidate(64), {5}, 16);
    with(
        "place_of_one_that_leaves", "who has asked for its exit has no place",
        [&](ConsensusState& s) {
            make_candidate(s, 4, 64);
            make_candidate(s, 5, 64);
            queue_exit(s, 12);
        },
        {4, 5}, 15);
    with(
        "place_of_one_that_waits", "whose activation waits has a place",
        [&](ConsensusState& s) {
            make_candidate(s, 5, 64);
            make_candidate(s, 6, 64);
            s.validators[6].eligibility_epoch = Epoch{3};
        },
        {}, 15);
    with(
        "place_of_one_that_was_ejected", "who is ejected in this step has no place any more",
        [&](ConsensusState& s) {
            make_candidate(s, 5, 64);
            s.validators[2].effective_stake = tst(16);
        },
        {5}, 15);
    with(
        "fewer_places_than_candidates", "the first of them; the last is not heavy enough to displace",
        [](ConsensusState& s) {
            for (const std::uint64_t i : {2U, 7U, 11U})
                make_candidate(s, i, 100);
        },
        {2, 7}, 15);
}

void add_displacements(Suite& suite) {
    // All places are taken: fifteen, where one of sixteen is a candidate.
    const auto with = [&](const std::string& name, const std::string& shows, const Change& change,
                          const std::vector<std::uint64_t>& eligible, const std::vector<std::uint64_t>& leaving,
                          std::uint64_t most = 15) {
        add(suite, name, shows, {"REG-04", "REG-05", "REG-03", "VAL-08"}, registry_state(change, most),
            [=](const ConsensusState& post) { return eligible_are(post, eligible) && exits_are(post, leaving); });
    };
    const auto rivals = [](std::uint64_t candidate, std::uint64_t lowest, const Change& change = {}) {
        return [=](ConsensusState& s) {
            make_candidate(s, 5, candidate);
            s.validators[9].effective_stake = tst(lowest);
            if (change) change(s);
        };
    };
    with("displacement", "somebody heavy takes the place of the lightest", rivals(1'000, 500), {5}, {9});
    with("displacement_by_just_enough", "110 of 100", rivals(110, 100), {5}, {9});
    with("displacement_by_too_little", "one increment less", rivals(109, 100), {}, {});
    with("displacement_of_a_product", "111 is not enough for 101", rivals(111, 101), {}, {});
    with("displacement_of_a_product_that_is_enough", "112 is", rivals(112, 101), {5}, {9});
    with("equals_do_not_displace", "as heavy as the lightest", rivals(500, 500), {}, {});
    with("displaced_of_equals", "of equals the one with the greatest index goes",
         [](ConsensusState& s) { make_candidate(s, 5, 4'000); }, {5}, {15});
    with("displacing_of_equals", "of equals the one with the smallest index comes",
         rivals(2'000, 500,
                [](ConsensusState& s) {
                    make_candidate(s, 3, 1'999);
                    make_candidate(s, 7, 2'000);
                }),
         {5}, {9}, 13);
    with("one_displacement_an_epoch", "though two would be heavy enough",
         rivals(3'000, 500, [](ConsensusState& s) { make_candidate(s, 7, 4'000); }), {7}, {9}, 14);
    with("displacement_after_the_last_place", "one takes the last place, another displaces",
         rivals(100, 500, [](ConsensusState& s) { make_candidate(s, 7, 4'000); }), {5, 7}, {9}, 15);
    with("lightest_that_leaves_already", "who has asked for its exit is not displaced",
         rivals(1'000, 500,
                [](ConsensusState& s) {
                    queue_exit(s, 9);
                    s.validators[8].effective_stake = tst(700);
                }),
         {5}, {8}, 14);
    with("lightest_that_is_not_active_yet", "who is not active yet is not displaced",
         rivals(1'000, 500,
                [](ConsensusState& s) {
                    s.validators[9].activation_epoch = Epoch{4};
                    s.validators[8].effective_stake = tst(700);
                }),
         {5}, {8});
    with("nobody_to_displace", "nobody is active who has not asked for its exit",
         rivals(1'000, 500,
                [](ConsensusState& s) {
                    for (std::size_t i = 0; i < 16; ++i) {
                        if (i != 5) s.validators[i].activation_epoch = Epoch{7};
                    }
                }),
         {}, {});
    with("too_light_to_be_a_candidate", "who has less than MIN_ACTIVATION_STAKE displaces nobody", rivals(31, 17), {},
         {});
    const ConsensusState percent = registry_state(
        [&](ConsensusState& s) {
            rivals(500, 500)(s);
            s.config.DISPLACEMENT_PERCENT = 100;
        },
        15);
    add(suite, "displacement_by_equals", "with 100 percent an equal is heavy enough", {"REG-04"}, percent,
        [](const ConsensusState& post) { return eligible_are(post, {5}) && exits_are(post, {9}); });
    const ConsensusState huge = registry_state(
        [](ConsensusState& s) {
            make_candidate(s, 5, 0);
            s.validators[5].effective_stake = Amount{UINT64_MAX / 16};
            for (ref::Validator& v : s.validators) {
                if (v.activation_epoch == 0) v.effective_stake = Amount{UINT64_MAX / 18};
            }
        },
        15);
    add(suite, "displacement_of_huge_stakes", "products beyond 64 bits", {"REG-04"}, huge,
        [](const ConsensusState& post) { return eligible_are(post, {5}) && exits_are(post, {15}); });
}

}  // namespace

void add_registry(Suite& suite) {
    if (!suite.wants("epoch_processing")) return;
    add_ejections(suite);
    add_eligibility(suite);
    add_displacements(suite);
}

}  // namespace touchstone::vectors
