#include "node/kernel/consensus/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "node/base/arithmetic.h"
#include "node/codec/merkle.h"

namespace touchstone::node {
namespace {

using Field = std::uint64_t Parameters::*;

constexpr std::array kMayBeZero = {
    &Parameters::MIN_SEED_LOOKAHEAD,
    &Parameters::MAX_SEED_LOOKAHEAD,
    &Parameters::SHARD_COMMITTEE_PERIOD,
    &Parameters::MIN_EPOCHS_TO_INACTIVITY_PENALTY,
    &Parameters::PROPOSER_SCORE_BOOST,
    &Parameters::REORG_HEAD_WEIGHT_THRESHOLD,
    &Parameters::REORG_PARENT_WEIGHT_THRESHOLD,
    &Parameters::GENESIS_FORK_VERSION,
    &Parameters::GENESIS_BASE_FEE,
    &Parameters::MIN_BASE_FEE,
    &Parameters::MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS,
    &Parameters::EJECTION_STAKE,
};

constexpr std::array kEpochs = {
    &Parameters::MIN_SEED_LOOKAHEAD,
    &Parameters::MAX_SEED_LOOKAHEAD,
    &Parameters::EPOCHS_PER_HISTORICAL_VECTOR,
    &Parameters::EPOCHS_PER_SLASHINGS_VECTOR,
    &Parameters::SHARD_COMMITTEE_PERIOD,
    &Parameters::UNBONDING_EPOCHS,
    &Parameters::MAX_EVIDENCE_AGE,
    &Parameters::MIN_EPOCHS_TO_INACTIVITY_PENALTY,
    &Parameters::REORG_MAX_EPOCHS_SINCE_FINALIZATION,
};

constexpr std::array kBlockLimits = {
    &Parameters::MAX_PROPOSER_SLASHINGS, &Parameters::MAX_ATTESTER_SLASHINGS, &Parameters::MAX_ATTESTATIONS,
    &Parameters::MAX_VOLUNTARY_EXITS,    &Parameters::MAX_TRANSACTIONS,       &Parameters::MAX_VALIDATORS_PER_COMMITTEE,
};

constexpr std::array kFactors = {
    &Parameters::BASE_REWARD_FACTOR,
    &Parameters::SAFETY_DECAY,
    &Parameters::PROPORTIONAL_SLASHING_MULTIPLIER,
    &Parameters::INACTIVITY_SCORE_BIAS,
    &Parameters::INACTIVITY_SCORE_RECOVERY_RATE,
    &Parameters::REORG_HEAD_WEIGHT_THRESHOLD,
    &Parameters::REORG_PARENT_WEIGHT_THRESHOLD,
    &Parameters::PROPOSER_SCORE_BOOST,
};

constexpr std::uint64_t power_of_two(unsigned exponent) { return std::uint64_t{1} << exponent; }

bool all_at_most(const Parameters& p, std::span<const Field> fields, std::uint64_t bound) {
    return std::ranges::all_of(fields, [&](Field each) { return p.*each <= bound; });
}

bool positive_parameters(const Parameters& p) {
    return std::ranges::all_of(PARAMETER_FIELDS, [&](const ParameterField& each) {
        return p.*each.value >= 1 || std::ranges::find(kMayBeZero, each.value) != kMayBeZero.end();
    });
}

bool nonempty_committees(const Parameters& p) { return p.SLOTS_PER_EPOCH <= p.MIN_ACTIVE_VALIDATORS; }

bool seed_in_history(const Parameters& p) {
    return p.MIN_SEED_LOOKAHEAD == 1 && p.EPOCHS_PER_HISTORICAL_VECTOR > p.MIN_SEED_LOOKAHEAD + 3;
}

bool roots_cover_epochs(const Parameters& p) {
    return p.SLOTS_PER_HISTORICAL_ROOT >= saturating_multiply(4, p.SLOTS_PER_EPOCH) &&
           p.SLOTS_PER_HISTORICAL_ROOT % p.SLOTS_PER_EPOCH == 0;
}

bool slashings_window(const Parameters& p) {
    return p.EPOCHS_PER_SLASHINGS_VECTOR >= 2 && p.EPOCHS_PER_SLASHINGS_VECTOR % 2 == 0 &&
           p.EPOCHS_PER_SLASHINGS_VECTOR <= power_of_two(20);
}

bool evidence_covers_weak_subjectivity(const Parameters& p) {
    return p.MAX_EVIDENCE_AGE >= p.UNBONDING_EPOCHS + wide_multiply(p.SAFETY_DECAY, p.CHURN_QUOTIENT) / 100;
}

bool messages_fit(const Parameters& p) {
    return p.GOSSIP_MAX_SIZE >= p.MAX_BLOCK_BYTES && p.RESPONSE_MAX_SIZE >= Uint128{p.MAX_BLOCK_BYTES} + 4;
}

bool stake_in_increments(const Parameters& p) {
    return p.MAX_EFFECTIVE_STAKE % p.EFFECTIVE_STAKE_INCREMENT == 0 &&
           p.EJECTION_STAKE % p.EFFECTIVE_STAKE_INCREMENT == 0 && p.MIN_CHURN % p.EFFECTIVE_STAKE_INCREMENT == 0 &&
           p.EJECTION_STAKE < p.MIN_ACTIVATION_STAKE && p.MIN_ACTIVATION_STAKE <= p.MAX_EFFECTIVE_STAKE &&
           p.MIN_BOND <= p.MIN_SELF_STAKE && p.MIN_SELF_STAKE <= p.MAX_EFFECTIVE_STAKE &&
           p.MIN_ACTIVE_VALIDATORS <= p.MAX_ACTIVE_VALIDATORS && p.MAX_ACTIVE_VALIDATORS <= power_of_two(32) &&
           p.DISPLACEMENT_PERCENT >= 100 && p.MAX_QUEUE_ITEMS <= power_of_two(20);
}

bool supply_bound(const Parameters& p) { return p.MAX_SUPPLY <= 4'000'000'000'000'000'000ULL; }

bool basis_points_in_slot(const Parameters& p) {
    return p.ATTESTATION_DUE_BPS <= BASIS_POINTS && p.AGGREGATE_DUE_BPS <= BASIS_POINTS &&
           p.PROPOSER_REORG_CUTOFF_BPS <= BASIS_POINTS && p.ATTESTATION_DUE_BPS < p.AGGREGATE_DUE_BPS &&
           p.PROPOSER_REORG_CUTOFF_BPS <= p.ATTESTATION_DUE_BPS;
}

bool shuffle_rounds(const Parameters& p) { return p.SHUFFLE_ROUND_COUNT <= 255; }

bool committees_within_limit(const Parameters& p) { return p.MAX_COMMITTEES_PER_SLOT <= 64; }

bool bounded_time(const Parameters& p) {
    return p.SLOT_DURATION_MS <= power_of_two(20) && p.SLOTS_PER_EPOCH <= power_of_two(12) &&
           all_at_most(p, kEpochs, power_of_two(32));
}

bool gas_within_limits(const Parameters& p) {
    return p.BLOCK_GAS_LIMIT >= GAS_ELASTICITY && p.BLOCK_GAS_LIMIT <= power_of_two(40) &&
           p.GAS_PER_TRANSACTION <= power_of_two(32) && p.GAS_TRANSFER <= power_of_two(32) &&
           p.GAS_NEW_ACCOUNT <= power_of_two(32) && p.GAS_REGISTER_VALIDATOR <= power_of_two(32) &&
           p.GAS_STAKE <= power_of_two(32) && p.GAS_PER_BYTE <= power_of_two(16);
}

bool bounded_limits(const Parameters& p) {
    return p.VALIDATOR_REGISTRY_LIMIT <= power_of_two(40) && p.HISTORICAL_ROOTS_LIMIT <= power_of_two(40) &&
           p.SLOTS_PER_HISTORICAL_ROOT <= power_of_two(20) && p.EPOCHS_PER_HISTORICAL_VECTOR <= power_of_two(20) &&
           all_at_most(p, kBlockLimits, power_of_two(20)) && all_at_most(p, kFactors, power_of_two(16)) &&
           p.ATTESTATION_SUBNET_COUNT <= power_of_two(16) && p.GOSSIP_MAX_SIZE < power_of_two(32) &&
           p.RESPONSE_MAX_SIZE < power_of_two(32) && p.MAX_REQUEST_BLOCKS <= 1024;
}

struct Assumption {
    const char* name;
    bool (*holds)(const Parameters&);
};

/// In the order of the table; POSITIVE_PARAMETERS first, for the others divide.
constexpr std::array<Assumption, 15> kAssumptions{{
    {"POSITIVE_PARAMETERS", positive_parameters},
    {"NONEMPTY_COMMITTEES", nonempty_committees},
    {"SEED_IN_HISTORY", seed_in_history},
    {"ROOTS_COVER_EPOCHS", roots_cover_epochs},
    {"SLASHINGS_WINDOW", slashings_window},
    {"EVIDENCE_COVERS_WEAK_SUBJECTIVITY", evidence_covers_weak_subjectivity},
    {"MESSAGES_FIT", messages_fit},
    {"STAKE_IN_INCREMENTS", stake_in_increments},
    {"SUPPLY_BOUND", supply_bound},
    {"BASIS_POINTS_IN_SLOT", basis_points_in_slot},
    {"SHUFFLE_ROUNDS", shuffle_rounds},
    {"COMMITTEES_WITHIN_LIMIT", committees_within_limit},
    {"BOUNDED_TIME", bounded_time},
    {"GAS_WITHIN_LIMITS", gas_within_limits},
    {"BOUNDED_LIMITS", bounded_limits},
}};

}  // namespace

Result<Config> make_config(const Parameters& parameters) {
    for (const Assumption& assumption : kAssumptions) {
        if (!assumption.holds(parameters)) return reject(Clause::TYP_06, assumption.name);
    }
    return Config{parameters, compute_config_root(parameters)};
}

Result<Parameters> override_parameters(const Parameters& preset,
                                       std::span<const std::pair<std::string, std::string>> replaced) {
    Parameters parameters = preset;
    for (const auto& [name, text] : replaced) {
        const auto* const field = std::ranges::find(PARAMETER_FIELDS, name, &ParameterField::name);
        if (field == PARAMETER_FIELDS.end()) return reject(Clause::GEN_02, "no parameter is named " + name);
        std::uint64_t value = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc{} || rest != end) return reject(Clause::GEN_02, name + " is not a uint64: " + text);
        parameters.*field->value = value;
    }
    return parameters;
}

Root compute_config_root(const Parameters& parameters) {
    std::vector<codec::Digest> chunks(divide_up(PARAMETER_FIELDS.size(), 4));
    for (std::size_t i = 0; i < PARAMETER_FIELDS.size(); ++i) {
        const std::uint64_t value = parameters.*PARAMETER_FIELDS[i].value;
        for (std::size_t byte = 0; byte < 8; ++byte) {
            chunks[i / 4][i % 4 * 8 + byte] = static_cast<std::uint8_t>(value >> (8 * byte));
        }
    }
    return Root(codec::mix_in_number(codec::merkleize(std::move(chunks), divide_up(MAX_CONFIG_PARAMETERS, 4)),
                                     PARAMETER_FIELDS.size()));
}

Slot start_slot_of(Epoch epoch, const Parameters& parameters) {
    return Slot(saturating_multiply(epoch.value(), parameters.SLOTS_PER_EPOCH));
}

}  // namespace touchstone::node
