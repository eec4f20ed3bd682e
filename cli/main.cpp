// touchstone: the command line for people.
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "node/adapters/genesis_file/configuration_json.h"

int main(int argc, char** argv) {
    using namespace touchstone;
    CLI::App program("Touchstone: a formally specified proof-of-stake chain", "touchstone");
    program.set_version_flag("--version", "touchstone, specification " + std::string(node::adapters::spec_version()));
    program.require_subcommand(1);
    int exit_code = cli::kExitSuccess;
    cli::add_commands(program, exit_code);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? cli::kExitSuccess : cli::kExitUsage;
    }
    return exit_code;
}
