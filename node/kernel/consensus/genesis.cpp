#include "node/kernel/consensus/genesis.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/domains.h"
#include "node/kernel/stake/ledger.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

namespace bls = crypto::bls;

/// [CRY-03]
void parse_keys(std::span<const GenesisValidator> validators, std::span<PublicKeys::Key> keys) {
    for (std::size_t i = 0; i < validators.size(); ++i)
        keys[i] = bls::PublicKey::parse(validators[i].pubkey.view());
}

/// Takes away the keys whose possession is not proved. [GEN-06]
void keep_proved_keys(std::span<const GenesisValidator> validators, const Parameters& parameters,
                      const VerifyProofs& verify, std::span<PublicKeys::Key> keys) {
    std::vector<bls::SignatureSet> proofs;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < validators.size(); ++i) {
        const auto proof = bls::Signature::parse(validators[i].proof_of_possession.view());  // [CRY-04]
        if (keys[i] && proof) {
            const GenesisValidator& validator = validators[i];
            const Root message = proof_of_possession_root(validator.pubkey, validator.operator_address, parameters);
            proofs.push_back({*keys[i], message.bytes, *proof});
            places.push_back(i);
        } else {
            keys[i].reset();
        }
    }
    const std::vector<bool> valid = verify(proofs);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!valid.at(i)) keys[places[i]].reset();
    }
}

/// [GEN-10]
Result<void> check_genesis_accounts(std::span<const GenesisAccount> accounts) {
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const std::string name = "account " + std::to_string(i);
        if (i != 0 && accounts[i].address <= accounts[i - 1].address) {
            return reject(Clause::GEN_10, name + " has an address that is not above the one before it");
        }
        if (accounts[i].balance.value() == 0) return reject(Clause::GEN_10, name + " has no balance");
    }
    return {};
}

/// [GEN-04] [GEN-11]
Result<void> check_stake(const GenesisValidator& validator, const std::string& name, const Parameters& parameters) {
    const std::uint64_t stake = validator.stake.value();
    if (stake <= parameters.EJECTION_STAKE || stake < parameters.EFFECTIVE_STAKE_INCREMENT ||
        stake > parameters.MAX_EFFECTIVE_STAKE) {
        return reject(Clause::GEN_04, name + " has a stake of " + std::to_string(stake));
    }
    if (stake < parameters.MIN_SELF_STAKE) {
        return reject(Clause::GEN_11, name + " has a stake of " + std::to_string(stake));
    }
    if (validator.commission > BASIS_POINTS) {
        return reject(Clause::GEN_11, name + " has a commission of " + std::to_string(validator.commission));
    }
    return {};
}

/// [GEN-03] to [GEN-07], [GEN-10], [GEN-11]
Result<void> check_genesis(const Genesis& genesis, std::span<const PublicKeys::Key> keys,
                           const Parameters& parameters) {
    const auto& validators = genesis.validators;
    if (validators.size() < parameters.MIN_ACTIVE_VALIDATORS) {
        return reject(Clause::GEN_03, std::to_string(validators.size()) + " validators");
    }
    std::unordered_set<BlsPublicKey> seen;
    Uint128 total = 0;
    for (std::size_t i = 0; i < validators.size(); ++i) {
        const std::string name = "validator " + std::to_string(i);
        NODE_TRY(check_stake(validators[i], name, parameters));
        if (!seen.insert(validators[i].pubkey).second) return reject(Clause::GEN_05, name + " repeats a key");
        if (!keys[i]) return reject(Clause::GEN_06, name + " does not prove a key");
        total += validators[i].stake.value();
    }
    NODE_TRY(check_genesis_accounts(genesis.accounts));
    for (const GenesisAccount& account : genesis.accounts)
        total += account.balance.value();
    if (total > parameters.MAX_SUPPLY)
        return reject(Clause::GEN_07, "the sum of stakes and balances exceeds the bound");
    return {};
}

Validator register_validator(const GenesisValidator& given, const Parameters& parameters) {
    const std::uint64_t stake = given.stake.value();
    const std::uint64_t whole = stake - stake % parameters.EFFECTIVE_STAKE_INCREMENT;
    Validator validator;
    validator.pubkey = given.pubkey;
    validator.operator_address = given.operator_address;
    validator.commission = given.commission;
    validator.next_commission_epoch = kFarFutureEpoch;
    validator.effective_stake = Amount(std::min(whole, parameters.MAX_EFFECTIVE_STAKE));
    validator.slashed_from = kFarFutureEpoch;
    validator.eligibility_epoch = kGenesisEpoch;
    validator.activation_epoch = kGenesisEpoch;
    validator.exit_request_epoch = kFarFutureEpoch;
    validator.exit_epoch = kFarFutureEpoch;
    return validator;
}

}  // namespace

Root proof_of_possession_root(const BlsPublicKey& key, const Address& operator_address, const Parameters& parameters) {
    const Domain domain =
        compute_domain(DomainType(DOMAIN_PROOF_OF_POSSESSION), version_of(parameters.GENESIS_FORK_VERSION), Root{});
    return compute_signing_root(ProofOfPossessionMessage{key, operator_address}, domain, parameters);
}

