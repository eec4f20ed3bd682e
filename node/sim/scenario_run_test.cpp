#include "node/sim/scenario_run.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace touchstone::node::sim {
namespace {

/// Four nodes that are soon made.
Scenario small() {
    Scenario scenario;
    scenario.nodes = {4, 4};
    scenario.validators_per_node = 4;
    scenario.epochs = 6;
    return scenario;
}

std::unique_ptr<ScenarioRun> run(const Scenario& scenario, std::uint64_t seed, bool cached = true) {
    EXPECT_EQ(problem_of(scenario), std::nullopt);
    auto made = ScenarioRun::make(scenario, seed, cached);
    made->run();
    return made;
}

std::string first(const std::vector<std::string>& complaints) { return complaints.empty() ? "" : complaints.front(); }

/// Of everything a little.
Scenario rich() {
    Scenario scenario = small();
    scenario.nodes = {4, 5};
    scenario.transfers_per_second = 2;
    scenario.simulation.greatest_drift_ppm = 200;
    scenario.simulation.crash_ppm = 2'000;
    scenario.simulation.greatest_lost_commits = 3;
    scenario.simulation.network.mesh_degree = 3;
    scenario.simulation.network.bits_per_second = 10'000'000;
    scenario.byzantine_peers.push_back(
        {.behaviour = PeerBehaviour::Spam, .count = 1, .from_slot = 4, .until_slot = 20});
    scenario.faults.push_back({.kind = FaultKind::OneWay,
                               .from_slot = 8,
                               .until_slot = 16,
                               .who = {.nodes = {}, .share = 0.25},
                               .rate = 0.0,
                               .more_ms = 0});
    return scenario;
}

/// [NET-74]
TEST(ScenarioRun, TheSameSeedGivesTheSameEventsAlsoWithoutACacheOfVerdicts) {
    const std::string hash = run(rich(), 5)->simulation().events().hash();
    EXPECT_EQ(run(rich(), 5)->simulation().events().hash(), hash);
    EXPECT_EQ(run(rich(), 5, false)->simulation().events().hash(), hash);
    EXPECT_NE(run(rich(), 6)->simulation().events().hash(), hash);
}

TEST(ScenarioRun, WhatIsLeftOpenFollowsFromTheSeed) {
    Scenario scenario = small();
    scenario.nodes = {2, 6};
    scenario.epochs = 1;
    std::set<std::size_t> found;
    for (std::uint64_t seed = 0; seed < 12; ++seed)
        found.insert(ScenarioRun::make(scenario, seed, true)->simulation().node_count());
    EXPECT_GT(found.size(), 2U);
    EXPECT_GE(*found.begin(), 2U);
    EXPECT_LE(*found.rbegin(), 6U);
}

class WithByzantinePeers : public ::testing::TestWithParam<NamedBehaviour> {};

/// A node comes back after two epochs, and whom it asks first lies to it. [NET-66] [NET-70]
TEST_P(WithByzantinePeers, ANodeThatWasAwayCatchesUpAndTheChainGoesOn) {
    Scenario scenario = small();
    scenario.faults.push_back({.kind = FaultKind::Outage,
                               .from_slot = 8,
                               .until_slot = 26,
                               .who = {.nodes = {3}, .share = 0.0},
                               .rate = 0.0,
                               .more_ms = 0});
    scenario.byzantine_peers.push_back(
        {.behaviour = GetParam().behaviour, .count = 2, .from_slot = 2, .until_slot = std::nullopt});
    const auto made = run(scenario, 17);
    EXPECT_EQ(first(made->complaints()), "");
    EXPECT_GE(made->simulation().node(3).chain().head_slot(), Slot(6 * 8 - 2));
}

/// [SYN-02] [SYN-22] [SYN-29]
TEST_P(WithByzantinePeers, NodesBeginFromCheckpointsAmongThem) {
    Scenario scenario = small();
    scenario.epochs = 10;
    scenario.calm_epochs = 4;
    scenario.joiners.push_back({.count = 2, .from_slot = 52, .epochs_back = {0, 3}});
    scenario.byzantine_peers.push_back(
        {.behaviour = GetParam().behaviour, .count = 3, .from_slot = 40, .until_slot = std::nullopt});
    for (const std::uint64_t seed : {21U, 22U}) {
        SCOPED_TRACE(seed);
        const auto made = run(scenario, seed);
        EXPECT_EQ(first(made->complaints()), "");
    }
}

INSTANTIATE_TEST_SUITE_P(OfEachKind, WithByzantinePeers, ::testing::ValuesIn(kPeerBehaviours),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(ScenarioRun, SaysWhatWasExpectedAndDidNotCome) {
    Scenario scenario = small();
    scenario.simulation.network.loss_ppm = 800'000;  // so that they are not at one again in the last three slots
    scenario.faults.push_back({.kind = FaultKind::Partition,
                               .from_slot = 8,
                               .until_slot = 48,
                               .who = {.nodes = {0, 1}, .share = 0.0},
                               .rate = 0.0,
                               .more_ms = 0});
    scenario.joiners.push_back({.count = 1, .from_slot = 40, .epochs_back = {0, 0}});  // of what is never final
    scenario.expect.crashes = 1;
    scenario.expect.p99_block_ms = 1;
    const auto complaints = run(scenario, 3)->complaints();
    std::string all;
    for (const std::string& complaint : complaints)
        all += complaint + "\n";
    for (const char* const expected :
         {"do not agree", "has finalized epoch", "0 crashes", "99 % of the nodes", "was to join"})
        EXPECT_NE(all.find(expected), std::string::npos) << expected << " in " << all;
}

TEST(ScenarioRun, ALossOfPowerThatTakesTheLastCommitsSlashesNobody) {
    Scenario scenario = small();
    scenario.epochs = 8;
    scenario.calm_epochs = 4;
    scenario.simulation.crash_ppm = 8'000;
    scenario.simulation.greatest_lost_commits = 20;
    scenario.expect.crashes = 5;
    for (const std::uint64_t seed : {1U, 2U})
        EXPECT_EQ(first(run(scenario, seed)->complaints()), "") << "seed " << seed;
}

TEST(Scenario, RefusesWhatMakesNoSenseTogether) {
    const auto problem = [](const std::function<void(Scenario&)>& change) {
        Scenario scenario = small();
        change(scenario);
        return problem_of(scenario).value_or("");
    };
    const ScheduledFault fault{.kind = FaultKind::Partition,
                               .from_slot = 1,
                               .until_slot = 9,
                               .who = {.nodes = {0}, .share = 0.0},
                               .rate = 0.0,
                               .more_ms = 0};
    const auto with_fault = [&](const std::function<void(ScheduledFault&)>& change) {
        return problem([&](Scenario& scenario) {
            scenario.faults.push_back(fault);
            change(scenario.faults.back());
        });
    };
    EXPECT_EQ(with_fault([](ScheduledFault&) {}), "");
    EXPECT_NE(with_fault([](ScheduledFault& changed) { changed.until_slot = 1; }).find("before it begins"),
              std::string::npos);
    EXPECT_NE(with_fault([](ScheduledFault& changed) { changed.until_slot = 49; }).find("beyond the last"),
              std::string::npos);
    EXPECT_NE(with_fault([](ScheduledFault& changed) { changed.who.nodes = {4}; }).find("a node 4"), std::string::npos);
    EXPECT_NE(with_fault([](ScheduledFault& changed) { changed.who.nodes.clear(); }).find("nodes, share"),
              std::string::npos);
    EXPECT_NE(
        problem([](Scenario& scenario) { scenario.joiners.emplace_back().from_slot = 48; }).find("beyond the last"),
        std::string::npos);
    EXPECT_NE(problem([&](Scenario& scenario) { scenario.faults = {fault, fault}; }).find("overlaps with fault 1"),
              std::string::npos);
    EXPECT_NE(problem([](Scenario& scenario) { scenario.validators = 7; }).find("a genesis needs 8"),
              std::string::npos);
    EXPECT_NE(problem([](Scenario& scenario) { scenario.simulation.network.peers = 3; }).find("need a mesh"),
              std::string::npos);
}

}  // namespace
}  // namespace touchstone::node::sim
