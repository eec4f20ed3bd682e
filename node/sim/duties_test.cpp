// What a node's own validators sign, against its own checks and the record of its keys.
#include <gtest/gtest.h>

#include <map>

#include "node/kernel/duties/schedule.h"
#include "node/services/testing/chain_with_transfers.h"
#include "node/services/testing/silent_ports.h"
#include "node/sim/testing/shared_chain.h"
#include "node/sim/testing/watched_node.h"

namespace touchstone::node::sim {
namespace {

/// A node with all validators at genesis.
class OwnMessages : public SharedChainTest {
  protected:
    OwnMessages() : node_(chain_, verdicts_, true) {}

    std::uint64_t part_of_slot(std::uint64_t slot, std::uint64_t basis_points) const {
        return node_.start_of(slot) + basis_points * node_.parameters().SLOT_DURATION_MS / BASIS_POINTS;
    }
    std::uint64_t attestation_due(std::uint64_t slot) const {
        return part_of_slot(slot, node_.parameters().ATTESTATION_DUE_BPS);
    }
    std::uint64_t aggregate_due(std::uint64_t slot) const {
        return part_of_slot(slot, node_.parameters().AGGREGATE_DUE_BPS);
    }
    template <class Message>
    std::vector<Message> published(TopicKind kind) const {
        std::vector<Message> found;
        for (const auto& each : node_.network.published_of(kind))
            found.push_back(decode<Message>(each.payload, node_.parameters()).value());
        return found;
    }
    Root root_of(const SignedBlock& block) const { return hash_tree_root(block.message, node_.parameters()); }
    WatchedNode node_;
};

/// [DUT-02] [DUT-10]
TEST_F(OwnMessages, ABlockIsPublishedWhenTheNodesOwnChecksHaveTakenIt) {
    std::size_t imported = 0;
    node_.network.on_publish = [&](const WatchedNetwork::Published& message) {
        if (message.topic.kind != TopicKind::Block) return;
        const Root root = root_of(decode<SignedBlock>(message.payload, node_.parameters()).value());
        imported += node_.chain().contains(root) && node_.disk.blocks.contains(root) ? 1 : 0;
    };
    node_.verifier.held = true;
    node_.run_until(attestation_due(1) - 1);
    EXPECT_EQ(node_.verifier.waiting(), 1U) << "it was made, and is being checked";
    EXPECT_TRUE(published<SignedBlock>(TopicKind::Block).empty());
    node_.verifier.answer_all();
    EXPECT_EQ(published<SignedBlock>(TopicKind::Block).size(), 1U);
    EXPECT_EQ(imported, 1U);
    node_.verifier.held = false;
    node_.run_until(node_.start_of(10) - 1);
    EXPECT_EQ(published<SignedBlock>(TopicKind::Block).size(), 9U);
    EXPECT_EQ(imported, 9U);
}

/// [DUT-02]
TEST_F(OwnMessages, ABlockThatTheNodesOwnChecksRefuseIsNotPublished) {
    node_.verifier.denied = VerifyPriority::Block;
    node_.run_until(node_.start_of(10) - 1);
    EXPECT_TRUE(published<SignedBlock>(TopicKind::Block).empty());
    EXPECT_TRUE(node_.disk.blocks.empty());
    EXPECT_TRUE(node_.has_logged("own_block_refused"));
    EXPECT_EQ(node_.rows(JournalKind::Order).size(), 9U) << "it was proposed in every slot";
    for (const Attestation& vote : published<Attestation>(TopicKind::Attestation))
        EXPECT_EQ(vote.data.beacon_block_root, node_.chain().genesis_block_root());
}

/// [DUT-02]
TEST_F(OwnMessages, AVoteIsGivenToTheForkChoiceWhenItsSlotIsOver) {
    for (std::uint64_t slot = 0; slot <= 8; ++slot) {
        const std::size_t rows = node_.disk.journal.size();
        node_.run_until(node_.start_of(slot + 1) - 1);
        EXPECT_TRUE(node_.rows(JournalKind::Attestation, rows).empty()) << "not before";
        node_.run_until(node_.start_of(slot + 1));
        std::multiset<ByteVector> sent;
        for (const auto& message : node_.network.published_of(TopicKind::Attestation)) {
            if (decode<Attestation>(message.payload, node_.parameters())->data.slot == Slot(slot))
                sent.insert(message.payload);
        }
        std::multiset<ByteVector> given;
        for (const JournalRow& row : node_.rows(JournalKind::Attestation, rows)) {
            EXPECT_EQ(row.time_ms, node_.start_of(slot + 1));
            given.insert(row.payload);
        }
        EXPECT_EQ(sent.size(), 2U) << "16 validators, 8 slots";
        EXPECT_EQ(given, sent) << "slot " << slot;
    }
}

/// [DUT-22]
TEST_F(OwnMessages, AggregatesAndSelectionProofsAreSignedWithoutTheRecord) {
    for (std::uint64_t slot = 1; slot <= 9; ++slot) {
        node_.run_until(aggregate_due(slot) - 1);
        const std::size_t before = node_.network.published_of(TopicKind::AggregateAndProof).size();
        const std::size_t questions = node_.protection.questions;
        node_.protection.lost = true;
        node_.run_until(aggregate_due(slot));
        const auto all = published<SignedAggregateAndProof>(TopicKind::AggregateAndProof);
        EXPECT_EQ(all.size(), before + 2) << "both members of the committee are aggregators";
        EXPECT_EQ(node_.protection.questions, questions) << "nobody asked for leave";
        const StatePointer state = node_.chain().head_state();
        for (std::size_t i = before; i < all.size(); ++i) {
            const AggregateAndProof& message = all[i].message;
            EXPECT_EQ(
                message.selection_proof,
                node_.sign(message.aggregator_index, selection_signing_root(node_.environment(), *state, Slot(slot))));
            EXPECT_EQ(all[i].signature, node_.sign(message.aggregator_index,
                                                   aggregate_signing_root(node_.environment(), *state, message)));
        }
        node_.protection.lost = false;
    }
}

/// The counterpart: what is slashable is not signed without the record. [DUT-18] [DUT-21]
TEST_F(OwnMessages, NoBlockAndNoVoteIsSignedWithoutTheRecord) {
    node_.protection.lost = true;
    node_.run_until(node_.start_of(10) - 1);
    EXPECT_TRUE(node_.network.published.empty());
    EXPECT_GT(node_.protection.questions, 0U);
}

/// One validator's two blocks of an epoch have one reveal: signed twice, and no mark stands in the way. [DUT-22]
TEST_F(OwnMessages, ARevealIsSignedAgainInTheSameEpoch) {
    node_.run_until(node_.start_of(25) - 1);
    const auto blocks = published<SignedBlock>(TopicKind::Block);
    ASSERT_EQ(blocks.size(), 24U) << "a block in every slot";
    std::map<std::pair<ValidatorIndex, Epoch>, BlsSignature> reveals;
    std::size_t again = 0;
    for (const SignedBlock& block : blocks) {
        const Block& message = block.message;
        const std::pair of{message.proposer_index, epoch_of(message.slot, node_.parameters())};
        const auto [first, added] = reveals.emplace(of, message.body.randao_reveal);
        if (added) continue;
        EXPECT_EQ(first->second, message.body.randao_reveal);
        ++again;
    }
    EXPECT_GE(again, 1U) << "choose another seed: nobody proposed twice in an epoch";
}

/// What is written for each key is the slots of its blocks and the epochs of its votes, and nothing else. [DUT-22]
TEST_F(OwnMessages, OnlyBlocksAndVotesRaiseAMark) {
    node_.run_until(node_.start_of(17) - 1);
    std::size_t of_blocks = 0;
    std::size_t of_votes = 0;
    std::map<BlsPublicKey, Watermark> last;
    for (const auto& [key, mark] : node_.protection.raised) {
        of_blocks += mark.block_slot != last[key].block_slot ? 1 : 0;
        of_votes += mark.target != last[key].target ? 1 : 0;
        EXPECT_NE(mark.block_slot != last[key].block_slot, mark.target != last[key].target);
        last[key] = mark;
    }
    EXPECT_EQ(of_blocks, node_.network.published_of(TopicKind::Block).size());
    EXPECT_EQ(of_votes, node_.network.published_of(TopicKind::Attestation).size());
    EXPECT_EQ(node_.protection.raised.size(), of_blocks + of_votes);
    EXPECT_GE(node_.network.published_of(TopicKind::AggregateAndProof).size(), of_votes);
}

// -------------------------------------------------------------------------------------------- votes that are refused

/// [DUT-02]
TEST(OwnVotes, AVoteThatTheForkChoiceRefusesIsNotCounted) {
    const ChainWithTransfers& story = ChainWithTransfers::get();
    const TestChain& signer = story.test_chain();
    Disk disk;
    SimulatedStore store(disk, [] {});
    FedChain fed(store);
    for (std::uint64_t slot = 1; slot <= 5; ++slot)
        ASSERT_TRUE(fed.feed(story.block_of(slot)));
    Chain& chain = *fed.chain();
    Scheduler scheduler(signer.slot_time_ms(Slot(5)));
    SimulatedClock clock(scheduler, 0);
    SimulatedTimers timers(scheduler, 0, [](const auto& task) { task(); });
    WatchedNetwork network(scheduler);
    VerdictCache verdicts;
    WatchedVerifier verifier(scheduler, verdicts);
    SilentEvents silence;
    SeenMessages seen;
    SignatureQuota signatures(signer.parameters());
    AttestationPool pool(signer.parameters());
    VotePipeline votes(chain, {clock, timers, network, verifier, silence, seen, signatures}, pool);

    const Attestation good = signer.attest(*chain.head_state(), Slot(5)).front();
    Attestation unknown = good;
    unknown.data.beacon_block_root.bytes[0] ^= 1U;
    Attestation elsewhere = good;
    elsewhere.data.target.epoch = Epoch(1);
    Attestation nowhere = good;
    nowhere.data.index = CommitteeIndex(9);
    for (const Attestation& vote : {unknown, elsewhere, good, nowhere})
        votes.add_own(vote, ValidatorIndex(0));
    ASSERT_TRUE(chain.fork_choice().on_tick(signer.slot_time_ms(Slot(6))).ok());
    votes.apply_until(Slot(5));
    EXPECT_TRUE(chain.commit());
    const auto last = [&] { return disk.journal.back(); };
    EXPECT_EQ(last().kind, JournalKind::Block) << "the slot is not over";
    const std::size_t rows = disk.journal.size();
    votes.apply_until(Slot(6));
    EXPECT_TRUE(chain.commit());
    ASSERT_EQ(disk.journal.size(), rows + 1);
    EXPECT_EQ(last().kind, JournalKind::Attestation);
    EXPECT_EQ(last().payload, encode(good));
}

}  // namespace
}  // namespace touchstone::node::sim
