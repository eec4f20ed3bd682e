// Nodes against peers that break the rules of the network, one observer at a time.
#include <gtest/gtest.h>

#include "node/kernel/consensus/domains.h"
#include "node/services/block_responses.h"
#include "node/sim/testing/scripted_peer.h"
#include "node/sim/testing/shared_chain.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kStranger = 50;
constexpr std::uint64_t kSlots = 40;
/// Who is dialled and not asked asks for the status itself after ten seconds. [NET-63]
constexpr std::uint64_t kUntilAsked = 7;

class AgainstStrangers : public SharedChainTest {
  protected:
    static void SetUpTestSuite() {
        SharedChainTest::SetUpTestSuite();
        blocks_ = honest_chain(chain_, verdicts_, kSlots).blocks;
    }
    static void TearDownTestSuite() {
        SharedChainTest::TearDownTestSuite();
        blocks_.clear();
    }

    /// One node without validators, in the last slot of the honest chain, that has no block yet.
    AgainstStrangers() : simulation_(config(), chain_, verdicts_) {
        simulation_.run_until_slot(kSlots);
        simulation_.start(0);
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
    void run_slots(std::uint64_t slots) { simulation_.run_until_slot(at_ += slots); }
    Chain const& chain() { return simulation_.node(0).chain(); }
    static std::vector<ByteVector> range(const ByteVector& request) {
        const auto asked = decode<BlocksByRangeRequest>(request, chain_->environment.parameters());
        std::vector<ByteVector> found;
        for (const StoredBlock& block : blocks_) {
            const bool inside =
                block.slot >= asked.value().start_slot && block.slot < asked.value().start_slot + asked.value().count;
            if (inside) found.push_back(block.signed_block);
        }
        return found;
    }
    static const StoredBlock& last() { return blocks_.back(); }
    static void promise(ScriptedPeer& peer) {
        peer.status.head_root = last().root;
        peer.status.head_slot = last().slot;
    }
    static ScriptedPeer::Script by_root() {
        return [](const ByteVector& request) {
            const auto asked = decode<BlocksByRootRequest>(request, chain_->environment.parameters());
            std::vector<ByteVector> found;
            for (const Root& root : asked.value().roots) {
                for (const StoredBlock& block : blocks_) {
                    if (block.root == root) found.push_back(block.signed_block);
                }
            }
            return ScriptedPeer::blocks(std::move(found));
        };
    }

    static inline std::vector<StoredBlock> blocks_;
    std::uint64_t at_ = kSlots;
    Simulation simulation_;
};

/// [NET-66] [NET-70]
TEST_F(AgainstStrangers, SyncsFromAnHonestPeerAlthoughLiarsPromiseMore) {
    ScriptedPeer silent(simulation_, kStranger);
    ScriptedPeer empty(simulation_, kStranger + 1);
    ScriptedPeer garbled(simulation_, kStranger + 2);
    ScriptedPeer unlinked(simulation_, kStranger + 3);
    ScriptedPeer honest(simulation_, kStranger + 4);
    for (ScriptedPeer* liar : {&silent, &empty, &garbled, &unlinked}) {
        promise(*liar);
        liar->status.head_root.bytes[0] ^= 1U;
        liar->status.finalized_checkpoint = {Epoch(4), last().root};
    }
    promise(honest);
    empty.scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    garbled.scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::success({1, 2, 3}); };
    unlinked.scripts[Method::BlocksByRange] = [](const ByteVector& request) {
        auto found = range(request);
        if (found.size() > 2) found.erase(found.begin() + 1);
        return ScriptedPeer::blocks(found);
    };
    honest.scripts[Method::BlocksByRange] = [](const ByteVector& request) {
        return ScriptedPeer::blocks(range(request));
    };
    run_slots(40);
    EXPECT_EQ(chain().head(), last().root);
    EXPECT_TRUE(honest.connected.contains(SimulatedNetwork::peer_id(0)));
    const std::size_t asked = silent.requests[Method::BlocksByRange] + empty.requests[Method::BlocksByRange] +
                              garbled.requests[Method::BlocksByRange] + unlinked.requests[Method::BlocksByRange];
    EXPECT_LT(asked, 40U) << "liars are left alone for longer and longer";
}

