// Peers that send what has a node verify signatures, or keep messages, for nothing: each bound is reached, and honest
// traffic comes through all the same.
#include <gtest/gtest.h>

#include "node/sim/testing/scripted_peer.h"
#include "node/sim/testing/second_vote.h"
#include "node/sim/testing/shared_chain.h"
#include "node/sim/testing/watched_node.h"

namespace touchstone::node::sim {
namespace {

constexpr std::uint64_t kSlot = 9;
const std::string kFlooder = "flooder";
const std::string kHonest = "honest";

BlsSignature forged(std::size_t number) {
    BlsSignature signature;
    signature.bytes[0] = 0x80;
    for (std::size_t i = 0; i < sizeof number; ++i)
        signature.bytes[40 + i] = static_cast<std::uint8_t>(number >> (8 * i));
    return signature;
}

class SharedBlocksTest : public SharedChainTest {
  protected:
    static void SetUpTestSuite() {
        SharedChainTest::SetUpTestSuite();
        blocks_ = honest_chain(chain_, verdicts_, kSlot).blocks;
    }
    static void TearDownTestSuite() {
        SharedChainTest::TearDownTestSuite();
        blocks_.clear();
    }
    /// That of the last slot, which a test brings or does not.
    static const StoredBlock& last() { return blocks_.back(); }
    static SignedBlock decoded(const StoredBlock& block) {
        return decode<SignedBlock>(block.signed_block, chain_->environment.parameters()).value();
    }
    static inline std::vector<StoredBlock> blocks_;
};

/// A node without validators that has the blocks before slot 9, a second into that slot.
class AgainstGossip : public SharedBlocksTest {
  protected:
    AgainstGossip() : node_(chain_, cache_, false) {
        node_.run_until(node_.start_of(kSlot) + 1000);
        for (std::size_t i = 0; i + 1 < blocks_.size(); ++i)
            bring(blocks_[i].signed_block);
        node_.run_until(node_.start_of(kSlot) + 1001);
        verified_before_ = cache_->verified();
    }

    void bring(const ByteVector& block) {
        node_.network.deliver({TopicKind::Block}, block, kHonest);
        node_.run_until(node_.start_of(kSlot) + 1000);
    }
    GossipId deliver(const Topic& topic, ByteVector payload, const std::string& sender) {
        return node_.network.deliver(topic, std::move(payload), sender);
    }
    GossipId deliver(const SignedBlock& block, const std::string& sender) {
        return deliver({TopicKind::Block}, encode(block), sender);
    }
    void settle_all() { node_.run_until(now_ += 20); }
    std::optional<Verdict> verdict(GossipId message) const { return node_.network.verdict(message); }
    /// Signatures that nobody had seen before.
    std::uint64_t verified() const { return cache_->verified() - verified_before_; }
    std::size_t published(TopicKind kind) const { return node_.network.published_of(kind).size(); }

    /// Of a member of the slot's committee, for the head.
    struct Vote {
        Attestation attestation;
        Topic topic;
    };
    Vote vote(std::size_t position) {
        const StatePointer state = node_.chain().head_state();
        const Shuffling& shuffling = *state->context().current;
        AttestationData data;
        data.slot = Slot(kSlot);
        data.beacon_block_root = node_.chain().head();
        data.source = state->consensus().current_justified_checkpoint;
        data.target = {Epoch(1),
                       node_.chain().fork_choice().get_checkpoint_block(data.beacon_block_root, Epoch(1)).value()};
        return {signed_vote(data, position),
                {TopicKind::Attestation, compute_subnet_for_attestation(shuffling.committees_per_slot(), data.slot,
                                                                        data.index, node_.parameters())}};
    }
    Attestation signed_vote(const AttestationData& data, std::size_t position) {
        const StatePointer state = node_.chain().head_state();
        const auto members = state->context().current->committee(Slot(kSlot), CommitteeIndex(0));
        const BlsSignature signature =
            node_.sign(members[position], attestation_signing_root(node_.environment(), *state, data));
        return make_attestation(data, CommitteeIndex(0), position, members.size(), signature);
    }

  private:
    std::shared_ptr<VerdictCache> cache_ = std::make_shared<VerdictCache>();  // of the test alone: it counts

  protected:
    WatchedNode node_;

