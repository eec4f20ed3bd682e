#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "node/kernel/gossip/testing/judgement.h"
#include "node/types/encoding.h"

namespace touchstone::node {
namespace {

/// Blocks with all votes up to slot 33, none in slot 16, by which epoch 2 is final with the block of slot 15; and a
/// block in slot 6 on that of slot 4.
class FinalizedChain {
  public:
    FinalizedChain() : store_(chain_.fork_choice()) {
        roots_[0] = store_.anchor_root();
        EXPECT_TRUE(store_.on_tick(chain_.slot_time_ms(Slot(kSlots + 1))).ok());
        std::uint64_t parent = 0;
        for (std::uint64_t slot = 1; slot <= kSlots; ++slot) {
            if (slot == kEmpty) continue;
            add(slot, parent);
            if (slot == kForkParent + 1) fork_ = add(kForkSlot, kForkParent);
            parent = slot;
        }
    }
    static constexpr std::uint64_t kSlots = 33;
    static constexpr std::uint64_t kEmpty = 16;
    static constexpr std::uint64_t kForkParent = 4;
    static constexpr std::uint64_t kForkSlot = 6;

    const TestChain& chain() const { return chain_; }
    ForkChoice& store() { return store_; }
    const State& state(const Root& root) { return *store_.block_state(root); }
    const Root& block(std::uint64_t slot) const { return roots_.at(slot); }
    const Root& fork() const { return fork_; }

    auto judge(const SignedBlock& block) {
        const GossipConditions conditions(store_, seen_, chain_.slot_time_ms(Slot(kSlots + 1)));
        return refusal(conditions.check_block(block, encode(block).size()));
    }
    /// Of an aggregate, so that the subnet does not matter: one member's vote, for the block, at the start of its slot.
    auto judge_vote(const Root& block, Slot slot) {
        AttestationData data = chain_.vote_data(state(block), slot);
        SignedAggregateAndProof message;
        const StatePointer target = store_.checkpoint_state(data.target.root, data.target.epoch);
        const auto shuffling = get_shuffling(*target, data.target.epoch, chain_.environment());
        message.message.aggregator_index = shuffling->committee(slot, data.index)[0];
        Bits bits(shuffling->committee(slot, data.index).size());
        bits.set(0);
        message.message.aggregate = chain_.attest(*target, data, bits);
        return refusal(GossipConditions(store_, seen_, chain_.slot_time_ms(slot)).check_aggregate(message));
    }

  private:
    Root add(std::uint64_t slot, std::uint64_t parent) {
        const State& state = this->state(roots_.at(parent));
        const auto votes = parent == 0 ? std::vector<Attestation>() : chain_.attest(state, Slot(slot - 1));
        const SignedBlock block = chain_.make_block(state, Slot(slot), {.attestations = votes});
        const Root root = store_.on_block(block, trust_all)->root;
        if (slot == parent + 1 || parent + 1 == kEmpty) roots_[slot] = root;
        return root;
    }

    TestChain chain_{MINIMAL, 16};
    ForkChoice store_;
    SeenMessages seen_;
    std::map<std::uint64_t, Root> roots_;
    Root fork_;
};

/// [NET-20]
TEST(GossipAfterFinality, ABlockOnABranchWithoutTheFinalizedBlockIsRejected) {
    FinalizedChain chain;
    ASSERT_EQ(chain.store().finalized(), (Checkpoint{Epoch(2), chain.block(15)}));
    ASSERT_EQ(chain.store().block_slot(chain.fork()), Slot(FinalizedChain::kForkSlot));
    const Slot next(FinalizedChain::kSlots + 1);
    const Root& head = chain.block(FinalizedChain::kSlots);
    EXPECT_EQ(chain.judge(chain.chain().make_block(chain.state(head), next)), accepted);
    for (const Root& parent : {chain.fork(), chain.block(14)})
        EXPECT_EQ(chain.judge(chain.chain().make_block(chain.state(parent), next)), rejected(Clause::NET_20));
}

/// [NET-31]
TEST(GossipAfterFinality, AVoteAgainstWhatIsFinalIsIgnored) {
    FinalizedChain chain;
    const Slot last(FinalizedChain::kSlots);
    EXPECT_EQ(chain.judge_vote(chain.block(FinalizedChain::kSlots), last), accepted);
    EXPECT_EQ(chain.judge_vote(chain.fork(), last), ignored(Clause::NET_31));
    // For the final block itself: in its own slot with a target before what is final, in a later epoch not.
    EXPECT_EQ(chain.judge_vote(chain.block(15), Slot(15)), ignored(Clause::NET_31));
    EXPECT_EQ(chain.judge_vote(chain.block(15), Slot(16)), accepted);
}

}  // namespace
}  // namespace touchstone::node
