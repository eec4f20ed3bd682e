// All commands of `touchstone`. Each adds its own tree; what the command that runs came to goes to `exit_code`.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_completion_command(CLI::App& program, int& exit_code);
void add_genesis_command(CLI::App& program, int& exit_code);
void add_query_command(CLI::App& program, int& exit_code);
void add_tx_command(CLI::App& program, int& exit_code);
void add_wallet_command(CLI::App& program, int& exit_code);
void add_watch_command(CLI::App& program, int& exit_code);

/// These, and `devnet`.
void add_commands(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
