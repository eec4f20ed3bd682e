// Who joins the queues at an epoch's end, and what commission it pays. [REG-01] to [REG-05], [STK-06]
#include <gtest/gtest.h>

#include "node/kernel/consensus/epoch_processing.h"
#include "node/kernel/consensus/operations.h"
#include "node/kernel/stake/testing/scene.h"

namespace touchstone::node {
namespace {

constexpr std::uint64_t kTst = GRAINS_PER_TST;

/// Room for two more than there are.
const TestChain& chain() {
    static const TestChain chain(
        [] {
            Parameters parameters = MINIMAL;
            parameters.MAX_ACTIVE_VALIDATORS = 12;
            return parameters;
        }(),
        10, Amount(40 * kTst), 1);
    return chain;
}

class Registry : public ::testing::Test {
  protected:
    /// Who is registered with so much effective stake, out of nothing.
    void add_candidate(std::uint64_t tokens) {
        const std::uint64_t i = scene_.register_validator(++keys_, Address{}).value();
        scene_.consensus().validators.mutate(i).effective_stake = Amount(tokens);
    }
    void update() { ASSERT_TRUE(process_registry_updates(chain().environment(), scene_.state()).ok()); }
    std::vector<std::uint64_t> eligible() {
        std::vector<std::uint64_t> found;
        for (std::uint64_t i = 10; i < scene_.state().validator_count(); ++i) {
            if (scene_.validator(i).eligibility_epoch != kFarFutureEpoch) found.push_back(i);
        }
        return found;
    }
    std::vector<std::uint64_t> leaving() {
        std::vector<std::uint64_t> found;
        for (std::uint64_t i = 0; i < scene_.state().validator_count(); ++i) {
            if (scene_.validator(i).exit_request_epoch != kFarFutureEpoch) found.push_back(i);
        }
        return found;
    }
    using Indices = std::vector<std::uint64_t>;

    StakeScene scene_{chain()};
    std::uint8_t keys_ = 0;
};

TEST_F(Registry, WhoHasTooLittleStakeIsEjected) {
    scene_.consensus().validators.mutate(4).effective_stake = Amount(MINIMAL.EJECTION_STAKE);
    update();
    EXPECT_EQ(leaving(), Indices{4});
    update();
    EXPECT_EQ(scene_.consensus().unbond_queue.tail, 1U) << "once";
}

TEST_F(Registry, CandidatesAreTakenInOrderWhileThereIsRoom) {
    add_candidate(MINIMAL.MIN_ACTIVATION_STAKE - 1);
    for (int i = 0; i < 3; ++i)
        add_candidate(MINIMAL.MIN_ACTIVATION_STAKE);
    update();
    EXPECT_EQ(eligible(), (Indices{11, 12}));
    EntryOverlay entries(scene_.state().tree());
    EXPECT_EQ(read_queued_bond(entries, 1),
              (QueuedBond{ValidatorIndex(12), {}, Amount(0), Slot(MINIMAL.SLOTS_PER_EPOCH)}));
    EXPECT_EQ(leaving(), Indices{});
}

TEST_F(Registry, WhoIsEjectedMakesRoomAtOnce) {
    for (int i = 0; i < 3; ++i)
        add_candidate(MINIMAL.MIN_ACTIVATION_STAKE);
    scene_.consensus().validators.mutate(4).effective_stake = Amount(MINIMAL.EJECTION_STAKE);
    update();
    EXPECT_EQ(eligible(), (Indices{10, 11, 12}));
}

TEST_F(Registry, TheBestCandidateTakesThePlaceOfTheLeastIfItHasATenthMore) {
    for (const std::uint64_t stake : {32U, 32U, 43U, 44U, 44U})
        add_candidate(stake * kTst);
    scene_.consensus().validators.mutate(3).effective_stake = Amount(41 * kTst);
    update();
    EXPECT_EQ(eligible(), (Indices{10, 11, 13})) << "of equals the first";
    EXPECT_EQ(leaving(), Indices{9}) << "of equals the last";
}

TEST_F(Registry, WithLessThanATenthMoreNobodyIsDisplaced) {
    for (const std::uint64_t stake : {32U, 32U, 43U})
        add_candidate(stake * kTst);
    update();
    EXPECT_EQ(eligible(), (Indices{10, 11}));
    EXPECT_EQ(leaving(), Indices{});
}

TEST_F(Registry, AStateOfAFileTakesTheKeysThatItsRegistryShares) {
    const State& genesis = chain().genesis_state();
    add_candidate(32 * kTst);
    const State& grown = scene_.state();
    const KvEntries entries = tree::all_entries(grown.tree());
    const auto read = State::with_entries(chain().environment(), grown.consensus(), entries, &genesis);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->keys().size(), 11U);
    EXPECT_EQ(read->public_key(ValidatorIndex(9))->to_bytes(), genesis.public_key(ValidatorIndex(9))->to_bytes());
    EXPECT_EQ(read->public_key(ValidatorIndex(10)), nullptr) << "its bytes are no key";
    const auto back =
        State::with_entries(chain().environment(), genesis.consensus(), tree::all_entries(genesis.tree()), &grown);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back->keys().size(), 10U);
}

TEST_F(Registry, CommissionIsTakenOfNetRewardsOnly) {
    scene_.end_epoch();
    ConsensusState& state = scene_.consensus();
    for (const std::uint64_t i : {1U, 2U, 3U})
        state.validators.mutate(i).commission = 2'500;
    state.validators.mutate(3).next_commission = 10'000;
    state.validators.mutate(3).next_commission_epoch = Epoch(1);
    for (const std::uint64_t i : {0U, 1U, 3U})
        state.previous_epoch_participation.mutate(i) = 7;
    scene_.state().refresh(chain().environment());
    const std::uint64_t before = scene_.balance(0);
    ASSERT_TRUE(process_rewards_and_penalties(chain().environment(), scene_.state()).ok());
    const std::uint64_t reward = scene_.balance(0) - before;
    ASSERT_GT(reward, 0U);
    EXPECT_EQ(state.commissions[0], Amount(0));
    EXPECT_EQ(state.commissions[1], Amount(reward / 4));
    EXPECT_EQ(scene_.balance(1), before + reward - reward / 4);
    EXPECT_EQ(state.commissions[2], Amount(0)) << "it was absent";
    EXPECT_EQ(state.commissions[3], Amount(reward));
    EXPECT_EQ(scene_.imbalance().value_or(""), "");
}

}  // namespace
}  // namespace touchstone::node
