#include "cli/genesis/assumptions.h"

#include <algorithm>
#include <array>

namespace touchstone::cli {

namespace {

struct Assumption {
    std::string_view name;
    std::string_view demand;
};

/// The names of parameters in these texts also lead to the line that is shown.
constexpr std::array<Assumption, 15> kAssumptions{{
    {"POSITIVE_PARAMETERS",
     "every parameter must be at least 1, except MIN_SEED_LOOKAHEAD, MAX_SEED_LOOKAHEAD, SHARD_COMMITTEE_PERIOD, "
     "MIN_EPOCHS_TO_INACTIVITY_PENALTY, PROPOSER_SCORE_BOOST, REORG_HEAD_WEIGHT_THRESHOLD, "
     "REORG_PARENT_WEIGHT_THRESHOLD, GENESIS_FORK_VERSION, GENESIS_BASE_FEE, MIN_BASE_FEE, "
     "MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS and EJECTION_STAKE"},
    {"NONEMPTY_COMMITTEES", "SLOTS_PER_EPOCH must be at most MIN_ACTIVE_VALIDATORS"},
    {"SEED_IN_HISTORY",
     "MIN_SEED_LOOKAHEAD must be 1, and EPOCHS_PER_HISTORICAL_VECTOR more than MIN_SEED_LOOKAHEAD + 3"},
    {"ROOTS_COVER_EPOCHS",
     "SLOTS_PER_HISTORICAL_ROOT must be a multiple of SLOTS_PER_EPOCH, and at least four times it"},
    {"SLASHINGS_WINDOW", "EPOCHS_PER_SLASHINGS_VECTOR must be even, from 2 to 1048576"},
    {"EVIDENCE_COVERS_WEAK_SUBJECTIVITY",
     "MAX_EVIDENCE_AGE must be at least UNBONDING_EPOCHS + SAFETY_DECAY * CHURN_QUOTIENT / 100"},
    {"MESSAGES_FIT",
     "GOSSIP_MAX_SIZE must be at least MAX_BLOCK_BYTES, and RESPONSE_MAX_SIZE at least MAX_BLOCK_BYTES + 4"},
    {"STAKE_IN_INCREMENTS",
     "MAX_EFFECTIVE_STAKE, EJECTION_STAKE and MIN_CHURN must be multiples of EFFECTIVE_STAKE_INCREMENT; "
     "EJECTION_STAKE < MIN_ACTIVATION_STAKE <= MAX_EFFECTIVE_STAKE; MIN_BOND <= MIN_SELF_STAKE <= "
     "MAX_EFFECTIVE_STAKE; MIN_ACTIVE_VALIDATORS <= MAX_ACTIVE_VALIDATORS <= 4294967296; DISPLACEMENT_PERCENT >= 100; "
     "MAX_QUEUE_ITEMS <= 1048576"},
    {"SUPPLY_BOUND", "MAX_SUPPLY must be at most 4000000000000000000"},
    {"BASIS_POINTS_IN_SLOT",
     "ATTESTATION_DUE_BPS < AGGREGATE_DUE_BPS <= 10000 and PROPOSER_REORG_CUTOFF_BPS <= ATTESTATION_DUE_BPS must hold"},
    {"SHUFFLE_ROUNDS", "SHUFFLE_ROUND_COUNT must be at most 255"},
    {"COMMITTEES_WITHIN_LIMIT", "MAX_COMMITTEES_PER_SLOT must be at most 64"},
    {"BOUNDED_TIME",
     "SLOT_DURATION_MS must be at most 1048576, SLOTS_PER_EPOCH at most 4096, and what is counted in epochs at most "
     "4294967296"},
    {"GAS_WITHIN_LIMITS",
     "BLOCK_GAS_LIMIT must be from 2 to 1099511627776; GAS_PER_TRANSACTION, GAS_TRANSFER, GAS_NEW_ACCOUNT, "
     "GAS_REGISTER_VALIDATOR and GAS_STAKE at most 4294967296; GAS_PER_BYTE at most 65536"},
    {"BOUNDED_LIMITS", "a limit, factor or threshold is above its bound (spec/prose/03-types.md lists them)"},
}};

/// The override that the demand names or, where it names none, the largest. (POSITIVE_PARAMETERS names the exceptions.)
std::uint32_t line_to_blame(const GenesisDescription& description, std::string_view name, std::string_view demand) {
    const auto& overrides = description.parameters;
    if (overrides.empty()) return 0;
    const bool names_exceptions = name == "POSITIVE_PARAMETERS";
    const auto named = std::ranges::find_if(overrides, [&](const ParameterOverride& each) {
        const bool is_named = demand.find(each.name) != std::string_view::npos;
        return names_exceptions ? each.value == 0 && !is_named : is_named;
    });
    if (named != overrides.end()) return named->line;
    return std::ranges::max_element(overrides, {}, &ParameterOverride::value)->line;
}

}  // namespace

Fault refused_configuration(const GenesisDescription& description, const node::Rejection& rejection) {
    const auto* found = std::ranges::find(kAssumptions, rejection.detail, &Assumption::name);
    const std::string_view demand =
        found == kAssumptions.end() ? std::string_view("the configuration is not allowed") : found->demand;
    return fault_at(description.name, line_to_blame(description, rejection.detail, demand),
                    "the parameters break the assumption " + rejection.detail + ": " + std::string(demand) + " [" +
                        std::string(node::to_string(rejection.clause)) + "]");
}

}  // namespace touchstone::cli
