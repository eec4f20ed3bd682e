// What a node subscribes to, and what becomes of gossip that comes before its time.
#include <gtest/gtest.h>

#include "node/kernel/duties/production.h"
#include "node/kernel/duties/schedule.h"
#include "node/sim/testing/scripted_peer.h"
#include "node/sim/testing/shared_chain.h"
#include "node/sim/testing/watched_node.h"

namespace touchstone::node::sim {
namespace {

constexpr std::uint64_t kDisparityMs = 500;  // MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS

/// A node without validators in the middle of slot 8, with the blocks of eight slots; that of slot 9 has not come.
class EarlyGossip : public SharedChainTest {
  protected:
    static constexpr std::uint64_t kSlot = 9;

    static void SetUpTestSuite() {
        SharedChainTest::SetUpTestSuite();
        blocks_ = honest_chain(chain_, verdicts_, kSlot).blocks;
    }
    static void TearDownTestSuite() {
        SharedChainTest::TearDownTestSuite();
        blocks_.clear();
    }
    EarlyGossip() : node_(chain_, verdicts_, false) {
        node_.run_until(node_.start_of(kSlot - 1) + 1000);
        for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) {
            deliver_block(i);
            node_.run_until(node_.start_of(kSlot - 1) + 1000);
        }
    }
    GossipId deliver_block(std::size_t index) {
        return node_.network.deliver({TopicKind::Block}, blocks_[index].signed_block);
    }
    const StoredBlock& early() const { return blocks_.back(); }
    const Root& parent() const { return blocks_[blocks_.size() - 2].root; }

    /// Of the first member of the slot's committee, for the block of the slot before.
    struct Vote {
        Attestation attestation;
        ValidatorIndex validator;
        std::uint64_t subnet = 0;
    };
    Vote vote_for_parent() {
        const StatePointer state = node_.chain().head_state();
        const Shuffling& shuffling = *state->context().current;
        const auto members = shuffling.committee(Slot(kSlot), CommitteeIndex(0));
        AttestationData data;
        data.slot = Slot(kSlot);
        data.beacon_block_root = parent();
        data.source = state->consensus().current_justified_checkpoint;
        data.target = {Epoch(1), parent()};  // whose slot is the first of the epoch
        const BlsSignature signature =
            node_.sign(members[0], attestation_signing_root(node_.environment(), *state, data));
        return {
            make_attestation(data, CommitteeIndex(0), 0, members.size(), signature), members[0],
            compute_subnet_for_attestation(shuffling.committees_per_slot(), data.slot, data.index, node_.parameters())};
    }
    /// The block for which the fork choice counts the validator.
    std::optional<Root> counted(ValidatorIndex validator) const {
        const ForkChoice& store = node_.chain().fork_choice();
        const auto votes = store.votes().votes();
        if (validator.value() >= votes.size() || !votes[validator.value()].voted) return std::nullopt;
        return store.blocks().node(votes[validator.value()].latest).root;
    }

    void expect_counted_when_its_slot_is_over(std::uint64_t arrival) {
        const Vote vote = vote_for_parent();
        node_.run_until(arrival);
        const std::optional<Root> before = counted(vote.validator);
        EXPECT_NE(before, parent());
        const GossipId message = node_.network.deliver({TopicKind::Attestation, vote.subnet}, encode(vote.attestation));
        const std::uint64_t end = node_.start_of(kSlot + 1);
        for (const std::uint64_t moment : {arrival + 100, node_.start_of(kSlot) + 1000, end - 1}) {
            node_.run_until(moment);
            EXPECT_EQ(node_.network.verdict(message), Verdict::Accept) << "it is passed on at once";
            EXPECT_EQ(counted(vote.validator), before) << end - moment;
            EXPECT_TRUE(node_.rows(JournalKind::Attestation).empty());
        }
        node_.run_until(end);
        EXPECT_EQ(counted(vote.validator), parent());
        const auto rows = node_.rows(JournalKind::Attestation);
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows.front().payload, encode(vote.attestation));
        EXPECT_EQ(rows.front().time_ms, end);
    }

