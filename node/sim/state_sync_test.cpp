// Whole nodes that begin from a checkpoint while the others go on. [SYN-02] to [SYN-07] [SYN-22] to [SYN-27]
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "node/kernel/state_sync/list.h"
#include "node/sim/testing/scripted_peer.h"
#include "node/sim/transfer_load.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kValidators = 16;
constexpr std::size_t kUsers = 24;
constexpr std::size_t kNodes = 4;
constexpr std::size_t kFromNothing = kNodes;
constexpr std::size_t kJoiner = kNodes + 1;
constexpr std::size_t kLiar = 50;

std::shared_ptr<const SimulatedChain> the_chain() {
    static const auto made = SimulatedChain::make(kValidators, kUsers);
    return made;
}

std::shared_ptr<VerdictCache> verdicts() {
    static const auto cache = std::make_shared<VerdictCache>();
    return cache;
}

/// Four nodes have all validators, and users send transfers to them; two more begin when a test says so.
class StateSyncTest : public ::testing::Test {
  protected:
    static SimulationConfig config(std::uint64_t seed) {
        SimulationConfig config;
        config.seed = seed;
        config.nodes = kNodes;
        config.observers = 2;
        config.validators = kValidators;
        return config;
    }

    void begin(std::uint64_t seed, std::uint64_t epochs) { begin(config(seed), epochs); }
    void begin(const SimulationConfig& config, std::uint64_t epochs) {
        simulation_ = std::make_unique<Simulation>(config, the_chain(), verdicts());
        load_ = std::make_unique<TransferLoad>(
            *simulation_, TransactionLoad::Rate{.per_second = 2, .one_node_each = false, .send_again = true});
        for (std::size_t node = 0; node < kNodes; ++node)
            simulation_->start(node);
        load_->send_until_slot((epochs + 20) * MINIMAL.SLOTS_PER_EPOCH);
        simulation_->run_until_epoch(epochs);
    }

    const Chain& chain_of(std::size_t node) { return simulation_->node(node).chain(); }
    /// Those whose states node 0 serves, the latest first.
    std::vector<Checkpoint> served() { return chain_of(0).kept_states().list().checkpoints; }
    std::uint64_t slot() { return chain_of(0).current_slot().value(); }
    void run_for_slots(std::uint64_t slots) { simulation_->run_until_slot(slot() + slots); }
    void join(const Checkpoint& trusted) {
        simulation_->trust(kJoiner, trusted);
        simulation_->start(kJoiner);
    }
    /// What node 0 has.
    void claim_all(ScriptedPeer& peer) {
        peer.status = {.fork_digest = peer.status.fork_digest,
                       .finalized_checkpoint = chain_of(0).fork_choice().finalized(),
                       .head_root = chain_of(0).head(),
                       .head_slot = chain_of(0).head_slot(),
                       .earliest_slot = Slot(1)};
    }
    bool has_joined() { return simulation_->is_up(kJoiner) && !chain_of(kJoiner).is_joining(); }

    void expect_same_chain(std::size_t a, std::size_t b) {
        const Chain& one = chain_of(a);
        const Chain& other = chain_of(b);
        EXPECT_EQ(one.fork_choice().finalized(), other.fork_choice().finalized());
        const Slot past(slot() - 4);
        const auto root = one.fork_choice().get_ancestor(one.head(), past);
        ASSERT_TRUE(root);
        EXPECT_EQ(root, other.fork_choice().get_ancestor(other.head(), past));
        const StatePointer state = one.fork_choice().block_state(*root);
        const StatePointer others = other.fork_choice().block_state(*root);
        ASSERT_TRUE(state && others);
        EXPECT_EQ(state->root(simulation_->environment()), others->root(simulation_->environment()));
        EXPECT_EQ(state->tree().root(), others->tree().root());
    }
    void expect_no_fault() {
        EXPECT_TRUE(simulation_->faults().empty()) << simulation_->faults().front();
        for (std::size_t node = 0; node < kNodes; ++node)
            EXPECT_EQ(simulation_->endpoint(node).rejected(), 0U) << "an honest message was rejected";
    }

    std::unique_ptr<Simulation> simulation_;
    std::unique_ptr<TransferLoad> load_;
};

