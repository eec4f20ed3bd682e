#include "reference/sync/checkpoint_sync.h"

#include <gtest/gtest.h>

#include "reference/chain/test_chain.h"
#include "reference/duties/duties.h"
#include "reference/transition/genesis.h"

namespace touchstone::reference {
namespace {

/// [SYN-28]
TEST(StateLists, DescendStrictly) {
    const auto verdict = [](const std::vector<std::uint64_t>& epochs) {
        StateList list;
        for (const std::uint64_t epoch : epochs)
            list.checkpoints.push_back({Epoch{epoch}, Root{}});
        const auto result = check_state_list(list);
        return result ? std::nullopt : std::optional(result.failure().clause);
    };
    EXPECT_EQ(verdict({}), std::nullopt);
    EXPECT_EQ(verdict({7}), std::nullopt);
    EXPECT_EQ(verdict({7, 6, 4, 0}), std::nullopt);
    EXPECT_EQ(verdict({7, 7}), Clause::SYN_28);
    EXPECT_EQ(verdict({7, 4, 5}), Clause::SYN_28);
}

/// A chain with a block in every slot up to 40, and its states of slots 0 and 8. Made once.
struct History {
    test::Chain chain{32, MINIMAL, 3};
    ConsensusState genesis = chain.state();
    ConsensusState at_8;
    History() {
        chain.extend_to(Slot{8});
        at_8 = chain.state();
        chain.extend_to(Slot{40});
    }
};
const History& history() {
    static const History HISTORY;
    return HISTORY;
}

/// An anchor in slot 8, a trusted checkpoint in slot 24.
class CheckpointSync : public testing::Test {
  protected:
    CheckpointSync() {
        anchor_ = {.checkpoint = {Epoch{1}, root(8)}, .state = history().at_8, .block = block(8).message};
        trusted_ = {Epoch{3}, root(24)};
    }
    const SignedBlock& block(std::uint64_t slot) const { return chain_.blocks().at(slot - 1); }
    Root root(std::uint64_t slot) const { return hash_tree_root(block(slot).message, MINIMAL); }
    std::vector<SignedBlock> blocks(std::uint64_t first, std::uint64_t last) const {
        return {chain_.blocks().begin() + static_cast<std::ptrdiff_t>(first) - 1,
                chain_.blocks().begin() + static_cast<std::ptrdiff_t>(last)};
    }
    std::uint64_t time_of(std::uint64_t slot) const {
        return genesis_.genesis_time_ms + slot * MINIMAL.SLOT_DURATION_MS;
    }
    std::optional<Clause> verdict(const std::vector<SignedBlock>& between, std::uint64_t slot = 41) const {
        const auto result = begin_from_checkpoint(genesis_, time_of(slot), trusted_, anchor_, between);
        return result ? std::nullopt : std::optional(result.failure().clause);
    }

