// A chain that begins from a checkpoint, and the blocks before it. [SYN-03] [SYN-24] [SYN-27]
#include "node/kernel/state_sync/beginning.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "node/kernel/consensus/weak_subjectivity.h"
#include "node/kernel/test_chain.h"

namespace touchstone::node {
namespace {

const TestChain& chain() {
    static const TestChain chain(MINIMAL, 16);
    return chain;
}

Root root_of(const SignedBlock& block) { return hash_tree_root(block.message, MINIMAL); }

/// Four blocks, the second of which is the anchor and the last the one that is trusted.
struct Scene {
    std::vector<SignedBlock> blocks;
    std::vector<StatePointer> states;

    static const Scene& get() {
        static const Scene scene = make();
        return scene;
    }
    static Scene make() {
        Scene scene;
        ForkChoice store = chain().fork_choice();
        StatePointer state = store.block_state(store.anchor_root());
        for (std::uint64_t slot = 1; slot <= 4; ++slot) {
            EXPECT_TRUE(store.on_tick(chain().slot_time_ms(Slot(slot))).ok());
            scene.blocks.push_back(chain().make_block(*state, Slot(slot)));
            const auto imported = store.on_block(scene.blocks.back(), verify_each);
            EXPECT_TRUE(imported.ok());
            state = imported->post_state;
            scene.states.push_back(state);
        }
        return scene;
    }

    BeginningInput input() const {
        return {.genesis_root = chain().genesis_state().consensus().genesis_root,
                .time_ms = chain().slot_time_ms(Slot(6)),
                .checkpoints = {.trusted = {Epoch(1), root_of(blocks[3])}, .anchor = {Epoch(1), root_of(blocks[1])}},
                .anchor_state = *states[1],
                .anchor_block = blocks[1].message,
                .blocks = std::span(blocks).subspan(2),
                .ordered_outside = false};
    }
};

template <class Change>
std::optional<Clause> refusal(const Change& change) {
    BeginningInput input = Scene::get().input();
    change(input);
    const auto store = begin_from_checkpoint(chain().environment(), std::move(input), verify_each);
    return store.ok() ? std::nullopt : std::optional(store.rejection().clause);
}

TEST(BeginningFromACheckpoint, ExecutesTheBlocksUpToTheTrustedOne) {
    const Scene& scene = Scene::get();
    auto store = begin_from_checkpoint(chain().environment(), scene.input(), verify_each);
    ASSERT_TRUE(store.ok());
    EXPECT_EQ(store->get_head(), root_of(scene.blocks[3]));
    EXPECT_EQ(store->current_slot(), Slot(6));
    EXPECT_EQ(store->finalized(), (Checkpoint{Epoch(0), root_of(scene.blocks[1])})) << "of the anchor's slot";
}

TEST(BeginningFromACheckpoint, MayHaveTheTrustedBlockAsItsAnchor) {
    EXPECT_EQ(refusal([](BeginningInput& input) {
                  input.blocks = {};
                  input.checkpoints.trusted.root = input.checkpoints.anchor.root;
              }),
              std::nullopt);
}

TEST(BeginningFromACheckpoint, NeedsAChainUpToTheTrustedBlock) {
    EXPECT_EQ(refusal([](BeginningInput& input) { input.blocks = input.blocks.first(1); }), Clause::SYN_03);
    EXPECT_EQ(refusal([](BeginningInput& input) { input.blocks = input.blocks.subspan(1); }), Clause::SYN_03);
    EXPECT_EQ(refusal([](BeginningInput& input) { input.checkpoints.trusted.root = Root{}; }), Clause::SYN_03);
}

TEST(BeginningFromACheckpoint, RefusesAnotherChainAndAForgedBlock) {
    EXPECT_EQ(refusal([](BeginningInput& input) { input.genesis_root = Root{}; }), Clause::WS_04);
    EXPECT_EQ(refusal([](BeginningInput& input) { input.checkpoints.anchor.root = Root{}; }), Clause::WS_02);
    std::vector<SignedBlock> forged(Scene::get().blocks.begin() + 2, Scene::get().blocks.end());
    forged[1].signature = forged[0].signature;
    EXPECT_EQ(refusal([&](BeginningInput& input) { input.blocks = forged; }), Clause::BLK_07);
}

TEST(BeginningFromACheckpoint, CountsTheAgeOfWhatIsTrusted) {
    const std::uint64_t period = compute_weak_subjectivity_period(chain().environment(), *Scene::get().states.back());
    const auto at = [&](std::uint64_t epoch) { return chain().slot_time_ms(start_slot_of(Epoch(epoch), MINIMAL)); };
    EXPECT_EQ(refusal([&](BeginningInput& input) { input.time_ms = at(1 + period); }), std::nullopt);
    EXPECT_EQ(refusal([&](BeginningInput& input) { input.time_ms = at(2 + period); }), Clause::WS_03);
    EXPECT_EQ(refusal([&](BeginningInput& input) {
                  input.time_ms = at(2 + period);
                  input.checkpoints.anchor.epoch = Epoch(2);
              }),
              Clause::WS_03)
        << "not that of the anchor";
    EXPECT_EQ(refusal([&](BeginningInput& input) {
                  input.time_ms = at(2 + period);
                  input.ordered_outside = true;
              }),
              std::nullopt);
}

std::optional<Clause> refusal_of_older(const std::vector<SignedBlock>& blocks) {
    const Scene& scene = Scene::get();
    const auto sets =
        check_older_blocks(chain().environment(), *scene.states[3], scene.blocks[2].message.parent_root, blocks);
    if (!sets.ok()) return sets.rejection().clause;
    const auto valid = first_invalid(*sets, verify_each(*sets));
    return valid.ok() ? std::nullopt : std::optional(valid.rejection().clause);
}

TEST(OlderBlocks, EndWhereTheEarliestBegins) {
    const auto& blocks = Scene::get().blocks;
    EXPECT_EQ(refusal_of_older({blocks[0], blocks[1]}), std::nullopt);
    EXPECT_EQ(refusal_of_older({blocks[1]}), std::nullopt);
    EXPECT_EQ(refusal_of_older({blocks[0]}), Clause::SYN_24);
    EXPECT_EQ(refusal_of_older({}), std::nullopt) << "nothing is taken, and nothing is proved";
}

TEST(OlderBlocks, AreSigned) {
    std::vector<SignedBlock> blocks{Scene::get().blocks[0], Scene::get().blocks[1]};
    blocks[0].signature = blocks[1].signature;
    EXPECT_EQ(refusal_of_older(blocks), Clause::SYN_24);
    SignedBlock nobody = Scene::get().blocks[1];
    nobody.message.proposer_index = ValidatorIndex(1000);
    const auto sets = check_older_blocks(chain().environment(), *Scene::get().states[3], root_of(nobody), {&nobody, 1});
    ASSERT_TRUE(sets.ok());
    EXPECT_FALSE(first_invalid(*sets, verify_each(*sets)).ok());
}

}  // namespace
}  // namespace touchstone::node
