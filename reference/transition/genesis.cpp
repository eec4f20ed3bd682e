#include "reference/transition/genesis.h"

#include <set>

#include "reference/entries/accounts.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/signatures/domains.h"
#include "reference/types/configuration.h"
#include "reference/validators/committees.h"

namespace touchstone::reference {

namespace {

Result<void> check_genesis(const Parameters& config, const Genesis& genesis) {
    if (const auto checked = check_assumptions(config); !checked)
        return Failure{Clause::GEN_01, checked.failure().reason};
    REQUIRE(genesis.validators.size() >= config.MIN_ACTIVE_VALIDATORS, Clause::GEN_03);
    std::set<BLSPubkey> seen;
    Wide total = 0;
    for (const GenesisValidator& validator : genesis.validators) {
        REQUIRE(validator.stake > config.EJECTION_STAKE && validator.stake >= config.EFFECTIVE_STAKE_INCREMENT &&
                    validator.stake <= config.MAX_EFFECTIVE_STAKE,
                Clause::GEN_04);
        REQUIRE(validator.stake >= config.MIN_SELF_STAKE && validator.commission <= BASIS_POINTS, Clause::GEN_11);
        REQUIRE(seen.insert(validator.pubkey).second, Clause::GEN_05);
        const auto proved = verify_proof_of_possession(validator.pubkey, validator.operator_address,
                                                       validator.proof_of_possession, config);
        REQUIRE(static_cast<bool>(proved), Clause::GEN_06);
        total += validator.stake.value;
    }
    for (std::size_t i = 0; i < genesis.accounts.size(); ++i) {
        const GenesisAccount& account = genesis.accounts[i];
        REQUIRE(i == 0 || genesis.accounts[i - 1].address < account.address, Clause::GEN_10);
        REQUIRE(account.balance >= 1U, Clause::GEN_10);
        total += account.balance.value;
    }
    REQUIRE(total <= config.MAX_SUPPLY, Clause::GEN_07);
    return {};
}

void add_validator(ConsensusState& state, const GenesisValidator& validator) {
    const ValidatorIndex index{state.validators.size()};
    const Amount increments{validator.stake.value - validator.stake % state.config.EFFECTIVE_STAKE_INCREMENT};
    state.validators.push_back({
        .pubkey = validator.pubkey,
        .operator_address = validator.operator_address,
        .commission = validator.commission,
        .next_commission = 0,
        .next_commission_epoch = Epoch{FAR_FUTURE_EPOCH},
        .effective_stake = std::min(increments, Amount{state.config.MAX_EFFECTIVE_STAKE}),
        .slashed = false,
        .slashed_from = Epoch{FAR_FUTURE_EPOCH},
        .eligibility_epoch = Epoch{GENESIS_EPOCH},
        .activation_epoch = Epoch{GENESIS_EPOCH},
        .exit_request_epoch = Epoch{FAR_FUTURE_EPOCH},
        .exit_epoch = Epoch{FAR_FUTURE_EPOCH},
        .hold_epoch = Epoch{0},
        .last_cohort = Epoch{0},
    });
    state.balances.push_back(validator.stake);
    state.previous_epoch_participation.push_back(0);
    state.current_epoch_participation.push_back(0);
    state.inactivity_scores.push_back(0);
    state.shares.push_back(validator.stake.value);
    state.commissions.emplace_back();
    set_validator_index(state, validator.pubkey, index);
    set_pool_shares(state, index, validator.operator_address, validator.stake.value);
}

}  // namespace

// [GEN-08]
Result<ConsensusState> initialize_state(const Parameters& config, const Genesis& genesis) {
    CHECK(check_genesis(config, genesis));
    ConsensusState state;
    state.config = config;
    state.genesis_time_ms = genesis.genesis_time_ms;
    state.config_root = config_root(config);
    state.slot = Slot{GENESIS_SLOT};
    state.fork_schedule = {{version_of(config.GENESIS_FORK_VERSION), Epoch{GENESIS_EPOCH}}};
    state.latest_block_header.body_root = hash_tree_root(BlockBody{}, config);
    state.block_roots.resize(config.SLOTS_PER_HISTORICAL_ROOT);
    state.state_roots.resize(config.SLOTS_PER_HISTORICAL_ROOT);
    state.slashings.resize(config.EPOCHS_PER_SLASHINGS_VECTOR);
    state.justification_bits.resize(JUSTIFICATION_BITS_LENGTH);
    for (const GenesisValidator& validator : genesis.validators)
        add_validator(state, validator);
    state.randao_mixes.assign(config.EPOCHS_PER_HISTORICAL_VECTOR, genesis.seed);
    for (const GenesisAccount& account : genesis.accounts)
        set_account(state, account.address, {0, account.balance});
    update_tree_root(state);
    state.base_fee = config.GENESIS_BASE_FEE;
    for (std::uint64_t epoch = GENESIS_EPOCH; epoch <= GENESIS_EPOCH + 1; ++epoch) {
        TRY(const std::vector<ValidatorIndex> proposers, compute_proposers(state, Epoch{epoch}));
        state.proposer_lookahead.insert(state.proposer_lookahead.end(), proposers.begin(), proposers.end());
    }
    state.genesis_root = hash_tree_root(state, config);
    return state;
}

// [GEN-09]
Block genesis_block(const ConsensusState& genesis_state) {
    Block block;
    block.slot = Slot{GENESIS_SLOT};
    block.state_root = hash_tree_root(genesis_state, genesis_state.config);
    return block;
}

}  // namespace touchstone::reference
