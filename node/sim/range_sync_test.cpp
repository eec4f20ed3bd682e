// Catching up: from many peers one of which lies, from nothing, and after a partition.
#include <gtest/gtest.h>

#include <algorithm>

#include "node/kernel/consensus/domains.h"
#include "node/sim/testing/scripted_peer.h"
#include "node/sim/testing/shared_chain.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kStranger = 50;
constexpr std::uint64_t kSlots = 330;  // five whole batches and a part of one
/// Who is dialled and not asked asks for the status itself after ten seconds. [NET-63]
constexpr std::uint64_t kUntilAsked = 6;

class RangeSyncTest : public SharedChainTest {
  protected:
    static void SetUpTestSuite() {
        SharedChainTest::SetUpTestSuite();
        made_ = honest_chain(chain_, verdicts_, kSlots);
    }
    static void TearDownTestSuite() {
        SharedChainTest::TearDownTestSuite();
        made_ = {};
    }

    static SimulationConfig config(std::uint64_t seed) {
        SimulationConfig config;
        config.seed = seed;
        config.nodes = 0;
        config.observers = 1;
        config.greatest_skew_ms = 0;
        config.network.loss_ppm = 0;
        config.network.duplication_ppm = 0;
        // All statuses are there before the first answer to a request.
        config.network.least_latency_ms = 40;
        config.network.greatest_latency_ms = 45;
        config.network.greatest_jitter_ms = 5;
        return config;
    }
    /// A node without validators, in the last slot of the chain, that has no block yet.
    void start(const SimulationConfig& config, std::uint64_t slots = kSlots) {
        simulation_ = std::make_unique<Simulation>(config, chain_, verdicts_);
        simulation_->run_until_slot(slots);
        simulation_->start(0);
    }
    void run_ms(std::uint64_t ms) { simulation_->scheduler().run_until(simulation_->scheduler().now_ms() + ms); }
    void run_slots(std::uint64_t slots) { run_ms(slots * simulation_->parameters().SLOT_DURATION_MS); }

    static std::vector<ByteVector> between(const std::vector<StoredBlock>& blocks, const ByteVector& request) {
        const auto asked = decode<BlocksByRangeRequest>(request, chain_->environment.parameters());
        std::vector<ByteVector> found;
        for (const StoredBlock& block : blocks) {
            const bool inside =
                block.slot >= asked.value().start_slot && block.slot < asked.value().start_slot + asked.value().count;
            if (inside) found.push_back(block.signed_block);
        }
        return found;
    }
    static std::vector<ByteVector> honest(const ByteVector& request) { return between(made_.blocks, request); }
    static const StoredBlock& last() { return made_.blocks.back(); }

    /// Claims the chain, and serves it unless it is told otherwise.
    std::unique_ptr<ScriptedPeer> add_peer(std::size_t number) {
        auto peer = std::make_unique<ScriptedPeer>(*simulation_, kStranger + number);
        peer->status.head_root = last().root;
        peer->status.head_slot = last().slot;
        peer->status.finalized_checkpoint = made_.finalized;
        peer->scripts[Method::BlocksByRange] = [](const ByteVector& request) {
            return ScriptedPeer::blocks(honest(request));
        };
        peer->scripts[Method::BlocksByRoot] = [](const ByteVector& request) {
            const auto asked = decode<BlocksByRootRequest>(request, chain_->environment.parameters());
            std::vector<ByteVector> found;
            for (const StoredBlock& block : made_.blocks) {
                if (block.root == asked.value().roots.front()) found.push_back(block.signed_block);
            }
            return ScriptedPeer::blocks(std::move(found));
        };
        return peer;
    }
    Node& node() { return simulation_->node(0); }
    bool has_all() { return node().chain().head() == last().root; }
    /// Slots until it has all of the chain; nothing if it has not after so many.
    std::optional<std::uint64_t> slots_until_it_has_all(std::uint64_t most) {
        for (std::uint64_t slots = 0; slots <= most; ++slots) {
            if (has_all()) return slots;
            run_slots(1);
        }
        return std::nullopt;
    }

    static inline HonestChain made_;
    std::unique_ptr<Simulation> simulation_;
};

// ------------------------------------------------------------------------------------------------------- many and one

