// Stake that moves over whole nodes, while messages are lost and machines lose power.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "node/kernel/execution/execution.h"
#include "node/kernel/stake/testing/books.h"
#include "node/sim/stake_load.h"
#include "node/sim/testing/second_block.h"
#include "node/types/encoding.h"

namespace touchstone::node::sim {
namespace {

constexpr std::size_t kValidators = 16;
constexpr std::size_t kSpareKeys = 4;

/// The minimal preset with times that a test can live to see.
std::shared_ptr<const SimulatedChain> chain() {
    static const auto made = [] {
        Parameters parameters = MINIMAL;
        parameters.SHARD_COMMITTEE_PERIOD = 2;
        parameters.UNBONDING_EPOCHS = 6;
        return SimulatedChain::make({.validators = kValidators,
                                     .accounts = 24,
                                     .spare_keys = kSpareKeys,
                                     .commission = 1000,
                                     .operators_have_accounts = true,
                                     .parameters = parameters});
    }();
    return made;
}

SimulationConfig config_of(std::uint64_t seed) {
    SimulationConfig config;
    config.seed = seed;
    config.validators = kValidators;
    config.network.loss_ppm = 20'000;
    return config;
}

/// Of the chain of a node's head: how many operations ended with which status, by selector.
std::map<std::size_t, std::map<TransactionStatus, std::size_t>> outcomes_of(Simulation& simulation, std::size_t node) {
    const Chain& chain = simulation.node(node).chain();
    std::map<std::size_t, std::map<TransactionStatus, std::size_t>> outcomes;
    constexpr std::uint64_t kAtOnce = 64;
    for (Slot first(1); first <= chain.head_slot(); first = first + kAtOnce) {
        for (const StoredBlock& stored : chain.canonical_blocks(first, kAtOnce)) {
            const auto block = decode<SignedBlock>(stored.signed_block, simulation.parameters());
            const auto encoded = chain.receipts_of(hash_tree_root(block->message, simulation.parameters()));
            if (!encoded) continue;
            const auto receipts = decode<Receipts>(*encoded, simulation.parameters());
            for (std::size_t i = 0; i < receipts->receipts.size(); ++i) {
                const std::size_t selector = block->message.body.transactions[i].message.payload.index();
                ++outcomes[selector][static_cast<TransactionStatus>(receipts->receipts[i].status)];
            }
        }
    }
    return outcomes;
}

/// Publishes a contradiction to the block at a node's head; the offender. Nothing where the parent's state is not kept.
std::optional<std::uint64_t> equivocate(Simulation& simulation, std::size_t node) {
    const Chain& chain = simulation.node(node).chain();
    const auto stored = chain.stored_block(chain.head());
    if (!stored) return std::nullopt;
    const auto block = decode<SignedBlock>(stored->signed_block, simulation.parameters());
    const std::uint64_t offender = block->message.proposer_index.value();
    const auto parent_state = chain.fork_choice().block_state(block->message.parent_root);
    if (!parent_state) return std::nullopt;
    constexpr std::size_t kStranger = 50;
    auto stranger = simulation.network().attach(kStranger, chain.fork_digest(), [](const auto& task) { task(); });
    stranger->publish({TopicKind::Block}, encode(second_block(simulation.chain(), *parent_state, *block)));
    simulation.scheduler().run_until(simulation.scheduler().now_ms() + 3 * simulation.parameters().SLOT_DURATION_MS);
    return offender;
}

void expect_settled(Simulation& simulation, const StakeLoad& load) {
    ASSERT_TRUE(simulation.faults().empty()) << simulation.faults().front();
    EXPECT_TRUE(simulation.nodes_agree());
    const Uint128 supply = genesis_supply_of(*simulation.chain().genesis_state);
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        ASSERT_TRUE(simulation.is_up(node));
        EXPECT_EQ(load.missing(node), 0U) << "node " << node;
        EXPECT_EQ(find_imbalance(*simulation.node(node).chain().head_state(), supply).value_or(""), "");
        EXPECT_EQ(simulation.endpoint(node).rejected(), 0U) << "an honest message was rejected";
    }
}

/// [STK-04] [VAL-06]
TEST(Stake, ComesLeavesAndIsSlashedWhileMessagesAreLostAndNodesCrash) {
    Simulation simulation(config_of(41), chain(), std::make_shared<VerdictCache>());
    StakeLoad load(simulation, {.per_second = 5});
    simulation.start_all();
    load.send_until_slot(28 * 8);
    simulation.run_until_epoch(4);
    simulation.set_crash_ppm(3'000);
    simulation.run_until_epoch(20);
    simulation.set_crash_ppm(0);
    simulation.run_until_epoch(22);
    std::optional<std::uint64_t> offender;
    for (std::size_t node = 0; node < simulation.node_count() && !offender; ++node)
        offender = equivocate(simulation, node);
    ASSERT_TRUE(offender);
    simulation.run_until_epoch(30);
    EXPECT_GT(simulation.crashes(), 3U);
    expect_settled(simulation, load);
    EXPECT_GE(simulation.least_finalized_epoch(), Epoch(26));

    const StatePointer head = simulation.node(0).chain().head_state();
    const ConsensusState& state = head->consensus();
    EXPECT_TRUE(state.validators[*offender].slashed);
    std::size_t exited = 0;
    std::size_t voting_newcomers = 0;
    for (std::size_t i = 0; i < state.validators.size(); ++i) {
        exited += state.validators[i].exit_epoch <= Epoch(29) ? 1U : 0U;
        voting_newcomers += i >= kValidators && state.previous_epoch_participation[i] != 0 ? 1U : 0U;
    }
    EXPECT_GT(exited, 0U);
    EXPECT_GT(voting_newcomers, 0U) << "of " << state.validators.size() - kValidators << " registered";

    const auto outcomes = outcomes_of(simulation, 0);
    for (std::size_t selector = 1; selector <= 7; ++selector) {
        ASSERT_TRUE(outcomes.contains(selector)) << "nobody sent an operation " << selector;
        EXPECT_TRUE(outcomes.at(selector).contains(TransactionStatus::success)) << "no operation " << selector;
    }
    std::set<TransactionStatus> seen;
    for (const auto& [selector, counts] : outcomes) {
        for (const auto& [status, count] : counts)
            seen.insert(status);
    }
    EXPECT_GE(seen.size(), 8U) << "failures of many kinds";
}

/// [NET-74]
TEST(Stake, TheSameSeedMovesTheSameStake) {
    const auto run = [](std::uint64_t seed) {
        SimulationConfig config = config_of(seed);
        config.crash_ppm = 3'000;
        Simulation simulation(config, chain(), std::make_shared<VerdictCache>());
        StakeLoad load(simulation, {.per_second = 5});
        simulation.start_all();
        load.send_until_slot(24);
        simulation.run_until_epoch(4);
        return simulation.events().hash() + " " + std::to_string(load.taken());
    };
    const std::string first = run(42);
    EXPECT_EQ(run(42), first);
    EXPECT_NE(run(43), first);
}

}  // namespace
}  // namespace touchstone::node::sim
