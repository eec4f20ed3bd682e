#include "cli/devnet/command.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <random>

#include "cli/devnet/chaos_schedule.h"
#include "cli/devnet/devnet.h"
#include "cli/exit_codes.h"
#include "cli/nearest_word.h"
#include "node/generated/parameters.h"

namespace touchstone::cli {

namespace {

constexpr std::uint64_t kGreatestPort = 65'535;

struct Arguments {
    DevnetOptions options;
    std::string folder;
    std::string seed;
    std::vector<std::string> parameters;
    std::uint64_t slot_ms = 0;
    std::uint64_t epochs = 0;
    std::uint64_t minutes = 0;
    bool chaos = false;
    std::uint64_t chaos_seed = 0;
    std::string node_program;
    std::string reference_program;
};

/// The named program, or the one that lies beside this one.
Outcome<std::filesystem::path> find_program(const std::string& given, const std::string& name) {
    std::error_code error;
    std::filesystem::path path = given;
    if (given.empty()) path = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / name;
    if (::access(path.c_str(), X_OK) == 0) return std::filesystem::absolute(path, error);
    return Fault{FaultKind::Configuration, "there is no program " + path.string() +
                                               (given.empty() ? "; build it with ./dev build dev " + name : "")};
}

/// "NAME=VALUE"
Outcome<std::pair<std::string, std::uint64_t>> parse_parameter(const std::string& text) {
    const std::size_t place = text.find('=');
    const std::string name = text.substr(0, place);
    std::vector<std::string_view> known;
    for (const auto& field : node::PARAMETER_FIELDS)
        known.push_back(field.name);
    if (std::ranges::find(known, name) == known.end()) {
        return Fault{FaultKind::Configuration,
                     "--set: the parameter " + name + " does not exist" + suggestion(name, known)};
    }
    std::uint64_t value = 0;
    const std::string digits = place == std::string::npos ? "" : text.substr(place + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
        return Fault{FaultKind::Configuration, "--set takes NAME=VALUE with a whole number, such as " + name + "=4"};
    }
    return std::pair(name, value);
}

/// What cannot be together with chaos.
std::optional<Fault> check_chaos(const DevnetOptions& options) {
    if (options.nodes < kFewestChaosNodes || options.nodes > kMostChaosNodes) {
        return Fault{FaultKind::Configuration, "--chaos needs --nodes from " + std::to_string(kFewestChaosNodes) +
                                                   " to " + std::to_string(kMostChaosNodes) +
                                                   ": with fewer, one that is gone is a third of the stake"};
    }
    if (options.epochs && *options.epochs < kFewestChaosEpochs) {
        return Fault{FaultKind::Configuration, "--chaos needs --epochs of at least " +
                                                   std::to_string(kFewestChaosEpochs) + ": the first " +
                                                   std::to_string(kQuietEpochs) + " and the last " +
                                                   std::to_string(kCalmEpochs) + " are without faults"};
    }
    return std::nullopt;
}

Outcome<DevnetOptions> complete(const Arguments& arguments, const CLI::App& command) {
    DevnetOptions options = arguments.options;
    if (!arguments.folder.empty()) options.folder = arguments.folder;
    if (command.count("--slot-ms") > 0) options.slot_ms = arguments.slot_ms;
    for (const std::string& text : arguments.parameters) {
        auto parameter = parse_parameter(text);
        if (!parameter.ok()) return parameter.fault();
        options.parameters.push_back(*std::move(parameter));
    }
    if (command.count("--epochs") > 0) {
        if (arguments.epochs < kFewestEpochs) {
            return Fault{FaultKind::Configuration, "--epochs " + std::to_string(arguments.epochs) +
                                                       " is too few: a chain needs four epochs to finalize one. Give 4 "
                                                       "or more"};
        }
        options.epochs = arguments.epochs;
    }
    if (command.count("--minutes") > 0) options.minutes = arguments.minutes;
    if (options.nodes == 0 || options.nodes > kMostNodes) {
        return Fault{FaultKind::Configuration, "--nodes must be from 1 to " + std::to_string(kMostNodes)};
    }
    if (options.validators < options.nodes) {
        return Fault{FaultKind::Configuration, "--validators must be at least --nodes, so that every node has one"};
    }
    if (options.accounts > kMostAccounts || (options.load > 0 && options.accounts < options.nodes)) {
        return Fault{FaultKind::Configuration, "--accounts must be at most " + std::to_string(kMostAccounts) +
                                                   ", and for a load at least --nodes"};
    }
    if (options.load > kMostLoad) {
        return Fault{FaultKind::Configuration, "--load must be at most " + std::to_string(kMostLoad)};
    }
    if (arguments.chaos) {
        options.chaos_seed = command.count("--chaos-seed") > 0 ? arguments.chaos_seed : std::random_device()();
        if (!options.epochs && !options.minutes) options.epochs = kChaosEpochs;
        if (auto fault = check_chaos(options)) return *std::move(fault);
    }
    if (!arguments.seed.empty()) {
        options.seed = node::fixed_from_hex<node::Hash>(arguments.seed);
        if (!options.seed) return Fault{FaultKind::Configuration, "--seed must be 64 hexadecimal digits"};
    }
    auto node = find_program(arguments.node_program, "touchstone-node");
    if (!node.ok()) return node.fault();
    auto reference = find_program(arguments.reference_program, "touchstone-ref");
    if (!reference.ok()) return reference.fault();
    options.node_program = *node;
    options.reference_program = *reference;
    return options;
}

int run(const Arguments& arguments, const CLI::App& command) {
    const auto options = complete(arguments, command);
    if (!options.ok()) {
        std::cerr << "touchstone devnet: " << options.fault().text << '\n';
        return kExitUsage;
    }
    Display display(options->json ? STDERR_FILENO : STDOUT_FILENO);
    const auto summary = run_devnet(*options, display);
    if (!summary.ok()) {
        std::cerr << "touchstone devnet: " << summary.fault().text << '\n';
        return kExitUsage;
    }
    if (options->json) std::cout << summary_to_json(*summary) << '\n';
    (options->json ? std::cerr : std::cout) << summary_to_text(*summary) << std::flush;
    return summary->success() ? kExitSuccess : kExitFailure;
}

}  // namespace

void add_devnet_command(CLI::App& program, int& exit_code) {
    auto arguments = std::make_shared<Arguments>();
    DevnetOptions& options = arguments->options;
    CLI::App* command =
        program.add_subcommand("devnet", "Run a network of nodes on this machine, replayed by the reference");
    command->add_option("--nodes", options.nodes, "Nodes, from 1 to 64")->capture_default_str();
    command->add_option("--validators", options.validators, "Validators, spread evenly over the nodes")
        ->capture_default_str();
    command->add_option("--preset", options.preset, "mainnet or minimal")
        ->check(CLI::IsMember({"mainnet", "minimal"}))
        ->capture_default_str();
    command->add_option("--slot-ms", arguments->slot_ms, "Length of a slot in milliseconds (the preset's)")
        ->check(CLI::Range(std::uint64_t{100}, std::uint64_t{1'048'576}));
    command->add_option("--epochs", arguments->epochs,
                        "End when every node has a block of this epoch, 4 or more (until Ctrl-C)");
    command
        ->add_option("--minutes", arguments->minutes,
                     "Instead of --epochs: end with the first epoch that begins after so many minutes")
        ->check(CLI::Range(std::uint64_t{1}, kMostMinutes))
        ->excludes("--epochs");
    command
        ->add_option("--set", arguments->parameters,
                     "NAME=VALUE: a parameter that differs from the preset, such as UNBONDING_EPOCHS=4")
        ->allow_extra_args(false);
    command->add_option("--load", options.load,
                        "Transactions to send in a second, over the nodes' RPC: transfers, and some that move stake");
    command->add_option("--accounts", options.accounts, "Development accounts of the genesis, with 1000 TST each")
        ->capture_default_str();
    CLI::Option* chaos = command->add_flag("--chaos", arguments->chaos,
                                           "Kill, restart, pause, part and delay nodes, from 4 to 16, and see that all "
                                           "end on one finalized chain (24 epochs)");
    command->add_option("--chaos-seed", arguments->chaos_seed, "Seed of the schedule of faults (a random one)")
        ->needs(chaos);
    command
        ->add_option("--rpc-port", options.rpc_port,
                     "Port on loopback of the first node's RPC, those after it of the other nodes' (any free ones)")
        ->check(CLI::Range(std::uint64_t{1}, kGreatestPort - kMostNodes));
    command->add_option("--dir", arguments->folder, "An empty folder for databases and logs (a temporary one)");
    command->add_flag("--keep", options.keep,
                      "Keep the temporary folder after success; after failure it is always kept");
    command->add_flag("--json", options.json, "Print one JSON object at the end; progress goes to standard error");
    command->add_option("--seed", arguments->seed,
                        "Seed of the genesis, 64 hexadecimal digits (from the genesis time)");
    command->add_option("--node-program", arguments->node_program, "touchstone-node (the one beside this program)");
    command->add_option("--reference-program", arguments->reference_program,
                        "touchstone-ref (the one beside this program)");
    command->callback([arguments, command, &exit_code] { exit_code = run(*arguments, *command); });
}

}  // namespace touchstone::cli
