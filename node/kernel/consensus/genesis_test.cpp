#include "node/kernel/consensus/genesis.h"

#include <gtest/gtest.h>

#include "node/base/arithmetic.h"
#include "node/kernel/consensus/weak_subjectivity.h"
#include "node/kernel/execution/accounts.h"
#include "node/kernel/test_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 16, Amount(32'000'000'000), 5);
    return chain;
}

Clause genesis_clause(const Genesis& genesis) {
    const auto state = initialize_state(chain().environment(), genesis);
    return state.ok() ? Clause::ENC_01 : state.rejection().clause;
}

std::string broken_assumption(const Parameters& parameters) {
    const auto config = make_config(parameters);
    return config.ok() ? "" : config.rejection().detail;
}

TEST(Configuration, BothPresetsFulfilTheAssumptions) {
    EXPECT_EQ(broken_assumption(MAINNET), "");
    EXPECT_EQ(broken_assumption(MINIMAL), "");
}

TEST(Configuration, EveryAssumptionIsNamedWhenBroken) {
    const auto with = [](std::uint64_t Parameters::* field, std::uint64_t value) {
        Parameters parameters = MINIMAL;
        parameters.*field = value;
        return broken_assumption(parameters);
    };
    EXPECT_EQ(with(&Parameters::SLOT_DURATION_MS, 0), "POSITIVE_PARAMETERS");
    EXPECT_EQ(with(&Parameters::MIN_ACTIVE_VALIDATORS, 7), "NONEMPTY_COMMITTEES");
    EXPECT_EQ(with(&Parameters::MIN_SEED_LOOKAHEAD, 2), "SEED_IN_HISTORY");
    EXPECT_EQ(with(&Parameters::SLOTS_PER_HISTORICAL_ROOT, 60), "ROOTS_COVER_EPOCHS");
    EXPECT_EQ(with(&Parameters::EPOCHS_PER_SLASHINGS_VECTOR, 63), "SLASHINGS_WINDOW");
    EXPECT_EQ(with(&Parameters::MAX_EVIDENCE_AGE, 200), "EVIDENCE_COVERS_WEAK_SUBJECTIVITY");
    EXPECT_EQ(with(&Parameters::GOSSIP_MAX_SIZE, 1), "MESSAGES_FIT");
    EXPECT_EQ(with(&Parameters::MIN_CHURN, 1), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::MIN_ACTIVATION_STAKE, MINIMAL.EJECTION_STAKE), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::MIN_ACTIVATION_STAKE, MINIMAL.MAX_EFFECTIVE_STAKE + 1), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::MIN_BOND, MINIMAL.MIN_SELF_STAKE + 1), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::MIN_SELF_STAKE, MINIMAL.MAX_EFFECTIVE_STAKE + 1), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::MAX_ACTIVE_VALIDATORS, MINIMAL.MIN_ACTIVE_VALIDATORS - 1), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::DISPLACEMENT_PERCENT, 99), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::MAX_QUEUE_ITEMS, (1U << 20U) + 1), "STAKE_IN_INCREMENTS");
    EXPECT_EQ(with(&Parameters::GAS_STAKE, (std::uint64_t{1} << 32U) + 1), "GAS_WITHIN_LIMITS");
    EXPECT_EQ(with(&Parameters::GAS_REGISTER_VALIDATOR, (std::uint64_t{1} << 32U) + 1), "GAS_WITHIN_LIMITS");
    EXPECT_EQ(with(&Parameters::MAX_SUPPLY, kUint64Max), "SUPPLY_BOUND");
    EXPECT_EQ(with(&Parameters::AGGREGATE_DUE_BPS, 10'001), "BASIS_POINTS_IN_SLOT");
    EXPECT_EQ(with(&Parameters::SHUFFLE_ROUND_COUNT, 256), "SHUFFLE_ROUNDS");
    EXPECT_EQ(with(&Parameters::MAX_COMMITTEES_PER_SLOT, 65), "COMMITTEES_WITHIN_LIMIT");
    EXPECT_EQ(with(&Parameters::SHARD_COMMITTEE_PERIOD, kUint64Max), "BOUNDED_TIME");
    EXPECT_EQ(with(&Parameters::BLOCK_GAS_LIMIT, 1), "GAS_WITHIN_LIMITS");
    EXPECT_EQ(with(&Parameters::GAS_PER_BYTE, 65'537), "GAS_WITHIN_LIMITS");
    EXPECT_EQ(with(&Parameters::MIN_BASE_FEE, 0), "");
    EXPECT_EQ(with(&Parameters::MAX_REQUEST_BLOCKS, 1025), "BOUNDED_LIMITS");
    EXPECT_EQ(with(&Parameters::ATTESTATION_SUBNET_COUNT, 65'537), "BOUNDED_LIMITS");
    EXPECT_EQ(with(&Parameters::ATTESTATION_SUBNET_COUNT, 65'536), "");
}

TEST(Configuration, OverridesNameExistingParametersAndNumbers) {
    const std::vector<std::pair<std::string, std::string>> good{{"SLOT_DURATION_MS", "500"}};
    EXPECT_EQ(override_parameters(MINIMAL, good)->SLOT_DURATION_MS, 500U);
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, std::string>>{{"SLOT_DURATION", "500"},
                                                          {"SLOT_DURATION_MS", "-1"},
                                                          {"SLOT_DURATION_MS", "5x"},
                                                          {"SLOT_DURATION_MS", ""},
                                                          {"SLOT_DURATION_MS", "18446744073709551616"}}) {
        const std::vector<std::pair<std::string, std::string>> bad{{name, value}};
        EXPECT_EQ(override_parameters(MINIMAL, bad).rejection().clause, Clause::GEN_02) << value;
    }
}

TEST(Genesis, TheStateCommitsToItselfAndItsConfiguration) {
    const State& state = chain().genesis_state();
    ConsensusState without = state.consensus();
    without.genesis_root = Root{};
    EXPECT_EQ(state.consensus().genesis_root, hash_tree_root(without, MINIMAL));
    EXPECT_EQ(state.consensus().config_root, compute_config_root(MINIMAL));
    EXPECT_EQ(hash_tree_root(chain().genesis_block(), MINIMAL), latest_block_root(state, chain().environment()));
    EXPECT_TRUE(is_well_formed(state.consensus(), MINIMAL));
}

TEST(Genesis, RejectsByClause) {
    const Genesis& good = chain().genesis();
    EXPECT_EQ(genesis_clause(good), Clause::ENC_01);
    Genesis genesis = good;
    genesis.validators.resize(MINIMAL.MIN_ACTIVE_VALIDATORS - 1);
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_03);
    for (const std::uint64_t stake : {MINIMAL.EJECTION_STAKE, MINIMAL.MAX_EFFECTIVE_STAKE + 1, std::uint64_t{0}}) {
        genesis = good;
        genesis.validators[2].stake = Amount(stake);
        EXPECT_EQ(genesis_clause(genesis), Clause::GEN_04);
    }
    genesis = good;
    genesis.validators[2].commission = BASIS_POINTS;
    EXPECT_EQ(genesis_clause(genesis), Clause::ENC_01);
    genesis.validators[2].commission = BASIS_POINTS + 1;
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_11);
    genesis = good;
    genesis.validators[3] = genesis.validators[1];
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_05);
    genesis = good;
    genesis.validators[3].operator_address.bytes[0] ^= 1;
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_06);
    genesis = good;
    genesis.validators[3].pubkey = BlsPublicKey{};
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_06);
}

/// [GEN-10] [GEN-07]
TEST(Genesis, HasAccountsInOrderWithinTheSupply) {
    const Genesis& good = chain().genesis();
    Genesis genesis = good;
    std::swap(genesis.accounts[1], genesis.accounts[2]);
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_10);
    genesis = good;
    genesis.accounts[1] = genesis.accounts[0];
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_10);
    genesis = good;
    genesis.accounts[4].balance = Amount(0);
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_10);
    genesis = good;
    std::uint64_t others = 0;
    for (const GenesisValidator& validator : genesis.validators)
        others += validator.stake.value();
    for (std::size_t i = 1; i < genesis.accounts.size(); ++i)
        others += genesis.accounts[i].balance.value();
    genesis.accounts[0].balance = Amount(MINIMAL.MAX_SUPPLY - others);
    EXPECT_EQ(genesis_clause(genesis), Clause::ENC_01);
    genesis.accounts[0].balance = Amount(MINIMAL.MAX_SUPPLY - others + 1);
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_07);
    genesis.accounts[0].balance = Amount(kUint64Max);
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_07);
}

