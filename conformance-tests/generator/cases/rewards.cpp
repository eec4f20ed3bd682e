// Deltas of rewards and penalties [REW-02] to [REW-04], before they are applied.
#include "reference/transition/rewards.h"

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "conformance-tests/generator/rng.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;
using Change = std::function<void(ConsensusState&)>;

Json numbers(const std::vector<Amount>& amounts) {
    Json list = Json::array();
    for (const Amount amount : amounts)
        list.push_back(std::to_string(amount.value));
    return list;
}

Json deltas_json(const ref::Deltas& deltas) {
    return {{"rewards", numbers(deltas.rewards)}, {"penalties", numbers(deltas.penalties)}};
}

void add(Suite& suite, const std::string& name, const std::string& shows, std::uint64_t slot, const Change& change) {
    ConsensusState pre = busy_state(slot);
    change(pre);
    Vector vector = state_vector("rewards", "deltas",
                                 {name, shows, {"REW-02", "REW-03", "REW-04", "INA-01", "INA-02", "VAL-04"}}, pre);
    vector.values = Json{{"source", deltas_json(need(ref::get_flag_index_deltas(pre, ref::TIMELY_SOURCE_FLAG_INDEX)))},
                         {"target", deltas_json(need(ref::get_flag_index_deltas(pre, ref::TIMELY_TARGET_FLAG_INDEX)))},
                         {"head", deltas_json(need(ref::get_flag_index_deltas(pre, ref::TIMELY_HEAD_FLAG_INDEX)))},
                         {"inactivity", deltas_json(need(ref::get_inactivity_penalty_deltas(pre)))}}
                        .dump();
    suite.add(std::move(vector));
}

void set_flags(ConsensusState& state, const std::function<unsigned(std::size_t)>& flags) {
    for (std::size_t i = 0; i < state.previous_epoch_participation.size(); ++i) {
        state.previous_epoch_participation[i] = static_cast<std::uint8_t>(flags(i));
    }
}

// Epoch 6 has not been final for `behind` epochs.
Change behind(std::uint64_t epochs, const Change& change) {
    return [epochs, change](ConsensusState& s) {
        s.finalized_checkpoint.epoch = Epoch{5 - epochs};
        change(s);
    };
}

void add_by_flags(Suite& suite) {
    add(suite, "all_flags", "everybody has all flags", 31,
        [](ConsensusState& s) { set_flags(s, [](std::size_t) { return 7U; }); });
    add(suite, "no_flags", "nobody has a flag: penalties for source and target", 31,
        [](ConsensusState& s) { set_flags(s, [](std::size_t) { return 0U; }); });
    add(suite, "each_combination", "every combination of flags", 31,
        [](ConsensusState& s) { set_flags(s, [](std::size_t i) { return static_cast<unsigned>(i % 8); }); });
    add(suite, "only_one_voted", "one participant: its reward is small", 31,
        [](ConsensusState& s) { set_flags(s, [](std::size_t i) { return i == 5 ? 7U : 0U; }); });
    add(suite, "all_but_one_voted", "one is missing", 31,
        [](ConsensusState& s) { set_flags(s, [](std::size_t i) { return i == 5 ? 0U : 7U; }); });
    for (const unsigned flag : {1U, 2U, 4U}) {
        const char* names[] = {"", "source", "target", "", "head"};
        add(suite, std::string("only_") + names[flag] + "_flags", "one flag alone", 31,
            [flag](ConsensusState& s) { set_flags(s, [flag](std::size_t) { return flag; }); });
    }
    add(suite, "unknown_flags", "bits above the third mean nothing", 31,
        [](ConsensusState& s) { set_flags(s, [](std::size_t i) { return i % 2 == 0 ? 0xF8U : 0xFFU; }); });
}

