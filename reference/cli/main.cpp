// touchstone-ref: the executable specification as a program.
#include <CLI/CLI.hpp>
#include <iostream>

#include "reference/cli/adapter.h"
#include "reference/cli/replay.h"

int main(int argc, char** argv) {
    namespace cli = touchstone::reference::cli;
    CLI::App app{"touchstone-ref: the executable specification of Touchstone"};
    app.set_version_flag("--version", "touchstone-ref, specification " TOUCHSTONE_SPEC_VERSION);
    app.require_subcommand(1);
    int exit_code = 0;

    cli::ReplayOptions options;
    CLI::App* const replay = app.add_subcommand(
        "replay",
        "Execute the journals of nodes again from genesis, and compare state roots, heads and checkpoints.\n"
        "Exit codes: 0 no divergence, 1 a divergence, 2 wrong usage, or a database that cannot be read or is refused.");
    replay->add_option("--db", options.databases, "Database of a node; several of one network may be given")
        ->required();
    replay->add_flag("--json", options.json, "Print the result as one JSON object");
    replay->add_flag("--follow", options.follow,
                     "Go on while the nodes run: a JSON object on a line for each change, until SIGTERM or the end of "
                     "standard input; then a last pass, whose line has \"final\":true");
    replay->callback([&] { exit_code = cli::run_replay(options); });

    CLI::App* const adapter = app.add_subcommand(
        "adapter", "Answer requests of touchstone-conform on standard input, one JSON object a line");
    adapter->callback([&] { exit_code = cli::run_adapter(std::cin, std::cout); });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return exit_code;
}
