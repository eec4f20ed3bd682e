// The duties of a node whose peers claim what is not so. [DUT-01]
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "node/sim/testing/scripted_peer.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kStranger = 50;
/// Who is dialled and not asked asks for the status itself after ten seconds. [NET-63]
constexpr std::uint64_t kUntilAsked = 7;

/// A node with all validators that is not behind, and peers that say it is, or that there is another chain. [DUT-01]
class DutiesAgainstLiars : public testing::Test {
  protected:
    static constexpr std::uint64_t kBegin = 36;
    static constexpr std::uint64_t kLong = 120;  // slots: several pauses after a failure, and many a status

    DutiesAgainstLiars() : chain_(SimulatedChain::make(16)), simulation_(config(), chain_, make_cache()) {
        simulation_.network().set_observer([this](std::size_t node, const Topic& topic, const ByteVector& payload) {
            if (node != 0 || topic.kind != TopicKind::Attestation) return;
            voted_.insert(decode<Attestation>(payload, simulation_.parameters()).value().data.slot);
        });
        simulation_.start_all();
        simulation_.run_until_slot(kBegin);
    }
    static SimulationConfig config() {
        SimulationConfig config;
        config.nodes = 1;
        config.validators = 16;
        config.greatest_skew_ms = 0;
        config.network.loss_ppm = 0;
        return config;
    }
    static std::shared_ptr<VerdictCache> make_cache() { return std::make_shared<VerdictCache>(); }
    /// A head that nobody has, and a later finality than anybody's.
    void claim(ScriptedPeer& peer, std::uint8_t head) {
        peer.status.head_slot = Slot(kBegin);
        peer.status.head_root.bytes[0] = head;
        peer.status.finalized_checkpoint = {epoch_of(Slot(kBegin), simulation_.parameters()), peer.status.head_root};
    }
    /// Slots without a vote since the begin.
    std::uint64_t missed(std::uint64_t from, std::uint64_t end) const {
        std::uint64_t count = 0;
        for (std::uint64_t slot = from; slot < end; ++slot)
            count += voted_.contains(Slot(slot)) ? 0 : 1;
        return count;
    }

    std::shared_ptr<const SimulatedChain> chain_;
    Simulation simulation_;
    std::set<Slot> voted_;
};

TEST_F(DutiesAgainstLiars, AClaimThatComesToNothingHoldsThemBackOnce) {
    ScriptedPeer liar(simulation_, kStranger);
    claim(liar, 1);
    liar.scripts[Method::Status] = [&](const ByteVector&) {
        ++liar.status.head_root.bytes[1];  // another head each time
        return ScriptedPeer::success(encode(liar.status));
    };
    const std::uint64_t slot_ms = simulation_.parameters().SLOT_DURATION_MS;
    const std::uint64_t one_round = Peers::kRequestTimeoutMs / slot_ms + 2;
    const std::uint64_t tried = kBegin + kUntilAsked + 2 * one_round;
    simulation_.run_until_slot(tried);
    EXPECT_GE(missed(kBegin + 1, tried), 3U) << "it was believed at first";
    EXPECT_LE(missed(kBegin + 1, tried), one_round);
    simulation_.run_until_slot(tried + kLong);
    EXPECT_EQ(missed(tried, tried + kLong), 0U);
    EXPECT_GE(liar.requests[Method::BlocksByRange], 1U) << "it was asked again, meanwhile, and by range";
}