namespace {

/// [GEN-08] but for the accounts and what follows from them.
ConsensusState genesis_consensus_state(const Config& config, const Genesis& genesis) {
    const Parameters& parameters = config.parameters;
    ConsensusState state;
    state.genesis_time_ms = genesis.genesis_time_ms;
    state.config_root = config.config_root;
    state.slot = Slot(GENESIS_SLOT);
    state.fork_schedule = {Fork{version_of(parameters.GENESIS_FORK_VERSION), kGenesisEpoch}};
    state.latest_block_header.body_root = hash_tree_root(BlockBody{}, parameters);
    state.block_roots.assign(parameters.SLOTS_PER_HISTORICAL_ROOT, Root{});
    state.state_roots.assign(parameters.SLOTS_PER_HISTORICAL_ROOT, Root{});
    for (const GenesisValidator& validator : genesis.validators) {
        state.validators.push_back(register_validator(validator, parameters));
        state.balances.push_back(validator.stake);
        state.shares.push_back(validator.stake.value());
    }
    state.randao_mixes.assign(parameters.EPOCHS_PER_HISTORICAL_VECTOR, genesis.seed);
    state.slashings.assign(parameters.EPOCHS_PER_SLASHINGS_VECTOR, Amount(0));
    state.previous_epoch_participation.assign(genesis.validators.size(), ParticipationFlags{0});
    state.current_epoch_participation.assign(genesis.validators.size(), ParticipationFlags{0});
    state.inactivity_scores.assign(genesis.validators.size(), 0);
    state.commissions.assign(genesis.validators.size(), Amount(0));
    state.base_fee = parameters.GENESIS_BASE_FEE;
    for (const Epoch epoch : {kGenesisEpoch, kGenesisEpoch + 1}) {
        const auto proposers = compute_proposers(state, epoch, parameters);
        for (const ValidatorIndex proposer : proposers.value())
            state.proposer_lookahead.push_back(proposer);
    }
    return state;
}

/// Accounts, and what validators and their operators have. [GEN-08]
std::vector<tree::EntryChange> genesis_entries(const Genesis& genesis) {
    EntryOverlay entries{tree::TreeVersion{}};
    for (const GenesisAccount& account : genesis.accounts)
        write_account(entries, account.address, {0, account.balance});
    for (std::size_t i = 0; i < genesis.validators.size(); ++i) {
        const GenesisValidator& validator = genesis.validators[i];
        write_validator(entries, validator.pubkey, ValidatorIndex(i));
        write_shares(entries, ValidatorIndex(i), validator.operator_address, validator.stake.value());
    }
    return entries.changes();
}

}  // namespace

State unchecked_genesis_state(const Environment& environment, const Genesis& genesis, PublicKeys keys) {
    State state = State::of(environment, genesis_consensus_state(environment.config, genesis), std::move(keys));
    const auto changed = state.change_entries(genesis_entries(genesis), environment.parallel_for);
    if (!changed.ok()) std::abort();  // keys and values have their lengths
    state.mutable_consensus().genesis_root = state.update_root(environment);
    state.update_root(environment);
    return state;
}

std::vector<bool> verify_each_proof(std::span<const bls::SignatureSet> proofs) {
    std::vector<bool> valid;
    valid.reserve(proofs.size());
    for (const bls::SignatureSet& proof : proofs)
        valid.push_back(bls::pop_verify(proof.public_key, proof.message, proof.signature));
    return valid;
}

namespace {

/// `verify` null: the proofs hold.
Result<State> initialize(const Environment& environment, const Genesis& genesis, const VerifyProofs* verify) {
    const std::span validators(genesis.validators);
    std::vector<PublicKeys::Key> keys(validators.size());
    environment.parallel_for(keys.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t first = begin; first < end; first += kProofsAtOnce) {
            const std::size_t count = std::min(kProofsAtOnce, end - first);
            const auto some = validators.subspan(first, count);
            const auto their_keys = std::span(keys).subspan(first, count);
            parse_keys(some, their_keys);
            if (verify != nullptr) keep_proved_keys(some, environment.parameters(), *verify, their_keys);
        }
    });
    NODE_TRY(check_genesis(genesis, keys, environment.parameters()));
    return unchecked_genesis_state(environment, genesis, PublicKeys(keys));
}

}  // namespace

Result<State> initialize_state(const Environment& environment, const Genesis& genesis, const VerifyProofs& verify) {
    return initialize(environment, genesis, &verify);
}

Result<State> initialize_proved_state(const Environment& environment, const Genesis& genesis) {
    return initialize(environment, genesis, nullptr);
}

Block genesis_block(const Environment& environment, const State& genesis_state) {
    Block block;
    block.slot = Slot(GENESIS_SLOT);
    block.state_root = genesis_state.root(environment);
    return block;
}

}  // namespace touchstone::node
