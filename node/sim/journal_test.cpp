// Which heads a node writes into its journal. [STO-12]
#include <gtest/gtest.h>

#include "node/sim/testing/scripted_peer.h"
#include "node/sim/testing/shared_chain.h"
#include "node/sim/testing/watched_node.h"

namespace touchstone::node::sim {
namespace {

constexpr std::uint64_t kSlots = 17;

class Journal : public SharedChainTest {
  protected:
    /// The slot in which a row was written.
    static Slot slot_of(const WatchedNode& node, const JournalRow& row) { return node.chain().slot_at(row.time_ms); }
    /// Of the ticks that begin a slot, those with a head and those without.
    static std::pair<std::size_t, std::size_t> heads_of_slots(const WatchedNode& node) {
        std::pair<std::size_t, std::size_t> count;
        Slot last;
        for (const JournalRow& row : node.rows(JournalKind::Tick)) {
            if (slot_of(node, row) == last) continue;
            last = slot_of(node, row);
            ++(row.head_root ? count.first : count.second);
        }
        return count;
    }
    static ByteVector bytes_of(const Root& root) { return {root.bytes.begin(), root.bytes.end()}; }
};

using Heads = std::pair<std::size_t, std::size_t>;

/// [STO-12]
TEST_F(Journal, ATickThatBeginsASlotHasAHeadAlsoWhereVotesFollowIt) {
    WatchedNode node(chain_, verdicts_, true);
    node.run_until(node.start_of(kSlots + 1) - 1);
    EXPECT_EQ(heads_of_slots(node), (Heads{kSlots, 0}));
    std::size_t followed = 0;
    for (std::size_t i = 1; i < node.disk.journal.size(); ++i) {
        const bool vote = node.disk.journal[i].kind == JournalKind::Attestation;
        if (vote && node.disk.journal[i - 1].kind == JournalKind::Tick) ++followed;
    }
    EXPECT_EQ(followed, kSlots) << "the votes of each slot from genesis on but the last follow the tick that ends it";
}

/// [STO-12]
TEST_F(Journal, ABlockHasTheHeadThatItMakes) {
    WatchedNode node(chain_, verdicts_, true);
    node.run_until(node.start_of(kSlots + 1) - 1);
    const auto rows = node.rows(JournalKind::Block);
    EXPECT_EQ(rows.size(), kSlots);
    for (const JournalRow& row : rows) {
        ASSERT_TRUE(row.head_root);
        EXPECT_EQ(row.payload, bytes_of(*row.head_root)) << "nobody else proposes";
    }
}

/// [STO-12]
TEST_F(Journal, VotesOfABatchShareTheHeadOfTheLast) {
    WatchedNode node(chain_, verdicts_, true);
    node.run_until(node.start_of(kSlots + 1) - 1);
    std::size_t batches = 0;
    const auto& rows = node.disk.journal;
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
        if (rows[i].kind != JournalKind::Attestation) continue;
        const bool is_last = rows[i + 1].kind != JournalKind::Attestation;
        EXPECT_EQ(rows[i].head_root.has_value(), is_last) << "row " << rows[i].sequence;
        batches += is_last ? 1 : 0;
    }
    EXPECT_EQ(batches, kSlots);
    EXPECT_GT(node.rows(JournalKind::Attestation).size(), batches) << "of more than one vote";
}

/// [STO-12] [STO-13]
TEST_F(Journal, ADutyIsDoneOnAHeadThatIsWritten) {
    WatchedNode node(chain_, verdicts_, true);
    std::size_t blocks = 0;
    std::size_t votes = 0;
    node.network.on_publish = [&](const WatchedNetwork::Published& message) {
        if (message.topic.kind == TopicKind::Block) {
            const Block block = decode<SignedBlock>(message.payload, node.parameters())->message;
            const auto orders = node.rows(JournalKind::Order);
            ASSERT_FALSE(orders.empty());
            EXPECT_EQ(orders.back().payload, encode(ProposalOrder{block.slot, block.parent_root}));
            EXPECT_EQ(orders.back().head_root, block.parent_root);
            ++blocks;
        }
        if (message.topic.kind == TopicKind::Attestation) {
            const AttestationData data = decode<Attestation>(message.payload, node.parameters())->data;
            if (data.slot == Slot(0)) return;  // at genesis there is nothing to be written yet
            ASSERT_FALSE(node.disk.journal.empty());
            EXPECT_EQ(node.disk.journal.back().head_root, data.beacon_block_root);
            ++votes;
        }
    };
    node.run_until(node.start_of(kSlots + 1) - 1);
    EXPECT_EQ(blocks, kSlots);
    EXPECT_GE(votes, 2 * kSlots);
    EXPECT_EQ(node.rows(JournalKind::Order).size(), kSlots) << "one for each proposal";
}

/// [STO-12]
TEST_F(Journal, ANodeWithoutValidatorsHasTheHeadsOfSlotsAndBlocksAndNoOrders) {
    const auto blocks = honest_chain(chain_, verdicts_, kSlots).blocks;
    WatchedNode node(chain_, verdicts_, false);
    for (const StoredBlock& block : blocks) {
        node.run_until(node.start_of(block.slot.value()) + 100);
        node.network.deliver({TopicKind::Block}, block.signed_block);
    }
    // Two slots without a block.
    node.run_until(node.start_of(kSlots + 3) - 1);
    EXPECT_EQ(heads_of_slots(node), (Heads{kSlots + 2, 0}));
    const auto rows = node.rows(JournalKind::Block);
    EXPECT_EQ(rows.size(), blocks.size());
    EXPECT_TRUE(std::ranges::all_of(rows, [](const JournalRow& row) { return row.head_root.has_value(); }));
    EXPECT_TRUE(node.rows(JournalKind::Order).empty());
}

}  // namespace
}  // namespace touchstone::node::sim
