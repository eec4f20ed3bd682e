// Configurations [TYP-05], [TYP-06], [GEN-02], and genesis [GEN-01] to [GEN-09].
#include "reference/transition/genesis.h"

#include <nlohmann/json.hpp>

#include "conformance-tests/generator/cases/cases.h"
#include "conformance-tests/generator/chain.h"
#include "conformance-tests/generator/operations.h"
#include "crypto/development_keys.h"
#include "reference/types/configuration.h"

namespace touchstone::vectors {
namespace {

namespace ref = reference;
using Json = nlohmann::json;
using Replaced = std::map<std::string, std::string>;

void add_config(Suite& suite, const std::string& name, const std::string& shows, const Replaced& replace,
                const Expected& expected = std::nullopt, const std::optional<std::string>& assumption = std::nullopt) {
    Vector vector{.runner = "genesis",
                  .handler = "config",
                  .name = name,
                  .shows = shows,
                  .clauses = {"TYP-06", "TYP-04", "TYP-05", "GEN-02"}};
    if (expected) vector.clauses = {*expected};
    vector.params = Json{{"replace", replace}}.dump();
    const auto config = ref::custom_configuration(ref::MINIMAL, replace);
    if (!config) {
        vector.rejected = std::string(to_string(config.failure().clause));
    } else if (const auto checked = ref::check_assumptions(config.value()); !checked) {
        vector.rejected = std::string(to_string(checked.failure().clause));
        vector.rejection_name = checked.failure().reason;
    } else {
        vector.values = Json{{"config_root", ref::to_hex(ref::config_root(config.value()).bytes)}}.dump();
    }
    if (vector.rejected != expected || vector.rejection_name != assumption) {
        return suite.problem(vector.id() + ": the reference says " + vector.rejected.value_or("accepted") + " " +
                             vector.rejection_name.value_or(""));
    }
    suite.add(std::move(vector));
}

std::string lower(std::string text) {
    for (char& letter : text)
        letter = static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
    return text;
}

// Values around a bound: one that holds, one that does not.
struct Bound {
    std::string assumption;
    std::string what;
    Replaced holds;
    Replaced breaks;
};

void add_bounds(Suite& suite, const std::vector<Bound>& bounds) {
    for (const Bound& bound : bounds) {
        const std::string name = lower(bound.assumption) + "_" + bound.what;
        if (!bound.holds.empty()) add_config(suite, name + "_holds", bound.assumption + " just holds", bound.holds);
        add_config(suite, name + "_broken", bound.assumption + " is just broken", bound.breaks, "TYP-06",
                   bound.assumption);
    }
}

void add_assumptions(Suite& suite) {
    const std::string two_20 = std::to_string(1ULL << 20U);
    const std::string two_20_1 = std::to_string((1ULL << 20U) + 1);
    const std::string two_32_1 = std::to_string((1ULL << 32U) + 1);
    const std::string two_32 = std::to_string(1ULL << 32U);
    add_bounds(
        suite,
        {{"NONEMPTY_COMMITTEES", "slots", {{"MIN_ACTIVE_VALIDATORS", "8"}}, {{"MIN_ACTIVE_VALIDATORS", "7"}}},
         {"SEED_IN_HISTORY",
          "vector",
          {{"EPOCHS_PER_HISTORICAL_VECTOR", "5"}},
          {{"EPOCHS_PER_HISTORICAL_VECTOR", "4"}}},
         {"SEED_IN_HISTORY", "no_lookahead", {}, {{"MIN_SEED_LOOKAHEAD", "0"}}},
         {"SEED_IN_HISTORY", "lookahead_of_two", {}, {{"MIN_SEED_LOOKAHEAD", "2"}}},
         {"ROOTS_COVER_EPOCHS", "length", {{"SLOTS_PER_HISTORICAL_ROOT", "32"}}, {{"SLOTS_PER_HISTORICAL_ROOT", "24"}}},
         {"ROOTS_COVER_EPOCHS",
          "multiple",
          {{"SLOTS_PER_HISTORICAL_ROOT", "40"}},
          {{"SLOTS_PER_HISTORICAL_ROOT", "41"}}},
         {"SLASHINGS_WINDOW", "least", {{"EPOCHS_PER_SLASHINGS_VECTOR", "2"}}, {{"EPOCHS_PER_SLASHINGS_VECTOR", "1"}}},
         {"SLASHINGS_WINDOW", "even", {{"EPOCHS_PER_SLASHINGS_VECTOR", "64"}}, {{"EPOCHS_PER_SLASHINGS_VECTOR", "63"}}},
         {"SLASHINGS_WINDOW",
          "greatest",
          {{"EPOCHS_PER_SLASHINGS_VECTOR", two_20}},
          {{"EPOCHS_PER_SLASHINGS_VECTOR", std::to_string((1ULL << 20U) + 2)}}},
         {"EVIDENCE_COVERS_WEAK_SUBJECTIVITY", "age", {{"MAX_EVIDENCE_AGE", "259"}}, {{"MAX_EVIDENCE_AGE", "258"}}},
         {"MESSAGES_FIT", "gossip", {{"GOSSIP_MAX_SIZE", "8388608"}}, {{"GOSSIP_MAX_SIZE", "8388607"}}},
         {"MESSAGES_FIT", "response", {{"RESPONSE_MAX_SIZE", "8388612"}}, {{"RESPONSE_MAX_SIZE", "8388611"}}},
         {"STAKE_IN_INCREMENTS",
          "greatest_stake",
          {{"MAX_EFFECTIVE_STAKE", "32000000000"}},
          {{"MAX_EFFECTIVE_STAKE", "32000000001"}}},
         {"STAKE_IN_INCREMENTS", "ejection", {{"EJECTION_STAKE", "0"}}, {{"EJECTION_STAKE", "16500000000"}}},
         {"STAKE_IN_INCREMENTS", "churn", {{"MIN_CHURN", "1000000000"}}, {{"MIN_CHURN", "1000000001"}}},
         {"STAKE_IN_INCREMENTS",
          "floor_below_activation",
          {{"EJECTION_STAKE", "31000000000"}},
          {{"EJECTION_STAKE", "32000000000"}}},
         {"STAKE_IN_INCREMENTS",
          "activation_above_floor",
          {{"MIN_ACTIVATION_STAKE", "16000000001"}},
          {{"MIN_ACTIVATION_STAKE", "16000000000"}}},
         {"STAKE_IN_INCREMENTS",
          "activation_within_cap",
          {{"MIN_ACTIVATION_STAKE", "4096000000000"}},
          {{"MIN_ACTIVATION_STAKE", "4096000000001"}}},
         {"STAKE_IN_INCREMENTS",
          "bond_within_self_stake",
          {{"MIN_BOND", "16000000000"}},
          {{"MIN_BOND", "16000000001"}}},
         {"STAKE_IN_INCREMENTS",
          "self_stake_of_a_bond",
          {{"MIN_SELF_STAKE", "1000000000"}},
          {{"MIN_SELF_STAKE", "999999999"}}},
         {"STAKE_IN_INCREMENTS",
          "self_stake_within_cap",
          {{"MIN_SELF_STAKE", "4096000000000"}},
          {{"MIN_SELF_STAKE", "4096000000001"}}},
         {"STAKE_IN_INCREMENTS",
          "least_set_within_greatest",
          {{"MAX_ACTIVE_VALIDATORS", "8"}},
          {{"MAX_ACTIVE_VALIDATORS", "7"}}},
         {"STAKE_IN_INCREMENTS",
          "greatest_set",
          {{"MAX_ACTIVE_VALIDATORS", two_32}},
          {{"MAX_ACTIVE_VALIDATORS", two_32_1}}},
         {"STAKE_IN_INCREMENTS", "displacement", {{"DISPLACEMENT_PERCENT", "100"}}, {{"DISPLACEMENT_PERCENT", "99"}}},
         {"STAKE_IN_INCREMENTS", "queue_items", {{"MAX_QUEUE_ITEMS", two_20}}, {{"MAX_QUEUE_ITEMS", two_20_1}}},
         {"SUPPLY_BOUND", "supply", {{"MAX_SUPPLY", "4000000000000000000"}}, {{"MAX_SUPPLY", "4000000000000000001"}}},
         {"BASIS_POINTS_IN_SLOT", "aggregate", {{"AGGREGATE_DUE_BPS", "10000"}}, {{"AGGREGATE_DUE_BPS", "10001"}}},
         {"BASIS_POINTS_IN_SLOT", "order", {{"AGGREGATE_DUE_BPS", "3334"}}, {{"AGGREGATE_DUE_BPS", "3333"}}},
         {"BASIS_POINTS_IN_SLOT",
          "cutoff",
          {{"PROPOSER_REORG_CUTOFF_BPS", "3333"}},
          {{"PROPOSER_REORG_CUTOFF_BPS", "3334"}}},
         {"SHUFFLE_ROUNDS", "rounds", {{"SHUFFLE_ROUND_COUNT", "255"}}, {{"SHUFFLE_ROUND_COUNT", "256"}}},
         {"COMMITTEES_WITHIN_LIMIT",
          "committees",
          {{"MAX_COMMITTEES_PER_SLOT", "64"}},
          {{"MAX_COMMITTEES_PER_SLOT", "65"}}},
         {"BOUNDED_TIME", "slot_duration", {{"SLOT_DURATION_MS", two_20}}, {{"SLOT_DURATION_MS", two_20_1}}},
         {"BOUNDED_TIME",
          "unbonding",
          {{"UNBONDING_EPOCHS", std::to_string((1ULL << 32U) - 3)}, {"MAX_EVIDENCE_AGE", two_32}},
          {{"UNBONDING_EPOCHS", std::to_string((1ULL << 32U) - 2)}, {"MAX_EVIDENCE_AGE", two_32_1}}},
         {"BOUNDED_TIME", "shard_period", {{"SHARD_COMMITTEE_PERIOD", two_32}}, {{"SHARD_COMMITTEE_PERIOD", two_32_1}}},
         {"BOUNDED_TIME", "seed_lookahead", {{"MAX_SEED_LOOKAHEAD", two_32}}, {{"MAX_SEED_LOOKAHEAD", two_32_1}}},
         {"BOUNDED_TIME",
          "inactivity",
          {{"MIN_EPOCHS_TO_INACTIVITY_PENALTY", two_32}},
          {{"MIN_EPOCHS_TO_INACTIVITY_PENALTY", two_32_1}}},
         {"BOUNDED_TIME",
          "reorg",
          {{"REORG_MAX_EPOCHS_SINCE_FINALIZATION", two_32}},
          {{"REORG_MAX_EPOCHS_SINCE_FINALIZATION", two_32_1}}},
         {"GAS_WITHIN_LIMITS", "least", {{"BLOCK_GAS_LIMIT", "2"}}, {{"BLOCK_GAS_LIMIT", "1"}}},
         {"GAS_WITHIN_LIMITS", "most", {{"BLOCK_GAS_LIMIT", "1099511627776"}}, {{"BLOCK_GAS_LIMIT", "1099511627777"}}},
         {"GAS_WITHIN_LIMITS", "transaction", {{"GAS_PER_TRANSACTION", two_32}}, {{"GAS_PER_TRANSACTION", two_32_1}}},
         {"GAS_WITHIN_LIMITS", "transfer", {{"GAS_TRANSFER", two_32}}, {{"GAS_TRANSFER", two_32_1}}},
         {"GAS_WITHIN_LIMITS", "new_account", {{"GAS_NEW_ACCOUNT", two_32}}, {{"GAS_NEW_ACCOUNT", two_32_1}}},
         {"GAS_WITHIN_LIMITS",
          "registration",
          {{"GAS_REGISTER_VALIDATOR", two_32}},
          {{"GAS_REGISTER_VALIDATOR", two_32_1}}},
         {"GAS_WITHIN_LIMITS", "stake", {{"GAS_STAKE", two_32}}, {{"GAS_STAKE", two_32_1}}},
         {"GAS_WITHIN_LIMITS", "byte", {{"GAS_PER_BYTE", "65536"}}, {{"GAS_PER_BYTE", "65537"}}},
         {"BOUNDED_LIMITS",
          "registry",
          {{"VALIDATOR_REGISTRY_LIMIT", std::to_string(1ULL << 40U)}},
          {{"VALIDATOR_REGISTRY_LIMIT", std::to_string((1ULL << 40U) + 1)}}},
         {"BOUNDED_LIMITS",
          "history",
          {{"HISTORICAL_ROOTS_LIMIT", std::to_string(1ULL << 40U)}},
          {{"HISTORICAL_ROOTS_LIMIT", std::to_string((1ULL << 40U) + 1)}}},
         {"BOUNDED_LIMITS",
          "roots",
          {{"SLOTS_PER_HISTORICAL_ROOT", two_20}},
          {{"SLOTS_PER_HISTORICAL_ROOT", std::to_string((1ULL << 20U) + 8)}}},
         {"BOUNDED_LIMITS",
          "mixes",
          {{"EPOCHS_PER_HISTORICAL_VECTOR", two_20}},
          {{"EPOCHS_PER_HISTORICAL_VECTOR", two_20_1}}},
         {"BOUNDED_LIMITS", "attestations", {{"MAX_ATTESTATIONS", two_20}}, {{"MAX_ATTESTATIONS", two_20_1}}},
         {"BOUNDED_LIMITS",
          "proposer_slashings",
          {{"MAX_PROPOSER_SLASHINGS", two_20}},
          {{"MAX_PROPOSER_SLASHINGS", two_20_1}}},
         {"BOUNDED_LIMITS",
          "attester_slashings",
          {{"MAX_ATTESTER_SLASHINGS", two_20}},
          {{"MAX_ATTESTER_SLASHINGS", two_20_1}}},
         {"BOUNDED_LIMITS", "exits", {{"MAX_VOLUNTARY_EXITS", two_20}}, {{"MAX_VOLUNTARY_EXITS", two_20_1}}},
         {"BOUNDED_LIMITS", "transactions", {{"MAX_TRANSACTIONS", two_20}}, {{"MAX_TRANSACTIONS", two_20_1}}},
         {"BOUNDED_LIMITS",
          "committee",
          {{"MAX_VALIDATORS_PER_COMMITTEE", two_20}},
          {{"MAX_VALIDATORS_PER_COMMITTEE", two_20_1}}},
         {"BOUNDED_LIMITS",
          "gossip",
          {{"GOSSIP_MAX_SIZE", std::to_string((1ULL << 32U) - 1)}},
          {{"GOSSIP_MAX_SIZE", two_32}}},
         {"BOUNDED_LIMITS",
          "response",
          {{"RESPONSE_MAX_SIZE", std::to_string((1ULL << 32U) - 1)}},
          {{"RESPONSE_MAX_SIZE", two_32}}},
         {"BOUNDED_LIMITS", "reward_factor", {{"BASE_REWARD_FACTOR", "65536"}}, {{"BASE_REWARD_FACTOR", "65537"}}},
         {"BOUNDED_LIMITS",
          "slashing_multiplier",
          {{"PROPORTIONAL_SLASHING_MULTIPLIER", "65536"}},
          {{"PROPORTIONAL_SLASHING_MULTIPLIER", "65537"}}},
         {"BOUNDED_LIMITS", "bias", {{"INACTIVITY_SCORE_BIAS", "65536"}}, {{"INACTIVITY_SCORE_BIAS", "65537"}}},
         {"BOUNDED_LIMITS",
          "recovery",
          {{"INACTIVITY_SCORE_RECOVERY_RATE", "65536"}},
          {{"INACTIVITY_SCORE_RECOVERY_RATE", "65537"}}},
         {"BOUNDED_LIMITS", "boost", {{"PROPOSER_SCORE_BOOST", "65536"}}, {{"PROPOSER_SCORE_BOOST", "65537"}}},
         {"BOUNDED_LIMITS",
          "head_threshold",
          {{"REORG_HEAD_WEIGHT_THRESHOLD", "65536"}},
          {{"REORG_HEAD_WEIGHT_THRESHOLD", "65537"}}},
         {"BOUNDED_LIMITS",
          "parent_threshold",
          {{"REORG_PARENT_WEIGHT_THRESHOLD", "65536"}},
          {{"REORG_PARENT_WEIGHT_THRESHOLD", "65537"}}},
         {"BOUNDED_LIMITS",
          "subnets",
          {{"ATTESTATION_SUBNET_COUNT", "65536"}},
          {{"ATTESTATION_SUBNET_COUNT", "65537"}}},
         {"BOUNDED_LIMITS", "request", {{"MAX_REQUEST_BLOCKS", "1024"}}, {{"MAX_REQUEST_BLOCKS", "1025"}}}});
    const std::string greatest = "18446744073709551615";
    add_config(suite, "transaction_bytes_unbounded", "MAX_TRANSACTION_BYTES has no bound",
               {{"MAX_TRANSACTION_BYTES", greatest}});
    add_config(suite, "forks_unbounded", "MAX_FORKS has no bound", {{"MAX_FORKS", greatest}});
    add_config(suite, "one_slot_an_epoch", "an epoch may have one slot",
               {{"SLOTS_PER_EPOCH", "1"}, {"MIN_ACTIVE_VALIDATORS", "1"}});
    add_config(suite, "quotient_above_the_increment", "HYSTERESIS_QUOTIENT may be above the increment",
               {{"HYSTERESIS_QUOTIENT", greatest}});
    add_config(suite, "first_of_two_assumptions", "of two broken assumptions the first of the table is named",
               {{"SHUFFLE_ROUND_COUNT", "256"}, {"MAX_COMMITTEES_PER_SLOT", "65"}}, "TYP-06", "SHUFFLE_ROUNDS");
    add_config(suite, "messages_fit_sum_overflows", "a sum of limits that does not fit 64 bits",
               {{"MAX_BLOCK_BYTES", greatest}, {"GOSSIP_MAX_SIZE", greatest}, {"RESPONSE_MAX_SIZE", greatest}},
               "TYP-06", "MESSAGES_FIT");
    add_config(suite, "roots_product_overflows", "a product of four that does not fit 64 bits",
               {{"SLOTS_PER_EPOCH", "4611686018427387904"}, {"MIN_ACTIVE_VALIDATORS", greatest}}, "TYP-06",
               "ROOTS_COVER_EPOCHS");
}

void add_positive(Suite& suite) {
    const std::set<std::string> may_be_zero{"MAX_SEED_LOOKAHEAD",
                                            "SHARD_COMMITTEE_PERIOD",
                                            "MIN_EPOCHS_TO_INACTIVITY_PENALTY",
                                            "PROPOSER_SCORE_BOOST",
                                            "REORG_HEAD_WEIGHT_THRESHOLD",
                                            "REORG_PARENT_WEIGHT_THRESHOLD",
                                            "GENESIS_FORK_VERSION",
                                            "GENESIS_BASE_FEE",
                                            "MIN_BASE_FEE",
                                            "MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS",
                                            "EJECTION_STAKE"};
    for (const ref::ParameterField& field : ref::PARAMETER_FIELDS) {
        const std::string name(field.name);
        if (name == "MIN_SEED_LOOKAHEAD" || name == "EFFECTIVE_STAKE_INCREMENT") continue;  // other assumptions; below
        if (may_be_zero.contains(name)) {
            add_config(suite, lower(name) + "_zero", name + " may be zero", {{name, "0"}});
        } else {
            add_config(suite, lower(name) + "_zero", name + " is at least one", {{name, "0"}}, "TYP-06",
                       "POSITIVE_PARAMETERS");
        }
    }
    add_config(suite, "effective_stake_increment_zero",
               "an increment of zero is refused before anything is divided by it", {{"EFFECTIVE_STAKE_INCREMENT", "0"}},
               "TYP-06", "POSITIVE_PARAMETERS");
}

void add_replacements(Suite& suite) {
    add_config(suite, "preset", "the preset itself", {});
    add_config(suite, "several_values", "several values replaced",
               {{"SLOT_DURATION_MS", "1000"}, {"BASE_REWARD_FACTOR", "1"}});
    add_config(suite, "leading_zeros", "leading zeros do not change a number", {{"SLOT_DURATION_MS", "0001000"}});
    add_config(suite, "many_leading_zeros", "however many leading zeros",
               {{"SLOT_DURATION_MS", std::string(40, '0') + "1000"}});
    add_config(suite, "greatest_value_after_zeros", "the greatest value, with leading zeros",
               {{"MAX_FORKS", "0018446744073709551615"}});
    const auto reject = [&](const std::string& name, const std::string& shows, const Replaced& replace) {
        add_config(suite, name, shows, replace, "GEN-02");
    };
    reject("unknown_parameter", "a parameter that does not exist", {{"SLOTS_PER_EPOCHS", "8"}});
    reject("name_in_lower_case", "names are in upper case", {{"slots_per_epoch", "8"}});
    reject("empty_name", "no name", {{"", "8"}});
    reject("constant_is_no_parameter", "a constant cannot be replaced", {{"GENESIS_SLOT", "0"}});
    reject("value_two_to_the_64_after_zeros", "leading zeros do not make room for more",
           {{"MAX_SUPPLY", "00018446744073709551616"}});
    reject("value_two_to_the_64", "a value one above the greatest", {{"MAX_SUPPLY", "18446744073709551616"}});
    reject("value_negative", "a negative value", {{"SLOT_DURATION_MS", "-1"}});
    reject("value_with_a_sign", "a value with a plus sign", {{"SLOT_DURATION_MS", "+1"}});
    reject("value_empty", "an empty value", {{"SLOT_DURATION_MS", ""}});
    reject("value_hexadecimal", "a value in hexadecimal", {{"SLOT_DURATION_MS", "0x10"}});
    reject("value_fraction", "a fraction", {{"SLOT_DURATION_MS", "1.5"}});
    reject("value_exponent", "a value in scientific notation", {{"SLOT_DURATION_MS", "1e3"}});
    reject("value_with_a_space", "a space behind the value", {{"SLOT_DURATION_MS", "1000 "}});
    reject("value_with_a_space_before", "a space before the value", {{"SLOT_DURATION_MS", " 1000"}});
    reject("value_a_word", "a word", {{"SLOT_DURATION_MS", "long"}});
    reject("unknown_before_assumptions", "names are looked at before assumptions",
           {{"MAX_COMMITTEES", "1"}, {"SHUFFLE_ROUND_COUNT", "256"}});
}

void add_state(Suite& suite, const std::string& name, const std::string& shows, std::vector<std::string> clauses,
               const Parameters& config, const ref::Genesis& genesis, const Expected& expected = std::nullopt,
               const std::optional<std::string>& assumption = std::nullopt) {
    Vector vector{.runner = "genesis", .handler = "state", .name = name, .shows = shows, .clauses = std::move(clauses)};
    vector.config = config_of(config);
    vector.inputs["genesis"] = ref::ssz::serialize(genesis, config);
    const auto state = ref::initialize_state(config, genesis);
    if (state) {
        vector.files["state"] = ref::ssz::serialize(state.value(), config);
        vector.files["block"] = ref::ssz::serialize(ref::genesis_block(state.value()), config);
    } else {
        vector.rejected = std::string(to_string(state.failure().clause));
        vector.rejection_name = assumption;
    }
    if (vector.rejected != expected)
        return suite.problem(vector.id() + ": the reference says " + vector.rejected.value_or("accepted"));
    suite.add(std::move(vector));
}

void add_accounts(Suite& suite) {
    const std::vector<std::string> clauses{"GEN-08", "GEN-10", "ACC-01", "KVT-04"};
    const ref::Genesis good = make_genesis({.validators = 8, .accounts = {Amount{7}, tst(3), Amount{1}, Amount{2}}});
    const auto add = [&](const std::string& name, const std::string& shows, const Expected& expected,
                         const std::function<void(std::vector<ref::GenesisAccount>&)>& change,
                         const Parameters& config = ref::MINIMAL) {
        ref::Genesis genesis = good;
        change(genesis.accounts);
        add_state(suite, name, shows, expected ? std::vector<std::string>{*expected} : clauses, config, genesis,
                  expected);
    };
    using Accounts = std::vector<ref::GenesisAccount>;
    add("four_accounts", "accounts become entries, and tree_root their root", {}, [](Accounts&) {});
    add("one_account", "a tree of one entry", {}, [](Accounts& list) { list.resize(1); });
    add("account_of_an_operator", "a validator's operator may have an account", {},
        [&](Accounts& list) { list = {{good.validators[2].operator_address, Amount{9}}}; });
    add("accounts_of_the_first_and_last_address", "addresses of zeros and of ones are addresses", {},
        [](Accounts& list) {
            list.front().address = {};
            list.back().address.bytes.fill(0xFF);
        });
    add("account_twice", "an address stands once", "GEN-10", [](Accounts& list) { list[2].address = list[1].address; });
    add("account_twice_apart", "an address stands once, wherever", "GEN-10",
        [](Accounts& list) { list[3].address = list[0].address; });
    add("accounts_exchanged", "the accounts are in ascending order", "GEN-10",
        [](Accounts& list) { std::swap(list[0], list[1]); });
    add("last_accounts_exchanged", "all of them are", "GEN-10", [](Accounts& list) { std::swap(list[2], list[3]); });
    add("first_account_empty", "an account of nothing is none", "GEN-10",
        [](Accounts& list) { list[0].balance = Amount{0}; });
    add("last_account_empty", "an account of nothing is none, wherever", "GEN-10",
        [](Accounts& list) { list[3].balance = Amount{0}; });
    const std::uint64_t total = tst(8 * 1024 + 3).value + 10;
    const auto supply = [&](std::uint64_t most) { return minimal_with([&](Parameters& c) { c.MAX_SUPPLY = most; }); };
    add(
        "supply_with_accounts_at_the_bound", "stakes and balances are exactly MAX_SUPPLY", {}, [](Accounts&) {},
        supply(total));
    add(
        "supply_with_accounts_above_the_bound", "stakes and balances are one grain more", "GEN-07", [](Accounts&) {},
        supply(total - 1));
    add("balances_that_overflow", "the sum is exact, beyond 64 bits", "GEN-07", [](Accounts& list) {
        list[0].balance = Amount{UINT64_MAX};
        list[1].balance = Amount{UINT64_MAX};
    });
    add("order_before_supply", "of both faults the order is named", "GEN-10", [](Accounts& list) {
        list[0].balance = Amount{UINT64_MAX};
        std::swap(list[2], list[3]);
    });
    ref::Genesis both = good;
    std::swap(both.accounts[0], both.accounts[1]);
    both.validators[7].proof_of_possession = {};
    add_state(suite, "validators_before_accounts", "of both faults that of the validator is named", {"GEN-06"},
              ref::MINIMAL, both, "GEN-06");
}

// What an operator has of its own [GEN-11].
void add_self_stakes(Suite& suite) {
    const Parameters dear = minimal_with([](Parameters& c) { c.MIN_SELF_STAKE = tst(20).value; });
    const auto add = [&](const std::string& name, const std::string& shows, const Expected& expected,
                         const std::function<void(std::vector<ref::GenesisValidator>&)>& change) {
        ref::Genesis genesis = make_genesis({.validators = 9, .config = dear, .accounts = {tst(7), tst(8)}});
        change(genesis.validators);
        std::vector<std::string> clauses{"GEN-08", "GEN-11", "STK-01", "STK-03"};
        if (expected) clauses = {*expected};
        add_state(suite, name, shows, clauses, dear, genesis, expected);
    };
    using Validators = std::vector<ref::GenesisValidator>;
    add("self_stake_of_the_least", "exactly MIN_SELF_STAKE", {}, [](Validators& list) { list[4].stake = tst(20); });
    add("self_stake_one_grain_short", "one grain less", "GEN-11",
        [](Validators& list) { list[4].stake = Amount{tst(20).value - 1}; });
    add("commissions", "commissions of some, and of all", {}, [](Validators& list) {
        list[0].commission = 1;
        list[4].commission = 500;
        list[8].commission = 10'000;
    });
    add("commission_above_all", "one basis point too much", "GEN-11",
        [](Validators& list) { list[4].commission = 10'001; });
    add("commission_huge", "a commission of 2^64 − 1", "GEN-11",
        [](Validators& list) { list[8].commission = UINT64_MAX; });
    add("one_operator_of_two", "one address operates two: it holds shares of both pools", {}, [&](Validators& list) {
        const std::size_t index = 4;
        list[index].operator_address = list[3].operator_address;
        const Root root = ref::proof_of_possession_root(list[index].pubkey, list[index].operator_address, dear);
        list[index].proof_of_possession =
            BLSSignature{crypto::bls::pop_prove(crypto::development_validator_key(index), root.bytes).to_bytes()};
    });
    add("floor_before_self_stake", "of both bounds the floor is named", "GEN-04",
        [](Validators& list) { list[4].stake = Amount{tst(16).value}; });
    add("self_stake_before_key", "of one validator the stake is looked at before the key", "GEN-11",
        [](Validators& list) {
            list[4] = list[3];
            list[4].stake = tst(19);
        });
    add("commission_before_proof", "and its commission before the proof", "GEN-11", [](Validators& list) {
        list[4].commission = 10'001;
        list[4].proof_of_possession = {};
    });
    add("earlier_validator_before_self_stake", "the first bad validator of the list is named", "GEN-06",
        [](Validators& list) {
            list[3].proof_of_possession = {};
            list[4].commission = 10'001;
        });
}

void add_states(Suite& suite) {
    const std::vector<std::string> clauses{"GEN-08", "GEN-09", "TYP-05", "COM-08"};
    const Parameters& minimal = ref::MINIMAL;
    const ref::Genesis good = make_genesis({.validators = 12});
    const auto with = [&](const std::function<void(ref::Genesis&)>& change) {
        ref::Genesis genesis = good;
        change(genesis);
        return genesis;
    };
    const auto accept = [&](const std::string& name, const std::string& shows, const ref::Genesis& genesis,
                            const Parameters& config = ref::MINIMAL) {
        add_state(suite, name, shows, clauses, config, genesis);
    };
    const auto reject = [&](const std::string& clause, const std::string& name, const std::string& shows,
                            const ref::Genesis& genesis, const Parameters& config = ref::MINIMAL) {
        add_state(suite, name, shows, {clause}, config, genesis, clause);
    };
    accept("twelve_validators", "a genesis state and its block", good);
    accept("eight_validators", "exactly MIN_ACTIVE_VALIDATORS", make_genesis({.validators = 8}));
    reject("GEN-03", "seven_validators", "one validator less than MIN_ACTIVE_VALIDATORS",
           make_genesis({.validators = 7}));
    reject("GEN-03", "no_validators", "nobody", make_genesis({.validators = 0}));
    accept("another_seed", "another seed gives other mixes and proposers",
           with([](ref::Genesis& g) { g.seed.bytes.fill(1); }));
    accept("another_time", "another time gives another chain", with([](ref::Genesis& g) { g.genesis_time_ms = 1; }));
    accept("greatest_time", "a time of 2^64 − 1 is a number as another",
           with([](ref::Genesis& g) { g.genesis_time_ms = UINT64_MAX; }));
    accept("custom_configuration", "the state commits to its configuration", good,
           minimal_with([](Parameters& c) { c.GENESIS_BASE_FEE = 1; }));
    const auto stake = [&](std::uint64_t grains) {
        return with([&](ref::Genesis& g) { g.validators[3].stake = Amount{grains}; });
    };
    accept("stake_just_above_the_floor", "one grain above EJECTION_STAKE: the effective stake is the floor itself",
           stake(tst(16).value + 1));
    reject("GEN-04", "stake_at_the_floor", "exactly EJECTION_STAKE", stake(tst(16).value));
    accept("stake_at_the_cap", "exactly MAX_EFFECTIVE_STAKE", stake(tst(4096).value));
    reject("GEN-04", "stake_above_the_cap", "one grain above MAX_EFFECTIVE_STAKE", stake(tst(4096).value + 1));
    reject("GEN-04", "stake_zero", "no stake", stake(0));
    accept("stake_not_of_increments", "the effective stake is rounded down to an increment, the balance is not",
           stake(tst(1000).value + 999'999'999));
    add_self_stakes(suite);
    const Parameters no_floor = minimal_with([](Parameters& c) {
        c.EJECTION_STAKE = 0;
        c.MIN_SELF_STAKE = tst(1).value;
    });
    const auto small = [&](std::uint64_t grains) {
        ref::Genesis genesis = make_genesis({.validators = 12, .config = no_floor});
        genesis.validators[3].stake = Amount{grains};
        return genesis;
    };
    accept("stake_of_one_increment", "without a floor one increment is enough", small(tst(1).value), no_floor);
    reject("GEN-04", "stake_below_one_increment", "one grain less than an increment", small(tst(1).value - 1),
           no_floor);
    reject("GEN-05", "key_twice", "a key registers once",
           with([](ref::Genesis& g) { g.validators[9] = g.validators[2]; }));
    reject("GEN-06", "key_zero", "a key of zeros is no point",
           with([](ref::Genesis& g) { g.validators[4].pubkey = {}; }));
    reject("GEN-06", "key_infinity", "the point at infinity is no key", with([](ref::Genesis& g) {
               g.validators[4].pubkey = {};
               g.validators[4].pubkey.bytes[0] = 0xC0;
               g.validators[4].proof_of_possession = infinity_signature();
           }));
    reject("GEN-06", "proof_of_another", "the proof is that of another validator",
           with([](ref::Genesis& g) { g.validators[4].proof_of_possession = g.validators[5].proof_of_possession; }));
    reject("GEN-06", "proof_for_another_operator", "the operator was exchanged",
           with([](ref::Genesis& g) { g.validators[4].operator_address.bytes.fill(1); }));
    reject("GEN-06", "proof_of_zeros", "a proof that does not decode",
           with([](ref::Genesis& g) { g.validators[4].proof_of_possession = {}; }));
    reject("GEN-06", "proof_infinity", "the point at infinity is no proof",
           with([](ref::Genesis& g) { g.validators[4].proof_of_possession = infinity_signature(); }));
    reject("GEN-06", "proof_for_another_fork_version", "a proof made for another genesis fork version", good,
           minimal_with([](Parameters& c) { c.GENESIS_FORK_VERSION = 7; }));
    const auto supply = [&](std::uint64_t most) { return minimal_with([&](Parameters& c) { c.MAX_SUPPLY = most; }); };
    accept("supply_at_the_bound", "the sum of all stakes is exactly MAX_SUPPLY", good, supply(tst(12 * 1024).value));
    reject("GEN-07", "supply_above_the_bound", "the sum is one grain more", good, supply(tst(12 * 1024).value - 1));
    add_accounts(suite);
    reject("GEN-04", "stake_before_key", "of one validator the stake is looked at first", with([](ref::Genesis& g) {
               g.validators[1] = g.validators[0];
               g.validators[1].stake = Amount{0};
           }));
    reject("GEN-05", "earlier_validator_first", "the first bad validator of the list is named",
           with([](ref::Genesis& g) {
               g.validators[1].pubkey = g.validators[0].pubkey;
               g.validators[2].stake = Amount{0};
           }));
    add_state(suite, "configuration_broken", "a state is not made of a configuration that breaks an assumption",
              {"GEN-01"}, minimal_with([](Parameters& c) { c.SHUFFLE_ROUND_COUNT = 256; }), good, "GEN-01",
              "SHUFFLE_ROUNDS");
    add_state(suite, "configuration_before_validators", "the configuration is looked at first", {"GEN-01"},
              minimal_with([](Parameters& c) { c.MIN_ACTIVE_VALIDATORS = 7; }), make_genesis({.validators = 2}),
              "GEN-01", "NONEMPTY_COMMITTEES");
    Bytes malformed = ref::ssz::serialize(make_genesis({.validators = 12, .accounts = {Amount{1}}}), minimal);
    malformed.pop_back();
    Vector vector{.runner = "genesis",
                  .handler = "state",
                  .name = "malformed",
                  .shows = "a genesis whose last byte is missing",
                  .clauses = {"ENC-11"}};
    vector.inputs["genesis"] = malformed;
    vector.rejected = "ENC-11";
    suite.add(std::move(vector));
}

}  // namespace

void add_genesis(Suite& suite) {
    if (!suite.wants("genesis")) return;
    add_replacements(suite);
    add_assumptions(suite);
    add_positive(suite);
    add_states(suite);
}

}  // namespace touchstone::vectors
