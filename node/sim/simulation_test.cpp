#include "node/sim/simulation.h"

#include <gtest/gtest.h>

#include "node/services/testing/silent_ports.h"
#include "node/sim/offence_watch.h"
#include "node/sim/testing/second_block.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {
namespace {

std::shared_ptr<const SimulatedChain> chain_of(std::size_t validators) {
    static std::map<std::size_t, std::shared_ptr<const SimulatedChain>> chains;
    auto& chain = chains[validators];
    if (!chain) chain = SimulatedChain::make(validators);
    return chain;
}

std::shared_ptr<VerdictCache> verdicts() {
    static const auto cache = std::make_shared<VerdictCache>();
    return cache;
}

constexpr std::size_t kFew = 16;

SimulationConfig config_of(std::uint64_t seed, std::size_t validators = kFew) {
    SimulationConfig config;
    config.seed = seed;
    config.validators = validators;
    return config;
}

bool nobody_could_be_slashed(Simulation& simulation, const OffenceWatch& watch) {
    return watch.blocks() > 0 && watch.votes() > 0 && watch.proposer_offences().empty() &&
           watch.attester_offences().empty() && !simulation.anybody_slashed();
}

/// [DUT-06] [DUT-10] [DUT-11] [DUT-13] [NET-47]
TEST(Simulation, FourNodesWithSixtyFourValidatorsFinalize) {
    Simulation simulation(config_of(1, 64), chain_of(64), verdicts());
    const OffenceWatch watch(simulation);
    simulation.start_all();
    simulation.run_until_epoch(5);
    EXPECT_EQ(simulation.least_finalized_epoch(), Epoch(3));
    EXPECT_TRUE(simulation.nodes_agree());
    EXPECT_TRUE(nobody_could_be_slashed(simulation, watch));
    EXPECT_TRUE(simulation.faults().empty());
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        const auto participation = simulation.node(node).status().participation;
        ASSERT_TRUE(participation);
        EXPECT_GT(*participation, 0.95);
        EXPECT_EQ(simulation.endpoint(node).rejected(), 0U) << "an honest message was rejected";
    }
}

/// More than half of all requests fail. That ranges are asked for where roots came to nothing, DutiesAgainstLiars
/// holds. [NET-66]
TEST(Simulation, ANodeThatFellBehindCatchesUpOverABadNetwork) {
    for (const std::uint64_t seed : {11U, 12U, 13U}) {
        SimulationConfig config = config_of(seed);
        config.network.loss_ppm = 350'000;
        Simulation simulation(config, chain_of(kFew), verdicts());
        simulation.start_all();
        simulation.run_until_slot(10);
        simulation.crash(3, std::nullopt);
        simulation.run_until_slot(30);  // fewer slots than are asked for by range at once
        simulation.start(3);
        simulation.run_until_slot(150);
        EXPECT_GT(simulation.node(3).chain().head_slot() + 5, Slot(150)) << "seed " << seed;
    }
}

/// [NET-74]
TEST(Simulation, TheSameSeedGivesTheSameEvents) {
    const auto run = [](std::uint64_t seed) {
        SimulationConfig config = config_of(seed);
        config.crash_ppm = 5'000;
        Simulation simulation(config, chain_of(kFew), verdicts());
        simulation.start_all();
        simulation.run_until_epoch(4);
        return simulation.events().hash();
    };
    const std::string first = run(7);
    EXPECT_EQ(run(7), first);
    EXPECT_NE(run(8), first);
}

/// [STO-13] [DUT-18]
TEST(Simulation, PowerLossesAtAnyWriteLoseNothingAndSlashNobody) {
    for (const std::uint64_t seed : {11U, 12U, 13U}) {
        SimulationConfig config = config_of(seed);
        config.crash_ppm = 10'000;
        Simulation simulation(config, chain_of(kFew), verdicts());
        const OffenceWatch watch(simulation);
        simulation.start_all();
        simulation.run_until_epoch(10);
        EXPECT_GT(simulation.crashes(), 10U);
        simulation.set_crash_ppm(0);
        simulation.run_until_epoch(14);
        EXPECT_TRUE(simulation.faults().empty()) << simulation.faults().front();
        EXPECT_TRUE(nobody_could_be_slashed(simulation, watch)) << "seed " << seed;
        EXPECT_TRUE(simulation.nodes_agree()) << "seed " << seed;
        EXPECT_GE(simulation.least_finalized_epoch(), Epoch(11)) << "seed " << seed;
    }
}

TEST(Simulation, ANodeThatWasAwayForEpochsCatchesUpAndVotesAgain) {
    Simulation simulation(config_of(2), chain_of(kFew), verdicts());
    const OffenceWatch watch(simulation);
    simulation.start_all();
    simulation.run_until_epoch(2);
    simulation.crash(3, std::nullopt);
    simulation.run_until_epoch(5);
    EXPECT_FALSE(simulation.is_up(3));
    EXPECT_GE(simulation.least_finalized_epoch(), Epoch(2)) << "three of four finalize without it";
    simulation.start(3);
    simulation.run_until_epoch(8);
    EXPECT_TRUE(simulation.nodes_agree());
    EXPECT_EQ(simulation.least_finalized_epoch(), Epoch(6));
    EXPECT_GT(simulation.node(0).status().participation.value_or(0), 0.95);
    EXPECT_TRUE(nobody_could_be_slashed(simulation, watch));
}

