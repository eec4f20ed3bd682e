#include "node/sim/program/scenario_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "node/adapters/files/temporary_folder.h"

namespace touchstone::node::sim {
namespace {

adapters::Outcome<Scenario> read(const std::string& text) {
    const adapters::TemporaryFolder folder;
    std::ofstream(folder / "story.toml") << text;
    return read_scenario(folder / "story.toml");
}

std::string fault_of(const std::string& text) {
    const auto scenario = read(text);
    return scenario.ok() ? "" : scenario.fault().text;
}

TEST(ScenarioFile, SaysAllThatAScenarioHas) {
    const auto scenario = read(R"(
shows = "everything"
nodes = [4, 8]
observers = 2
validators_per_node = 3
epochs = 12
calm_epochs = 4
verify_delay_ms = 7
[network]
latency_ms = [50, 150]
jitter_ms = 9
loss = 0.25
duplication = 0.5
mbit_per_second = 100
block_bytes = 2_000_000
peers = 20
mesh_degree = 8
flood_publish = true
[clocks]
skew_ms = 400
drift_ppm = 50
[crashes]
rate = 0.001
outage_ms = [100, 200]
lost_commits = 6
[loads]
transfers = 3
stake = 1
[[faults]]
kind = "one_way"
from_slot = 8
until_slot = 16
share = 0.5
[[faults]]
kind = "loss"
from_slot = 20
until_slot = 30
rate = 0.4
[[joiners]]
count = 3
from_slot = 40
epochs_back = [1, 2]
[[byzantine_peers]]
behaviour = "forge"
count = 2
from_slot = 3
until_slot = 40
[byzantine_validators]
behaviour = "surround"
share = 0.25
from_slot = 6
until_slot = 60
[expect]
finalized_within = 5
slashed = 1
agree = false
crashes = 2
all_processed = true
p99_block_ms = 1500
)");
    ASSERT_TRUE(scenario.ok()) << scenario.fault().text;
    const Scenario& found = scenario.value();
    EXPECT_EQ(found.name, "story");
    EXPECT_EQ(found.nodes.least, 4U);
    EXPECT_EQ(found.nodes.greatest, 8U);
    EXPECT_EQ(found.observers, 2U);
    EXPECT_EQ(found.validators_per_node, 3U);
    EXPECT_EQ(found.epochs, 12U);
    EXPECT_EQ(found.calm_epochs, 4U);
    EXPECT_EQ(found.simulation.verify_delay_ms, 7U);
    const NetworkConditions& network = found.simulation.network;
    EXPECT_EQ(network.least_latency_ms, 50U);
    EXPECT_EQ(network.greatest_latency_ms, 150U);
    EXPECT_EQ(network.greatest_jitter_ms, 9U);
    EXPECT_EQ(network.loss_ppm, 250'000U);
    EXPECT_EQ(network.duplication_ppm, 500'000U);
    EXPECT_EQ(network.bits_per_second, 100'000'000U);
    EXPECT_EQ(network.least_block_bytes, 2'000'000U);
    EXPECT_EQ(network.peers, 20U);
    EXPECT_EQ(network.mesh_degree, 8U);
    EXPECT_TRUE(network.flood_publish);
    EXPECT_EQ(found.simulation.greatest_skew_ms, 400);
    EXPECT_EQ(found.simulation.greatest_drift_ppm, 50);
    EXPECT_EQ(found.simulation.crash_ppm, 1000U);
    EXPECT_EQ(found.simulation.greatest_outage_ms, 200U);
    EXPECT_EQ(found.simulation.greatest_lost_commits, 6U);
    EXPECT_EQ(found.transfers_per_second, 3U);
    EXPECT_EQ(found.stake_operations_per_second, 1U);
    ASSERT_EQ(found.faults.size(), 2U);
    EXPECT_EQ(found.faults[0].kind, FaultKind::OneWay);
    EXPECT_EQ(found.faults[0].who.share, 0.5);
    ASSERT_EQ(found.joiners.size(), 1U);
    EXPECT_EQ(found.joiners[0].count, 3U);
    EXPECT_EQ(found.joiners[0].from_slot, 40U);
    EXPECT_EQ(found.joiners[0].epochs_back.least, 1U);
    EXPECT_EQ(found.joiners[0].epochs_back.greatest, 2U);
    EXPECT_EQ(found.faults[1].kind, FaultKind::Loss);
    EXPECT_EQ(found.faults[1].rate, 0.4);
    ASSERT_EQ(found.byzantine_peers.size(), 1U);
    EXPECT_EQ(found.byzantine_peers[0].behaviour, PeerBehaviour::Forge);
    EXPECT_EQ(found.byzantine_peers[0].until_slot, 40U);
    ASSERT_TRUE(found.byzantine_validators);
    EXPECT_EQ(found.byzantine_validators->behaviour, "surround");
    EXPECT_EQ(found.byzantine_validators->share, 0.25);
    EXPECT_EQ(found.byzantine_validators->from_slot, 6U);
    EXPECT_EQ(found.byzantine_validators->until_slot, 60U);
    EXPECT_EQ(found.expect.slashed, 1U);
    EXPECT_EQ(found.expect.finalized_within, 5U);
    EXPECT_FALSE(found.expect.agree);
    EXPECT_EQ(found.expect.crashes, 2U);
    EXPECT_TRUE(found.expect.all_processed);
    EXPECT_EQ(found.expect.p99_block_ms, 1500U);
}

TEST(ScenarioFile, OneNumberStandsForAnIntervalAndFinalityNeedNotBeExpected) {
    const auto scenario = read("nodes = 5\n[expect]\nfinality = false\n");
    ASSERT_TRUE(scenario.ok()) << scenario.fault().text;
    EXPECT_EQ(scenario.value().nodes.least, 5U);
    EXPECT_EQ(scenario.value().nodes.greatest, 5U);
    EXPECT_EQ(scenario.value().expect.finalized_within, std::nullopt);
}

TEST(ScenarioFile, RefusesAKeyThatDoesNotExistWithItsLineAndTheNearest) {
    EXPECT_NE(fault_of("nodes = 4\nobserver = 1\n").find("line 2: there is no key observer; did you mean observers?"),
              std::string::npos);
    EXPECT_NE(
        fault_of("[network]\nlatncy_ms = 4\n").find("there is no key network.latncy_ms; did you mean latency_ms?"),
        std::string::npos);
    EXPECT_NE(fault_of("[[faults]]\nkind = \"partitoin\"\nfrom_slot = 1\nuntil_slot = 2\nshare = 0.5\n")
                  .find("faults.kind is \"partitoin\", which is none of its values; did you mean partition?"),
              std::string::npos);
    EXPECT_NE(fault_of("[[byzantine_peers]]\nbehaviour = \"xyzzyxyzzy\"\n").find("there are stall, dawdle"),
              std::string::npos);
}

TEST(ScenarioFile, RefusesValuesOfAnotherTypeOrOutOfBounds) {
    EXPECT_NE(fault_of("nodes = 0\n").find("nodes must be"), std::string::npos);
    EXPECT_NE(fault_of("nodes = [5, 4]\n").find("nodes must be"), std::string::npos);
    EXPECT_NE(fault_of("nodes = \"4\"\n").find("nodes must be"), std::string::npos);
    EXPECT_NE(fault_of("[network]\nloss = 0.95\n").find("network.loss must be"), std::string::npos);
    EXPECT_NE(fault_of("[network]\nloss = -1\n").find("network.loss must be"), std::string::npos);
    EXPECT_NE(fault_of("network = 3\n").find("network must be a table"), std::string::npos);
    EXPECT_NE(fault_of("[faults]\nkind = \"loss\"\n").find("faults must be a list of tables"), std::string::npos);
    EXPECT_NE(fault_of("[[faults]]\nfrom_slot = 1\n").find("faults lacks kind"), std::string::npos);
    EXPECT_NE(fault_of("nodes = \n").find("line 1"), std::string::npos);
    EXPECT_NE(fault_of("[[faults]]\nkind = \"partition\"\nfrom_slot = 9\nuntil_slot = 5\nshare = 0.5\n")
                  .find("fault 1: it ends before it begins"),
              std::string::npos);
}

TEST(ScenarioFile, EveryScenarioOfTheLibraryIsReadAndSaysWhatItShows) {
    std::size_t found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("node/sim/scenarios")) {
        if (entry.path().extension() != ".toml") continue;
        ++found;
        const auto scenario = read_scenario(entry.path());
        ASSERT_TRUE(scenario.ok()) << scenario.fault().text;
        EXPECT_FALSE(scenario.value().shows.empty()) << entry.path();
    }
    EXPECT_GE(found, 10U);
}

}  // namespace
}  // namespace touchstone::node::sim