TEST_F(DutiesAgainstLiars, AncestorsThatAreMadeUpHoldThemBackOnce) {
    // A chain that begins nowhere, of as many blocks as nobody follows one by one.
    std::map<Root, SignedBlock> made_up;
    Root parent;
    parent.bytes[0] = 7;
    for (std::uint64_t i = 0; i < 2ULL * Ancestors::kMaxDepth; ++i) {
        SignedBlock block;
        block.message.slot = Slot(kBegin);
        block.message.proposer_index = ValidatorIndex(i % 16);
        block.message.parent_root = parent;
        parent = hash_tree_root(block.message, simulation_.parameters());
        made_up[parent] = block;
    }
    ScriptedPeer liar(simulation_, kStranger);
    claim(liar, 0);
    liar.status.head_root = parent;
    liar.scripts[Method::BlocksByRoot] = [&](const ByteVector& request) {
        const auto asked = decode<BlocksByRootRequest>(request, simulation_.parameters());
        const auto found = made_up.find(asked.value().roots.front());
        if (found == made_up.end()) return ScriptedPeer::blocks({});
        return ScriptedPeer::blocks({encode(found->second)});
    };
    const std::uint64_t slot_ms = simulation_.parameters().SLOT_DURATION_MS;
    const std::uint64_t rounds = 3 * Peers::kRequestTimeoutMs / slot_ms + 2;
    const std::uint64_t tried = kBegin + kUntilAsked + rounds;
    simulation_.run_until_slot(tried + kLong);
    EXPECT_GE(liar.requests[Method::BlocksByRoot], 2U);
    EXPECT_GE(missed(kBegin + 1, tried), 1U);
    EXPECT_EQ(missed(tried, tried + kLong), 0U);
}

TEST_F(DutiesAgainstLiars, WhoIsOfTheFutureOrOfAnotherNetworkHoldsNobodyBack) {
    ScriptedPeer future(simulation_, kStranger);
    ScriptedPeer unbegun(simulation_, kStranger + 1);
    ScriptedPeer foreign(simulation_, kStranger + 2);
    ScriptedPeer forked(simulation_, kStranger + 3);
    for (ScriptedPeer* liar : {&future, &unbegun, &foreign, &forked})
        claim(*liar, 1);
    future.status.head_slot = Slot(kBegin + kLong);
    unbegun.status.finalized_checkpoint.epoch = Epoch(kBegin + kLong);
    foreign.status.fork_digest.bytes[0] ^= 1U;
    forked.status.finalized_checkpoint = {Epoch(1), forked.status.head_root};
    ASSERT_GE(simulation_.node(0).chain().fork_choice().finalized().epoch, Epoch(1));
    simulation_.run_until_slot(kBegin + 40);
    EXPECT_EQ(missed(kBegin + 1, kBegin + 40), 0U);
    EXPECT_GE(foreign.goodbyes.size(), 1U);
    EXPECT_GE(forked.goodbyes.size(), 1U);
}

/// [NET-60] [NET-65]
TEST_F(DutiesAgainstLiars, APeerThatFinalizedAnotherBlockIsSentAwayWithTheReason) {
    const Chain& chain = simulation_.node(0).chain();
    const Checkpoint finalized = chain.fork_choice().finalized();
    ASSERT_GE(finalized.epoch, Epoch(2));
    const Epoch earlier = finalized.epoch - 1;
    const Root foreign_root = [] {
        Root root;
        root.bytes[0] = 9;
        return root;
    }();
    // With the goodbyes that each gets. What is later than the node's own finality it cannot judge.
    const std::uint64_t another_network = 2;
    const std::vector<std::pair<Checkpoint, std::vector<std::uint64_t>>> cases{
        {{finalized.epoch, foreign_root}, {another_network}},
        {{finalized.epoch, *chain.finalized_block_of(earlier)}, {another_network}},
        {{earlier, foreign_root}, {another_network}},
        {finalized, {}},
        {{earlier, *chain.finalized_block_of(earlier)}, {}},
        {{Epoch(0), foreign_root}, {}},
        {{epoch_of(Slot(kBegin), simulation_.parameters()), foreign_root}, {}}};
    std::vector<std::unique_ptr<ScriptedPeer>> peers;
    for (const auto& [claimed, goodbyes] : cases) {
        peers.push_back(std::make_unique<ScriptedPeer>(simulation_, kStranger + peers.size()));
        peers.back()->status.finalized_checkpoint = claimed;
    }
    simulation_.run_until_slot(kBegin + kUntilAsked);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_GE(peers[i]->requests[Method::Status], 1U);
        EXPECT_EQ(peers[i]->goodbyes, cases[i].second) << "peer " << i;
        EXPECT_EQ(peers[i]->connected.contains(SimulatedNetwork::peer_id(0)), cases[i].second.empty()) << "peer " << i;
    }
}

}  // namespace
}  // namespace touchstone::node::sim
