#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include "cli/devnet/command.h"

namespace touchstone::cli {

void add_commands(CLI::App& program, int& exit_code) {
    add_genesis_command(program, exit_code);
    add_devnet_command(program, exit_code);
    add_wallet_command(program, exit_code);
    add_tx_command(program, exit_code);
    add_query_command(program, exit_code);
    add_watch_command(program, exit_code);
    add_completion_command(program, exit_code);
}

}  // namespace touchstone::cli