/// [NET-66] [NET-70]
TEST_F(RangeSyncTest, AsksAllPeersAtOnceAndEndsOnTheSameState) {
    start(config(1));
    std::vector<std::unique_ptr<ScriptedPeer>> peers;
    for (std::size_t i = 0; i < 4; ++i)
        peers.push_back(add_peer(i));
    run_slots(kUntilAsked);
    ASSERT_TRUE(slots_until_it_has_all(10).has_value());
    EXPECT_EQ(node().chain().head_state()->root(chain_->environment), last().state_root);
    EXPECT_EQ(node().chain().fork_choice().finalized(), made_.finalized);
    std::size_t asked = 0;
    for (const auto& peer : peers) {
        EXPECT_GE(peer->requests[Method::BlocksByRange], 1U);
        asked += peer->requests[Method::BlocksByRange];
    }
    EXPECT_EQ(asked, 6U) << "nothing is asked twice";
}

TEST_F(RangeSyncTest, NeverAsksOnePeerForMoreThanTwoBatchesAtATime) {
    start(config(1));
    const auto peer = add_peer(0);
    std::size_t most = 0;
    std::vector<std::uint64_t> times;
    peer->scripts[Method::BlocksByRange] = [&](const ByteVector& request) {
        times.push_back(simulation_->scheduler().now_ms());
        const auto same = std::ranges::count(times, times.back());
        most = std::max(most, static_cast<std::size_t>(same));
        return ScriptedPeer::blocks(honest(request));
    };
    run_slots(kUntilAsked);
    ASSERT_TRUE(slots_until_it_has_all(10).has_value());
    EXPECT_LE(most, RangeDownload::kRequestsOfPeer);
    EXPECT_EQ(peer->requests[Method::BlocksByRange], 6U) << "and none was refused for being one too many";
}

/// The block after is executed while signatures are verified: with one block at a time, this would take 330 times the
/// delay.
TEST_F(RangeSyncTest, VerifiesTheSignaturesOfManyBlocksAtATime) {
    SimulationConfig slow = config(1);
    slow.verify_delay_ms = 500;
    start(slow);
    const auto peer = add_peer(0);
    run_slots(kUntilAsked);
    const auto slots = slots_until_it_has_all(kSlots);
    ASSERT_TRUE(slots.has_value());
    EXPECT_LE(*slots * simulation_->parameters().SLOT_DURATION_MS, kSlots * slow.verify_delay_ms / 8);
}

TEST_F(RangeSyncTest, TellsDistanceSpeedAndTimeLeft) {
    SimulationConfig slow = config(1);
    slow.verify_delay_ms = 500;
    start(slow);
    const auto peer = add_peer(0);
    run_slots(kUntilAsked + 2);
    const StatusEvent status = node().status();
    ASSERT_TRUE(status.syncing);
    EXPECT_GT(status.sync_distance, 0U);
    EXPECT_LT(status.sync_distance, kSlots);
    EXPECT_GT(status.sync_speed, 1.0);
    EXPECT_EQ(status.sync_peers, 1U);
    ASSERT_TRUE(status.sync_seconds_left.has_value());
    EXPECT_NEAR(static_cast<double>(*status.sync_seconds_left),
                static_cast<double>(status.sync_distance) / status.sync_speed, 1.0);
    ASSERT_TRUE(slots_until_it_has_all(40).has_value());
    run_slots(1);
    EXPECT_FALSE(node().status().syncing);
    EXPECT_EQ(node().status().sync_distance, 0U);
    EXPECT_FALSE(node().status().sync_seconds_left.has_value());
}

// ---------------------------------------------------------------------------------------------------------- one lies

enum class Lie : std::uint8_t {
    InvalidBlock,
    BadSignature,
    FirstBlocksMissing,
    LastBlocksMissing,
    BlockMissingWithin,
    NoBlocks,
    OtherBranch,
    Garbage,
    Silence,
    SilenceLater,
    Refusal,
    Disconnects,
    OtherChain
};

class OneOfFourLies : public RangeSyncTest {
  protected:
    static void SetUpTestSuite() {
        RangeSyncTest::SetUpTestSuite();
        // Another branch that is as good for a while, begun in the first batch; too short to become final.
        branch_ = honest_chain(chain_, verdicts_, 50, std::pair<std::uint64_t, std::uint64_t>(40, 43)).blocks;
    }
    static void TearDownTestSuite() {
        branch_.clear();
        RangeSyncTest::TearDownTestSuite();
    }