TEST(Simulation, ALateNodeSyncsByRange) {
    SimulationConfig config = config_of(3);
    config.observers = 1;
    Simulation simulation(config, chain_of(kFew), verdicts());
    for (std::size_t node = 0; node < config.nodes; ++node)
        simulation.start(node);
    simulation.run_until_epoch(10);
    std::size_t runs = 0;
    simulation.events().set_listener([&](std::string_view line) {
        if (line.find("n4 sync_finished") != std::string_view::npos) ++runs;
    });
    simulation.start(4);
    simulation.run_until_epoch(11);
    EXPECT_GE(runs, 1U);
    EXPECT_TRUE(simulation.nodes_agree());
    EXPECT_EQ(simulation.node(4).chain().head(), simulation.node(0).chain().head());
    EXPECT_EQ(simulation.disk(4).finalized, simulation.disk(0).finalized);
}

TEST(Simulation, AnEvenPartitionStopsFinalityAndHealsWithoutOffence) {
    Simulation simulation(config_of(4), chain_of(kFew), verdicts());
    const OffenceWatch watch(simulation);
    simulation.start_all();
    simulation.run_until_epoch(3);
    simulation.network().partition({0, 0, 1, 1});
    simulation.run_until_epoch(7);
    EXPECT_FALSE(simulation.nodes_agree());
    EXPECT_LE(simulation.least_finalized_epoch(), Epoch(2)) << "half of the stake finalizes nothing";
    const Epoch before = simulation.least_finalized_epoch();
    simulation.network().heal();
    simulation.run_until_epoch(11);
    EXPECT_TRUE(simulation.nodes_agree());
    EXPECT_GT(simulation.least_finalized_epoch(), before + 4);
    EXPECT_TRUE(nobody_could_be_slashed(simulation, watch));
}

TEST(Simulation, ANodeThatIsCutOffFollowsTheOthersAgain) {
    Simulation simulation(config_of(5), chain_of(kFew), verdicts());
    const OffenceWatch watch(simulation);
    simulation.start_all();
    simulation.run_until_epoch(2);
    simulation.network().partition({0, 0, 0, 1});
    simulation.run_until_epoch(6);
    simulation.network().heal();
    simulation.run_until_epoch(8);
    EXPECT_TRUE(simulation.nodes_agree());
    EXPECT_GE(simulation.least_finalized_epoch(), Epoch(5));
    EXPECT_TRUE(nobody_could_be_slashed(simulation, watch));
}

TEST(Simulation, FinalizesOverABadNetwork) {
    SimulationConfig config = config_of(6);
    config.network.loss_ppm = 200'000;
    config.network.duplication_ppm = 300'000;
    config.network.greatest_jitter_ms = 300;
    Simulation simulation(config, chain_of(kFew), verdicts());
    const OffenceWatch watch(simulation);
    simulation.start_all();
    simulation.run_until_epoch(8);
    EXPECT_GE(simulation.least_finalized_epoch(), Epoch(4));
    EXPECT_TRUE(nobody_could_be_slashed(simulation, watch));
}

/// [DUT-23] [DUT-24]
TEST(Simulation, AnEquivocatingProposerIsSlashedOnTheEvidenceOfOthers) {
    Simulation simulation(config_of(9), chain_of(kFew), verdicts());
    simulation.start_all();
    simulation.run_until_slot(10);
    // The block that node 0 has at its head, and its contradiction from somebody who has the key as well.
    const Chain& chain = simulation.node(0).chain();
    const auto stored = chain.stored_block(chain.head());
    ASSERT_TRUE(stored);
    const auto block = decode<SignedBlock>(stored->signed_block, simulation.parameters());
    ASSERT_TRUE(block.ok());
    const auto parent_state = chain.fork_choice().block_state(block.value().message.parent_root);
    ASSERT_TRUE(parent_state);
    const SignedBlock second = second_block(simulation.chain(), *parent_state, block.value());
    constexpr std::size_t kStranger = 50;
    auto stranger = simulation.network().attach(kStranger, chain.fork_digest(), [](const auto& task) { task(); });
    stranger->publish({TopicKind::Block}, encode(second));
    simulation.run_until_slot(14);
    const std::uint64_t offender = block.value().message.proposer_index.value();
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        const auto state = simulation.node(node).chain().head_state();
        EXPECT_TRUE(state->consensus().validators[offender].slashed) << "node " << node;
    }
    stranger.reset();
    simulation.run_until_epoch(6);
    EXPECT_TRUE(simulation.nodes_agree());
    EXPECT_GE(simulation.least_finalized_epoch(), Epoch(4));
}