TEST(Genesis, TheTreeHasItsAccountsAndValidatorsAndNoOther) {
    const State& state = chain().genesis_state();
    EXPECT_EQ(state.tree().size(), chain().genesis().accounts.size() + 2 * chain().genesis().validators.size());
    EXPECT_EQ(state.consensus().tree_root, state.tree().root());
    for (const GenesisAccount& account : chain().genesis().accounts)
        EXPECT_EQ(get_account(state, account.address), (Account{0, account.balance}));
    EXPECT_EQ(get_account(state, Address{}), Account{});
    EntryOverlay entries(state.tree());
    for (std::size_t i = 0; i < chain().genesis().validators.size(); ++i) {
        const GenesisValidator& given = chain().genesis().validators[i];
        EXPECT_EQ(read_validator(entries, given.pubkey), ValidatorIndex(i));
        EXPECT_EQ(read_shares(entries, ValidatorIndex(i), given.operator_address), given.stake.value());
        EXPECT_EQ(state.consensus().shares[i], given.stake.value());
    }
}

TEST(Genesis, BytesThatEncodeNoPointProveNothing) {
    Genesis genesis = chain().genesis();
    genesis.validators[3].proof_of_possession.bytes.fill(0xff);
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_06);
    genesis = chain().genesis();
    genesis.validators[3].proof_of_possession = BlsSignature{};
    genesis.validators[3].proof_of_possession.bytes[0] = 0xc0;  // infinity
    EXPECT_EQ(genesis_clause(genesis), Clause::GEN_06);
}

