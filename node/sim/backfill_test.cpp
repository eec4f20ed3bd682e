// The blocks before a checkpoint, from many peers at once, some of which lie or are silent. [SYN-23] [SYN-24] [NET-70]
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "node/services/range_download.h"
#include "node/sim/testing/scripted_peer.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kValidators = 16;
constexpr std::size_t kJoiner = 1;
constexpr std::size_t kStranger = 50;
constexpr std::uint64_t kEpochs = 22;
constexpr std::uint64_t kMostMs = 120'000;
/// Of one wrong signature, when an epoch has forgiven half. [NET-105]
constexpr unsigned kOfLies = 12;

/// Requests of few blocks, so that a short chain takes many.
std::shared_ptr<const SimulatedChain> the_chain() {
    static const auto made = [] {
        Parameters parameters = MINIMAL;
        parameters.MAX_REQUEST_BLOCKS = 4;
        return SimulatedChain::make(SimulatedGenesis{.validators = kValidators, .parameters = parameters});
    }();
    return made;
}

std::shared_ptr<VerdictCache> verdicts() {
    static const auto cache = std::make_shared<VerdictCache>();
    return cache;
}

using Blocks = std::vector<ByteVector>;
/// What a peer makes of the blocks that it should answer with.
using Behaviour = std::function<ScriptedPeer::Answer(Blocks)>;

ScriptedPeer::Answer honest(Blocks blocks) { return ScriptedPeer::blocks(std::move(blocks)); }
ScriptedPeer::Answer silent(const Blocks&) { return std::nullopt; }

/// One node has all validators and serves its states, a second one begins from a checkpoint. Others claim the same
/// chain, and are honest about what is not before the checkpoint.
class Backfilling {
  public:
    explicit Backfilling(std::uint64_t seed) : simulation_(config(seed), the_chain(), verdicts()) {
        simulation_.start(0);
        simulation_.run_until_epoch(kEpochs);
        trusted_ = chain_of(0).kept_states().list().checkpoints.front();
    }

    ScriptedPeer& add_peer(const Behaviour& by_range, const Behaviour& by_root = honest) {
        strangers_.push_back(std::make_unique<ScriptedPeer>(simulation_, kStranger + strangers_.size()));
        ScriptedPeer& peer = *strangers_.back();
        peer.status.finalized_checkpoint = chain_of(0).fork_choice().finalized();
        peer.status.head_root = chain_of(0).head();
        peer.status.head_slot = chain_of(0).head_slot();
        peer.scripts[Method::StateList] = [](const ByteVector&) { return ScriptedPeer::success(encode(StateList{})); };
        peer.scripts[Method::BlocksByRange] = [this, by_range](const ByteVector& request) {
            const auto asked = decode<BlocksByRangeRequest>(request, simulation_.parameters()).value();
            const auto blocks = chain_of(0).canonical_blocks(asked.start_slot, asked.count);
            const bool is_old = asked.start_slot + asked.count <= first_slot_of_trusted();
            return is_old ? by_range(contents_of(blocks)) : honest(contents_of(blocks));
        };
        peer.scripts[Method::BlocksByRoot] = [this, by_root](const ByteVector& request) {
            const auto asked = decode<BlocksByRootRequest>(request, simulation_.parameters()).value();
            auto blocks = chain_of(0).canonical_blocks(Slot(1), chain_of(0).head_slot().value());
            std::erase_if(blocks, [&asked](const StoredBlock& block) { return block.root != asked.roots.front(); });
            const bool is_old = !blocks.empty() && blocks.front().slot < first_slot_of_trusted();
            return is_old ? by_root(contents_of(blocks)) : honest(contents_of(blocks));
        };
        return peer;
    }

    /// How long the blocks took after the state; nothing if they have not come.
    std::optional<std::uint64_t> run() {
        simulation_.trust(kJoiner, trusted_);
        simulation_.start(kJoiner);
        if (!run_until([this] { return !chain_of(kJoiner).is_joining(); })) return std::nullopt;
        EXPECT_GT(chain_of(kJoiner).earliest_slot(), Slot(100));
        return run_until([this] { return chain_of(kJoiner).earliest_slot() == Slot(1); });
    }

    void expect_all_older_blocks() {
        const auto roots = [this](std::size_t node) {
            std::vector<Root> found;
            for (const StoredBlock& block : chain_of(node).canonical_blocks(Slot(1), first_slot_of_trusted().value()))
                found.push_back(block.root);
            return found;
        };
        EXPECT_EQ(roots(kJoiner), roots(0));
        EXPECT_TRUE(simulation_.faults().empty()) << simulation_.faults().front();
        EXPECT_EQ(demerits_of(0), 0U);
    }
    /// With demerits, or banned by now.
    bool is_blamed(const ScriptedPeer& peer, std::size_t node) {
        return !peer.connected.contains(SimulatedNetwork::peer_id(kJoiner)) || demerits_of(node) >= kOfLies;
    }
    unsigned demerits_of(std::size_t node) {
        return simulation_.node(kJoiner).peers().connections().demerits(SimulatedNetwork::peer_id(node));
    }

