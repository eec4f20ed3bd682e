#include "node/services/block_pipeline.h"

#include <gtest/gtest.h>

#include "node/kernel/test_chain.h"
#include "node/services/testing/silent_ports.h"
#include "node/sim/disk.h"
#include "node/sim/testing/watched_node.h"

namespace touchstone::node {
namespace {

const TestChain& test_chain() {
    static const TestChain chain(MINIMAL, 16);
    return chain;
}

/// Three blocks on the genesis, the later ones with the votes of the slot before.
const std::vector<SignedBlock>& blocks() {
    static const std::vector<SignedBlock> made = [] {
        std::vector<SignedBlock> blocks;
        State state = test_chain().genesis_state();
        for (std::uint64_t slot = 1; slot <= 3; ++slot) {
            std::vector<Attestation> votes;
            if (slot > 1) votes = test_chain().attest(state, Slot(slot - 1));
            BlockCandidates candidates;
            candidates.attestations = votes;
            blocks.push_back(test_chain().make_block(state, Slot(slot), candidates));
            SignatureSets sets;
            state = execute_block(test_chain().environment(), state, blocks.back(), sets).value().state;
        }
        return blocks;
    }();
    return made;
}

Root root_of(const SignedBlock& block) { return hash_tree_root(block.message, MINIMAL); }

/// Verifies when it is told to.
class HandVerifier final : public Verifier {
  public:
    void verify(SignatureSets sets, VerifyPriority, VerifyCompletion completion) override {
        waiting.emplace_back(std::move(sets), std::move(completion));
    }
    void answer() {
        const auto [sets, completion] = std::move(waiting.front());
        waiting.erase(waiting.begin());
        completion(verify_each(sets));
    }
    std::vector<std::pair<SignatureSets, VerifyCompletion>> waiting;
};

class BlockPipelineTest : public testing::Test {
  protected:
    BlockPipelineTest() {
        auto opened =
            Chain::open({test_chain().environment(), clock_, store_, silence_, silence_}, test_chain().genesis_state());
        chain_ = std::get<std::unique_ptr<Chain>>(std::move(opened));
        pipeline_ = std::make_unique<BlockPipeline>(
            *chain_, GossipContext{clock_, timers_, network_, verifier_, silence_, seen_, signatures_});
    }
    void import_block(const SignedBlock& block, WithoutParent without_parent = WithoutParent::IsKept) {
        const std::size_t number = outcomes_.size();
        outcomes_.emplace_back();
        pipeline_->import_block(
            block, PeerId{"peer"}, [this, number](ImportOutcome outcome) { outcomes_[number] = outcome; },
            without_parent);
    }
    using Outcomes = std::vector<std::optional<ImportOutcome>>;

    sim::Scheduler scheduler_{test_chain().slot_time_ms(Slot(4))};
    sim::SimulatedClock clock_{scheduler_, 0};
    sim::SimulatedTimers timers_{scheduler_, 0, [](const auto& task) { task(); }};
    sim::Disk disk_;
    sim::SimulatedStore store_{disk_, [] {}};
    sim::WatchedNetwork network_{scheduler_};
    HandVerifier verifier_;
    SilentEvents silence_;
    SeenMessages seen_;
    SignatureQuota signatures_{MINIMAL};
    std::unique_ptr<Chain> chain_;
    std::unique_ptr<BlockPipeline> pipeline_;
    Outcomes outcomes_;
};

TEST_F(BlockPipelineTest, AChildIsExecutedWhileItsParentIsVerified) {
    for (const SignedBlock& block : blocks())
        import_block(block);
    EXPECT_EQ(verifier_.waiting.size(), 3U);
    EXPECT_FALSE(chain_->contains(root_of(blocks()[0])));
    EXPECT_TRUE(pipeline_->is_being_verified(root_of(blocks()[2])));
    verifier_.answer();
    EXPECT_EQ(outcomes_, (Outcomes{ImportOutcome::Imported, std::nullopt, std::nullopt}));
    EXPECT_EQ(chain_->head(), root_of(blocks()[0]));
    verifier_.answer();
    verifier_.answer();
    EXPECT_EQ(outcomes_, (Outcomes{ImportOutcome::Imported, ImportOutcome::Imported, ImportOutcome::Imported}));
    EXPECT_EQ(chain_->head(), root_of(blocks()[2]));
    EXPECT_FALSE(pipeline_->is_being_verified(root_of(blocks()[2])));
}

TEST_F(BlockPipelineTest, WhereTheParentsSignatureIsBadTheChildLacksAParent) {
    SignedBlock spoiled = blocks()[0];
    spoiled.signature = blocks()[1].signature;
    import_block(spoiled);
    import_block(blocks()[1], WithoutParent::IsDropped);
    verifier_.answer();
    verifier_.answer();
    EXPECT_EQ(outcomes_, (Outcomes{ImportOutcome::BadSignature, ImportOutcome::MissingParent}));
    EXPECT_EQ(pipeline_->waiting_count(), 0U);
    import_block(blocks()[1]);
    EXPECT_EQ(pipeline_->waiting_count(), 1U) << "kept for the parent";
    import_block(blocks()[0]);
    verifier_.answer();
    verifier_.answer();
    EXPECT_EQ(chain_->head(), root_of(blocks()[1]));
}

/// [NET-23]
TEST_F(BlockPipelineTest, TheChildOfABlockThatProvesInvalidIsInvalid) {
    SignatureSets sets;
    State state =
        execute_block(test_chain().environment(), test_chain().genesis_state(), blocks()[0], sets).value().state;
    std::vector<Attestation> votes = test_chain().attest(state, Slot(1));
    votes.front().signature = blocks()[0].signature;
    BlockCandidates candidates;
    candidates.attestations = votes;
    const SignedBlock invalid = test_chain().make_block(state, Slot(2), candidates);
    state = execute_block(test_chain().environment(), state, invalid, sets).value().state;
    import_block(blocks()[0]);
    import_block(invalid);
    import_block(test_chain().make_block(state, Slot(3)));
    while (!verifier_.waiting.empty())
        verifier_.answer();
    EXPECT_EQ(outcomes_, (Outcomes{ImportOutcome::Imported, ImportOutcome::Invalid, ImportOutcome::Invalid}));
    EXPECT_EQ(chain_->head(), root_of(blocks()[0]));
}

/// [NET-23]
TEST_F(BlockPipelineTest, ACopyWithAnotherSignatureIsTriedWhenTheFirstIsBad) {
    SignedBlock spoiled = blocks()[0];
    spoiled.signature = blocks()[1].signature;
    import_block(spoiled);
    import_block(blocks()[0]);
    import_block(spoiled);
    verifier_.answer();
    EXPECT_EQ(outcomes_, (Outcomes{ImportOutcome::BadSignature, std::nullopt, ImportOutcome::BadSignature}));
    verifier_.answer();
    EXPECT_EQ(outcomes_, (Outcomes{ImportOutcome::BadSignature, ImportOutcome::Imported, ImportOutcome::BadSignature}));
}

}  // namespace
}  // namespace touchstone::node