  private:
    std::uint64_t now_ = node_.start_of(kSlot) + 1001;
    std::uint64_t verified_before_ = 0;
};

/// [NET-35] [NET-113]
TEST_F(AgainstGossip, SecondVotesAreVerifiedAsEvidenceFewAtATime) {
    const Vote good = vote(0);
    const GossipId first = deliver(good.topic, encode(good.attestation), kHonest);
    settle_all();
    ASSERT_EQ(verdict(first), Verdict::Accept);
    Vote junk = good;
    std::vector<GossipId> flood;
    for (std::size_t i = 1; i <= 1'000; ++i) {
        junk.attestation.data.source.root.bytes[i % 32] ^= static_cast<std::uint8_t>(i);
        junk.attestation.signature = forged(i);
        flood.push_back(deliver(junk.topic, encode(junk.attestation), kFlooder));
    }
    settle_all();
    EXPECT_EQ(verified(), 1 + SignatureQuota::kEvidence);
    for (const GossipId each : flood)
        ASSERT_EQ(verdict(each), Verdict::Ignore);
    const Vote other = vote(1);
    const GossipId honest_of_flooder = deliver(other.topic, encode(other.attestation), kFlooder);
    AttestationData second = good.attestation.data;
    second.source.root.bytes[0] ^= 1U;
    deliver(good.topic, encode(signed_vote(second, 0)), kHonest);
    settle_all();
    EXPECT_EQ(verdict(honest_of_flooder), Verdict::Accept) << "what it may have verified for verdicts is still there";
    EXPECT_EQ(published(TopicKind::AttesterSlashing), 1U) << "evidence that another peer brings is found";
    const std::uint64_t before = verified();
    second.source.root.bytes[0] ^= 2U;
    deliver(good.topic, encode(signed_vote(second, 0)), "third");
    settle_all();
    EXPECT_EQ(verified(), before) << "no more is to be learned of who is convicted";
}

/// [NET-16] [NET-113]
TEST_F(AgainstGossip, SecondBlocksAreVerifiedAsEvidenceFewAtATime) {
    const SignedBlock good = decoded(last());
    ASSERT_EQ(verdict(deliver(good, kHonest)), std::nullopt);
    settle_all();
    ASSERT_EQ(node_.chain().head(), last().root);
    const std::uint64_t before = verified();
    SignedBlock junk = good;
    std::vector<GossipId> flood;
    for (std::size_t i = 1; i <= 500; ++i) {
        junk.message.body.graffiti.bytes[i % 32] ^= static_cast<std::uint8_t>(i);
        junk.signature = forged(i);
        flood.push_back(deliver(junk, kFlooder));
    }
    settle_all();
    EXPECT_EQ(verified() - before, SignatureQuota::kEvidence);
    for (const GossipId each : flood)
        ASSERT_EQ(verdict(each), Verdict::Ignore);
    const StatePointer parent = node_.chain().fork_choice().block_state(good.message.parent_root);
    deliver(second_block(*chain_, *parent, good), kHonest);
    settle_all();
    EXPECT_EQ(published(TopicKind::ProposerSlashing), 1U);
}

/// [NET-113]
TEST_F(AgainstGossip, WhoHasTooMuchVerifiedIsIgnoredForAWhileAndNobodyElse) {
    constexpr std::size_t kQuota = 2 * SignatureQuota::kLeastOfSlot;
    const Vote good = vote(0);
    Vote junk = good;
    std::vector<GossipId> flood;
    for (std::size_t i = 0; i < kQuota + 500; ++i) {
        junk.attestation.signature = forged(i);
        flood.push_back(deliver(junk.topic, encode(junk.attestation), kFlooder));
    }
    const Vote other = vote(1);
    const GossipId of_flooder = deliver(other.topic, encode(other.attestation), kFlooder);
    const GossipId of_honest = deliver(good.topic, encode(good.attestation), kHonest);
    settle_all();
    EXPECT_EQ(verified(), kQuota + 1);
    EXPECT_EQ(node_.network.count(Verdict::Reject), kQuota);
    EXPECT_EQ(verdict(flood.back()), Verdict::Ignore) << "what is above costs no score";
    EXPECT_EQ(verdict(of_flooder), Verdict::Ignore);
    EXPECT_EQ(verdict(of_honest), Verdict::Accept);
    node_.run_until(node_.start_of(kSlot + 1));
    const GossipId later = deliver(other.topic, encode(other.attestation), kFlooder);
    node_.run_until(node_.start_of(kSlot + 1) + 100);
    EXPECT_EQ(verdict(later), Verdict::Accept) << "the bucket has filled again";
}

/// What is being verified is bounded when the verifier is behind, and the rest waits its turn. [NET-114]
TEST_F(AgainstGossip, VotesWaitTheirTurnWhenTheVerifierIsBehind) {
    const Vote good = vote(0);
    Vote junk = good;
    node_.verifier.held = true;
    for (std::size_t peer = 0; peer < 4; ++peer) {
        for (std::size_t i = 0; i < 1'000; ++i) {
            junk.attestation.signature = forged(1'000 * peer + i);
            deliver(junk.topic, encode(junk.attestation), "flooder " + std::to_string(peer));
        }
    }
    const GossipId of_honest = deliver(good.topic, encode(good.attestation), kHonest);
    settle_all();
    EXPECT_EQ(node_.verifier.waiting(), VotePipeline::kMaxUnderWay / VotePipeline::kBatch);
    EXPECT_EQ(verdict(of_honest), std::nullopt);
    node_.verifier.held = false;
    node_.verifier.answer_all();
    settle_all();
    EXPECT_EQ(node_.verifier.waiting(), 0U);
    EXPECT_EQ(verdict(of_honest), Verdict::Accept);
    EXPECT_EQ(node_.network.count(Verdict::Reject), 4'000U);
}

/// [NET-22] [NET-114]
TEST_F(AgainstGossip, BlocksWithWrongSignaturesDoNotPileUp) {
    const SignedBlock good = decoded(last());
    SignedBlock junk = good;
    node_.verifier.held = true;
    std::vector<GossipId> flood;
    for (std::size_t i = 0; i < 100; ++i) {
        junk.message.body.graffiti.bytes[0] = static_cast<std::uint8_t>(i);
        junk.signature = forged(i);
        flood.push_back(deliver(junk, kFlooder));
    }
    const GossipId of_honest = deliver(good, kHonest);
    EXPECT_EQ(node_.verifier.waiting(), BlockPipeline::kMaxUnderWayOfPeer + 1);
    for (std::size_t i = BlockPipeline::kMaxUnderWayOfPeer; i < flood.size(); ++i)
        ASSERT_EQ(verdict(flood[i]), Verdict::Ignore);
    node_.verifier.held = false;
    node_.verifier.answer_all();
    settle_all();
    EXPECT_EQ(verdict(of_honest), Verdict::Accept);
    EXPECT_EQ(node_.chain().head(), last().root);
    EXPECT_EQ(node_.network.count(Verdict::Reject), BlockPipeline::kMaxUnderWayOfPeer);
}

/// [NET-49] [NET-114]
TEST_F(AgainstGossip, EvidenceWithWrongSignaturesDoesNotPileUp) {
    const auto header = [&](std::uint8_t body) {
        SignedBlockHeader signed_header;
        signed_header.message.slot = Slot(2);
        signed_header.message.proposer_index = ValidatorIndex(3);
        signed_header.message.body_root.bytes[0] = body;
        const State& state = *node_.chain().head_state();
        const Domain domain = get_domain(state.consensus(), DomainType(DOMAIN_PROPOSER), Epoch(0), node_.parameters());
        signed_header.signature =
            node_.sign(ValidatorIndex(3), compute_signing_root(signed_header.message, domain, node_.parameters()));
        return signed_header;
    };
    const ProposerSlashing good{header(1), header(2)};
    ProposerSlashing junk = good;
    node_.verifier.held = true;
    for (std::size_t i = 0; i < 100; ++i) {
        junk.signed_header_2.message.body_root.bytes[1] = static_cast<std::uint8_t>(i + 1);
        junk.signed_header_2.signature = forged(i);
        deliver({TopicKind::ProposerSlashing}, encode(junk), kFlooder);
    }
    const GossipId of_honest = deliver({TopicKind::ProposerSlashing}, encode(good), kHonest);
    EXPECT_EQ(node_.verifier.waiting(), OperationPipeline::kMaxUnderWayOfPeer + 1);
    node_.verifier.held = false;
    node_.verifier.answer_all();
    settle_all();
    EXPECT_EQ(verdict(of_honest), Verdict::Accept);
    EXPECT_EQ(node_.network.count(Verdict::Reject), OperationPipeline::kMaxUnderWayOfPeer);
    EXPECT_EQ(node_.node().status().operation_pool, 1U);
}

/// A node that hears one who sends blocks without parents and one who is honest, but slow with the parent.
class AgainstOrphans : public SharedBlocksTest {
  protected:
    static constexpr std::size_t kStranger = 50;
    static constexpr std::size_t kOrphans = 500;

    AgainstOrphans()
        : simulation_(config(), chain_, verdicts_),
          flooder_(simulation_, kStranger),
          honest_(simulation_, kStranger + 1) {
        simulation_.start(0);
        simulation_.run_until_slot(kSlot);
        for (std::size_t i = 0; i + 2 < blocks_.size(); ++i)
            publish(honest_, blocks_[i].signed_block);
    }
    static SimulationConfig config() {
        SimulationConfig config;
        config.nodes = 0;
        config.observers = 1;
        config.greatest_skew_ms = 0;
        config.network.loss_ppm = 0;
        config.network.duplication_ppm = 0;
        return config;
    }
    void publish(ScriptedPeer& peer, const ByteVector& block) {
        peer.endpoint().publish({TopicKind::Block}, block);
        simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 200);
    }
    /// Nobody's child, of any proposer and slot of the two epochs.
    ByteVector orphan(std::size_t number) const {
        SignedBlock block = decoded(last());
        block.message.slot = Slot(1 + number % kSlot);
        block.message.proposer_index = ValidatorIndex(number / kSlot % chain_->keys.size());
        block.message.parent_root = Root{};
        block.message.parent_root.bytes[0] = 0xaa;
        block.message.body.graffiti.bytes[0] = static_cast<std::uint8_t>(number);
        block.message.body.graffiti.bytes[1] = static_cast<std::uint8_t>(number >> 8U);
        return encode(block);
    }
    std::size_t waiting() { return simulation_.node(0).status().waiting_blocks; }

    Simulation simulation_;
    ScriptedPeer flooder_;
    ScriptedPeer honest_;
};

/// [NET-18] [NET-54]
TEST_F(AgainstOrphans, AFloodOfThemDrivesOutNoneOfAnotherPeer) {
    const Chain& chain = simulation_.node(0).chain();
    ASSERT_EQ(chain.head(), blocks_[blocks_.size() - 3].root);
    publish(honest_, last().signed_block);
    ASSERT_EQ(waiting(), 1U);
    for (std::size_t i = 0; i < kOrphans; ++i)
        flooder_.endpoint().publish({TopicKind::Block}, orphan(i));
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    EXPECT_EQ(waiting(), 1 + BlockPipeline::kMaxWaitingOfPeer);
    publish(honest_, blocks_[blocks_.size() - 2].signed_block);
    EXPECT_EQ(chain.head(), last().root) << "it waited for this";
}

/// [NET-54]
TEST_F(AgainstOrphans, OfAProposerAndSlotEachPeerKeepsOne) {
    SignedBlock sibling = decoded(last());
    publish(honest_, last().signed_block);
    for (std::uint8_t i = 0; i < 20; ++i) {
        sibling.message.body.graffiti.bytes[0] = i;
        publish(flooder_, encode(sibling));
    }
    EXPECT_EQ(waiting(), BlockPipeline::kMaxWaitingOfSlot);
    publish(honest_, blocks_[blocks_.size() - 2].signed_block);
    EXPECT_EQ(simulation_.node(0).chain().head(), last().root);
}

/// [NET-54]
TEST_F(AgainstOrphans, OfUnknownProposersNoneIsKept) {
    SignedBlock block = decoded(last());
    block.message.parent_root.bytes[0] ^= 1U;
    block.message.proposer_index = ValidatorIndex(chain_->keys.size());
    publish(flooder_, encode(block));
    EXPECT_EQ(waiting(), 0U);
    block.message.proposer_index = ValidatorIndex(0);
    publish(flooder_, encode(block));
    EXPECT_EQ(waiting(), 1U);
}

}  // namespace
}  // namespace touchstone::node::sim