/// [NET-70]
TEST_F(AgainstStrangers, LiarsAloneNeitherLoopNorKeepItBusy) {
    ScriptedPeer first(simulation_, kStranger);
    ScriptedPeer second(simulation_, kStranger + 1);
    for (ScriptedPeer* liar : {&first, &second}) {
        promise(*liar);
        liar->scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    }
    run_slots(200);
    EXPECT_LT(first.requests[Method::BlocksByRange] + second.requests[Method::BlocksByRange], 60U);
    EXPECT_FALSE(simulation_.node(0).status().syncing);
}

/// [NET-60] [NET-64]
TEST_F(AgainstStrangers, APeerOfAnotherNetworkIsSentAwayWithTheReason) {
    ScriptedPeer peer(simulation_, kStranger);
    peer.status.fork_digest.bytes[0] ^= 1U;
    run_slots(kUntilAsked);
    EXPECT_EQ(peer.goodbyes, std::vector{static_cast<std::uint64_t>(GoodbyeReason::AnotherNetwork)});
    EXPECT_TRUE(peer.connected.empty());
}

/// [DUT-01]
TEST_F(AgainstStrangers, APeerOfTheFutureIsNotBelieved) {
    ScriptedPeer peer(simulation_, kStranger);
    peer.status.head_slot = Slot(kSlots + 1000);
    peer.status.head_root.bytes[0] = 1;
    run_slots(kUntilAsked);
    EXPECT_GE(peer.requests[Method::Status], 1U);
    EXPECT_FALSE(simulation_.node(0).status().syncing);
    EXPECT_EQ(peer.requests[Method::BlocksByRange], 0U);
}

TEST_F(AgainstStrangers, AnEpochThatHasNotBegunIsNotBelievedToBeFinal) {
    ScriptedPeer peer(simulation_, kStranger);
    promise(peer);
    peer.status.finalized_checkpoint = {epoch_of(Slot(kSlots + kUntilAsked), simulation_.parameters()) + 1,
                                        last().root};
    run_slots(kUntilAsked);
    EXPECT_GE(peer.requests[Method::Status], 1U);
    EXPECT_EQ(peer.requests[Method::BlocksByRange] + peer.requests[Method::BlocksByRoot], 0U);
}

TEST_F(AgainstStrangers, AHeadOfThirtyTwoSlotsAheadIsFetchedByRootAndALaterOneByRange) {
    constexpr std::size_t kFew = 32;
    ASSERT_EQ(blocks_[kFew - 1].slot, Slot(kFew)) << "no slot is empty";
    for (const std::size_t distance : {kFew, kFew + 1}) {
        Simulation simulation(config(), chain_, verdicts_);
        simulation.run_until_slot(kSlots);
        simulation.start(0);
        ScriptedPeer peer(simulation, kStranger);
        peer.status.head_root = blocks_[distance - 1].root;
        peer.status.head_slot = blocks_[distance - 1].slot;
        peer.status.finalized_checkpoint = {Epoch(3), blocks_[23].root};
        peer.scripts[Method::BlocksByRoot] = by_root();
        peer.scripts[Method::BlocksByRange] = [](const ByteVector& request) {
            return ScriptedPeer::blocks(range(request));
        };
        simulation.run_until_slot(kSlots + 2 * kUntilAsked);
        EXPECT_GE(simulation.node(0).chain().head_slot(), Slot(distance));
        EXPECT_EQ(peer.requests[Method::BlocksByRoot], distance == kFew ? kFew : 0) << distance;
        EXPECT_EQ(peer.requests[Method::BlocksByRange] > 0, distance > kFew) << distance;
    }
}

