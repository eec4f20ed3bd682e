#include "cli/genesis/make_genesis.h"

#include <algorithm>
#include <unordered_map>

#include "cli/genesis/accounts.h"
#include "cli/genesis/amount_text.h"
#include "cli/genesis/assumptions.h"
#include "crypto/development_keys.h"
#include "crypto/sha256.h"
#include "node/kernel/consensus/genesis.h"
#include "node/types/encoding.h"

namespace touchstone::cli {

namespace {

namespace bls = crypto::bls;
using node::Clause;

/// What a genesis file can hold.
constexpr std::uint64_t kMostValidators = 500'000;

node::GenesisValidator development_validator(std::uint64_t index, const DevelopmentValidators& made,
                                             const node::Parameters& parameters) {
    const bls::SecretKey key = crypto::development_validator_key(index);
    node::GenesisValidator validator;
    validator.pubkey = node::BlsPublicKey(bls::public_key(key).to_bytes());
    validator.operator_address = development_address(index);
    validator.stake = made.stake;
    validator.commission = made.commission;
    const node::Root message = node::proof_of_possession_root(validator.pubkey, validator.operator_address, parameters);
    validator.proof_of_possession = node::BlsSignature(bls::pop_prove(key, message.view()).to_bytes());
    return validator;
}

Outcome<node::Config> configure(const GenesisDescription& description) {
    node::Parameters parameters = *node::adapters::preset_parameters(description.preset);
    for (const ParameterOverride& replaced : description.parameters) {
        const auto* field = std::ranges::find(node::PARAMETER_FIELDS, replaced.name, &node::ParameterField::name);
        parameters.*field->value = replaced.value;
    }
    auto config = node::make_config(parameters);
    if (config.ok()) return *config;
    return refused_configuration(description, config.rejection());
}

/// Where validator `index` of the genesis stands in the description.
std::uint32_t line_of_validator(const GenesisDescription& description, std::size_t index) {
    const std::size_t made = description.development_validators ? description.development_validators->count : 0;
    return index < made ? description.development_validators->line : description.validators[index - made].line;
}

std::string name_of_validator(const GenesisDescription& description, std::size_t index) {
    const std::size_t made = description.development_validators ? description.development_validators->count : 0;
    return index < made ? "development_validators" : "validators[" + std::to_string(index - made) + "]";
}

/// Which validator breaks the rule; the kernel has already found that one does.
std::size_t find_offender(Clause clause, const node::Genesis& genesis, const node::Parameters& parameters) {
    std::unordered_map<node::BlsPublicKey, std::size_t> seen;
    for (std::size_t i = 0; i < genesis.validators.size(); ++i) {
        const node::GenesisValidator& each = genesis.validators[i];
        const std::uint64_t stake = each.stake.value();
        if (clause == Clause::GEN_04 && (stake <= parameters.EJECTION_STAKE || stake > parameters.MAX_EFFECTIVE_STAKE ||
                                         stake < parameters.EFFECTIVE_STAKE_INCREMENT)) {
            return i;
        }
        if (clause == Clause::GEN_11 && (stake < parameters.MIN_SELF_STAKE || each.commission > node::BASIS_POINTS)) {
            return i;
        }
        if (clause == Clause::GEN_05 && !seen.emplace(each.pubkey, i).second) return i;
        if (clause != Clause::GEN_06) continue;
        const auto key = bls::PublicKey::parse(each.pubkey.view());
        const auto proof = bls::Signature::parse(each.proof_of_possession.view());
        const node::Root message = node::proof_of_possession_root(each.pubkey, each.operator_address, parameters);
        if (!key || !proof || !bls::pop_verify(*key, message.view(), *proof)) return i;
    }
    return 0;
}

std::string advice(Clause clause, const node::Genesis& genesis, const node::Parameters& parameters, std::size_t index) {
    const auto text = [](std::uint64_t grains) { return amount_to_text(node::Amount(grains)); };
    const node::GenesisValidator& validator = genesis.validators[index];
    if (clause == Clause::GEN_04) {
        return " has a stake of " + amount_to_text(validator.stake) + "; give it more than " +
               text(parameters.EJECTION_STAKE) + ", at least " + text(parameters.EFFECTIVE_STAKE_INCREMENT) +
               " and at most " + text(parameters.MAX_EFFECTIVE_STAKE);
    }
    if (clause == Clause::GEN_11 && validator.stake.value() < parameters.MIN_SELF_STAKE) {
        return " has a stake of " + amount_to_text(validator.stake) +
               "; an operator has at least MIN_SELF_STAKE = " + text(parameters.MIN_SELF_STAKE) +
               " in his own pool. Give it more";
    }
    if (clause == Clause::GEN_11) {
        return " has a commission of " + std::to_string(validator.commission) + "; give it at most " +
               std::to_string(node::BASIS_POINTS) + " basis points, which are all that it earns";
    }
    if (clause == Clause::GEN_05) {
        const auto first = std::ranges::find(genesis.validators, validator.pubkey, &node::GenesisValidator::pubkey);
        return " has the same pubkey as validator " + std::to_string(first - genesis.validators.begin()) +
               " before it; remove one of them";
    }
    return " does not prove that its operator has its key: the pubkey is invalid, or the proof of possession is not "
           "for this pubkey, operator and GENESIS_FORK_VERSION (" +
           std::to_string(parameters.GENESIS_FORK_VERSION) + "). Ask the operator for a new proof";
}

/// The kernel's answer with the place in the file.
Fault refused_genesis(const GenesisDescription& description, const node::Genesis& genesis,
                      const node::Parameters& parameters, const node::Rejection& rejection) {
    const Clause clause = rejection.clause;
    const std::string reason = " [" + std::string(node::to_string(clause)) + "]";
    if (clause == Clause::GEN_04 || clause == Clause::GEN_11 || clause == Clause::GEN_05 || clause == Clause::GEN_06) {
        const std::size_t index = find_offender(clause, genesis, parameters);
        return fault_at(description.name, line_of_validator(description, index),
                        name_of_validator(description, index) + advice(clause, genesis, parameters, index) + reason);
    }
    if (clause == Clause::GEN_03) {
        return fault_at(description.name, 0,
                        "there are " + std::to_string(genesis.validators.size()) +
                            " validators; a chain begins with at least MIN_ACTIVE_VALIDATORS = " +
                            std::to_string(parameters.MIN_ACTIVE_VALIDATORS) + ". Add validators" + reason);
    }
    if (clause == Clause::GEN_07) {
        return fault_at(description.name, 0,
                        "the stakes and the balances together exceed MAX_SUPPLY = " +
                            amount_to_text(node::Amount(parameters.MAX_SUPPLY)) + "; lower them" + reason);
    }
    return fault_at(description.name, 0, rejection.detail + reason);
}

}  // namespace

node::Hash derived_seed(const node::Genesis& genesis, const node::Parameters& parameters) {
    constexpr std::string_view kPurpose = "touchstone genesis seed";
    crypto::Sha256 hash;
    hash.update({reinterpret_cast<const std::uint8_t*>(kPurpose.data()), kPurpose.size()});
    hash.update(node::compute_config_root(parameters).view());
    node::Genesis without_seed = genesis;
    without_seed.seed = {};
    hash.update(node::encode(without_seed));
    return node::Hash(hash.finish());
}

Outcome<node::adapters::GenesisFile> make_genesis(const GenesisDescription& description,
                                                  const GenesisChoices& choices) {
    const std::uint64_t made = description.development_validators ? description.development_validators->count : 0;
    if (made > kMostValidators || description.validators.size() > kMostValidators - made) {
        return fault_at(description.name, 0, "a genesis file holds at most 500000 validators; describe fewer");
    }
    auto config = configure(description);
    if (!config.ok()) return config.fault();

    node::adapters::GenesisFile file{{description.preset, config->parameters}, {}, {}};
    node::Genesis& genesis = file.genesis;
    const auto* absolute = std::get_if<AbsoluteTime>(&description.genesis_time);
    const auto* relative = std::get_if<RelativeTime>(&description.genesis_time);
    genesis.genesis_time_ms = absolute != nullptr ? absolute->unix_ms : choices.now_ms + relative->after_ms;
    for (std::uint64_t i = 0; i < made; ++i) {
        genesis.validators.push_back(development_validator(i, *description.development_validators, config->parameters));
    }
    for (const DescribedValidator& each : description.validators)
        genesis.validators.push_back(each.validator);
    auto accounts = genesis_accounts(description);
    if (!accounts.ok()) return accounts.fault();
    genesis.accounts = std::move(accounts).value();
    if (!description.seed && !choices.derive_seed) {
        return fault_at(description.name, 0,
                        "seed is missing; write seed = \"0x…\" with 32 bytes that nobody could choose to his liking, "
                        "or let it follow from the rest of the file with --derive-seed");
    }
    genesis.seed = description.seed ? *description.seed : derived_seed(genesis, config->parameters);

    const node::Environment environment{*config};
    const auto state = node::initialize_state(environment, genesis);
    if (!state.ok()) return refused_genesis(description, genesis, config->parameters, state.rejection());
    file.genesis_root = state->consensus().genesis_root;
    return file;
}

}  // namespace touchstone::cli