void add_by_stake(Suite& suite) {
    add(suite, "stakes_differ", "base rewards follow the stake", 31, [](ConsensusState& s) {
        set_flags(s, [](std::size_t i) { return i % 3 == 0 ? 0U : 7U; });
        for (std::size_t i = 0; i < 32; ++i)
            s.validators[i].effective_stake = tst(17 + i * 131);
    });
    add(suite, "no_stake", "who has no stake gets and pays nothing", 31, [](ConsensusState& s) {
        set_flags(s, [](std::size_t i) { return i % 2 == 0 ? 0U : 7U; });
        for (std::size_t i = 0; i < 8; ++i)
            s.validators[i].effective_stake = tst(0);
    });
    add(suite, "total_is_a_square", "the root of the total is exact", 31, [](ConsensusState& s) {
        for (std::size_t i = 0; i < 32; ++i)
            s.validators[i].effective_stake = tst(i < 10 ? 1 : 0);
    });
    add(suite, "no_stake_at_all", "the floor of one increment is the total", 31, [](ConsensusState& s) {
        for (std::size_t i = 0; i < 32; ++i)
            s.validators[i].effective_stake = tst(0);
    });
}

void add_by_standing(Suite& suite) {
    add(suite, "slashed", "the slashed pay as if absent", 31, [](ConsensusState& s) {
        for (std::size_t i = 0; i < 4; ++i)
            s.validators[i].slashed = true;
    });
    add(suite, "left_and_coming", "only who was active in the previous epoch has a part", 31, [](ConsensusState& s) {
        s.validators[0].exit_epoch = Epoch{2};
        s.validators[1].exit_epoch = Epoch{3};
        s.validators[2].exit_epoch = Epoch{4};
        s.validators[3].activation_epoch = Epoch{2};
        s.validators[4].activation_epoch = Epoch{3};
        s.validators[5].activation_epoch = Epoch{4};
    });
    add(suite, "slashed_and_left", "a slashed one pays until it may withdraw", 31, [](ConsensusState& s) {
        s.config.UNBONDING_EPOCHS = 1;
        s.config.MAX_EVIDENCE_AGE = 16;
        for (std::size_t i = 0; i < 4; ++i) {
            s.validators[i].slashed = true;
            s.validators[i].exit_epoch = Epoch{1};
            s.validators[i].hold_epoch = Epoch{2 + i};
        }
    });
}

void add_leaks(Suite& suite) {
    const Change scores = [](ConsensusState& s) {
        set_flags(s, [](std::size_t i) { return static_cast<unsigned>(i % 8); });
        for (std::size_t i = 0; i < 32; ++i)
            s.inactivity_scores[i] = i * 1'000'003;
    };
    add(suite, "four_epochs_behind", "no leak yet: rewards are given, scores cost the absent", 55, behind(4, scores));
    add(suite, "five_epochs_behind", "a leak: no rewards", 55, behind(5, scores));
    add(suite, "leak_of_the_present", "who is present in a leak neither gains nor loses", 55,
        behind(5, [](ConsensusState& s) { set_flags(s, [](std::size_t) { return 7U; }); }));
    add(suite, "greatest_score", "the product of stake and score does not fit 64 bits", 55,
        behind(5, [](ConsensusState& s) {
            set_flags(s, [](std::size_t) { return 0U; });
            s.inactivity_scores.assign(32, std::uint64_t{1} << 50U);
        }));
    add(suite, "one_below_a_grain", "scores whose penalty is just below and at one grain", 55,
        behind(5, [](ConsensusState& s) {
            set_flags(s, [](std::size_t) { return 0U; });
            for (std::size_t i = 0; i < 32; ++i) {
                s.validators[i].effective_stake = tst(1);
                s.inactivity_scores[i] = i / 8;
            }
        }));
}

}  // namespace

void add_reward_deltas(Suite& suite) {
    if (!suite.wants("rewards")) return;
    add_by_flags(suite);
    add_by_stake(suite);
    add_by_standing(suite);
    add_leaks(suite);
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        add(suite, "random_" + std::to_string(seed), "random flags, stakes, scores and standing", 55,
            [seed](ConsensusState& s) {
                Rng rng(9000 + seed);
                s.finalized_checkpoint.epoch = Epoch{rng.below(5)};
                for (std::size_t i = 0; i < 32; ++i) {
                    s.previous_epoch_participation[i] = static_cast<std::uint8_t>(rng.below(8));
                    s.inactivity_scores[i] = rng.below(1'000'000);
                    s.validators[i].effective_stake = tst(rng.below(4097));
                    s.validators[i].slashed = rng.chance(10);
                    if (rng.chance(10)) s.validators[i].exit_epoch = Epoch{rng.below(9)};
                    if (rng.chance(10)) s.validators[i].activation_epoch = Epoch{rng.below(9)};
                }
            });
    }
}

}  // namespace touchstone::vectors
