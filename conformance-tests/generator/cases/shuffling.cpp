// Shuffling, committees, proposers [COM-01] to [COM-09].
#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/operations.h"
#include "reference/validators/committees.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;

Json numbers(const std::vector<ValidatorIndex>& indices) {
    Json list = Json::array();
    for (const ValidatorIndex index : indices)
        list.push_back(std::to_string(index.value));
    return list;
}

void add_permutation(Suite& suite, const std::string& name, const std::string& shows, std::uint8_t seed_byte,
                     std::uint64_t count, std::uint64_t rounds = ref::MINIMAL.SHUFFLE_ROUND_COUNT) {
    Vector vector{.runner = "shuffling", .handler = "permutation", .name = name, .shows = shows, .clauses = {"COM-03"}};
    if (rounds != ref::MINIMAL.SHUFFLE_ROUND_COUNT) vector.config["SHUFFLE_ROUND_COUNT"] = std::to_string(rounds);
    const ref::Hash seed = ref::hash(Bytes{seed_byte});
    vector.params = Json{{"seed", ref::to_hex(seed.bytes)}, {"count", std::to_string(count)}}.dump();
    Json mapping = Json::array();
    for (std::uint64_t i = 0; i < count; ++i)
        mapping.push_back(std::to_string(ref::compute_shuffled_index(i, count, seed, rounds)));
    vector.values = Json{{"mapping", mapping}}.dump();
    suite.add(std::move(vector));
}

void add_permutations(Suite& suite) {
    for (const std::uint64_t count : {0U, 1U, 2U, 3U, 7U, 8U, 31U, 255U, 256U, 257U, 600U}) {
        add_permutation(suite, "of_" + std::to_string(count), "a permutation of " + std::to_string(count), 1, count);
    }
    add_permutation(suite, "another_seed", "another seed, another permutation", 2, 31);
    add_permutation(suite, "rounds_90", "the rounds of mainnet", 1, 64, 90);
    add_permutation(suite, "rounds_1", "a single round", 1, 64, 1);
    add_permutation(suite, "rounds_255", "as many rounds as fit one byte", 1, 33, 255);
}

void add_committees(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
                    std::uint64_t epoch) {
    Vector vector = state_vector("shuffling", "committees",
                                 {name, shows, {"COM-02", "COM-04", "COM-05", "COM-06", "COM-07"}}, state);
    vector.inputs["state"] = vector.inputs["pre"];
    vector.inputs.erase("pre");
    vector.params = Json{{"epoch", std::to_string(epoch)}}.dump();
    Json slots = Json::array();
    for (std::uint64_t i = 0; i < state.config.SLOTS_PER_EPOCH; ++i) {
        Json committees = Json::array();
        for (std::uint64_t index = 0; index < ref::get_committee_count_per_slot(state, Epoch{epoch}); ++index) {
            committees.push_back(numbers(ref::get_beacon_committee(
                state, Slot{epoch * state.config.SLOTS_PER_EPOCH + i}, CommitteeIndex{index})));
        }
        slots.push_back(committees);
    }
    vector.values = Json{{"committees", slots}}.dump();
    suite.add(std::move(vector));
}

void add_proposers(Suite& suite, const std::string& name, const std::string& shows, const ConsensusState& state,
                   std::uint64_t epoch, const Expected& expected = std::nullopt) {
    Vector vector = state_vector("shuffling", "proposers", {name, shows, {"COM-08", "COM-01", "COM-02"}}, state);
    vector.inputs["state"] = vector.inputs["pre"];
    vector.inputs.erase("pre");
    vector.params = Json{{"epoch", std::to_string(epoch)}}.dump();
    const auto proposers = ref::compute_proposers(state, Epoch{epoch});
    if (proposers) {
        vector.values = Json{{"proposers", numbers(proposers.value())}}.dump();
    } else {
        vector.rejected = std::string(to_string(proposers.failure().clause));
    }
    if (vector.rejected != expected) return suite.problem(vector.id() + ": the reference says otherwise");
    suite.add(std::move(vector));
}

}  // namespace

void add_shuffling(Suite& suite) {
    if (!suite.wants("shuffling")) return;
    add_permutations(suite);
    const ConsensusState& state = busy_state(28);
    add_committees(suite, "previous_epoch", "the committees of the epoch before", state, 2);
    add_committees(suite, "current_epoch", "the committees of this epoch", state, 3);
    add_committees(suite, "next_epoch", "the committees of the next epoch", state, 4);
    add_committees(suite, "genesis_epoch", "the committees of epoch 0: the seed wraps around the mixes",
                   genesis_state(), 0);
    add_committees(suite, "nine_validators", "committees of unequal size", genesis_state({.validators = 9}), 0);
    add_committees(suite, "two_committees_a_slot", "64 validators are enough for two committees a slot",
                   genesis_state({.validators = 64}), 1);
    add_committees(suite, "one_below_two_committees", "63 validators are not", genesis_state({.validators = 63}), 1);
    add_committees(
        suite, "most_committees", "no more than MAX_COMMITTEES_PER_SLOT",
        genesis_state({.validators = 48, .config = minimal_with([](Parameters& c) { c.TARGET_COMMITTEE_SIZE = 1; })}),
        0);
    ConsensusState some = state;
    for (std::size_t i = 0; i < 32; i += 3)
        some.validators[i].exit_epoch = Epoch{3};
    for (std::size_t i = 1; i < 32; i += 3)
        some.validators[i].activation_epoch = Epoch{4};
    add_committees(suite, "who_is_active", "only who is active in the epoch is in a committee", some, 3);
    add_committees(suite, "who_is_active_next", "who is active in the next epoch", some, 4);
    add_committees(
        suite, "fewer_than_slots", "fewer validators than slots: some committees are empty",
        [] {
            ConsensusState few = busy_state(28);
            for (std::size_t i = 5; i < 32; ++i)
                few.validators[i].exit_epoch = Epoch{3};
            return few;
        }(),
        3);
    add_proposers(suite, "equal_stakes", "equal stakes", state, 4);
    add_proposers(suite, "epoch_after_next", "the epoch that the look-ahead appends", busy_state(31), 5);
    ConsensusState uneven = state;
    for (std::size_t i = 0; i < 32; ++i)
        uneven.validators[i].effective_stake = tst(i * i);
    add_proposers(suite, "unequal_stakes", "in proportion to the stake", uneven, 4);
    for (std::size_t i = 0; i < 32; ++i)
        uneven.validators[i].effective_stake = Amount{i == 7 ? 3U : 1U};
    add_proposers(suite, "small_stakes", "a total of 34 grains", uneven, 4);
    for (std::size_t i = 0; i < 32; ++i)
        uneven.validators[i].effective_stake = Amount{UINT64_MAX / 64};
    add_proposers(suite, "huge_stakes", "a total near 2^63", uneven, 4);
    add_proposers(suite, "who_is_active_next", "only who is active in that epoch", some, 4);
    for (std::size_t i = 0; i < 32; ++i)
        uneven.validators[i].effective_stake = Amount{0};
    add_proposers(suite, "no_stake", "without stake there is nobody to choose", uneven, 4, "COM-08");
    for (auto& validator : some.validators)
        validator.exit_epoch = Epoch{4};
    add_proposers(suite, "nobody_active", "nobody is active in that epoch", some, 4, "COM-08");
}

}  // namespace touchstone::vectors
