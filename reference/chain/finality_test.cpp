#include <gtest/gtest.h>

#include <chrono>

#include "reference/chain/test_chain.h"
#include "reference/chain/test_ledger.h"
#include "reference/entries/entries.h"
#include "reference/entries/stake_entries.h"
#include "reference/transition/genesis.h"

namespace touchstone::reference {
namespace {

void expect_conserved(const ConsensusState& state, Wide at_genesis) {  // [VAL-06]
    EXPECT_TRUE(test::supply(state) + state.burnt == at_genesis + state.minted);
    EXPECT_EQ(test::broken_ledger(state), "");  // [STK-04]
}

TEST(Finality, AChainWithAllVotesFinalizesWithinFourEpochs) {
    test::Chain chain(64);
    const Wide at_genesis = test::supply(chain.state());
    const auto begin = std::chrono::steady_clock::now();
    Epoch finalized;
    for (std::uint64_t slot = 1; slot <= 33; ++slot) {
        chain.extend_to(Slot{slot});
        expect_conserved(chain.state(), at_genesis);
        EXPECT_GE(chain.state().finalized_checkpoint.epoch, finalized);
        finalized = chain.state().finalized_checkpoint.epoch;
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    RecordProperty("milliseconds",
                   static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    EXPECT_GE(finalized, Epoch{2});
    EXPECT_GT(chain.state().minted, Amount{0});
}

// [ATT-14] In the epoch of genesis there are no other rewards than those of proposers.
TEST(Finality, AProposerPaysCommissionOfWhatHisBlockEarns) {
    test::Chain chain(16);
    for (Validator& validator : chain.state().validators)
        validator.commission = 5'000;
    chain.extend_to(Slot{4});
    const ConsensusState& state = chain.state();
    Wide commissions = 0;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Wide kept = state.balances[i] - Amount{1024 * GRAINS_PER_TST};
        EXPECT_TRUE(kept - state.commissions[i] <= 4) << i;  // of each attestation, rounded down
        commissions += state.commissions[i].value;
    }
    EXPECT_GT(commissions, Wide{0});
    EXPECT_TRUE(commissions <= state.minted / 2 + Wide{0});
}

TEST(Finality, LessThanTwoThirdsOfTheVotesJustifyNothing) {
    test::Chain chain(16);
    chain.extend_to(Slot{33}, [](ValidatorIndex index) { return index.value % 2 == 0; });
    EXPECT_EQ(chain.state().current_justified_checkpoint.epoch, Epoch{0});
    EXPECT_EQ(chain.state().finalized_checkpoint.epoch, Epoch{0});
}

TEST(Finality, ALeakTakesFromTheAbsentOnly) {
    Parameters config = MINIMAL;
    config.INACTIVITY_PENALTY_QUOTIENT = 1 << 10;
    test::Chain chain(16, config);
    const Wide at_genesis = test::supply(chain.state());
    const auto present = [](ValidatorIndex index) { return index.value % 2 == 0; };
    chain.extend_to(Slot{9 * 8}, present);
    const ConsensusState& state = chain.state();
    expect_conserved(state, at_genesis);
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        EXPECT_EQ(present(ValidatorIndex{i}), state.inactivity_scores[i] == 0) << i;
        EXPECT_EQ(present(ValidatorIndex{i}), state.balances[i].value >= 1024 * GRAINS_PER_TST) << i;
    }
}

TEST(Genesis, TheSameInputsGiveTheSameState) {
    const Genesis genesis = test::development_genesis(16);
    const auto first = initialize_state(MINIMAL, genesis);
    const auto second = initialize_state(MINIMAL, genesis);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first.value(), second.value());
    EXPECT_EQ(ssz::serialize(first.value(), MINIMAL), ssz::serialize(second.value(), MINIMAL));
    EXPECT_EQ(hash_tree_root(genesis_block(first.value()), MINIMAL), test::head_root(first.value()));
}

// [GEN-08], [STK-03]
TEST(Genesis, AnOperatorHoldsAllSharesOfHisPool) {
    const ConsensusState state = test::genesis_state(8);
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        const Validator& validator = state.validators[i];
        EXPECT_EQ(get_validator_index(state, validator.pubkey), ValidatorIndex{i});
        EXPECT_EQ(get_pool_shares(state, ValidatorIndex{i}, validator.operator_address), 1024 * GRAINS_PER_TST);
        EXPECT_EQ(state.shares[i], state.balances[i].value);
    }
    EXPECT_EQ(state.entries.map().size(), 2 * state.validators.size());
    EXPECT_EQ(test::broken_ledger(state), "");
    EXPECT_EQ(state.tree_root, kv_root(state.entries.map()));
}