TEST_F(AgainstStrangers, ABlockThatCameByRequestIsIgnoredWhenGossipBringsIt) {
    ScriptedPeer peer(simulation_, kStranger);
    peer.status.head_root = blocks_[4].root;
    peer.status.head_slot = blocks_[4].slot;
    peer.scripts[Method::BlocksByRoot] = by_root();
    run_slots(kUntilAsked);
    ASSERT_EQ(chain().head(), blocks_[4].root);
    peer.endpoint().publish({TopicKind::Block}, blocks_[4].signed_block);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    EXPECT_EQ(simulation_.endpoint(0).accepted(), 0U);
    EXPECT_EQ(simulation_.endpoint(0).rejected(), 0U);
    EXPECT_EQ(simulation_.node(0).status().operation_pool, 0U) << "a copy is no evidence";
    peer.endpoint().publish({TopicKind::Block}, blocks_[5].signed_block);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    EXPECT_EQ(simulation_.endpoint(0).accepted(), 1U) << "a new one";
}

/// [NET-66]
TEST_F(AgainstStrangers, FetchesMissingAncestorsByRootWhenAChildIsGossiped) {
    ScriptedPeer peer(simulation_, kStranger);
    peer.scripts[Method::BlocksByRoot] = by_root();
    run_slots(0);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);  // connected by now
    // As many as are followed one by one.
    const std::size_t depth = 20;
    ASSERT_GT(blocks_.size(), depth);
    peer.endpoint().publish({TopicKind::Block}, blocks_[depth].signed_block);
    run_slots(8);
    EXPECT_EQ(chain().head(), blocks_[depth].root);
    EXPECT_GE(peer.requests[Method::BlocksByRoot], depth);
    EXPECT_EQ(simulation_.node(0).status().waiting_blocks, 0U);
}

TEST_F(AgainstStrangers, GivesUpAnAncestorThatNobodyHas) {
    ScriptedPeer peer(simulation_, kStranger);
    peer.scripts[Method::BlocksByRoot] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    peer.endpoint().publish({TopicKind::Block}, blocks_[5].signed_block);
    run_slots(2);
    EXPECT_EQ(peer.requests[Method::BlocksByRoot], 1U);
    EXPECT_EQ(simulation_.node(0).status().waiting_blocks, 0U);
    EXPECT_EQ(chain().head_slot(), Slot(0));
}

/// [NET-54]
TEST_F(AgainstStrangers, WaitingBlocksAreBounded) {
    ScriptedPeer peer(simulation_, kStranger);
    peer.scripts[Method::BlocksByRoot] = [](const ByteVector&) -> ScriptedPeer::Answer { return std::nullopt; };
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    const auto model = decode<SignedBlock>(blocks_[5].signed_block, simulation_.parameters());
    for (std::uint64_t i = 0; i < 400; ++i) {
        SignedBlock block = model.value();
        block.message.proposer_index = ValidatorIndex(i);
        block.message.parent_root.bytes[0] = static_cast<std::uint8_t>(i);
        block.message.parent_root.bytes[1] = static_cast<std::uint8_t>(i >> 8U);
        peer.endpoint().publish({TopicKind::Block}, encode(block));
    }
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    EXPECT_LE(simulation_.node(0).status().waiting_blocks, BlockPipeline::kMaxWaitingOfPeer);
    EXPECT_GT(simulation_.node(0).status().waiting_blocks, 0U);
    run_slots(20);  // what nobody answers is given up
    EXPECT_EQ(simulation_.node(0).status().waiting_blocks, 0U);
}

/// [NET-114]
TEST_F(AgainstStrangers, WhoSpeaksOfInventedParentsDoesNotKeepOthersFromBeingHeard) {
    ScriptedPeer junk(simulation_, kStranger);
    ScriptedPeer peer(simulation_, kStranger + 1);
    junk.scripts[Method::BlocksByRoot] = [](const ByteVector&) -> ScriptedPeer::Answer { return std::nullopt; };
    peer.scripts[Method::BlocksByRoot] = by_root();
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    const auto model = decode<SignedBlock>(blocks_[5].signed_block, simulation_.parameters());
    for (std::uint64_t i = 0; i < 2 * Ancestors::kMaxFetches; ++i) {
        SignedBlock block = model.value();
        block.message.proposer_index = ValidatorIndex(i);
        block.message.parent_root.bytes[0] = static_cast<std::uint8_t>(i);
        junk.endpoint().publish({TopicKind::Block}, encode(block));
    }
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    peer.endpoint().publish({TopicKind::Block}, blocks_[5].signed_block);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 3'000);
    EXPECT_EQ(chain().head(), blocks_[5].root);
}

