#include "node/sim/program/scenario_file.h"

#include <algorithm>
#include <array>

#include "node/adapters/files/text_file.h"
#include "node/sim/byzantine.h"
#include "node/sim/program/strict_table.h"

namespace touchstone::node::sim {

namespace {

using adapters::Fault;

constexpr std::uintmax_t kFileLimit = 1U << 16U;
constexpr std::uint64_t kHourMs = 3'600'000;
constexpr std::uint64_t kMostSlots = 1'000'000;
constexpr double kMostLoss = 0.9;

struct NamedFault {
    std::string_view name;
    FaultKind kind;
};
constexpr std::array<NamedFault, 6> kFaults{{{"partition", FaultKind::Partition},
                                             {"one_way", FaultKind::OneWay},
                                             {"outage", FaultKind::Outage},
                                             {"loss", FaultKind::Loss},
                                             {"latency", FaultKind::Latency},
                                             {"crashes", FaultKind::Crashes}}};

void read_rate(StrictTable& table, std::string_view key, std::uint64_t& ppm, double greatest) {
    if (!table.has(key)) return;
    double rate = 0.0;
    table.read(key, rate, greatest);
    ppm = parts_per_million(rate);
}

void read_network(StrictTable& table, NetworkConditions& network) {
    constexpr std::uint64_t kMostMbit = 100'000;
    constexpr std::uint64_t kMostBlockBytes = 1U << 27U;
    constexpr std::uint64_t kMillion = 1'000'000;
    Range latency{network.least_latency_ms, network.greatest_latency_ms};
    table.read("latency_ms", latency, 0, kHourMs);
    network.least_latency_ms = latency.least;
    network.greatest_latency_ms = latency.greatest;
    table.read("jitter_ms", network.greatest_jitter_ms, 0, kHourMs);
    read_rate(table, "loss", network.loss_ppm, kMostLoss);
    read_rate(table, "duplication", network.duplication_ppm, 1.0);
    std::uint64_t mbit = 0;
    table.read("mbit_per_second", mbit, 0, kMostMbit);
    network.bits_per_second = mbit * kMillion;
    table.read("block_bytes", network.least_block_bytes, 0, kMostBlockBytes);
    table.read_as("peers", network.peers, 0, 1000);
    table.read_as("mesh_degree", network.mesh_degree, 0, 100);
    table.read("flood_publish", network.flood_publish);
}

void read_clocks(StrictTable& table, SimulationConfig& config) {
    table.read_as("skew_ms", config.greatest_skew_ms, 0, kHourMs);
    table.read_as("drift_ppm", config.greatest_drift_ppm, 0, 100'000);
}

void read_crashes(StrictTable& table, SimulationConfig& config) {
    read_rate(table, "rate", config.crash_ppm, 1.0);
    Range outage{config.least_outage_ms, config.greatest_outage_ms};
    table.read("outage_ms", outage, 1, kHourMs);
    config.least_outage_ms = outage.least;
    config.greatest_outage_ms = outage.greatest;
    table.read_as("lost_commits", config.greatest_lost_commits, 0, 1000);
}

void read_fault(StrictTable& table, ScheduledFault& fault) {
    table.read_choice("kind", kFaults, fault.kind, &NamedFault::kind);
    table.read("from_slot", fault.from_slot, 0, kMostSlots);
    table.read("until_slot", fault.until_slot, 0, kMostSlots);
    table.read("nodes", fault.who.nodes, 1000);
    table.read("share", fault.who.share, 1.0);
    table.read("rate", fault.rate, kMostLoss);
    table.read("more_ms", fault.more_ms, 0, kHourMs);
}

void read_joiners(StrictTable& table, Joiners& group) {
    table.read("count", group.count, 1, 100);
    table.read("from_slot", group.from_slot, 0, kMostSlots);
    table.read("epochs_back", group.epochs_back, 0, 1000);
}

void read_byzantine(StrictTable& table, ByzantinePeers& group) {
    table.read_choice("behaviour", kPeerBehaviours, group.behaviour, &NamedBehaviour::behaviour);
    table.read("count", group.count, 1, 1000);
    table.read("from_slot", group.from_slot, 0, kMostSlots);
    table.read("until_slot", group.until_slot, 0, kMostSlots);
}

void read_byzantine_validators(StrictTable& table, ByzantineValidators& choice) {
    struct Named {
        std::string_view name;
        std::string text;
    };
    std::vector<Named> names;
    for (const std::string_view name : byzantine_behaviours())
        names.push_back({name, std::string(name)});
    table.read_choice("behaviour", names, choice.behaviour, &Named::text);
    table.read("share", choice.share, 1.0);
    table.read("from_slot", choice.from_slot, 0, kMostSlots);
    table.read("until_slot", choice.until_slot, 0, kMostSlots);
}

void read_expectations(StrictTable& table, Expectations& expect) {
    bool finality = true;
    table.read("finality", finality);
    table.read("finalized_within", expect.finalized_within, 0, kMostSlots);
    if (!finality) expect.finalized_within.reset();
    table.read("agree", expect.agree);
    table.read("crashes", expect.crashes, 0, kMostSlots);
    table.read("slashed", expect.slashed, 0, kMostSlots);
    table.read("all_processed", expect.all_processed);
    table.read("p99_block_ms", expect.p99_block_ms, 0, kHourMs);
}

void read_scenario(StrictTable& table, Scenario& scenario) {
    table.read("shows", scenario.shows);
    table.read("nodes", scenario.nodes, 1, 1000);
    table.read("observers", scenario.observers, 0, 1000);
    table.read("validators", scenario.validators, 0, 100'000);
    table.read("validators_per_node", scenario.validators_per_node, 1, 1000);
    table.read("epochs", scenario.epochs, 1, 100'000);
    table.read("calm_epochs", scenario.calm_epochs, 0, 1000);
    table.read("verify_delay_ms", scenario.simulation.verify_delay_ms, 0, kHourMs);
    table.read_table("network", [&](StrictTable& inner) { read_network(inner, scenario.simulation.network); });
    table.read_table("clocks", [&](StrictTable& inner) { read_clocks(inner, scenario.simulation); });
    table.read_table("crashes", [&](StrictTable& inner) { read_crashes(inner, scenario.simulation); });
    table.read_table("loads", [&](StrictTable& inner) {
        inner.read("transfers", scenario.transfers_per_second, 0, 1000);
        inner.read("stake", scenario.stake_operations_per_second, 0, 1000);
    });
    table.read_tables("faults", [&](StrictTable& inner) { read_fault(inner, scenario.faults.emplace_back()); });
    table.read_tables("joiners", [&](StrictTable& inner) { read_joiners(inner, scenario.joiners.emplace_back()); });
    table.read_tables("byzantine_peers",
                      [&](StrictTable& inner) { read_byzantine(inner, scenario.byzantine_peers.emplace_back()); });
    table.read_table("byzantine_validators", [&](StrictTable& inner) {
        read_byzantine_validators(inner, scenario.byzantine_validators.emplace());
    });
    table.read_table("expect", [&](StrictTable& inner) { read_expectations(inner, scenario.expect); });
}

}  // namespace

adapters::Outcome<Scenario> read_scenario(const std::filesystem::path& path) {
    const std::string what = "the scenario " + path.string();
    const auto text = adapters::read_text_file(path, kFileLimit, adapters::FaultKind::Configuration, "the scenario");
    if (!text.ok()) return text.fault();
    const toml::parse_result parsed = toml::parse(std::string_view(text.value()));
    if (!parsed) {
        return Fault{adapters::FaultKind::Configuration, what + ", line " +
                                                             std::to_string(parsed.error().source().begin.line) + ": " +
                                                             std::string(parsed.error().description())};
    }
    Scenario scenario;
    scenario.name = path.stem().string();
    std::optional<std::string> problem;
    StrictTable table(parsed.table(), "", problem);
    read_scenario(table, scenario);
    table.finish();
    if (!problem) problem = problem_of(scenario);
    if (problem) return Fault{adapters::FaultKind::Configuration, what + ": " + *problem};
    return scenario;
}

}  // namespace touchstone::node::sim