  private:
    static SimulationConfig config(std::uint64_t seed) {
        SimulationConfig config;
        config.seed = seed;
        config.nodes = 1;
        config.observers = 1;
        config.validators = kValidators;
        config.greatest_skew_ms = 0;
        config.network.least_latency_ms = 200;
        config.network.greatest_latency_ms = 210;
        config.network.greatest_jitter_ms = 5;
        config.network.loss_ppm = 0;
        return config;
    }
    const Chain& chain_of(std::size_t node) { return simulation_.node(node).chain(); }
    Slot first_slot_of_trusted() { return start_slot_of(trusted_.epoch, simulation_.parameters()); }
    static Blocks contents_of(const std::vector<StoredBlock>& blocks) {
        Blocks contents;
        for (const StoredBlock& block : blocks)
            contents.push_back(block.signed_block);
        return contents;
    }
    std::optional<std::uint64_t> run_until(const std::function<bool()>& condition) {
        Scheduler& scheduler = simulation_.scheduler();
        const std::uint64_t began_ms = scheduler.now_ms();
        while (!condition()) {
            if (scheduler.now_ms() >= began_ms + kMostMs || !simulation_.is_up(kJoiner)) return std::nullopt;
            scheduler.run_until(scheduler.now_ms() + 10);
        }
        return scheduler.now_ms() - began_ms;
    }

    Simulation simulation_;
    Checkpoint trusted_;
    std::vector<std::unique_ptr<ScriptedPeer>> strangers_;
};

TEST(BackfillTest, FourPeersAreQuickerThanOne) {
    Backfilling alone(7);
    const auto alone_ms = alone.run();
    ASSERT_TRUE(alone_ms);
    alone.expect_all_older_blocks();

    Backfilling together(7);
    for (int i = 0; i < 3; ++i)
        together.add_peer(honest);
    const auto together_ms = together.run();
    ASSERT_TRUE(together_ms);
    together.expect_all_older_blocks();
    EXPECT_LT(*together_ms, *alone_ms);
}

/// They cost time, but not what a request may take.
TEST(BackfillTest, OneThatLiesAndOneThatIsSilentAmongFourHoldNothingUp) {
    Backfilling together(7);
    ScriptedPeer& third = together.add_peer(honest);
    // Without its last block an answer does not join what comes after it.
    ScriptedPeer& liar = together.add_peer([](Blocks blocks) {
        if (!blocks.empty()) blocks.pop_back();
        return ScriptedPeer::blocks(std::move(blocks));
    });
    ScriptedPeer& mute = together.add_peer(silent, silent);
    const auto together_ms = together.run();
    ASSERT_TRUE(together_ms);
    together.expect_all_older_blocks();
    EXPECT_LT(*together_ms, RangeDownload::kTimeoutMs);
    for (ScriptedPeer* peer : {&third, &liar, &mute})
        EXPECT_GT(peer->requests[Method::BlocksByRange], 0U);
    EXPECT_TRUE(together.is_blamed(liar, kStranger + 1));
    EXPECT_TRUE(mute.connected.contains(SimulatedNetwork::peer_id(kJoiner))) << "silence bans nobody";
    EXPECT_EQ(together.demerits_of(kStranger), 0U);
}

/// The first honest answer before it shows that something is missing, and the block itself where.
TEST(BackfillTest, WhoSaysThatThereIsNothingIsFoundOut) {
    Backfilling network(8);
    network.add_peer(honest);
    const ScriptedPeer& liar = network.add_peer([](const Blocks&) { return ScriptedPeer::blocks({}); });
    ASSERT_TRUE(network.run());
    network.expect_all_older_blocks();
    EXPECT_TRUE(network.is_blamed(liar, kStranger + 1));
    EXPECT_EQ(network.demerits_of(kStranger), 0U);
}

/// The first block of an answer says nothing about those before it.
TEST(BackfillTest, WhoLeavesOutTheFirstBlocksIsFoundOut) {
    Backfilling network(9);
    network.add_peer(honest);
    const ScriptedPeer& liar = network.add_peer([](Blocks blocks) {
        if (blocks.size() > 1) blocks.erase(blocks.begin());
        return ScriptedPeer::blocks(std::move(blocks));
    });
    ASSERT_TRUE(network.run());
    network.expect_all_older_blocks();
    EXPECT_TRUE(network.is_blamed(liar, kStranger + 1));
    EXPECT_EQ(network.demerits_of(kStranger), 0U);
}

/// Roots commit to blocks and not to signatures. [SYN-24]
TEST(BackfillTest, ASpoiledSignatureCostsItsSenderAndNobodyElse) {
    Backfilling network(10);
    ScriptedPeer& liar = network.add_peer([](Blocks blocks) {
        for (ByteVector& block : blocks)
            block.at(4) ^= 1U;  // the signature lies behind the offset of the block
        return ScriptedPeer::blocks(std::move(blocks));
    });
    ASSERT_TRUE(network.run());
    network.expect_all_older_blocks();
    EXPECT_GT(liar.requests[Method::BlocksByRange], 0U);
    EXPECT_TRUE(network.is_blamed(liar, kStranger));
}

}  // namespace
}  // namespace touchstone::node::sim