/// [NET-08] [NET-12]
TEST_F(AgainstStrangers, MalformedGossipIsRejectedAndAnUnknownVoteIsNot) {
    ScriptedPeer peer(simulation_, kStranger);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    const auto rejected = [&] { return simulation_.endpoint(0).rejected(); };
    for (const TopicKind kind :
         {TopicKind::Block, TopicKind::AggregateAndProof, TopicKind::Attestation, TopicKind::ProposerSlashing,
          TopicKind::AttesterSlashing, TopicKind::VoluntaryExit, TopicKind::Transactions}) {
        const std::uint64_t before = rejected();
        peer.endpoint().publish({kind}, {1, 2, 3});
        simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 300);
        EXPECT_EQ(rejected(), before + 1) << static_cast<int>(kind);
    }
    const std::uint64_t before = rejected();
    Attestation vote;
    vote.aggregation_bits = Bits(1);
    vote.aggregation_bits.set(0);
    vote.data.slot = Slot(at_);
    vote.data.target.epoch = epoch_of(vote.data.slot, simulation_.parameters());
    vote.data.beacon_block_root.bytes[0] = 1;
    peer.endpoint().publish({TopicKind::Attestation}, encode(vote));
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 300);
    EXPECT_EQ(rejected(), before);
}

/// [NET-23]
TEST_F(AgainstStrangers, ABlockWithASpoiledSignatureDoesNotSpoilTheBlock) {
    ScriptedPeer peer(simulation_, kStranger);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    auto spoiled = decode<SignedBlock>(blocks_[0].signed_block, simulation_.parameters());
    spoiled.value().signature =
        decode<SignedBlock>(blocks_[1].signed_block, simulation_.parameters()).value().signature;
    peer.endpoint().publish({TopicKind::Block}, encode(spoiled.value()));
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 300);
    EXPECT_EQ(simulation_.endpoint(0).rejected(), 1U);
    EXPECT_EQ(chain().head_slot(), Slot(0));
    peer.endpoint().publish({TopicKind::Block}, blocks_[0].signed_block);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 300);
    EXPECT_EQ(chain().head(), blocks_[0].root);
}

TEST_F(AgainstStrangers, AFloodOfRequestsIsServedTwoAtATime) {
    ScriptedPeer flooder(simulation_, kStranger);
    ScriptedPeer other(simulation_, kStranger + 1);
    run_slots(kUntilAsked);
    std::vector<std::pair<RequestOutcome, ByteVector>> flood;
    std::vector<std::pair<RequestOutcome, ByteVector>> answers;
    const ByteVector range = encode(BlocksByRangeRequest{.start_slot = Slot(0), .count = 1});
    for (int i = 0; i < 50; ++i)
        flooder.ask(0, Method::BlocksByRange, range, flood);
    flooder.ask(0, Method::Ping, encode_number(7), answers);
    other.ask(0, Method::BlocksByRange, range, answers);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    ASSERT_EQ(flood.size(), 50U);
    const auto served = [](const auto& answer) { return answer.first == RequestOutcome::Success; };
    // An answer on its way ends the service when it has come: that may make room for a late request of the flood.
    EXPECT_GE(std::ranges::count_if(flood, served), 2);
    EXPECT_LE(std::ranges::count_if(flood, served), 20);
    ASSERT_EQ(answers.size(), 2U) << "another method, and another peer";
    EXPECT_TRUE(std::ranges::all_of(answers, served));
    flood.clear();
    flooder.ask(0, Method::BlocksByRange, range, flood);
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
    ASSERT_EQ(flood.size(), 1U);
    EXPECT_TRUE(served(flood.front())) << "afterwards it has its share again";
}