TEST(Genesis, AnyDifferenceGivesAnotherGenesisRoot) {
    Genesis genesis = test::development_genesis(16);
    const Root root = initialize_state(MINIMAL, genesis).value().genesis_root;
    Parameters config = MINIMAL;
    config.MAX_SEED_LOOKAHEAD = 5;
    EXPECT_NE(initialize_state(config, genesis).value().genesis_root, root);
    genesis.genesis_time_ms += 1;
    EXPECT_NE(initialize_state(MINIMAL, genesis).value().genesis_root, root);
}

Clause rejection(const Genesis& genesis, const Parameters& config = MINIMAL) {
    const auto state = initialize_state(config, genesis);
    EXPECT_FALSE(state);
    return state.failure().clause;
}

TEST(Genesis, EachRuleIsNamedByItsBreach) {
    const Genesis sound = test::development_genesis(16);
    Parameters config = MINIMAL;
    config.SLOTS_PER_EPOCH = config.MIN_ACTIVE_VALIDATORS + 1;
    EXPECT_EQ(rejection(sound, config), Clause::GEN_01);
    Genesis genesis = sound;
    genesis.validators.resize(7);
    EXPECT_EQ(rejection(genesis), Clause::GEN_03);
    genesis = sound;
    genesis.validators[3].stake = Amount{MINIMAL.EJECTION_STAKE};
    EXPECT_EQ(rejection(genesis), Clause::GEN_04);
    genesis = sound;
    genesis.validators[3].stake = Amount{MINIMAL.EJECTION_STAKE + 1};
    config = MINIMAL;
    config.MIN_SELF_STAKE = MINIMAL.EJECTION_STAKE + 2;
    EXPECT_EQ(rejection(genesis, config), Clause::GEN_11);
    genesis = sound;
    genesis.validators[3].commission = BASIS_POINTS + 1;
    EXPECT_EQ(rejection(genesis), Clause::GEN_11);
    genesis = sound;
    genesis.validators[3] = genesis.validators[2];
    EXPECT_EQ(rejection(genesis), Clause::GEN_05);
    genesis = sound;
    std::swap(genesis.validators[3].operator_address, genesis.validators[2].operator_address);
    EXPECT_EQ(rejection(genesis), Clause::GEN_06);
    config = MINIMAL;
    config.MAX_SUPPLY = 1024 * GRAINS_PER_TST * 16 - 1;
    EXPECT_EQ(rejection(sound, config), Clause::GEN_07);
}

TEST(StateTransition, ARejectedBlockLeavesTheStateAsItWas) {
    test::Chain chain(16);
    chain.extend_to(Slot{3});
    const ConsensusState before = chain.state();
    SignedBlock block = test::make_block(before, Slot{4});
    block.message.state_root.bytes[0] ^= 1;
    ConsensusState state = before;
    const auto result = state_transition(state, block);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure().clause, Clause::BLK_07);
    EXPECT_EQ(state, before);
    EXPECT_EQ(process_slots(state, Slot{3}).failure().clause, Clause::SLO_05);
}

TEST(StateTransition, ABlockGoesThroughItsEncodingAndBack) {
    test::Chain chain(16);
    chain.extend_to(Slot{5});
    for (const SignedBlock& block : chain.blocks()) {
        const Bytes encoding = ssz::serialize(block, MINIMAL);
        const auto decoded = ssz::deserialize<SignedBlock>(encoding, MINIMAL);
        ASSERT_TRUE(decoded);
        EXPECT_EQ(decoded.value(), block);
    }
    auto state = ssz::deserialize<ConsensusState>(ssz::serialize(chain.state(), MINIMAL), MINIMAL);
    ASSERT_TRUE(state);
    ASSERT_TRUE(attach_entries(state.value(), list_of(chain.state().entries.map())));
    EXPECT_EQ(state.value(), chain.state());
}

}  // namespace
}  // namespace touchstone::reference
