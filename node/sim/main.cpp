// touchstone-sim: a network of whole nodes in one process, from a seed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "node/sim/simulation.h"
#include "node/sim/stake_load.h"
#include "node/sim/trace.h"
#include "node/sim/transfer_load.h"

namespace {

using namespace touchstone::node;

struct Options {
    sim::SimulationConfig config;
    std::uint64_t epochs = 6;
    std::uint64_t calm_epochs = 0;
    std::uint64_t transfers = 0;
    std::uint64_t stake = 0;
    double crash_rate = 0.0;
    double loss_rate = 0.01;
    bool json = false;
    bool events = false;
    std::string trace;
    std::size_t trace_node = 0;
};

void describe(CLI::App& app, Options& options) {
    app.add_option("--seed", options.config.seed, "the same seed gives the same events, byte for byte")
        ->capture_default_str();
    app.add_option("--nodes", options.config.nodes, "nodes that have validators")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--observers", options.config.observers, "nodes without validators")
        ->check(CLI::Range(0, 64))
        ->capture_default_str();
    app.add_option("--validators", options.config.validators, "validators, dealt out among the nodes")
        ->check(CLI::Range(8, 4096))
        ->capture_default_str();
    app.add_option("--epochs", options.epochs, "epochs to simulate")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    app.add_option("--calm-epochs", options.calm_epochs,
                   "epochs after these in which nothing is lost and nobody crashes: all nodes must agree then")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    app.add_option("--transfers", options.transfers, "transfers a second that users send, until the last epoch")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    app.add_option("--stake", options.stake, "stake operations a second that users send, until the last epoch")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    app.add_option("--crash-rate", options.crash_rate, "chance of a loss of power before and after each durable write")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--loss-rate", options.loss_rate, "chance that a message is lost on a link")
        ->check(CLI::Range(0.0, 0.9))
        ->capture_default_str();
    app.add_flag("--json", options.json, "print the summary as one JSON object");
    app.add_option("--trace", options.trace, "write what one node's fork choice was given and answered, NDJSON");
    app.add_option("--trace-node", options.trace_node, "the node of --trace")->capture_default_str();
    app.add_flag("--events", options.events, "print every event on stderr");
}

/// Of the transactions that were taken, how many every node that is up has processed.
std::uint64_t processed(const sim::Simulation& simulation, const sim::TransactionLoad& load) {
    std::uint64_t missing = 0;
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        if (simulation.is_up(node)) missing = std::max(missing, load.missing(node));
    }
    return load.taken() - missing;
}

struct Loads {
    sim::TransferLoad transfers;
    sim::StakeLoad stake;
};

nlohmann::ordered_json summary(sim::Simulation& simulation, const Loads& loads, const Options& options) {
    std::size_t up = 0;
    double participation = 0.0;
    for (std::size_t node = 0; node < simulation.node_count(); ++node) {
        if (!simulation.is_up(node)) continue;
        ++up;
        participation = std::max(participation, simulation.node(node).status().participation.value_or(0.0));
    }
    return {{"seed", options.config.seed},
            {"nodes", simulation.node_count()},
            {"nodes_up", up},
            {"validators", options.config.validators},
            {"epochs", options.epochs},
            {"finalized_epoch", simulation.least_finalized_epoch().value()},
            {"nodes_agree", simulation.nodes_agree()},
            {"participation", participation},
            {"slashed", simulation.anybody_slashed()},
            {"transfers_taken", loads.transfers.taken()},
            {"transfers_processed", processed(simulation, loads.transfers)},
            {"stake_operations_taken", loads.stake.taken()},
            {"stake_operations_processed", processed(simulation, loads.stake)},
            {"crashes", simulation.crashes()},
            {"faults", simulation.faults()},
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

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Simulates a Touchstone network: whole nodes, simulated time, one seed."};
    app.footer("Exit codes: 0 no validator was slashed and no node failed; 1 otherwise; 2 wrong options.");
    Options options;
    describe(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (options.trace_node >= options.config.nodes + options.config.observers) {
        std::cerr << "--trace-node: there is no node " << options.trace_node << "; they are numbered from 0\n";
        return 2;
    }
    constexpr double kMillion = 1e6;
    options.config.crash_ppm = static_cast<std::uint64_t>(std::llround(options.crash_rate * kMillion));
    options.config.network.loss_ppm = static_cast<std::uint64_t>(std::llround(options.loss_rate * kMillion));
    constexpr std::size_t kUsers = 64;  // of each kind; the first are operators
    const auto chain = sim::SimulatedChain::make({.validators = options.config.validators,
                                                  .accounts = 2 * kUsers,
                                                  .commission = 500,
                                                  .operators_have_accounts = true});
    if (chain == nullptr) {
        std::cerr << "no genesis can be made of " << options.config.validators << " validators\n";
        return 2;
    }
    sim::Simulation simulation(options.config, chain, std::make_shared<sim::VerdictCache>());
    if (options.events) {
        simulation.events().set_listener([](std::string_view line) { std::cerr << line << '\n'; });
    }
    Loads loads{.transfers = {simulation,
                              {.per_second = std::max<std::uint64_t>(1, options.transfers), .first_account = kUsers}},
                .stake = {simulation, {.per_second = std::max<std::uint64_t>(1, options.stake), .accounts = kUsers}}};
    simulation.start_all();
    const std::uint64_t last = (options.epochs - 1) * simulation.parameters().SLOTS_PER_EPOCH;
    if (options.transfers > 0) loads.transfers.send_until_slot(last);
    if (options.stake > 0) loads.stake.send_until_slot(last);
    simulation.run_until_epoch(options.epochs);
    if (options.calm_epochs != 0) {
        simulation.set_crash_ppm(0);
        sim::NetworkConditions calm = options.config.network;
        calm.loss_ppm = 0;
        simulation.network().set_conditions(calm);
        simulation.run_until_epoch(options.epochs + options.calm_epochs);
    }
    if (!options.trace.empty() && !write_trace(simulation, options)) return 1;
    const auto result = summary(simulation, loads, options);
    if (options.json) {
        std::cout << result.dump() << '\n';
    } else {
        for (const auto& [key, value] : result.items())
            std::cout << key << ": " << value.dump() << '\n';
    }
    return simulation.faults().empty() && !simulation.anybody_slashed() ? 0 : 1;
}
