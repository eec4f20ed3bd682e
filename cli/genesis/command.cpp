#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/genesis/amount_text.h"
#include "cli/genesis/example.h"
#include "cli/genesis/make_genesis.h"
#include "node/adapters/files/text_file.h"

namespace touchstone::cli {

namespace {

constexpr std::uintmax_t kInputLimit = 512U << 20U;

struct GenesisOptions {
    std::string input;
    std::string output;
    bool force = false;
    bool derive_seed = false;
    bool json = false;
    bool example = false;
};

std::uint64_t now_ms() {
    using namespace std::chrono;
    return static_cast<std::uint64_t>(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
}

Outcome<node::adapters::GenesisFile> build(const GenesisOptions& options) {
    if (options.input.empty() || options.output.empty()) {
        return Fault{FaultKind::Configuration,
                     "--input and --output are needed; `touchstone genesis --example` prints an input"};
    }
    std::error_code ignored;
    if (!options.force && std::filesystem::exists(options.output, ignored)) {
        return Fault{FaultKind::Configuration,
                     options.output +
                         " exists already; a chain's genesis must not change under it. Choose another "
                         "--output, or replace it with --force"};
    }
    const auto text =
        node::adapters::read_text_file(options.input, kInputLimit, FaultKind::Configuration, "the description");
    if (!text.ok()) return text.fault();
    const auto description = parse_description(*text, options.input);
    if (!description.ok()) return description.fault();
    auto file = make_genesis(*description, {now_ms(), options.derive_seed});
    if (!file.ok()) return file;
    const auto written = node::adapters::write_genesis_file(options.output, *file);
    if (!written.ok()) return written.fault();
    return file;
}

void describe(const GenesisOptions& options, const node::adapters::GenesisFile& file) {
    std::uint64_t stake = 0;
    for (const auto& validator : file.genesis.validators)
        stake += validator.stake.value();
    std::uint64_t balance = 0;
    for (const auto& account : file.genesis.accounts)
        balance += account.balance.value();
    const std::string root = "0x" + node::to_hex(file.genesis_root);
    if (options.json) {
        const nlohmann::ordered_json json = {{"output", options.output},
                                             {"genesis_root", root},
                                             {"genesis_time_ms", file.genesis.genesis_time_ms},
                                             {"seed", "0x" + node::to_hex(file.genesis.seed)},
                                             {"validators", file.genesis.validators.size()},
                                             {"stake", stake},
                                             {"accounts", file.genesis.accounts.size()},
                                             {"balance", balance}};
        std::cout << json.dump() << '\n';
        return;
    }
    std::cout << "wrote " << options.output << ": " << file.genesis.validators.size() << " validators with "
              << amount_to_text(node::Amount(stake)) << ", " << file.genesis.accounts.size() << " accounts with "
              << amount_to_text(node::Amount(balance)) << ", slot 0 at " << file.genesis.genesis_time_ms
              << " ms since 1970\ngenesis root " << root << '\n';
}

int run(const GenesisOptions& options) {
    if (options.example) {
        std::cout << kGenesisExample;
        return kExitSuccess;
    }
    const auto file = build(options);
    if (!file.ok()) {
        std::cerr << "touchstone genesis: " << file.fault().text << '\n';
        return kExitUsage;
    }
    describe(options, *file);
    return kExitSuccess;
}

}  // namespace

void add_genesis_command(CLI::App& program, int& exit_code) {
    auto options = std::make_shared<GenesisOptions>();
    CLI::App* command = program.add_subcommand("genesis", "Make the genesis file of a chain from a description");
    command->add_option("--input", options->input, "The description, a TOML file (see --example)");
    command->add_option("--output", options->output, "The genesis file that the nodes read, JSON");
    command->add_flag("--force", options->force, "Replace the output if it exists");
    command->add_flag("--derive-seed", options->derive_seed, "If no seed is given, compute it from the rest");
    command->add_flag("--json", options->json, "Print what was made as one JSON object");
    command->add_flag("--example", options->example, "Print a commented description and do nothing else");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace touchstone::cli
