#include "reference/types/configuration.h"

#include <charconv>
#include <set>

#include "reference/ssz/merkle.h"

namespace touchstone::reference {

std::optional<Parameters> preset(std::string_view name) {
    if (name == "mainnet") return MAINNET;
    if (name == "minimal") return MINIMAL;
    return std::nullopt;
}

// [TYP-04], [GEN-02]
Result<Parameters> custom_configuration(const Parameters& base, const std::map<std::string, std::string>& replaced) {
    Parameters config = base;
    for (const auto& [name, text] : replaced) {
        const auto field = std::find_if(PARAMETER_FIELDS.begin(), PARAMETER_FIELDS.end(),
                                        [&](const ParameterField& candidate) { return candidate.name == name; });
        if (field == PARAMETER_FIELDS.end()) return Failure{Clause::GEN_02, "there is no parameter " + name};
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size()) {
            return Failure{Clause::GEN_02, name + " is not a uint64: " + text};
        }
        config.*field->value = value;
    }
    return config;
}

// [TYP-05]
Root config_root(const Parameters& config) {
    ssz::Value values;
    for (const ParameterField& field : PARAMETER_FIELDS) {
        const Bytes encoding = little_endian(config.*field.value);
        values.bytes.insert(values.bytes.end(), encoding.begin(), encoding.end());
    }
    return ssz::hash_tree_root(ssz::list_type(ssz::uint_type(64), MAX_CONFIG_PARAMETERS), values);
}

