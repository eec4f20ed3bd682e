// touchstone-sim: a network of whole nodes in one process, from a seed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "node/sim/program/databases.h"
#include "node/sim/program/scenario_file.h"
#include "node/sim/scenario_run.h"
#include "node/sim/trace.h"

namespace {

using namespace touchstone::node;

/// What is given says more than the scenario.
struct Options {
    std::uint64_t seed = 1;
    std::string scenario;
    std::optional<std::uint64_t> nodes, observers, validators, epochs, calm_epochs, transfers, stake;
    std::optional<double> crash_rate, loss_rate;
    bool no_cache = false;
    bool json = false;
    bool events = false;
    std::string databases;
    std::string trace;
    std::size_t trace_node = 0;
};

void describe_network(CLI::App& app, Options& options) {
    app.add_option("--nodes", options.nodes, "nodes that have validators")->check(CLI::Range(1, 1000));
    app.add_option("--observers", options.observers, "nodes without validators")->check(CLI::Range(0, 1000));
    app.add_option("--validators", options.validators, "validators, dealt out among the nodes")
        ->check(CLI::Range(8, 100'000));
    app.add_option("--epochs", options.epochs, "epochs to simulate")->check(CLI::Range(1, 100'000));
    app.add_option("--calm-epochs", options.calm_epochs,
                   "epochs after these in which nothing is lost and nobody crashes: all nodes must agree then")
        ->check(CLI::Range(0, 1'000));
    app.add_option("--transfers", options.transfers, "transfers a second that users send, until the last epoch")
        ->check(CLI::Range(0, 1'000));
    app.add_option("--stake", options.stake, "stake operations a second that users send, until the last epoch")
        ->check(CLI::Range(0, 1'000));
    app.add_option("--crash-rate", options.crash_rate, "chance of a loss of power before and after each durable write")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--loss-rate", options.loss_rate, "chance that a message is lost on a link")
        ->check(CLI::Range(0.0, 0.9));
}

void describe(CLI::App& app, Options& options) {
    app.add_option("--seed", options.seed, "the same seed gives the same events, byte for byte")->capture_default_str();
    app.add_option("--scenario", options.scenario,
                   "a file that says who takes part and what goes wrong (node/sim/scenarios); "
                   "the options below say more than it");
    describe_network(app, options);
    app.add_flag("--no-verdict-cache", options.no_cache, "every node verifies every signature by itself");
    app.add_flag("--json", options.json, "print the summary as one JSON object");
    app.add_option("--databases", options.databases,
                   "write what each node has on its disk, as databases for `touchstone-ref replay`, to this folder");
    app.add_option("--trace", options.trace, "write what one node's fork choice was given and answered, NDJSON");
    app.add_option("--trace-node", options.trace_node, "the node of --trace")->capture_default_str();
    app.add_flag("--events", options.events, "print every event on stderr");
}

/// Without a file nothing is asked of finality, as nobody has said what to expect.
std::optional<sim::Scenario> scenario_of(const Options& options) {
    sim::Scenario scenario;
    scenario.validators = 64;
    scenario.expect = {
        .finalized_within = {}, .agree = false, .crashes = 0, .slashed = 0, .all_processed = false, .p99_block_ms = {}};
    if (!options.scenario.empty()) {
        auto read = sim::read_scenario(options.scenario);
        if (!read) {
            std::cerr << read.fault().text << '\n';
            return std::nullopt;
        }
        scenario = std::move(read).value();
    }
    if (options.nodes) scenario.nodes = {*options.nodes, *options.nodes};
    scenario.observers = options.observers.value_or(scenario.observers);
    scenario.validators = options.validators.value_or(scenario.validators);
    scenario.epochs = options.epochs.value_or(scenario.epochs);
    scenario.calm_epochs = options.calm_epochs.value_or(scenario.calm_epochs);
    scenario.transfers_per_second = options.transfers.value_or(scenario.transfers_per_second);
    scenario.stake_operations_per_second = options.stake.value_or(scenario.stake_operations_per_second);
    if (options.crash_rate) scenario.simulation.crash_ppm = sim::parts_per_million(*options.crash_rate);
    if (options.loss_rate) scenario.simulation.network.loss_ppm = sim::parts_per_million(*options.loss_rate);
    if (const auto problem = sim::problem_of(scenario)) {
        std::cerr << "the scenario makes no sense with these options: " << *problem << '\n';
        return std::nullopt;
    }
    return scenario;
}

nlohmann::ordered_json summary(sim::ScenarioRun& run, const std::vector<std::string>& complaints) {
    sim::Simulation& simulation = run.simulation();
    std::size_t up = 0;
    double participation = 0.0;
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        if (!simulation.is_up(node)) continue;
        ++up;
        participation = std::max(participation, simulation.node(node).status().participation.value_or(0.0));
    }
    const sim::Propagation blocks = run.propagation();
    return {{"scenario", run.scenario().name},
            {"seed", simulation.seed()},
            {"nodes", simulation.node_count()},
            {"nodes_up", up},
            {"validators", simulation.chain().genesis_state->validator_count()},
            {"epochs", run.scenario().epochs},
            {"calm_epochs", run.scenario().calm_epochs},
            {"finalized_epoch", simulation.least_finalized_epoch().value()},
            {"nodes_agree", simulation.nodes_agree()},
            {"participation", participation},
            {"slashed", simulation.anybody_slashed()},
            {"transfers_taken", run.transfers().taken()},
            {"transfers_processed", run.processed(run.transfers())},
            {"stake_operations_taken", run.stake().taken()},
            {"stake_operations_processed", run.processed(run.stake())},
            {"crashes", simulation.crashes()},
            {"block_propagation",
             {{"arrivals", blocks.arrivals},
              {"expected", blocks.expected},
              {"p50_ms", blocks.p50_ms},
              {"p99_ms", blocks.p99_ms},
              {"greatest_ms", blocks.greatest_ms}}},
            {"faults", simulation.faults()},
            {"complaints", complaints},
            {"events", simulation.events().lines()},
            {"event_log_hash", simulation.events().hash()}};
}

/// Whether the trace could be written; says why not.
bool write_trace(const sim::Simulation& simulation, const Options& options) {
    std::ofstream out(options.trace);
    const auto problem = sim::write_trace(out, simulation.chain(), simulation.disk(options.trace_node));
    if (problem) {
        std::cerr << "no trace of node " << options.trace_node << ": " << *problem << '\n';
    } else if (!out.flush()) {
        std::cerr << "cannot write " << options.trace << "; is the folder there, and the disk not full?\n";
    }
    return !problem && out.good();
}

bool write_files(const sim::Simulation& simulation, const Options& options) {
    if (!options.databases.empty()) {
        if (const auto problem = sim::write_databases(simulation, options.databases)) {
            std::cerr << "no databases: " << *problem << '\n';
            return false;
        }
    }
    return options.trace.empty() || write_trace(simulation, options);
}

void print(const nlohmann::ordered_json& result, bool json) {
    if (json) {
        std::cout << result.dump() << '\n';
        return;
    }
    for (const auto& [key, value] : result.items())
        std::cout << key << ": " << value.dump() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Simulates a Touchstone network: whole nodes, simulated time, one seed."};
    app.footer(
        "Exit codes: 0 all that must hold did, and what the scenario expects came; 1 otherwise (`complaints` says "
        "what); 2 wrong options or scenario.");
    Options options;
    describe(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const auto scenario = scenario_of(options);
    if (!scenario) return 2;
    if (options.trace_node >= scenario->nodes.least + scenario->observers) {
        std::cerr << "--trace-node: there is no node " << options.trace_node << "; they are numbered from 0\n";
        return 2;
    }
    const auto run = sim::ScenarioRun::make(*scenario, options.seed, !options.no_cache);
    if (run == nullptr) {
        std::cerr << "no genesis can be made of so many validators; give fewer (--validators)\n";
        return 2;
    }
    if (options.events) {
        run->simulation().events().set_listener([](std::string_view line) { std::cerr << line << '\n'; });
    }
    run->run();
    if (!write_files(run->simulation(), options)) return 1;
    const std::vector<std::string> complaints = run->complaints();
    print(summary(*run, complaints), options.json);
    return complaints.empty() ? 0 : 1;
}
