// `touchstone wallet`: keys, balances and transfers.
#pragma once

namespace CLI {
class App;
}

namespace touchstone::cli {

void add_wallet_command(CLI::App& program, int& exit_code);

}  // namespace touchstone::cli