TEST(Genesis, ABatchOfProofsGivesTheSameVerdictAsEachAlone) {
    const auto in_batches = [](std::span<const crypto::bls::SignatureSet> proofs) {
        return crypto::bls::pop_verify_batch(proofs, crypto::bls::BatchSeed{1});
    };
    const Environment& environment = chain().environment();
    Genesis genesis = chain().genesis();
    const auto state = initialize_state(environment, genesis, in_batches);
    ASSERT_TRUE(state.ok());
    EXPECT_EQ(state->consensus().genesis_root, chain().genesis_state().consensus().genesis_root);
    std::swap(genesis.validators[2].proof_of_possession, genesis.validators[5].proof_of_possession);
    const auto swapped = initialize_state(environment, genesis, in_batches);
    ASSERT_FALSE(swapped.ok());
    EXPECT_EQ(swapped.rejection().clause, Clause::GEN_06);
    EXPECT_EQ(swapped.rejection().detail, "validator 2 does not prove a key");
}

TEST(Genesis, WhatWasProvedBeforeIsTakenButForKeysThatAreNone) {
    const Environment& environment = chain().environment();
    Genesis genesis = chain().genesis();
    genesis.validators[3].proof_of_possession = BlsSignature{};
    const auto state = initialize_proved_state(environment, genesis);
    ASSERT_TRUE(state.ok());
    EXPECT_EQ(state->consensus().genesis_root, chain().genesis_state().consensus().genesis_root);
    genesis.validators[3].pubkey.bytes.fill(0xff);
    EXPECT_EQ(initialize_proved_state(environment, genesis).rejection().clause, Clause::GEN_06);
}

/// [WS-01]
TEST(WeakSubjectivity, ThePeriodIsThatOfTheStakeAndTheChurn) {
    const State& state = chain().genesis_state();
    const std::uint64_t total = 16 * 32'000'000'000ULL;
    EXPECT_EQ(compute_weak_subjectivity_period(chain().environment(), state),
              MINIMAL.UNBONDING_EPOCHS + MINIMAL.SAFETY_DECAY * total / (200 * MINIMAL.MIN_CHURN));
}

/// [WS-05]
TEST(WeakSubjectivity, ACheckpointOutsideIsRefusedUnlessOrdered) {
    const Environment& environment = chain().environment();
    const State& state = chain().genesis_state();
    const Root genesis_root = state.consensus().genesis_root;
    const Checkpoint checkpoint{Epoch(0), latest_block_root(state, environment)};
    const Epoch last(compute_weak_subjectivity_period(environment, state));
    const auto check = [&](Epoch now, const Checkpoint& vouched, const Root& chain_root, bool ordered) {
        const auto result = check_checkpoint_sync(environment, chain_root, now, state, vouched, ordered);
        return result.ok() ? Clause::ENC_01 : result.rejection().clause;
    };
    EXPECT_EQ(check(last, checkpoint, genesis_root, false), Clause::ENC_01);
    EXPECT_EQ(check(last + 1, checkpoint, genesis_root, false), Clause::WS_03);
    EXPECT_EQ(check(last + 1, checkpoint, genesis_root, true), Clause::ENC_01);
    EXPECT_EQ(check(last, {Epoch(0), Root{}}, genesis_root, true), Clause::WS_02);
    EXPECT_EQ(check(last, checkpoint, Root{}, true), Clause::WS_04);
}

}  // namespace
}  // namespace touchstone::node