/// [NET-105] [NET-107] [NET-110]
TEST_F(AgainstStrangers, WhoAsksAboveItsQuotaIsTurnedAwayThenBannedWhileOthersAreServed) {
    ScriptedPeer flooder(simulation_, kStranger);
    ScriptedPeer honest(simulation_, kStranger + 1);
    run_slots(kUntilAsked);
    std::vector<std::pair<RequestOutcome, ByteVector>> flood;
    std::vector<std::pair<RequestOutcome, ByteVector>> answers;
    const std::uint64_t least = simulation_.parameters().SLOTS_PER_EPOCH;  // no halving spoils the count for so long
    simulation_.run_until_slot(at_ = (at_ / least + 1) * least);
    for (int i = 0; i < 40; ++i) {
        flooder.ask(0, Method::Ping, encode_number(7), flood);
        simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 350);
        if (i % 10 == 0) honest.ask(0, Method::Ping, encode_number(7), answers);
    }
    simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 1000);  // for the farewell
    const auto served = [](const auto& answer) { return answer.first == RequestOutcome::Success; };
    EXPECT_GE(std::ranges::count_if(flood, served), 4);
    EXPECT_LE(std::ranges::count_if(flood, served), 4 + 6);
    EXPECT_EQ(flooder.goodbyes, std::vector{static_cast<std::uint64_t>(GoodbyeReason::ScoreTooLow)});
    EXPECT_FALSE(flooder.connected.contains(SimulatedNetwork::peer_id(0)));
    ASSERT_EQ(answers.size(), 4U);
    EXPECT_TRUE(std::ranges::all_of(answers, served));
    EXPECT_TRUE(honest.connected.contains(SimulatedNetwork::peer_id(0)));
    EXPECT_GE(simulation_.node(0).network_figures().served.at(Method::Ping).above_quota, 10U);
    EXPECT_EQ(simulation_.node(0).network_figures().peers.banned, 1U);
}

/// [NET-98] [NET-106]
TEST_F(AgainstStrangers, RefusalsIgnoredMessagesAndBeingBehindCostNothing) {
    ScriptedPeer busy(simulation_, kStranger);
    ScriptedPeer behind(simulation_, kStranger + 1);
    busy.scripts[Method::Status] = [](const ByteVector&) {
        return std::pair{ResponseCode::ResourceUnavailable, ByteVector()};
    };
    for (ScriptedPeer* peer : {&busy, &behind})
        peer->scripts[Method::BlocksByRoot] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    run_slots(1);
    Attestation vote;
    vote.aggregation_bits = Bits(1);
    vote.aggregation_bits.set(0);
    vote.data.slot = Slot(at_);
    vote.data.target.epoch = epoch_of(vote.data.slot, simulation_.parameters());
    vote.data.beacon_block_root.bytes[0] = 1;
    behind.endpoint().publish({TopicKind::Attestation}, encode(vote));
    run_slots(kUntilAsked - 1);
    const Connections& connections = simulation_.node(0).peers().connections();
    ASSERT_GE(busy.requests[Method::Status], 1U);
    EXPECT_EQ(connections.demerits(SimulatedNetwork::peer_id(kStranger)), 0U);
    EXPECT_EQ(connections.demerits(SimulatedNetwork::peer_id(kStranger + 1)), 0U);
    EXPECT_EQ(connections.all().size(), 2U);
}