    static ByteVector changed(const ByteVector& encoded, const std::function<void(SignedBlock&)>& change) {
        auto block = decode<SignedBlock>(encoded, chain_->environment.parameters());
        change(block.value());
        return encode(block.value());
    }
    static std::vector<ByteVector> cut(std::vector<ByteVector> blocks, std::size_t begin, std::size_t end) {
        const std::size_t size = blocks.size();
        blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(std::min(end, size)), blocks.end());
        blocks.erase(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(std::min(begin, blocks.size())));
        return blocks;
    }
    static std::vector<ByteVector> twisted(Lie lie, const ByteVector& request) {
        std::vector<ByteVector> blocks = honest(request);
        const std::size_t size = blocks.size();
        switch (lie) {
            case Lie::InvalidBlock:
                blocks.back() =
                    changed(blocks.back(), [](SignedBlock& block) { block.message.state_root.bytes[0] ^= 1U; });
                return blocks;
            case Lie::BadSignature:
                blocks[size / 2] = changed(blocks[size / 2], [&](SignedBlock& block) {
                    block.signature = decode<SignedBlock>(blocks.front(), chain_->environment.parameters())->signature;
                });
                return blocks;
            case Lie::FirstBlocksMissing:
                return cut(std::move(blocks), 5, size);
            case Lie::LastBlocksMissing:
                return cut(std::move(blocks), 0, size / 2);
            case Lie::BlockMissingWithin:
                blocks.erase(blocks.begin() + 3);
                return blocks;
            case Lie::NoBlocks:
                return {};
            case Lie::OtherBranch: {
                auto others = between(branch_, request);
                return others.empty() ? blocks : others;
            }
            case Lie::Garbage:
            case Lie::Silence:
            case Lie::SilenceLater:
            case Lie::Refusal:
            case Lie::Disconnects:
            case Lie::OtherChain:
                return blocks;
        }
        return blocks;
    }
    ScriptedPeer::Answer answer(Lie lie, ScriptedPeer& peer, const ByteVector& request) {
        switch (lie) {
            case Lie::Garbage:
                return ScriptedPeer::success({1, 2, 3});
            case Lie::Silence:
                return std::nullopt;
            case Lie::SilenceLater:
                if (peer.requests[Method::BlocksByRange] > 1) return std::nullopt;
                break;
            case Lie::Refusal:
                return std::pair{ResponseCode::ResourceUnavailable, ByteVector{}};
            case Lie::Disconnects:
                peer.endpoint().disconnect(SimulatedNetwork::peer_id(0), false);
                return std::nullopt;
            case Lie::InvalidBlock:
            case Lie::BadSignature:
            case Lie::FirstBlocksMissing:
            case Lie::LastBlocksMissing:
            case Lie::BlockMissingWithin:
            case Lie::NoBlocks:
            case Lie::OtherBranch:
            case Lie::OtherChain:
                break;
        }
        return ScriptedPeer::blocks(twisted(lie, request));
    }
    /// Whether the lie is one that nobody tells by accident, told twice.
    static bool costs_the_connection(Lie lie) {
        switch (lie) {
            case Lie::InvalidBlock:
            case Lie::FirstBlocksMissing:
            case Lie::LastBlocksMissing:
            case Lie::BlockMissingWithin:
            case Lie::NoBlocks:
            case Lie::Garbage:
            case Lie::OtherChain:
                return true;
            case Lie::BadSignature:  // costs less
            case Lie::OtherBranch:   // once
            case Lie::Silence:
            case Lie::SilenceLater:
            case Lie::Refusal:
            case Lie::Disconnects:
                return false;
        }
        return false;
    }

    /// The others bring all of it, and are not blamed.
    void expect_all_in_spite_of(Lie lie) {
        for (const std::uint64_t seed : {1U, 2U}) {
            SCOPED_TRACE(seed);
            sync_with_liar(lie, seed);
        }
    }
    void sync_with_liar(Lie lie, std::uint64_t seed) {
        start(config(seed));
        const auto liar = add_peer(0);
        liar->scripts[Method::BlocksByRange] = [&](const ByteVector& request) { return answer(lie, *liar, request); };
        if (lie == Lie::OtherChain) {
            liar->status.head_root.bytes[0] ^= 1U;
            liar->status.finalized_checkpoint.root.bytes[0] ^= 1U;
        }
        // It is heard first, and so is asked for the first two batches; the others are heard before it answers.
        run_ms(60);
        std::vector<std::unique_ptr<ScriptedPeer>> others;
        for (std::size_t i = 1; i < 4; ++i)
            others.push_back(add_peer(i));
        run_slots(kUntilAsked);
        ASSERT_TRUE(slots_until_it_has_all(10).has_value()) << "head " << node().chain().head_slot().value();
        EXPECT_EQ(node().chain().head_state()->root(chain_->environment), last().state_root);
        EXPECT_EQ(node().chain().fork_choice().finalized(), made_.finalized);
        for (const auto& other : others) {
            EXPECT_TRUE(other->connected.contains(SimulatedNetwork::peer_id(0)));
            EXPECT_TRUE(other->goodbyes.empty());
        }
        run_slots(20);
        EXPECT_GE(liar->requests[Method::BlocksByRange], 1U);
        EXPECT_LE(liar->requests[Method::BlocksByRange], 12U);
        EXPECT_EQ(!liar->goodbyes.empty(), costs_the_connection(lie)) << liar->requests[Method::BlocksByRange];
    }

    static inline std::vector<StoredBlock> branch_;
};

