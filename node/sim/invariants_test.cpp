#include "node/sim/invariants.h"

#include <gtest/gtest.h>

#include "node/sim/testing/second_block.h"
#include "node/sim/testing/shared_chain.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {
namespace {

class InvariantsTest : public SharedChainTest {
  protected:
    static SimulationConfig config(std::uint64_t seed) {
        SimulationConfig config;
        config.seed = seed;
        config.validators = 16;
        return config;
    }
    /// The proposer of the head's block signs another one.
    static void contradict(Simulation& simulation, SimulatedEndpoint& stranger) {
        const Chain& chain = simulation.node(0).chain();
        const auto stored = chain.stored_block(chain.head());
        const auto block = decode<SignedBlock>(stored->signed_block, simulation.parameters());
        const auto parent_state = chain.fork_choice().block_state(block.value().message.parent_root);
        const SignedBlock second = second_block(simulation.chain(), *parent_state, block.value());
        stranger.publish({TopicKind::Block}, encode(second));
    }
};

TEST_F(InvariantsTest, HoldOfAnHonestNetworkThatLosesMessagesAndPower) {
    SimulationConfig losses = config(31);
    losses.crash_ppm = 5'000;
    losses.greatest_lost_commits = 4;
    Simulation simulation(losses, chain_, verdicts_);
    const Invariants invariants(simulation);
    simulation.start_all();
    simulation.run_until_epoch(8);
    EXPECT_TRUE(invariants.broken().empty()) << invariants.broken().front();
    EXPECT_GE(invariants.checks(), 16U) << "of four nodes, whenever they finalize";
    EXPECT_GT(simulation.crashes(), 0U);
}

TEST_F(InvariantsTest, SeeThatAKeyOfANodeSignsAContradiction) {
    Simulation simulation(config(32), chain_, verdicts_);
    const Invariants invariants(simulation);
    simulation.start_all();
    simulation.run_until_slot(10);
    EXPECT_TRUE(invariants.broken().empty());
    auto stranger = simulation.network().attach(50, simulation.fork_digest(), [](const auto& task) { task(); });
    contradict(simulation, *stranger);
    simulation.run_until_slot(11);
    ASSERT_EQ(invariants.broken().size(), 1U);
    EXPECT_NE(invariants.broken().front().find("honest validators"), std::string::npos);
}

TEST_F(InvariantsTest, ThatOfAKeyWhichNoNodeHasIsNoHonestOffence) {
    SimulationConfig withheld = config(33);
    withheld.owners.assign(16, withheld.nodes);
    Simulation simulation(withheld, chain_, verdicts_);
    SimulationConfig with_keys = config(32);
    Simulation honest(with_keys, chain_, verdicts_);
    const OffenceWatch watch(simulation);
    simulation.start_all();
    honest.start_all();
    honest.run_until_slot(10);
    simulation.run_until_slot(10);
    EXPECT_EQ(simulation.node(0).validator_count(), 0U);
    EXPECT_EQ(watch.blocks(), 0U) << "nobody can propose";
    auto stranger = simulation.network().attach(50, simulation.fork_digest(), [](const auto& task) { task(); });
    const Chain& chain = honest.node(0).chain();
    const auto stored = chain.stored_block(chain.head());
    const auto block = decode<SignedBlock>(stored->signed_block, simulation.parameters());
    const auto parent_state = chain.fork_choice().block_state(block.value().message.parent_root);
    stranger->publish({TopicKind::Block}, encode(block.value()));
    stranger->publish({TopicKind::Block}, encode(second_block(simulation.chain(), *parent_state, block.value())));
    EXPECT_EQ(watch.proposer_offences().size(), 1U);
    EXPECT_EQ(watch.honest_offences(), 0U);
}

}  // namespace
}  // namespace touchstone::node::sim