    static inline std::vector<StoredBlock> blocks_;
    WatchedNode node_;
};

/// [NET-04]
TEST_F(EarlyGossip, ANodeSubscribesToEveryTopicAndEverySubnetOnce) {
    std::vector<Topic> all{{TopicKind::Block},
                           {TopicKind::AggregateAndProof},
                           {TopicKind::ProposerSlashing},
                           {TopicKind::AttesterSlashing},
                           {TopicKind::VoluntaryExit},
                           {TopicKind::Transactions}};
    for (std::uint64_t subnet = 0; subnet < node_.parameters().ATTESTATION_SUBNET_COUNT; ++subnet)
        all.push_back({TopicKind::Attestation, subnet});
    std::vector<Topic> subscribed = node_.network.subscriptions;
    std::ranges::sort(all);
    std::ranges::sort(subscribed);
    EXPECT_EQ(subscribed, all);
}

/// [NET-10]
TEST_F(EarlyGossip, ABlockWithinTheDisparityWaitsUntilItsSlotBegins) {
    ASSERT_EQ(node_.parameters().MAXIMUM_GOSSIP_CLOCK_DISPARITY_MS, kDisparityMs);
    ASSERT_EQ(node_.chain().head(), parent());
    const std::uint64_t begin = node_.start_of(kSlot);
    node_.run_until(begin - kDisparityMs);
    const GossipId message = deliver_block(blocks_.size() - 1);
    node_.run_until(begin - 1);
    EXPECT_EQ(node_.network.verdict(message), Verdict::Accept) << "it is passed on at once";
    EXPECT_FALSE(node_.chain().contains(early().root));
    EXPECT_FALSE(node_.disk.blocks.contains(early().root));
    EXPECT_EQ(node_.node().status().waiting_blocks, 1U);
    node_.run_until(begin);
    EXPECT_EQ(node_.node().status().waiting_blocks, 0U);
    EXPECT_EQ(node_.chain().head(), early().root);
    EXPECT_TRUE(node_.chain().fork_choice().is_timely(early().root));
    const JournalRow row = node_.rows(JournalKind::Block).back();
    EXPECT_EQ(row.payload, ByteVector(early().root.bytes.begin(), early().root.bytes.end()));
    EXPECT_EQ(row.time_ms, begin);
}

TEST_F(EarlyGossip, ABlockBeforeTheDisparityIsIgnoredAndNotKept) {
    node_.run_until(node_.start_of(kSlot) - kDisparityMs - 1);
    const GossipId message = deliver_block(blocks_.size() - 1);
    EXPECT_EQ(node_.network.verdict(message), Verdict::Ignore);
    node_.run_until(node_.start_of(kSlot) + 1);
    EXPECT_EQ(node_.chain().head(), parent());
}

/// [NET-10]
TEST_F(EarlyGossip, AVoteWithinTheDisparityIsCountedWhenItsSlotIsOver) {
    expect_counted_when_its_slot_is_over(node_.start_of(kSlot) - kDisparityMs);
}

/// [NET-10]
TEST_F(EarlyGossip, AVoteInItsSlotIsCountedWhenThatIsOver) {
    expect_counted_when_its_slot_is_over(node_.start_of(kSlot) + kDisparityMs);
}

TEST_F(EarlyGossip, AVoteBeforeTheDisparityIsIgnoredAndNotKept) {
    const Vote vote = vote_for_parent();
    node_.run_until(node_.start_of(kSlot) - kDisparityMs - 1);
    const GossipId message = node_.network.deliver({TopicKind::Attestation, vote.subnet}, encode(vote.attestation));
    EXPECT_EQ(node_.network.verdict(message), Verdict::Ignore);
    node_.run_until(node_.start_of(kSlot + 2));
    EXPECT_TRUE(node_.rows(JournalKind::Attestation).empty());
}

}  // namespace
}  // namespace touchstone::node::sim