/// [NET-70] [NET-105]
TEST_F(OneOfFourLies, BlocksWhoseTransitionFails) { expect_all_in_spite_of(Lie::InvalidBlock); }

/// [NET-105]
TEST_F(OneOfFourLies, ABlockWithABadSignature) { expect_all_in_spite_of(Lie::BadSignature); }

/// [NET-70] [NET-105]
TEST_F(OneOfFourLies, TheFirstBlocksLeftOut) { expect_all_in_spite_of(Lie::FirstBlocksMissing); }

/// [NET-70] [NET-105]
TEST_F(OneOfFourLies, TheLastBlocksLeftOut) { expect_all_in_spite_of(Lie::LastBlocksMissing); }

/// [NET-69] [NET-105]
TEST_F(OneOfFourLies, ABlockLeftOutWithin) { expect_all_in_spite_of(Lie::BlockMissingWithin); }

/// [NET-70] [NET-105]
TEST_F(OneOfFourLies, NoBlocksAtAll) { expect_all_in_spite_of(Lie::NoBlocks); }

/// [NET-70]
TEST_F(OneOfFourLies, ABranchThatEnds) { expect_all_in_spite_of(Lie::OtherBranch); }

/// [NET-69] [NET-105]
TEST_F(OneOfFourLies, Garbage) { expect_all_in_spite_of(Lie::Garbage); }

/// [NET-58]
TEST_F(OneOfFourLies, Silence) { expect_all_in_spite_of(Lie::Silence); }

/// [NET-58]
TEST_F(OneOfFourLies, SilenceAfterTheFirstAnswer) { expect_all_in_spite_of(Lie::SilenceLater); }

/// [NET-106]
TEST_F(OneOfFourLies, Refusals) { expect_all_in_spite_of(Lie::Refusal); }

/// [NET-106]
TEST_F(OneOfFourLies, ADisconnection) { expect_all_in_spite_of(Lie::Disconnects); }

/// [NET-65]
TEST_F(OneOfFourLies, AClaimOfAnotherFinality) { expect_all_in_spite_of(Lie::OtherChain); }