/// [NET-105]
TEST_F(AgainstStrangers, ABlockThatFailsInTheTransitionBansWhoBringsItAndSilenceDoesNot) {
    auto spoiled = decode<SignedBlock>(blocks_[0].signed_block, simulation_.parameters());
    spoiled.value().message.state_root.bytes[0] ^= 1U;
    const Root root = hash_tree_root(spoiled.value().message, simulation_.parameters());
    ScriptedPeer liar(simulation_, kStranger);
    ScriptedPeer silent(simulation_, kStranger + 1);
    for (ScriptedPeer* peer : {&liar, &silent}) {
        peer->status.head_root = root;
        peer->status.head_slot = Slot(1);
    }
    liar.scripts[Method::BlocksByRoot] = [&](const ByteVector&) {
        return ScriptedPeer::blocks({encode(spoiled.value())});
    };
    run_slots(40);
    EXPECT_EQ(liar.goodbyes, std::vector{static_cast<std::uint64_t>(GoodbyeReason::ScoreTooLow)});
    EXPECT_TRUE(silent.goodbyes.empty());
}

/// [NET-61] [NET-62] [NET-67] [NET-68] [NET-71] [NET-72]
TEST_F(AgainstStrangers, AnswersRequestsAndRefusesWrongOnes) {
    ScriptedPeer peer(simulation_, kStranger);
    promise(peer);
    peer.scripts[Method::BlocksByRange] = [](const ByteVector& request) {
        return ScriptedPeer::blocks(range(request));
    };
    run_slots(kUntilAsked);
    ASSERT_EQ(chain().head(), last().root);
    std::vector<std::pair<RequestOutcome, ByteVector>> answers;
    std::size_t strangers = 0;
    const auto ask = [&](Method method, ByteVector payload) {
        // Each by a peer of its own: two wrong ones of the same would be the last.
        ScriptedPeer asker(simulation_, kStranger + 1 + strangers++);
        simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
        answers.clear();
        asker.ask(0, method, std::move(payload), answers);
        simulation_.scheduler().run_until(simulation_.scheduler().now_ms() + 500);
        EXPECT_EQ(answers.size(), 1U);
        return answers.front();
    };
    const Parameters& parameters = simulation_.parameters();
    const BlocksByRangeRequest whole{.start_slot = Slot(0), .count = parameters.MAX_REQUEST_BLOCKS};
    const auto all = check_range_response(ask(Method::BlocksByRange, encode(whole)).second, whole, parameters);
    ASSERT_TRUE(all.ok());
    EXPECT_EQ(all.value().size(), blocks_.size());
    const BlocksByRangeRequest beyond{.start_slot = Slot(UINT64_MAX - 2), .count = 100};
    const auto none = check_range_response(ask(Method::BlocksByRange, encode(beyond)).second, beyond, parameters);
    ASSERT_TRUE(none.ok());
    EXPECT_TRUE(none.value().empty());
    EXPECT_EQ(ask(Method::BlocksByRange, encode(BlocksByRangeRequest{Slot(1), 0})).first, RequestOutcome::Refused);
    EXPECT_EQ(ask(Method::BlocksByRange, encode(BlocksByRangeRequest{Slot(1), 129})).first, RequestOutcome::Refused);
    EXPECT_EQ(ask(Method::BlocksByRoot, {}).first, RequestOutcome::Refused);
    const std::vector<Root> roots{blocks_[3].root, Root(), blocks_[1].root};
    const auto some =
        check_roots_response(ask(Method::BlocksByRoot, encode(BlocksByRootRequest{roots})).second, roots, parameters);
    ASSERT_TRUE(some.ok());
    EXPECT_EQ(some.value().size(), 2U);
    EXPECT_EQ(ask(Method::Ping, encode_number(7)).second, encode_number(0));
    EXPECT_EQ(ask(Method::Ping, {1}).first, RequestOutcome::Refused);
    const auto metadata = decode<MetaData>(ask(Method::Metadata, {}).second, parameters);
    ASSERT_TRUE(metadata.ok());
    EXPECT_EQ(metadata.value().attnets.count(), parameters.ATTESTATION_SUBNET_COUNT);
    EXPECT_EQ(ask(Method::Status, {9}).first, RequestOutcome::Refused);
    const auto status = decode<Status>(ask(Method::Status, encode(peer.status)).second, parameters);
    ASSERT_TRUE(status.ok());
    EXPECT_EQ(status.value().head_root, last().root);
}

}  // namespace
}  // namespace touchstone::node::sim