TEST(Simulation, AnEquivocatingVoterIsSlashedOnTheEvidenceOfOthers) {
    Simulation simulation(config_of(10), chain_of(kFew), verdicts());
    constexpr std::size_t kStranger = 50;
    simulation.start_all();
    simulation.run_until_slot(9);
    std::optional<std::uint64_t> offender;
    const auto digest = simulation.node(0).chain().fork_digest();
    auto stranger = simulation.network().attach(kStranger, digest, [](const auto& task) { task(); });
    simulation.network().set_observer([&](std::size_t node, const Topic& topic, const ByteVector& payload) {
        if (topic.kind != TopicKind::Attestation || offender || node >= simulation.node_count()) return;
        auto vote = decode<Attestation>(payload, simulation.parameters());
        ASSERT_TRUE(vote.ok());
        // The same voter for the parent of what it voted for.
        AttestationData& data = vote.value().data;
        const Chain& chain = simulation.node(node).chain();
        const auto parent = chain.fork_choice().parent_of(data.beacon_block_root);
        if (!parent || chain.fork_choice().get_checkpoint_block(*parent, data.target.epoch) != data.target.root) return;
        const auto state = chain.head_state();
        const auto shuffling = get_shuffling(*state, data.target.epoch, simulation.environment());
        const auto indices =
            get_attesting_indices(shuffling->committee(data.slot, data.index), vote.value().aggregation_bits);
        offender = indices.value().front().value();
        data.beacon_block_root = *parent;
        const Root root = attestation_signing_root(simulation.environment(), *state, data);
        vote.value().signature =
            BlsSignature(crypto::bls::sign(simulation.chain().keys[*offender], root.view()).to_bytes());
        stranger->publish(topic, encode(vote.value()));
    });
    simulation.run_until_slot(16);
    ASSERT_TRUE(offender);
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        const auto state = simulation.node(node).chain().head_state();
        EXPECT_TRUE(state->consensus().validators[*offender].slashed) << "node " << node;
    }
}

// ------------------------------------------------------------------------------------------------------------ restarts

/// A chain opened from a copy of a node's disk, as if it were started from that now.
class Reopened {
  public:
    Reopened(Simulation& simulation, Disk disk)
        : disk_(std::move(disk)), store_(disk_, [] {}), clock_(simulation.scheduler(), 0) {
        auto opened = Chain::open({simulation.environment(), clock_, store_, events_, events_},
                                  *simulation.chain().genesis_state);
        if (auto* chain = std::get_if<std::unique_ptr<Chain>>(&opened)) chain_ = std::move(*chain);
        if (const auto* fault = std::get_if<std::string>(&opened)) fault_ = *fault;
    }
    const Chain* chain() const { return chain_.get(); }
    const std::string& fault() const { return fault_; }

  private:
    Disk disk_;
    SilentEvents events_;
    SimulatedStore store_;
    SimulatedClock clock_;
    std::unique_ptr<Chain> chain_;
    std::string fault_;
};

/// [STO-14]
TEST(Restart, HasExactlyTheForkChoiceOfBefore) {
    Simulation simulation(config_of(20), chain_of(kFew), verdicts());
    simulation.start_all();
    for (std::uint64_t slot = 0; slot < 44; slot += 3) {
        simulation.run_until_slot(slot);
        const Reopened reopened(simulation, simulation.disk(1));
        ASSERT_NE(reopened.chain(), nullptr) << reopened.fault();
        const Chain& again = *reopened.chain();
        const Chain& before = simulation.node(1).chain();
        EXPECT_EQ(again.head(), before.head()) << "slot " << slot;
        EXPECT_EQ(encode(again.fork_choice().record()), encode(before.fork_choice().record())) << "slot " << slot;
    }
}

TEST(Restart, RefusesADatabaseWhoseJournalWasChanged) {
    Simulation simulation(config_of(21), chain_of(kFew), verdicts());
    simulation.start_all();
    simulation.run_until_slot(20);
    const auto fault_of = [&](const std::function<void(Disk&)>& damage) {
        Disk disk = simulation.disk(1);
        damage(disk);
        return Reopened(simulation, std::move(disk)).fault();
    };
    EXPECT_EQ(fault_of([](Disk&) {}), "");
    EXPECT_NE(fault_of([](Disk& disk) { disk.journal.erase(disk.journal.end() - 3); }).find("damaged"),
              std::string::npos);
    EXPECT_NE(fault_of([](Disk& disk) { disk.journal.back().head_root = Root(); }).find("the head is"),
              std::string::npos);
    EXPECT_NE(fault_of([](Disk& disk) { disk.recovery_point->anchor_state.resize(100); }).find("damaged"),
              std::string::npos);
    EXPECT_NE(fault_of([](Disk& disk) { disk.recovery_point->fork_choice.pop_back(); }).find("damaged"),
              std::string::npos);
    EXPECT_NE(fault_of([](Disk& disk) { disk.genesis->genesis_root = Root(); }).find("another chain"),
              std::string::npos);
}

}  // namespace
}  // namespace touchstone::node::sim