/// [SYN-05]
TEST_F(StateSyncTest, StatesOfFinalCheckpointsAreKeptThinnedOut) {
    begin(1, 22);
    const Epoch finalized = chain_of(0).fork_choice().finalized().epoch;
    ASSERT_GT(finalized, Epoch(16));
    std::vector<Epoch> expected;
    for (Epoch epoch = finalized; epoch > Epoch(); epoch = epoch - 1) {
        if (is_kept(epoch, finalized, kUint64Max)) expected.push_back(epoch);
    }
    std::vector<Epoch> found;
    for (const Checkpoint& each : served()) {
        found.push_back(each.epoch);
        EXPECT_EQ(chain_of(0).finalized_block_of(each.epoch), each.root);
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(simulation_->disk(0).kept_states.size(), expected.size());
    expect_no_fault();
}

/// [SYN-07]
TEST_F(StateSyncTest, AnOlderStateIsHeldOnlyAsLongAsSomebodyAsksForIt) {
    begin(13, 10);
    ScriptedPeer asker(*simulation_, kLiar);
    run_for_slots(1);
    const auto ask = [&] {
        const Root old = served().at(3).root;
        std::vector<std::pair<RequestOutcome, ByteVector>> answers;
        asker.ask(0, Method::StatePart, encode(StatePartRequest{.block_root = old, .field = 0, .first = 0, .count = 1}),
                  answers);
        simulation_->scheduler().run_until(simulation_->scheduler().now_ms() + 11'000);
        return !answers.empty() && answers.front().first == RequestOutcome::Success;
    };
    bool answered = false;
    for (int i = 0; i < 4 && !answered; ++i)  // a message may be lost
        answered = ask();
    ASSERT_TRUE(answered);
    ASSERT_TRUE(chain_of(0).kept_states().has_loaded());
    run_for_slots(4 * MINIMAL.SLOTS_PER_EPOCH);
    EXPECT_FALSE(chain_of(0).kept_states().has_loaded());
}

TEST_F(StateSyncTest, ANodeBeginsFromACheckpointAndEndsWhereOneEndsThatBeganFromNothing) {
    begin(2, 10);
    const Checkpoint trusted = served().at(1);
    simulation_->start(kFromNothing);
    join(trusted);
    run_for_slots(8);
    EXPECT_TRUE(has_joined()) << "one request in a hundred is lost: some cost a timeout, 10 s";
    run_for_slots(5 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined());
    ASSERT_TRUE(chain_of(kJoiner).anchor());
    EXPECT_EQ(chain_of(kJoiner).anchor()->checkpoint, trusted);
    EXPECT_FALSE(chain_of(kFromNothing).anchor());
    expect_same_chain(kJoiner, kFromNothing);
    expect_same_chain(kJoiner, 0);
    expect_no_fault();

    // [SYN-26]
    const Disk& disk = simulation_->disk(kJoiner);
    ASSERT_FALSE(disk.journal.empty());
    EXPECT_EQ(disk.journal.front().kind, JournalKind::Anchor);
    EXPECT_EQ(disk.journal.front().payload, ByteVector(trusted.root.bytes.begin(), trusted.root.bytes.end()));
    EXPECT_TRUE(disk.sync_answers.empty());
    // [SYN-23] [SYN-25]
    EXPECT_EQ(chain_of(kJoiner).earliest_slot(), Slot(1));
    EXPECT_EQ(chain_of(kJoiner).canonical_blocks(Slot(1), 8).size(), chain_of(0).canonical_blocks(Slot(1), 8).size());
}

/// An older state is put together from what leads back to it. [SYN-02] [SYN-05]
TEST_F(StateSyncTest, ATrustedBlockFarBackIsReachedFromAnEarlierState) {
    begin(3, 16);
    const std::vector<Checkpoint> states = served();
    const Epoch oldest = states.back().epoch;
    // The checkpoint after the oldest state: none of its own is kept, if it has one of its own at all.
    const Epoch epoch = oldest + 1;
    const auto root = chain_of(0).finalized_block_of(epoch);
    ASSERT_TRUE(root);
    join({epoch, *root});
    run_for_slots(3 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined());
    EXPECT_LE(chain_of(kJoiner).anchor()->checkpoint.epoch, epoch);
    run_for_slots(2 * MINIMAL.SLOTS_PER_EPOCH);
    expect_same_chain(kJoiner, 0);
    expect_no_fault();
}

/// [SYN-06] [SYN-28] [SYN-29]
TEST_F(StateSyncTest, ALiarAmongThePeersCostsAnswersAndNothingElse) {
    begin(4, 10);
    const Checkpoint trusted = served().at(0);
    ScriptedPeer liar(*simulation_, kLiar);
    claim_all(liar);
    Root made_up;
    made_up.bytes.fill(7);
    // It lists a state that is none of the trusted block's chain, and the trusted one, of which it proves nothing.
    const StateList list{{{trusted.epoch, trusted.root}, {trusted.epoch - 1, made_up}}};
    liar.scripts[Method::StateList] = [&](const ByteVector&) { return ScriptedPeer::success(encode(list)); };
    liar.scripts[Method::StatePart] = [](const ByteVector&) {
        return ScriptedPeer::success(encode(StatePart{.length = 0, .data = ByteVector(8, 1), .proof = {Hash()}}));
    };
    liar.scripts[Method::StateEntries] = [](const ByteVector& request) {
        const auto asked = decode<StateEntriesRequest>(request, MINIMAL);
        return ScriptedPeer::success(encode(StateEntries{.last = asked->last, .entries = {}, .proof = {}}));
    };
    liar.scripts[Method::BlocksByRoot] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    liar.scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    join(trusted);
    run_for_slots(3 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined());
    EXPECT_EQ(chain_of(kJoiner).anchor()->checkpoint, trusted);
    EXPECT_GT(liar.requests[Method::StatePart] + liar.requests[Method::StateEntries], 0U);
    EXPECT_FALSE(liar.connected.contains(SimulatedNetwork::peer_id(kJoiner))) << "two such answers and it is banned";
    run_for_slots(2 * MINIMAL.SLOTS_PER_EPOCH);
    expect_same_chain(kJoiner, 0);
    expect_no_fault();
}

/// Until others were asked for what it owed, it cost its timeout, 10 s.
TEST_F(StateSyncTest, ASilentPeerCostsAMomentAndNotItsTimeout) {
    SimulationConfig lossless = config(12);
    lossless.network.loss_ppm = 0;
    begin(lossless, 10);
    const Checkpoint trusted = served().at(0);
    ScriptedPeer silent(*simulation_, kLiar);
    claim_all(silent);
    const StateList list{{trusted}};
    silent.scripts[Method::StateList] = [&](const ByteVector&) { return ScriptedPeer::success(encode(list)); };
    silent.scripts[Method::BlocksByRoot] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    silent.scripts[Method::BlocksByRange] = [](const ByteVector&) { return ScriptedPeer::blocks({}); };
    join(trusted);
    const std::uint64_t began_ms = simulation_->scheduler().now_ms();
    while (!has_joined() && simulation_->scheduler().now_ms() < began_ms + StateDownload::kTimeoutMs)
        simulation_->scheduler().run_until(simulation_->scheduler().now_ms() + 10);
    EXPECT_GT(silent.requests[Method::StatePart] + silent.requests[Method::StateEntries], 0U);
    ASSERT_TRUE(has_joined());
    EXPECT_LE(simulation_->scheduler().now_ms() - began_ms, 8'000U);
    EXPECT_TRUE(silent.goodbyes.empty()) << "by then it has done nothing wrong";
    run_for_slots(2 * MINIMAL.SLOTS_PER_EPOCH);
    expect_same_chain(kJoiner, 0);
    expect_no_fault();
}

/// [SYN-02]
TEST_F(StateSyncTest, AListWithAStateOfAnotherChainIsRefuted) {
    begin(5, 16);
    // Of an epoch whose state nobody keeps, so that what is made up seems the latest.
    const Epoch finalized = chain_of(0).fork_choice().finalized().epoch;
    Epoch epoch = finalized - 9;
    while (is_kept(epoch, finalized, kUint64Max))
        epoch = epoch - 1;
    ASSERT_GT(epoch, Epoch(2));
    const auto root = chain_of(0).finalized_block_of(epoch);
    ASSERT_TRUE(root);
    ScriptedPeer liar(*simulation_, kLiar);
    claim_all(liar);
    Root made_up;
    made_up.bytes.fill(7);
    const StateList list{{{epoch, made_up}}};
    liar.scripts[Method::StateList] = [&](const ByteVector&) { return ScriptedPeer::success(encode(list)); };
    // The joiner hears it before it hears the honest ones.
    simulation_->network().partition({1, 1, 1, 1, 1, 0});
    join({epoch, *root});
    run_for_slots(3);
    EXPECT_GT(liar.requests[Method::StateList], 0U);
    simulation_->network().heal();
    run_for_slots(4 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined());
    EXPECT_LT(chain_of(kJoiner).anchor()->checkpoint.epoch, epoch);
    EXPECT_EQ(liar.requests[Method::StatePart], 0U) << "nobody asks it for a state that is none of the chain's";
    expect_same_chain(kJoiner, 0);
}

/// [SYN-04]
TEST_F(StateSyncTest, ANodeThatIsKilledInTheMiddleGoesOnWhereItWas) {
    begin(6, 10);
    const Checkpoint trusted = served().at(1);
    join(trusted);
    std::size_t had = 0;
    for (const std::size_t answers : {1U, 5U, 20U}) {
        const auto& kept = simulation_->disk(kJoiner).sync_answers;
        for (int step = 0; step < 20'000 && kept.size() < answers && !has_joined(); ++step)
            simulation_->scheduler().run_until(simulation_->scheduler().now_ms() + 1);
        ASSERT_FALSE(has_joined()) << "too quick to be killed";
        ASSERT_GE(kept.size(), answers);
        EXPECT_GE(kept.size(), had) << "nothing was forgotten";
        had = kept.size();
        simulation_->crash(kJoiner, 200);
        simulation_->scheduler().run_until(simulation_->scheduler().now_ms() + 300);
        ASSERT_TRUE(simulation_->is_up(kJoiner));
    }
    run_for_slots(3 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined());
    EXPECT_EQ(chain_of(kJoiner).anchor()->checkpoint, trusted);
    simulation_->crash(kJoiner, 500);
    run_for_slots(2 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined()) << "it has begun, once and for all";
    EXPECT_EQ(chain_of(kJoiner).anchor()->checkpoint, trusted);
    expect_same_chain(kJoiner, 0);
    expect_no_fault();
}

/// [SYN-04]
TEST_F(StateSyncTest, WhatIsDamagedOnTheDiskIsAskedForAgain) {
    begin(7, 10);
    join(served().at(1));
    auto& kept = const_cast<Disk&>(simulation_->disk(kJoiner)).sync_answers;
    for (int step = 0; step < 20'000 && kept.size() < 20; ++step)
        simulation_->scheduler().run_until(simulation_->scheduler().now_ms() + 1);
    ASSERT_GE(kept.size(), 20U);
    simulation_->crash(kJoiner, 200);
    for (SyncAnswer& answer : kept)
        answer.answer.back() ^= 1U;
    run_for_slots(3 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(has_joined());
    expect_same_chain(kJoiner, 0);
    expect_no_fault();
}

/// [SYN-02]
TEST_F(StateSyncTest, WithoutTheTrustedBlockANodeWaitsAndTellsNothing) {
    begin(8, 6);
    Root unknown;
    unknown.bytes.fill(9);
    join({Epoch(3), unknown});
    run_for_slots(3 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_TRUE(simulation_->is_up(kJoiner));
    EXPECT_TRUE(chain_of(kJoiner).is_joining());
    EXPECT_TRUE(simulation_->node(kJoiner).status().syncing);
    EXPECT_FALSE(simulation_->disk(kJoiner).genesis) << "a later start is as free as the first";
    expect_no_fault();
}

TEST_F(StateSyncTest, ATrustedBlockOfALaterEpochEndsTheNode) {
    begin(9, 8);
    const Checkpoint trusted = served().at(0);
    join({trusted.epoch - 2, trusted.root});
    run_for_slots(MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_EQ(simulation_->faults().size(), 1U);
    EXPECT_NE(simulation_->faults().front().find("cannot be the checkpoint of epoch"), std::string::npos)
        << simulation_->faults().front();
}

/// [SYN-03] [WS-06]
TEST_F(StateSyncTest, ADatabaseOfAnotherChainThanTheTrustedOneIsNotGoneOnWith) {
    begin(10, 8);
    simulation_->start(kJoiner);
    run_for_slots(2 * MINIMAL.SLOTS_PER_EPOCH);
    const Epoch finalized = chain_of(kJoiner).fork_choice().finalized().epoch;
    ASSERT_GT(finalized, Epoch(3));
    simulation_->stop(kJoiner);
    Root another;
    another.bytes.fill(9);
    join({finalized, another});
    ASSERT_EQ(simulation_->faults().size(), 1U);
    EXPECT_NE(simulation_->faults().front().find("as the setting checkpoint says"), std::string::npos);
    EXPECT_FALSE(simulation_->is_up(kJoiner));

    // What is not final here yet shows when it is.
    join({finalized + 2, another});
    ASSERT_TRUE(simulation_->is_up(kJoiner));
    run_for_slots(4 * MINIMAL.SLOTS_PER_EPOCH);
    ASSERT_EQ(simulation_->faults().size(), 2U);
    EXPECT_NE(simulation_->faults().back().find("without the block"), std::string::npos);
}

}  // namespace
}  // namespace touchstone::node::sim