/// Many batches are under way before the first lie is found out. [NET-70]
TEST_F(RangeSyncTest, InALongRangeALiarIsFoundOutOnceAndHoldsUpNothingMore) {
    constexpr std::uint64_t kLong = 900;
    const HonestChain made = std::exchange(made_, honest_chain(chain_, verdicts_, kLong));
    start(config(6), kLong);
    const auto liar = add_peer(0);
    liar->scripts[Method::BlocksByRange] = [](const ByteVector& request) {
        auto blocks = honest(request);
        blocks.resize(blocks.size() / 2);
        return ScriptedPeer::blocks(std::move(blocks));
    };
    const auto first = add_peer(1);
    const auto second = add_peer(2);
    run_slots(kUntilAsked - 1);
    run_ms(1'000);  // less than the pause after a run that failed
    EXPECT_TRUE(has_all());
    EXPECT_LE(liar->requests[Method::BlocksByRange], 8U);
    EXPECT_LE(first->requests[Method::BlocksByRange] + second->requests[Method::BlocksByRange], 24U);
    EXPECT_TRUE(first->goodbyes.empty());
    EXPECT_TRUE(second->goodbyes.empty());
    made_ = made;
}

TEST_F(RangeSyncTest, ThreeOfFourLieEachInAnotherWayAndItStillEnds) {
    start(config(3));
    std::vector<std::unique_ptr<ScriptedPeer>> peers;
    for (std::size_t i = 0; i < 4; ++i)
        peers.push_back(add_peer(i));
    peers[0]->scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    peers[1]->scripts[Method::BlocksByRange] = [](const ByteVector& request) {
        auto blocks = honest(request);
        if (blocks.size() > 4) blocks.resize(blocks.size() - 4);
        return ScriptedPeer::blocks(std::move(blocks));
    };
    peers[2]->scripts[Method::BlocksByRange] = [](const ByteVector& request) {
        auto blocks = honest(request);
        if (blocks.size() > 4) blocks.erase(blocks.begin(), blocks.begin() + 2);
        return ScriptedPeer::blocks(std::move(blocks));
    };
    run_slots(kUntilAsked);
    ASSERT_TRUE(slots_until_it_has_all(40).has_value()) << "head " << node().chain().head_slot().value();
    EXPECT_TRUE(peers[3]->goodbyes.empty());
}

/// A claim by many of what does not exist is tried before that of few, and ends. [NET-66]
TEST_F(RangeSyncTest, AMajorityThatClaimsWhatItDoesNotHaveOnlyDelays) {
    start(config(4));
    std::vector<std::unique_ptr<ScriptedPeer>> liars;
    for (std::size_t i = 0; i < 5; ++i) {
        liars.push_back(add_peer(i));
        liars.back()->status.head_root.bytes[0] ^= 1U;
        liars.back()->status.finalized_checkpoint.root.bytes[0] ^= 1U;
        liars.back()->scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    }
    const auto peer = add_peer(9);
    run_slots(kUntilAsked);
    ASSERT_TRUE(slots_until_it_has_all(30).has_value());
    EXPECT_TRUE(peer->goodbyes.empty());
}

TEST_F(RangeSyncTest, APeerThatStallsHoldsUpTheBatchThatComesNextForAMoment) {
    start(config(5));
    const auto silent = add_peer(0);
    silent->scripts[Method::BlocksByRange] = [](const ByteVector&) -> ScriptedPeer::Answer { return std::nullopt; };
    run_ms(1'000);
    const auto peer = add_peer(1);
    // The silent one is asked when it has told its status, ten seconds after it came.
    run_ms(Peers::kRequestTimeoutMs + 500);
    ASSERT_GE(silent->requests[Method::BlocksByRange], 1U);
    EXPECT_FALSE(has_all());
    run_ms(ResponseTimes::kFirstPatienceMs);
    EXPECT_TRUE(has_all());
}

/// [DUT-01]
TEST_F(RangeSyncTest, WhoNamesRealHeadsBetweenFalseOnesHoldsDutiesUpOnlyOnce) {
    constexpr std::size_t kHeldBack = 4;
    start(config(7));
    const auto peer = add_peer(0);
    const StoredBlock& known = made_.blocks[made_.blocks.size() - 1 - kHeldBack];
    peer->status.head_root = known.root;
    peer->status.head_slot = known.slot;
    run_slots(kUntilAsked + 10);
    ASSERT_EQ(node().chain().head(), known.root);

    ScriptedPeer liar(*simulation_, kStranger + 1);
    liar.status = peer->status;
    run_ms(500);
    std::vector<std::pair<RequestOutcome, ByteVector>> answers;
    const auto claim = [&](const Root& head, Slot slot) {
        liar.status.head_root = head;
        liar.status.head_slot = slot;
        liar.status.finalized_checkpoint = {node().chain().fork_choice().finalized().epoch + 1, head};
        liar.ask(0, Method::Status, encode(liar.status), answers);
        run_ms(500);
    };
    Root made_up;
    for (std::size_t i = 0; i < kHeldBack; ++i) {
        made_up.bytes.fill(static_cast<std::uint8_t>(0xf0 + i));
        claim(made_up, known.slot + 1);
        EXPECT_TRUE(i != 0 || node().is_behind());
        run_ms(3'500);
        const StoredBlock& real = made_.blocks[made_.blocks.size() - kHeldBack + i];
        claim(real.root, real.slot);
        peer->endpoint().deliver(0, {TopicKind::Block}, real.signed_block, 5);
        run_ms(3'500);
        ASSERT_TRUE(node().chain().contains(real.root));
    }
    made_up.bytes.fill(7);
    claim(made_up, known.slot + 1);
    EXPECT_FALSE(node().is_behind()) << "what it claimed first never came";
}

/// A refusal is no failure: the next time it is asked as soon as ever, and what came before it is imported. [NET-98]
TEST_F(RangeSyncTest, APeerThatIsBusyEveryThirdTimeIsNotLeftAloneForLongerAndLonger) {
    SimulationConfig slow = config(6);
    slow.verify_delay_ms = 300;
    start(slow);
    const auto peer = add_peer(0);
    peer->scripts[Method::BlocksByRange] = [&](const ByteVector& request) -> ScriptedPeer::Answer {
        if (peer->requests[Method::BlocksByRange] % 3 == 0) {
            return std::pair{ResponseCode::ResourceUnavailable, ByteVector{}};
        }
        return ScriptedPeer::blocks(honest(request));
    };
    run_slots(kUntilAsked);
    ASSERT_TRUE(slots_until_it_has_all(4).has_value()) << "head " << node().chain().head_slot().value();
    EXPECT_TRUE(peer->goodbyes.empty());
}

// --------------------------------------------------------------------------------------------------- whole networks

class JoiningTest : public SharedChainTest {
  protected:
    static constexpr std::array<std::uint64_t, 3> kSeeds{1, 2, 3};
};

TEST_F(JoiningTest, ANewNodeReachesTheHeadAndTheStateOfTheOthers) {
    for (const std::uint64_t seed : kSeeds) {
        SimulationConfig config;
        config.seed = seed;
        config.nodes = 4;
        config.validators = 16;
        config.observers = 1;
        Simulation simulation(config, chain_, verdicts_);
        for (std::size_t node = 0; node < 4; ++node)
            simulation.start(node);
        simulation.run_until_slot(150);
        simulation.start(4);
        simulation.run_until_slot(175);
        ASSERT_TRUE(simulation.is_up(4));
        EXPECT_TRUE(simulation.nodes_agree());
        const Chain& joined = simulation.node(4).chain();
        const Chain& first = simulation.node(0).chain();
        EXPECT_GE(joined.fork_choice().finalized().epoch, Epoch(15));
        const Slot common = joined.finalized_slot();
        EXPECT_EQ(joined.canonical_blocks(common, 1).front().state_root,
                  first.canonical_blocks(common, 1).front().state_root);
        EXPECT_FALSE(simulation.node(4).status().syncing);
    }
}

/// Neither half finalizes anything meanwhile; each has a branch that the other lacks, longer than is followed by root.
/// [NET-66]
TEST_F(JoiningTest, TheHalvesOfAPartitionComeTogetherWhenItHeals) {
    for (const std::uint64_t seed : kSeeds) {
        SimulationConfig config;
        config.seed = seed;
        config.nodes = 4;
        config.validators = 16;
        Simulation simulation(config, chain_, verdicts_);
        simulation.start_all();
        simulation.run_until_slot(44);
        simulation.network().partition({0, 0, 1, 1});
        simulation.run_until_slot(44 + 80);
        const Epoch finalized = simulation.least_finalized_epoch();
        ASSERT_NE(simulation.node(0).chain().head(), simulation.node(2).chain().head());
        simulation.network().heal();
        simulation.run_until_slot(44 + 80 + 40);
        EXPECT_TRUE(simulation.nodes_agree());
        EXPECT_GT(simulation.least_finalized_epoch(), finalized);
        EXPECT_FALSE(simulation.anybody_slashed());
    }
}

}  // namespace
}  // namespace touchstone::node::sim