namespace {

bool positive_parameters(const Parameters& config) {
    static const std::set<std::string_view> MAY_BE_ZERO{"MIN_SEED_LOOKAHEAD",
                                                        "MAX_SEED_LOOKAHEAD",
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
    return std::all_of(PARAMETER_FIELDS.begin(), PARAMETER_FIELDS.end(), [&](const ParameterField& field) {
        return config.*field.value >= 1 || MAY_BE_ZERO.contains(field.name);
    });
}

bool at_most(std::uint64_t bound, std::initializer_list<std::uint64_t> values) { return std::max(values) <= bound; }

bool stake_in_increments(const Parameters& config) {
    const std::uint64_t increment = config.EFFECTIVE_STAKE_INCREMENT;
    return config.MAX_EFFECTIVE_STAKE % increment == 0 && config.EJECTION_STAKE % increment == 0 &&
           config.MIN_CHURN % increment == 0 && config.EJECTION_STAKE < config.MIN_ACTIVATION_STAKE &&
           config.MIN_ACTIVATION_STAKE <= config.MAX_EFFECTIVE_STAKE && config.MIN_BOND <= config.MIN_SELF_STAKE &&
           config.MIN_SELF_STAKE <= config.MAX_EFFECTIVE_STAKE &&
           config.MIN_ACTIVE_VALIDATORS <= config.MAX_ACTIVE_VALIDATORS &&
           config.MAX_ACTIVE_VALIDATORS <= std::uint64_t{1} << 32 && config.DISPLACEMENT_PERCENT >= 100 &&
           config.MAX_QUEUE_ITEMS <= 1U << 20;
}

bool basis_points_in_slot(const Parameters& config) {
    return at_most(BASIS_POINTS,
                   {config.ATTESTATION_DUE_BPS, config.AGGREGATE_DUE_BPS, config.PROPOSER_REORG_CUTOFF_BPS}) &&
           config.ATTESTATION_DUE_BPS < config.AGGREGATE_DUE_BPS &&
           config.PROPOSER_REORG_CUTOFF_BPS <= config.ATTESTATION_DUE_BPS;
}

bool bounded_time(const Parameters& config) {
    return config.SLOT_DURATION_MS <= 1U << 20 && config.SLOTS_PER_EPOCH <= 1U << 12 &&
           at_most(std::uint64_t{1} << 32,
                   {config.MIN_SEED_LOOKAHEAD, config.MAX_SEED_LOOKAHEAD, config.EPOCHS_PER_HISTORICAL_VECTOR,
                    config.EPOCHS_PER_SLASHINGS_VECTOR, config.SHARD_COMMITTEE_PERIOD, config.UNBONDING_EPOCHS,
                    config.MAX_EVIDENCE_AGE, config.MIN_EPOCHS_TO_INACTIVITY_PENALTY,
                    config.REORG_MAX_EPOCHS_SINCE_FINALIZATION});
}

bool gas_within_limits(const Parameters& config) {
    return config.BLOCK_GAS_LIMIT >= GAS_ELASTICITY && config.BLOCK_GAS_LIMIT <= std::uint64_t{1} << 40 &&
           at_most(std::uint64_t{1} << 32, {config.GAS_PER_TRANSACTION, config.GAS_TRANSFER, config.GAS_NEW_ACCOUNT,
                                            config.GAS_REGISTER_VALIDATOR, config.GAS_STAKE}) &&
           config.GAS_PER_BYTE <= 1U << 16;
}

bool bounded_limits(const Parameters& config) {
    return at_most(std::uint64_t{1} << 40, {config.VALIDATOR_REGISTRY_LIMIT, config.HISTORICAL_ROOTS_LIMIT}) &&
           at_most(1U << 20,
                   {config.SLOTS_PER_HISTORICAL_ROOT, config.EPOCHS_PER_HISTORICAL_VECTOR,
                    config.MAX_PROPOSER_SLASHINGS, config.MAX_ATTESTER_SLASHINGS, config.MAX_ATTESTATIONS,
                    config.MAX_VOLUNTARY_EXITS, config.MAX_TRANSACTIONS, config.MAX_VALIDATORS_PER_COMMITTEE}) &&
           config.ATTESTATION_SUBNET_COUNT <= 1U << 16 &&
           at_most(UINT32_MAX, {config.GOSSIP_MAX_SIZE, config.RESPONSE_MAX_SIZE}) &&
           at_most(1U << 16,
                   {config.BASE_REWARD_FACTOR, config.SAFETY_DECAY, config.PROPORTIONAL_SLASHING_MULTIPLIER,
                    config.INACTIVITY_SCORE_BIAS, config.INACTIVITY_SCORE_RECOVERY_RATE, config.PROPOSER_SCORE_BOOST,
                    config.REORG_HEAD_WEIGHT_THRESHOLD, config.REORG_PARENT_WEIGHT_THRESHOLD}) &&
           config.MAX_REQUEST_BLOCKS <= 1024;
}

}  // namespace

// [TYP-06]
Result<void> check_assumptions(const Parameters& config) {
    const auto assume = [](bool holds, const char* name) -> Result<void> {
        if (!holds) return Failure{Clause::TYP_06, name};
        return {};
    };
    CHECK(assume(positive_parameters(config), "POSITIVE_PARAMETERS"));
    CHECK(assume(config.SLOTS_PER_EPOCH <= config.MIN_ACTIVE_VALIDATORS, "NONEMPTY_COMMITTEES"));
    CHECK(assume(
        config.EPOCHS_PER_HISTORICAL_VECTOR > Wide{config.MIN_SEED_LOOKAHEAD} + 3 && config.MIN_SEED_LOOKAHEAD == 1,
        "SEED_IN_HISTORY"));
    CHECK(assume(config.SLOTS_PER_HISTORICAL_ROOT >= Wide{4} * config.SLOTS_PER_EPOCH &&
                     config.SLOTS_PER_HISTORICAL_ROOT % config.SLOTS_PER_EPOCH == 0,
                 "ROOTS_COVER_EPOCHS"));
    CHECK(assume(config.EPOCHS_PER_SLASHINGS_VECTOR >= 2 && config.EPOCHS_PER_SLASHINGS_VECTOR % 2 == 0 &&
                     config.EPOCHS_PER_SLASHINGS_VECTOR <= 1U << 20,
                 "SLASHINGS_WINDOW"));
    CHECK(assume(
        config.MAX_EVIDENCE_AGE >= config.UNBONDING_EPOCHS + Wide{config.SAFETY_DECAY} * config.CHURN_QUOTIENT / 100,
        "EVIDENCE_COVERS_WEAK_SUBJECTIVITY"));
    CHECK(assume(config.GOSSIP_MAX_SIZE >= config.MAX_BLOCK_BYTES &&
                     config.RESPONSE_MAX_SIZE >= Wide{config.MAX_BLOCK_BYTES} + 4,
                 "MESSAGES_FIT"));
    CHECK(assume(stake_in_increments(config), "STAKE_IN_INCREMENTS"));
    CHECK(assume(config.MAX_SUPPLY <= 4'000'000'000'000'000'000, "SUPPLY_BOUND"));
    CHECK(assume(basis_points_in_slot(config), "BASIS_POINTS_IN_SLOT"));
    CHECK(assume(config.SHUFFLE_ROUND_COUNT <= 255, "SHUFFLE_ROUNDS"));
    CHECK(assume(config.MAX_COMMITTEES_PER_SLOT <= 64, "COMMITTEES_WITHIN_LIMIT"));
    CHECK(assume(bounded_time(config), "BOUNDED_TIME"));
    CHECK(assume(gas_within_limits(config), "GAS_WITHIN_LIMITS"));
    CHECK(assume(bounded_limits(config), "BOUNDED_LIMITS"));
    return {};
}

}  // namespace touchstone::reference