    const test::Chain& chain_ = history().chain;
    const ConsensusState& genesis_ = history().genesis;
    Anchor anchor_;
    Checkpoint trusted_;
};

/// [SYN-27] Who began from a checkpoint has the same head and state as who began from genesis.
TEST_F(CheckpointSync, EndsOnTheSameHeadAndStateAsFromGenesis) {
    Store begun = begin_from_checkpoint(genesis_, time_of(41), trusted_, anchor_, blocks(9, 24)).value();
    Store whole = get_forkchoice_store(genesis_, genesis_block(genesis_)).value();
    ASSERT_TRUE(on_tick(whole, time_of(41)));
    for (const SignedBlock& each : blocks(1, 40))
        ASSERT_TRUE(on_block(whole, each));
    for (const SignedBlock& each : blocks(25, 40))
        ASSERT_TRUE(on_block(begun, each));
    const Root head = get_head(begun).value();
    EXPECT_EQ(head, root(40));
    EXPECT_EQ(head, get_head(whole).value());
    EXPECT_EQ(*begun.block_states.at(head), *whole.block_states.at(head));
    EXPECT_EQ(begun.finalized_checkpoint, whole.finalized_checkpoint);
    EXPECT_EQ(begun.justified_checkpoint, whole.justified_checkpoint);
}

/// [SYN-27]
TEST_F(CheckpointSync, MayBeginAtTheTrustedBlockItself) {
    trusted_ = anchor_.checkpoint;
    EXPECT_EQ(verdict({}), std::nullopt);
    trusted_.epoch = Epoch{5};
    EXPECT_EQ(verdict({}), std::nullopt) << "the checkpoint of a later epoch that has no blocks";
}

/// [SYN-03]
TEST_F(CheckpointSync, RefusesBlocksThatDoNotLinkTheAnchorWithTheCheckpoint) {
    EXPECT_EQ(verdict(blocks(9, 24)), std::nullopt);
    EXPECT_EQ(verdict(blocks(9, 23)), Clause::SYN_03);
    EXPECT_EQ(verdict(blocks(9, 25)), Clause::SYN_03);
    EXPECT_EQ(verdict(blocks(10, 24)), Clause::SYN_03);
    EXPECT_EQ(verdict(blocks(8, 24)), Clause::SYN_03);
    EXPECT_EQ(verdict({}), Clause::SYN_03);
    auto gap = blocks(9, 24);
    gap.erase(gap.begin() + 4);
    EXPECT_EQ(verdict(gap), Clause::SYN_03);
}

/// [SYN-27] Each with its own clause.
TEST_F(CheckpointSync, RefusesAnAnchorThatIsNotWhatItIsCalled) {
    const Anchor good = anchor_;
    anchor_.state.genesis_root.bytes[0] ^= 1U;
    EXPECT_EQ(verdict(blocks(9, 24)), Clause::WS_04);
    anchor_ = good;
    anchor_.state.config_root.bytes[0] ^= 1U;
    EXPECT_EQ(verdict(blocks(9, 24)), Clause::WS_04);
    anchor_ = good;
    ++anchor_.state.balances[0];
    EXPECT_EQ(verdict(blocks(9, 24)), Clause::WS_02);
    anchor_ = good;
    anchor_.checkpoint.epoch = Epoch{0};
    EXPECT_EQ(verdict(blocks(9, 24)), Clause::WS_02);
}

/// [SYN-27] The signature is not covered by the root, so it is verified even on the way to what is trusted.
TEST_F(CheckpointSync, ExecutesTheBlocksBetween) {
    auto forged = blocks(9, 24);
    forged[3].signature.bytes[9] ^= 1U;
    EXPECT_EQ(verdict(forged), Clause::BLK_07);
    EXPECT_EQ(verdict(blocks(9, 24), 23), Clause::FC_17) << "a clock that is behind";
    EXPECT_EQ(verdict(blocks(9, 24), 7), Clause::FC_11);
}

/// [SYN-27] It is the trusted checkpoint's age that counts, not the anchor's.
TEST_F(CheckpointSync, EndsWithThePeriodOfTheTrustedCheckpoint) {
    const auto period = static_cast<std::uint64_t>(compute_weak_subjectivity_period(anchor_.state).value());
    const std::uint64_t last = (trusted_.epoch.value + period) * MINIMAL.SLOTS_PER_EPOCH;
    EXPECT_EQ(verdict(blocks(9, 24), last), std::nullopt);
    EXPECT_EQ(verdict(blocks(9, 24), last + MINIMAL.SLOTS_PER_EPOCH - 1), std::nullopt);
    EXPECT_EQ(verdict(blocks(9, 24), last + MINIMAL.SLOTS_PER_EPOCH), Clause::WS_03);
    trusted_.epoch = Epoch{2};
    EXPECT_EQ(verdict(blocks(9, 24)), Clause::WS_02) << "its block is of a later epoch";
}

/// [SYN-24]
TEST_F(CheckpointSync, TakesOlderBlocksThatEndAtTheEarliest) {
    const auto backfill = [&](const std::vector<SignedBlock>& older, std::uint64_t earliest) {
        const auto result = check_older_blocks(anchor_.state, block(earliest).message, older);
        return result ? std::nullopt : std::optional(result.failure().clause);
    };
    EXPECT_EQ(backfill(blocks(1, 7), 8), std::nullopt);
    EXPECT_EQ(backfill(blocks(3, 5), 6), std::nullopt);
    EXPECT_EQ(backfill({}, 6), std::nullopt);
    EXPECT_EQ(backfill(blocks(3, 6), 8), Clause::SYN_24);
    EXPECT_EQ(backfill(blocks(3, 8), 8), Clause::SYN_24);
    auto forged = blocks(1, 7);
    forged[2].signature = forged[3].signature;
    EXPECT_EQ(backfill(forged, 8), Clause::SYN_24);
    forged = blocks(1, 7);
    forged[0].message.proposer_index = ValidatorIndex{32};
    EXPECT_EQ(backfill(forged, 8), Clause::SYN_24);
}

}  // namespace
}  // namespace touchstone::reference
